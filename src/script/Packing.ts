import { share } from "./CueTimes.ts"
import { clauseBreak, clauses } from "./Sentences.ts"
import { type GroupOptions, isPause, type Part, type Parts } from "./Parts.ts"

/** The longest that one utterance takes in the source, and a block where it can be helped; seconds. */
const longestSeconds = 30
const blockSeconds = 24
/** Sentences are not packed beyond this: inside an utterance the voice keeps its own time, and drifts from the picture. */
const packedSeconds = 12
/** How far a scene cut may lie from the pause it belongs to, in seconds. */
const cutSlack = 0.5

const latest = (parts: Parts): number => parts.reduce((end, part) => Math.max(end, part.end), -Infinity)

const span = (parts: Parts): number => latest(parts) - parts[0]!.start

const inPieces = (part: Part, options: GroupOptions): Parts => {
  const seconds = part.end - part.start
  if (seconds <= longestSeconds) return [part]
  const texts = clauses(
    part.text,
    Math.max(1, Math.floor((part.text.length * longestSeconds * 0.6) / seconds)),
    options.language
  )
  const times = share({ ...part.cue, start: part.start, end: part.end }, texts)
  return texts.map((text, at) => {
    const isLast = at === texts.length - 1
    const { start, end } = times[at]!
    return { cue: part.cue, text, start, end, closes: isLast && part.closes, parted: isLast && part.parted }
  })
}

/** A sentence that is too long for one utterance, cut at its best clause boundaries. */
const cutLong = (sentence: Parts, options: GroupOptions): ReadonlyArray<Parts> => {
  if (span(sentence) <= longestSeconds) return [sentence]
  const pieces = sentence.flatMap((part) => inPieces(part, options))
  const groups: Array<Parts> = []
  let rest: Parts = pieces
  while (rest.length > 1 && span(rest) > longestSeconds) {
    const wanted = span(rest) / Math.ceil(span(rest) / longestSeconds)
    let best = 1
    let bestScore = -Infinity
    let end = -Infinity
    for (let at = 1; at < rest.length; at++) {
      const before = rest[at - 1]!
      const after = rest[at]!
      end = Math.max(end, before.end)
      const taken = end - rest[0]!.start
      if (at > 1 && taken > longestSeconds) break
      const pause = Math.max(0, after.start - before.end) / Math.max(options.joinGapSeconds, 0.1)
      const score =
        clauseBreak(before.text, after.text) +
        pause +
        (before.cue === after.cue ? 0 : 1) -
        (2 * Math.abs(taken - wanted)) / wanted
      if (score > bestScore) {
        best = at
        bestScore = score
      }
    }
    groups.push(rest.slice(0, best))
    rest = rest.slice(best)
  }
  return [...groups, rest]
}

const inSentences = (parts: Parts): ReadonlyArray<Parts> => {
  const found: Array<Parts> = []
  let sentence: Array<Part> = []
  for (const part of parts) {
    sentence.push(part)
    if (!part.closes) continue
    found.push(sentence)
    sentence = []
  }
  return sentence.length === 0 ? found : [...found, sentence]
}

/** Whether two neighbouring sentences may never be in one utterance. */
const isBorder = (before: Part, after: Part, options: GroupOptions): boolean => {
  if (before.parted) return true
  const gap = options.align === "block" ? 2 * options.joinGapSeconds : options.joinGapSeconds
  if (isPause(before, after, gap)) return true
  return (
    options.align === "block" &&
    before.cue !== after.cue &&
    (options.sceneCuts ?? []).some((cut) => cut >= before.end - cutSlack && cut <= after.start + cutSlack)
  )
}

/**
 * Packs sentences, none of which is parted from the next, into the fewest utterances; where there is a choice, cues
 * stay whole and the longer pauses lie between utterances.
 */
const packRun = (run: ReadonlyArray<Parts>, options: GroupOptions): ReadonlyArray<Parts> => {
  const atMost = options.align === "block" ? run.length : Math.max(1, options.sentencesPerUtterance)
  const longest = options.align === "block" ? blockSeconds : packedSeconds
  const costs: Array<number> = Array.from({ length: run.length + 1 }, () => Infinity)
  const sizes: Array<number> = Array.from({ length: run.length + 1 }, () => 1)
  costs[run.length] = 0
  for (let from = run.length - 1; from >= 0; from--) {
    let inside = 0
    let end = -Infinity
    for (let size = 1; size <= atMost && from + size <= run.length; size++) {
      const last = run[from + size - 1]!
      end = Math.max(end, latest(last))
      if (size > 1) {
        const before = run[from + size - 2]!.at(-1)!
        const gap = Math.max(0, last[0]!.start - before.end) / Math.max(options.joinGapSeconds, 0.1)
        inside += 0.3 * Math.min(1, gap)
        if (end - run[from]![0]!.start > longest) break
      }
      const after = run[from + size]?.[0]
      const cutsCue = after !== undefined && after.cue === last.at(-1)!.cue
      const cost = 1 + inside + (cutsCue ? 2 : 0) + costs[from + size]!
      if (cost <= costs[from]!) {
        costs[from] = cost
        sizes[from] = size
      }
    }
  }
  const groups: Array<Parts> = []
  for (let from = 0; from < run.length; from += sizes[from]!) groups.push(run.slice(from, from + sizes[from]!).flat())
  return groups
}

/** Packs the parts of cues into utterances, for `sentence` and `block`. */
export const pack = (parts: Parts, options: GroupOptions): ReadonlyArray<Parts> => {
  const all = inSentences(parts).flatMap((sentence) => cutLong(sentence, options))
  const groups: Array<Parts> = []
  let run: Array<Parts> = []
  for (const [index, sentence] of all.entries()) {
    run.push(sentence)
    const next = all[index + 1]
    if (next !== undefined && !isBorder(sentence.at(-1)!, next[0]!, options)) continue
    groups.push(...packRun(run, options))
    run = []
  }
  return groups
}
