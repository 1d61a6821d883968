import { sampleRate, toSamples, toSeconds } from "../domain/Sound.ts"
import { highestTempo, type PlanOptions, prepare, type ToPlan } from "./FitLines.ts"
import { coarse } from "./FitPath.ts"
import { place } from "./FitSamples.ts"

export type { PlanOptions, ToPlan } from "./FitLines.ts"

/** When a line is heard: seconds, to the sample (multiples of 1/48000); `end - start` is the clip at `tempo`. */
export interface Planned {
  readonly id: number
  readonly start: number
  readonly end: number
  readonly tempo: number
  readonly overflow: boolean
}

/** A line heard later than this, in seconds, does not fit. */
const tooLate = 3

export const plan = (utterances: ReadonlyArray<ToPlan>, options: PlanOptions): ReadonlyArray<Planned> => {
  const prepared = prepare(utterances, options)
  const placed = place(utterances, options, prepared, coarse(prepared.lines))
  const leadIn = options.leadIn ?? 0.1
  const end = toSamples(options.duration)
  const highest = highestTempo(options)
  let nextIsLate = false
  const backwards = utterances.toReversed().map((utterance, index): Planned => {
    const line = placed.get(utterances.length - 1 - index)
    if (line === undefined) {
      const start = Math.max(0, utterance.start)
      return {
        id: utterance.id,
        start: toSeconds(toSamples(start)),
        end: toSeconds(toSamples(Math.max(start, utterance.end))),
        tempo: 1,
        overflow: false
      }
    }
    const own = Math.max(0, utterance.start)
    const start = toSeconds(line.start)
    const late = start - own > tooLate
    const atLimit = line.tempo > highest - 1e-3
    const overflow =
      late ||
      (atLimit && nextIsLate) ||
      line.start + line.length > end ||
      own - leadIn - start > 1e-3 ||
      (options.strict === true && line.start + line.length > toSamples(utterance.end) + 0.001 * sampleRate)
    nextIsLate = late
    return { id: utterance.id, start, end: toSeconds(line.start + line.length), tempo: line.tempo, overflow }
  })
  return backwards.toReversed()
}
