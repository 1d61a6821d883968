import { toSamples, toSeconds } from "../domain/Sound.ts"
import { highestTempo, originalAfter, type PlanOptions, prepare, type ToPlan } from "./FitLines.ts"
import { place, type Placed } from "./FitSamples.ts"
import { solve } from "./FitSolve.ts"

export type { PlanOptions, ToPlan } from "./FitLines.ts"

/**
 * When a line is heard: seconds from the start of the video, to the sample (multiples of 1/48000).
 * `end - start` is the clip's length at `tempo`, rounded to the sample.
 * `overflow`: it does not fit. It is heard more than 3 s late, or makes the next line so at the highest tempo, or starts
 * before its lead-in for the sake of the video's end, or sounds past that end, past its own window (strict), or over the
 * original voice that is heard in place of a line after it.
 */
export interface Planned {
  readonly id: number
  readonly start: number
  readonly end: number
  readonly tempo: number
  readonly overflow: boolean
}

const tooLate = 3
// A millisecond more or less is not heard, and is not worth a word.
const tolerance = 0.001

/**
 * Chooses when each line is heard and how fast, for all lines at once, so that the whole costs least.
 *
 * The unknowns of a line are its start and its pace, the length heard over the natural length of its clip. What hurts is
 * in PlanCosts: tempo above 1 with its square, and more above 1.15; drift from its own time with its square, and more
 * above half a second; not having come back after a pause of 2 s; a change of tempo between neighbours of one speaker;
 * speech of the source left bare, for which alone a line may be slowed. What must hold are limits: tempo within
 * `minTempo` and `maxTempo`, no start before the lead-in, no overlap; and two things that give way only when all else
 * has: the breath between neighbours, and the end of the video.
 *
 * All of these are convex in starts and paces, so there is one best plan. A line touches only its neighbours, so Newton's
 * method with barriers at the limits finds it in time linear in the number of lines (FitSolve). It is then put onto
 * samples, in order, so that nothing rounds into an overlap (FitSamples). The same lines give the same plan always.
 *
 * Any input has a plan; what does not fit is marked `overflow` and does the least harm that is left. Lines keep the order
 * they are given in. Lines not spoken are passed through at their own times. `start` and `clipSeconds` must be finite.
 */
export const plan = (utterances: ReadonlyArray<ToPlan>, options: PlanOptions): ReadonlyArray<Planned> => {
  const prepared = prepare(utterances, options)
  const placed = place(utterances, options, prepared, solve(prepared.lines))
  const original = originalAfter(utterances)
  let nextIsLate = false
  return utterances
    .map((utterance, position) => ({ utterance, line: placed.get(position), until: original[position]! }))
    .toReversed()
    .map(({ line, until, utterance }): Planned => {
      if (line === undefined) return silent(utterance)
      const overflow =
        isOverflow(utterance, line, options) ||
        toSeconds(line.start + line.length) > until + tolerance ||
        (nextIsLate && line.tempo > highestTempo(options) - tolerance)
      nextIsLate = isLate(utterance, line)
      const { length, start, tempo } = line
      return { id: utterance.id, start: toSeconds(start), end: toSeconds(start + length), tempo, overflow }
    })
    .toReversed()
}

const silent = ({ end, id, start }: ToPlan): Planned => {
  const first = toSamples(Math.max(0, start))
  return { id, start: toSeconds(first), end: toSeconds(Math.max(first, toSamples(end))), tempo: 1, overflow: false }
}

const ownTime = (utterance: ToPlan) => Math.max(0, utterance.start)

const isLate = (utterance: ToPlan, line: Placed) => toSeconds(line.start) - ownTime(utterance) > tooLate

const isOverflow = (utterance: ToPlan, line: Placed, options: PlanOptions): boolean => {
  const start = toSeconds(line.start)
  const end = line.start + line.length
  return (
    isLate(utterance, line) ||
    toSeconds(end) > options.duration + tolerance ||
    start < ownTime(utterance) - (options.leadIn ?? 0.1) - tolerance ||
    (options.strict === true && toSeconds(end) > utterance.end + tolerance)
  )
}
