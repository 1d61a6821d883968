import type { Word } from "../../domain/Cue.ts"
import { segmentsOf } from "../../domain/Segments.ts"
import type { Doubt, TranscribedSegment, Transcription } from "../SpeechToText.ts"

/** A word of a segment as it is written, with its time; `space`: whether a space stands before it. */
export interface Token {
  readonly text: string
  readonly space: boolean
  readonly start: number
  readonly end: number
}

/** A segment whose words have times: measured ones where `words` came with it, else shared by length. */
export interface TimedSegment {
  readonly start: number
  readonly end: number
  readonly speaker: string | null
  readonly tokens: ReadonlyArray<Token>
  /** The words as the service heard them. */
  readonly words: ReadonlyArray<Word>
  readonly doubt?: Doubt | undefined
}

const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** A word as it is compared: without case, accents and punctuation. */
export const normalized = (word: string): string =>
  word
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "")

const splitWords = (text: string): ReadonlyArray<{ readonly text: string; readonly space: boolean }> =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .flatMap((word, index) => {
      if (!spaceless.test(word)) return [{ text: word, space: index > 0 }]
      const parts: Array<string> = []
      for (const { segment, isWordLike } of segmentsOf(word, "word")) {
        if (isWordLike === true || parts.length === 0) parts.push(segment)
        else parts[parts.length - 1] += segment
      }
      return parts.map((part, at) => ({ text: part, space: index > 0 && at === 0 }))
    })

export const textOf = (tokens: ReadonlyArray<Token>): string =>
  tokens.map(({ text, space }, index) => (space && index > 0 ? ` ${text}` : text)).join("")

const timed = ({ text, space }: Pick<Token, "text" | "space">, start: number, end: number): Token => ({
  text,
  space,
  start,
  end
})

/** Words of a text sharing a span of time by their length. */
export const shareTime = (text: string, start: number, end: number): ReadonlyArray<Token> => {
  const parts = splitWords(text)
  const total = parts.reduce((sum, part) => sum + part.text.length, 0)
  let at = start
  return parts.map((part) => {
    const from = at
    at += ((end - start) * part.text.length) / total
    return timed(part, from, at)
  })
}

/** Written words with the times of heard ones where both say the same, else shared by length. */
const tokensOf = (segment: TranscribedSegment, words: ReadonlyArray<Word>): ReadonlyArray<Token> => {
  const shared = shareTime(segment.text, segment.start, segment.end)
  const heard = words.filter(({ text }) => normalized(text) !== "")
  let next = 0
  return shared.map((token) => {
    const key = normalized(token.text)
    if (key === "") return token
    let joined = ""
    let at = next
    while (at < heard.length && joined.length < key.length) joined += normalized(heard[at++]!.text)
    if (joined === key) {
      const from = next
      next = at
      return timed(token, heard[from]!.start, heard[at - 1]!.end)
    }
    const found = heard.findIndex((word, index) => index >= next && index < next + 4 && normalized(word.text) === key)
    if (found === -1) return token
    next = found + 1
    return timed(token, heard[found]!.start, heard[found]!.end)
  })
}

const distance = (segment: TranscribedSegment, time: number) => Math.max(segment.start - time, time - segment.end, 0)

/** Segments out of words alone: they end at pauses, at the ends of sentences, and after ten seconds. */
const segmentsOfWords = (words: ReadonlyArray<Word>): ReadonlyArray<TranscribedSegment> => {
  const groups: Array<Array<Word>> = []
  for (const word of words) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    const goesOn =
      group !== undefined &&
      last !== undefined &&
      word.start - last.end < 0.6 &&
      !/[.!?…。！？।؟]["'”’»)]*$/u.test(last.text) &&
      word.end - group[0]!.start < 10
    if (goesOn) group.push(word)
    else groups.push([word])
  }
  return groups.map((group) => {
    const separator = group.some(({ text }) => spaceless.test(text)) ? "" : " "
    const text = group.map((word) => word.text.trim()).join(separator)
    return { start: group[0]!.start, end: group.at(-1)!.end, text, speaker: null }
  })
}

/**
 * The segments of an answer on the clock of the video, each heard word with exactly one of them: that in which its middle
 * lies, else the nearest. Times outside of the piece are pulled into it.
 */
export const timedSegments = (
  answer: Transcription,
  piece: { readonly start: number; readonly end: number }
): ReadonlyArray<TimedSegment> => {
  const onClock = (seconds: number) => Math.min(piece.end, Math.max(piece.start, piece.start + seconds))
  const words = answer.words
    .filter(({ text, start, end }) => text.trim() !== "" && Number.isFinite(start) && Number.isFinite(end))
    .map(({ text, start, end }) => ({ text: text.trim(), start: onClock(start), end: onClock(Math.max(start, end)) }))
    .toSorted((a, b) => a.start - b.start)
  const given = answer.segments
    .filter(({ text, start, end }) => text.trim() !== "" && Number.isFinite(start) && Number.isFinite(end))
    .map(({ doubt, text, start, end, speaker }): TranscribedSegment => {
      const from = onClock(start)
      return { text: text.trim(), start: from, end: Math.max(from, onClock(end)), speaker, doubt }
    })
    .toSorted((a, b) => a.start - b.start)
  const segments = given.length > 0 ? given : segmentsOfWords(words)
  const owned = segments.map((): Array<Word> => [])
  let from = 0
  for (const word of words) {
    const middle = (word.start + word.end) / 2
    let best = from
    for (let at = from; at < segments.length && segments[at]!.start <= middle + 30; at++) {
      if (distance(segments[at]!, middle) < distance(segments[best]!, middle)) best = at
    }
    owned[best]?.push(word)
    // Words come in order of time, segments of several speakers may overlap: look back a little.
    from = Math.max(from, best - 3)
  }
  return segments.map((segment, index) => ({
    start: segment.start,
    end: segment.end,
    speaker: segment.speaker,
    tokens: tokensOf(segment, owned[index]!),
    words: owned[index]!,
    ...(segment.doubt === undefined ? {} : { doubt: segment.doubt })
  }))
}
