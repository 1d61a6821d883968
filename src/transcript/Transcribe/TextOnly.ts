import { segmentsOf } from "../../domain/Segments.ts"
import type { Interval } from "../../domain/Sound.ts"
import type { Window } from "./Pieces.ts"
import { shareTime, textOf, type TimedSegment, type Token } from "./Tokens.ts"

/** No cue of a text without times is longer than this, in characters. */
const longest = 180

/** A moment of speech, counted without its pauses, as a time of the video. */
const onClock = (speech: ReadonlyArray<Interval>, spoken: number): number => {
  let left = spoken
  for (const { start, end } of speech) {
    if (left <= end - start) return start + left
    left -= end - start
  }
  return speech.at(-1)?.end ?? 0
}

const clauseEnd = /[,;:、，；：،؛—–]["'”’»)]*$/u

/** Cuts a long sentence at the clause that ends nearest to its middle. */
const halves = (tokens: ReadonlyArray<Token>): ReadonlyArray<ReadonlyArray<Token>> => {
  if (tokens.length < 2 || textOf(tokens).length <= longest) return [tokens]
  const middle = tokens.length / 2
  const ends = tokens.flatMap(({ text }, index) =>
    clauseEnd.test(text) && index < tokens.length - 1 ? [index + 1] : []
  )
  const [nearest] = ends
    .filter((at) => Math.abs(at - middle) < tokens.length * 0.3)
    .toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
  const at = nearest ?? Math.round(middle)
  return [...halves(tokens.slice(0, at)), ...halves(tokens.slice(at))]
}

/** A sentence ends at a pause rather than beside one: seconds of speech by which its share may be off. */
const snap = 0.9

/** Where each sentence ends, in seconds of speech: shared by length, moved to the nearest pause. */
const sentenceEnds = (parts: ReadonlyArray<string>, speech: ReadonlyArray<Interval>): ReadonlyArray<number> => {
  const letters = parts.reduce((sum, part) => sum + part.length, 0)
  const pauses = speech.map((_, index) =>
    speech.slice(0, index + 1).reduce((sum, { start, end }) => sum + end - start, 0)
  )
  const seconds = pauses.at(-1) ?? 0
  let before = 0
  let last = 0
  return parts.map((part, index) => {
    before += part.length
    if (index === parts.length - 1) return seconds
    const share = (seconds * before) / letters
    const nearest = pauses.reduce((a, b) => (Math.abs(b - share) < Math.abs(a - share) ? b : a), Infinity)
    const moves = Math.abs(nearest - share) <= snap && nearest > last + 0.1 && nearest < seconds
    last = moves ? nearest : Math.max(last, share)
    return last
  })
}

/**
 * The text of a window as segments, one a sentence: the speech heard in the window gives the times, each sentence having
 * a share by its length that ends at a pause where there is one near.
 */
export const timedByRegions = (text: string, window: Window): ReadonlyArray<TimedSegment> => {
  const parts = [...segmentsOf(text.trim(), "sentence")]
    .map(({ segment }) => segment.trim())
    .filter((part) => part !== "")
  const ends = sentenceEnds(parts, window.speech)
  return parts.flatMap((sentence, index) => {
    const shared = shareTime(sentence, ends[index - 1] ?? 0, ends[index]!).map((token) => ({
      text: token.text,
      space: token.space,
      start: onClock(window.speech, token.start + 1e-4),
      end: onClock(window.speech, token.end - 1e-4)
    }))
    return halves(shared)
      .filter((tokens) => tokens.length > 0)
      .map((tokens) => ({ start: tokens[0]!.start, end: tokens.at(-1)!.end, speaker: null, tokens, words: [] }))
  })
}
