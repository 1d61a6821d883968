import type { Cue } from "../../domain/Cue.ts"
import { columns } from "./Columns.ts"
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

/** A cue as several that follow one another, sharing its time by length. */
const split = (cue: Cue, options: ReadableOptions): ReadonlyArray<Cue> => {
  const seconds = cue.end - cue.start
  const text = cue.text.trim()
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

/**
 * Cues that people can read: at most two lines of 42 columns, 5/6 to 7 seconds, 17 characters a second where the speech
 * allows, two frames apart. A longer cue becomes several, its time shared by length. Ids count from 1 again.
 */
export const readable = (cues: ReadonlyArray<Cue>, options: ReadableOptions = readableDefaults): ReadonlyArray<Cue> => {
  const parts = cues.filter(({ text }) => text.trim() !== "").flatMap((cue) => split(cue, options))
  return paced(parts, options)
}

/** Cues whose lines are broken already, held as long as they take to read and kept apart. Ids count from 1 again. */
export const paced = (cues: ReadonlyArray<Cue>, options: ReadableOptions): ReadonlyArray<Cue> =>
  timed(
    cues.toSorted((a, b) => a.start - b.start),
    options
  )
