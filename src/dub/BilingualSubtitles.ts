import type { Cue, Transcript } from "../domain/Cue.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { columns, optionsFor, paced, type ReadableOptions, splitText, wrapLines } from "../transcript/Subtitles.ts"
import { shareTime, textOf, type Token } from "../transcript/Transcribe/Tokens.ts"

const overlap = (a: { readonly start: number; readonly end: number }, b: typeof a): number =>
  Math.min(a.end, b.end) - Math.max(a.start, b.start)

/** The position of the utterance in which a stretch of time lies most, or that it is nearest to. */
const nearest = (
  span: { readonly start: number; readonly end: number },
  utterances: ReadonlyArray<Utterance>
): number => utterances.reduce((best, one, i) => (overlap(one, span) > overlap(utterances[best]!, span) ? i : best), 0)

/**
 * What the source says while each utterance is said: every word of the source with exactly one of them. A line that lies
 * mostly in one utterance goes to it whole; another one word by word.
 */
export const sourceTexts = (utterances: ReadonlyArray<Utterance>, source: Transcript): ReadonlyArray<string> => {
  const texts = utterances.map((): Array<string> => [])
  if (utterances.length === 0) return []
  for (const cue of source) {
    const text = cue.text.replaceAll(/\s+/g, " ").trim()
    const near = utterances.flatMap((one, i) => (overlap(one, cue) > 0 ? [i] : []))
    const whole = nearest(cue, utterances)
    if (near.length < 2 || overlap(utterances[whole]!, cue) >= 0.7 * (cue.end - cue.start)) {
      texts[whole]!.push(text)
      continue
    }
    const runs = new Map<number, Array<Token>>()
    for (const token of shareTime(text, cue.start, cue.end)) {
      const at =
        near[
          nearest(
            token,
            near.map((i) => utterances[i]!)
          )
        ]!
      runs.set(at, [...(runs.get(at) ?? []), token])
    }
    for (const [at, tokens] of runs) texts[at]!.push(textOf(tokens))
  }
  return texts.map((parts) => parts.join(" "))
}

/** One of several parts for each place, in order: where there are fewer, some stand twice. */
const spread = (parts: ReadonlyArray<string>, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => parts[Math.floor((i * parts.length) / count)] ?? "")

interface Pairs {
  readonly above: ReadonlyArray<string>
  readonly under: ReadonlyArray<string>
}

/** What each pair takes of their time, by its length. */
const shares = ({ above, under }: Pairs): ReadonlyArray<number> => {
  const weights = above.map((text, i) => Math.max(1, columns(text) + columns(under[i]!)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/**
 * Cues of two texts that are shown together, the first above the second: a line each where each part is shown for long enough, else two.
 * Ids count from 1.
 */
export const bilingual = (
  cues: ReadonlyArray<Cue & { readonly below: string }>,
  options: ReadableOptions
): ReadonlyArray<Cue> => {
  const shown = cues.flatMap(({ below, ...cue }): ReadonlyArray<Cue> => {
    const seconds = cue.end - cue.start
    const counted = (maxLines: number) => {
      const split = (text: string, atLeast: number) =>
        splitText(text, { ...optionsFor(text, options), maxLines }, atLeast)
      const count = Math.max(split(cue.text, 1).length, split(below, 1).length)
      return { count, above: spread(split(cue.text, count), count), under: spread(split(below, count), count) }
    }
    const single = counted(1)
    const isReadable = shares(single).every((share) => share * seconds >= options.minSeconds)
    const chosen = single.count === 1 || isReadable ? single : counted(options.maxLines)
    const { above, count, under } = chosen
    const times = shares(chosen)
    let start = cue.start
    return above.map((text, i) => {
      const end = i === count - 1 ? cue.end : start + seconds * times[i]!
      const wrapped = [wrapLines(text, optionsFor(cue.text, options)), wrapLines(under[i]!, optionsFor(below, options))]
      const both = wrapped.flat().join("\n")
      const part = { ...cue, start, end, text: both }
      start = end
      return part
    })
  })
  return paced(shown, options)
}
