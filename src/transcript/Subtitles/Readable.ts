import type { Cue } from "../../domain/Cue.ts"
import { columns, columnsFor } from "./Columns.ts"
import { splitText, wrapLines, type WrapOptions } from "./Wrapping.ts"

export interface ReadableOptions extends WrapOptions {
  /** Seconds that a cue is shown at least and at most. */
  readonly minSeconds: number
  readonly maxSeconds: number
  /** A cue is held longer, where there is room, until it is read at this pace. */
  readonly charactersPerSecond: number
  /** Seconds between two cues: two frames. */
  readonly gapSeconds: number
}

/** Seconds between two cues that may still be shown as one. */
const longestPause = 0.5

/** As Netflix asks of subtitles; the gap is two frames of 24 a second. */
export const readableDefaults: ReadableOptions = {
  maxColumns: 42,
  maxLines: 2,
  minSeconds: 5 / 6,
  maxSeconds: 7,
  charactersPerSecond: 17,
  gapSeconds: 2 / 24
}

const fitted = (text: string, options: WrapOptions): boolean =>
  wrapLines(text, options).length <= options.maxLines && columns(text) <= options.maxColumns * options.maxLines

/** The same options for one text: lines of wide letters have fewer of them. */
export const optionsFor = <O extends WrapOptions>(text: string, options: O): O => ({
  ...options,
  maxColumns: columnsFor(text, options.maxColumns)
})

/** A cue as several that follow one another, sharing its time by length. */
const split = (cue: Cue, general: ReadableOptions): ReadonlyArray<Cue> => {
  const seconds = cue.end - cue.start
  const text = cue.text.trim()
  const options = optionsFor(text, general)
  // A long time alone is no reason to show two words twice.
  const wanted = Math.min(Math.ceil(seconds / options.maxSeconds), Math.ceil(columns(text) / options.maxColumns))
  const parts = fitted(text, options) && wanted <= 1 ? [text] : splitText(text, options, wanted)
  const total = parts.reduce((sum, part) => sum + columns(part), 0)
  const result: Array<Cue> = []
  let start = cue.start
  for (const [index, part] of parts.entries()) {
    const end = index === parts.length - 1 ? cue.end : start + (seconds * columns(part)) / Math.max(1, total)
    const { words, ...rest } = cue
    const own = words?.filter((word) => (word.start + word.end) / 2 >= start && (word.start + word.end) / 2 < end)
    const shown = { ...rest, start, end, text: wrapLines(part, options).join("\n") }
    result.push(own === undefined ? shown : { ...shown, words: own })
    start = end
  }
  return result
}

const withPlace = (cue: Cue, id: number, end: number): Cue => ({ ...cue, id, end })

/** Holds cues long enough to be read, never into the next, and keeps two frames between them. */
const timed = (cues: ReadonlyArray<Cue>, options: ReadableOptions): ReadonlyArray<Cue> =>
  cues.map((cue, index) => {
    const next = cues[index + 1]
    const wanted = Math.max(options.minSeconds, columns(cue.text) / options.charactersPerSecond)
    const held = Math.min(Math.max(cue.end - cue.start, wanted), Math.max(options.maxSeconds, options.minSeconds))
    const free = next === undefined ? Infinity : next.start - options.gapSeconds
    // Cues that begin together belong to two speakers and stay as long as they are spoken.
    const end = free > cue.start + options.gapSeconds ? Math.min(cue.start + held, free) : Math.max(cue.end, cue.start)
    return withPlace(cue, index + 1, end)
  })

/** Two cues as one, in lines of their own where they fit so; two speakers have a dash each. Undefined where they do not fit. */
const joined = (first: Cue, second: Cue, general: ReadableOptions): Cue | undefined => {
  const seconds = second.end - first.start
  if (seconds > general.maxSeconds + general.minSeconds || second.start - first.end > longestPause) return undefined
  const options = optionsFor(`${first.text} ${second.text}`, general)
  const areTwo = first.speaker !== second.speaker
  const lines = [first.text, second.text].map((text) => `${areTwo ? "- " : ""}${text}`)
  const isShort = lines.every((line) => !line.includes("\n") && columns(line) <= options.maxColumns)
  const text = isShort ? lines.join("\n") : lines.join(" ")
  if (!isShort && (areTwo || !fitted(text, options))) return undefined
  const words = [...(first.words ?? []), ...(second.words ?? [])]
  const both = { ...first, end: Math.max(first.end, second.end), text: wrapLines(text, options).join("\n") }
  return words.length === 0 ? both : { ...both, words }
}

/**
 * Cues that are on the screen for long enough: where one cannot be, because the next begins at once, the two are shown
 * together, or it goes with the one before.
 */
const together = (cues: ReadonlyArray<Cue>, options: ReadableOptions): ReadonlyArray<Cue> => {
  const kept: Array<Cue> = []
  const roomOf = (cue: Cue, next: Cue | undefined) =>
    next === undefined ? Infinity : next.start - options.gapSeconds - cue.start
  for (const [i, cue] of cues.entries()) {
    const last = kept.at(-1)
    const beforeLast = kept.at(-2)
    // Cues that begin together are two voices at once.
    const isHasty = last !== undefined && cue.start > last.start && roomOf(last, cue) < options.minSeconds
    const withLast = isHasty ? joined(last, cue, options) : undefined
    if (withLast !== undefined) {
      kept[kept.length - 1] = withLast
      continue
    }
    const withBefore = isHasty && beforeLast !== undefined ? joined(beforeLast, last, options) : undefined
    if (withBefore !== undefined) kept.splice(-2, 2, withBefore)
    kept.push(cues[i]!)
  }
  return kept
}

/**
 * Cues that people can read: at most two lines of 42 columns (of 18 wide letters), 5/6 to 7 seconds, 17 characters a second where the speech
 * allows, two frames apart. A longer cue becomes several, its time shared by length. Ids count from 1 again.
 */
export const readable = (cues: ReadonlyArray<Cue>, options: ReadableOptions = readableDefaults): ReadonlyArray<Cue> => {
  const parts = cues.filter(({ text }) => text.trim() !== "").flatMap((cue) => split(cue, options))
  return paced(
    together(
      parts.toSorted((a, b) => a.start - b.start),
      options
    ),
    options
  )
}

/** Cues whose lines are broken already, held as long as they take to read and kept apart. Ids count from 1 again. */
export const paced = (cues: ReadonlyArray<Cue>, options: ReadableOptions): ReadonlyArray<Cue> =>
  timed(
    cues.toSorted((a, b) => a.start - b.start),
    options
  )
