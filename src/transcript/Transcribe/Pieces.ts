import type { Interval } from "../../domain/Sound.ts"
import type { TranscriptionProvider } from "../SpeechToText.ts"

/** Seconds: no piece is longer; shorter ones than `fewest` are not made for the sake of sending more at once. */
const longestPiece = 20 * 60
const fewestSeconds = 5 * 60

/** Seconds that a piece may have: all that it takes for who tells speakers apart but does not know them again. */
export const longestSeconds = (provider: TranscriptionProvider): number => {
  const whole = provider.hasSpeakers === true && provider.knowsSpeakersAgain !== true
  return Math.min(whole ? Infinity : longestPiece, provider.longestSeconds)
}

/** Seconds that pieces of so long a sound had better have, with so many sent at once; `Infinity`: as long as they may be. */
export const wantedSeconds = (
  { hasSpeakers, hasTimes }: TranscriptionProvider,
  seconds: number,
  concurrency: number
): number => (!hasTimes || hasSpeakers === true ? Infinity : Math.max(fewestSeconds, seconds / concurrency))

/**
 * A piece of sound that is transcribed by one request; seconds from the start of the video. `overlap`: how much of its
 * beginning the piece before it has too, because there was no pause to cut in.
 */
export interface Piece extends Interval {
  readonly overlap: number
}

export interface PieceLimits {
  /** Seconds that a piece may have, and that it had better have. */
  readonly longest: number
  readonly wanted: number
  /** Seconds that two pieces share where speech has to be cut. */
  readonly shared: number
}

/**
 * Cuts a sound into pieces of about the same length at pauses, at the longest pause near the wanted place; where nobody
 * pauses for `longest` seconds, with an overlap.
 */
export const planPieces = (
  gaps: ReadonlyArray<Interval>,
  seconds: number,
  { longest, wanted, shared }: PieceLimits
): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  const pauses = gaps
    .filter(({ start, end }) => start > 0 && end < seconds)
    .map(({ start, end }) => ({ at: (start + end) / 2, length: end - start }))
  let start = 0
  let overlap = 0
  while (seconds - start > Math.min(wanted * 1.25, longest)) {
    const from = start
    const left = seconds - from
    const even = left / Math.ceil(left / Math.min(wanted, longest))
    const between = (least: number, most: number) => pauses.filter(({ at }) => at > from + least && at <= from + most)
    // A long pause is a good place; half as long a one is as good in the very middle.
    const worth = ({ at, length }: { readonly at: number; readonly length: number }) =>
      length / (1 + (4 * Math.abs(at - from - even)) / even)
    const near = between(even * 0.7, Math.min(longest, even * 1.15))
    const pause =
      near.length > 0
        ? near.reduce((a, b) => (worth(b) > worth(a) ? b : a))
        : between(Math.max(overlap, longest * 0.1), longest).at(-1)
    if (pause === undefined && left <= longest) break
    const end = pause?.at ?? start + longest
    pieces.push({ start, end, overlap })
    overlap = pause === undefined ? Math.min(shared, longest / 4) : 0
    start = end - overlap
  }
  if (seconds > start) pieces.push({ start, end: seconds, overlap })
  return pieces
}

export interface WindowLimits {
  /** Seconds that a window should have, and may have. */
  readonly least: number
  readonly most: number
}

/** A stretch of speech for a model that gives no times; `speech` is where in it somebody speaks. */
export interface Window extends Piece {
  readonly speech: ReadonlyArray<Interval>
}

/** Seconds of quiet around speech that go along with it. */
const margin = 0.4

/**
 * Groups regions of speech into windows that end at pauses: of `least` seconds or the nearest longer pause, never more
 * than `most`. Speech without a pause for that long is cut with an overlap.
 */
export const planWindows = (
  regions: ReadonlyArray<Interval>,
  fineRegions: ReadonlyArray<Interval>,
  seconds: number,
  { least, most }: WindowLimits
): ReadonlyArray<Window> => {
  const room = most - 2 * margin
  const parts = regions.flatMap((region): ReadonlyArray<Piece> => {
    if (region.end - region.start <= room) return [{ ...region, overlap: 0 }]
    const within = fineRegions.filter(({ start, end }) => end > region.start && start < region.end)
    const gaps = within.slice(1).map(({ start }, index) => ({
      start: within[index]!.end - region.start,
      end: start - region.start
    }))
    return planPieces(gaps, region.end - region.start, { longest: room, wanted: room * 0.8, shared: 2 }).map(
      ({ start, end, overlap }) => ({ start: start + region.start, end: end + region.start, overlap })
    )
  })
  const groups: Array<Array<Piece>> = []
  for (const part of parts) {
    const group = groups.at(-1)
    const first = group?.[0]
    const last = group?.at(-1)
    const joins =
      first !== undefined &&
      last !== undefined &&
      part.overlap === 0 &&
      last.end - first.start < least &&
      part.end - first.start <= room &&
      part.start - last.end < 3
    if (joins) group!.push(part)
    else groups.push([part])
  }
  return groups.map((group, index): Window => {
    const first = group[0]!
    const last = group.at(-1)!
    const before = groups[index - 1]?.at(-1)?.end ?? 0
    const after = groups[index + 1]?.[0]?.start ?? seconds
    return {
      start: Math.max(0, first.start - Math.max(0, Math.min(margin, (first.start - before) / 2))),
      end: Math.min(seconds, last.end + Math.max(0, Math.min(margin, (after - last.end) / 2))),
      overlap: first.overlap,
      speech: group.map(({ start, end }) => ({ start, end }))
    }
  })
}
