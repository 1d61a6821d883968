import type { Placement } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { comfort, fitMetrics } from "../timeline/Metrics.ts"

/** Least silence between neighbours that the plan keeps; seconds. */
const breath = 0.08
const rounding = 1e-4

/** A voice so many seconds late is noticed; a little less is aimed at. */
const heardDrift = 0.5
/** So much more or less is not heard: drift in seconds, tempo as a factor. */
const unheard = { drift: 0.05, tempo: 0.005 }
const noticeableDrift = 0.4

/** Lines and when they are heard. */
export interface Placed {
  readonly utterances: ReadonlyArray<Utterance>
  readonly placements: ReadonlyArray<Placement>
}

/** By how much a line that is too long for its slot makes the next one noticeably late, in seconds. */
const pushes = ({ placements, utterances }: Placed, i: number): number => {
  let next = i + 1
  while (next < placements.length && placements[next]!.key === null) next++
  const { clipSeconds, spokenEnd } = placements[i]!
  const { slotEnd, start } = utterances[i]!
  if (next === placements.length || spokenEnd + breath <= slotEnd || clipSeconds + breath <= slotEnd - start) return 0
  return Math.max(0, placements[next]!.spokenStart - utterances[next]!.start - noticeableDrift)
}

/**
 * How far a line is from comfortable: 0 where it is heard at a comfortable tempo and leaves the next its time; above 1
 * where it does not even fit.
 */
export const discomfort = (placed: Placed, i: number): number => {
  const { key, status, tempo } = placed.placements[i]!
  if (key === null) return 0
  const hurry = Math.max(0, tempo - comfort.highest - rounding, comfort.lowest - tempo - rounding)
  return (status === "overflow" ? 1 : 0) + hurry + 0.1 * pushes(placed, i)
}

/** Whether a line is heard too fast or too slowly, has not enough room, or makes the next one noticeably late. */
export const isMisfit = (placed: Placed, i: number): boolean => discomfort(placed, i) > 0

/** The seconds that a line should take at the voice's own pace, to be heard at that pace where it is. */
export const wantedSeconds = (utterance: Utterance, placement: Placement): number => {
  const heard = placement.spokenEnd - placement.spokenStart
  const slot = Math.max(0, utterance.slotEnd - utterance.start - breath)
  if (placement.tempo < 1 && placement.status !== "overflow") return Math.min(heard, Math.max(slot, 0.5 * heard))
  // Not less than half of what it takes now: what is left would not say the same.
  return Math.max(Math.min(heard, slot), 0.5 * placement.clipSeconds)
}

const overall = (placed: Placed) => {
  const { placements, utterances } = placed
  const rows = placements.flatMap((placement, i) => {
    const { end, start } = utterances[i]!
    const { key, spokenEnd, spokenStart, status, tempo } = placement
    return key === null ? [] : [{ start, end, spokenStart, spokenEnd, tempo, status }]
  })
  const discomforts = placements.map((_, i) => discomfort(placed, i))
  return {
    ...fitMetrics(rows, []),
    overflow: rows.filter(({ status }) => status === "overflow").length,
    misfits: discomforts.filter((one) => one > 0).length,
    discomfort: discomforts.reduce((sum, one) => sum + one, 0)
  }
}

/** Whether a plan is nowhere worse than another, to what can be heard. */
export const isNoWorse = (before: Placed, after: Placed): boolean => {
  const [was, is] = [overall(before), overall(after)]
  return (
    is.misfits <= was.misfits &&
    is.overflow <= was.overflow &&
    is.discomfort <= was.discomfort &&
    is.overlaps <= was.overlaps &&
    is.tempoMax <= Math.max(was.tempoMax + unheard.tempo, comfort.highest) &&
    is.driftP95 <= Math.max(was.driftP95 + unheard.drift, heardDrift) &&
    is.driftMax <= Math.max(was.driftMax + unheard.drift, heardDrift)
  )
}

/** Tries alternatives for lines and gives the plan with those that make their own line better and none worse. */
export const keepBetter = <Plan extends Placed, Alternative extends { readonly index: number }>(
  current: Plan,
  alternatives: ReadonlyArray<Alternative>,
  apply: (plan: Plan, alternatives: ReadonlyArray<Alternative>) => Plan
): Plan => {
  let left = alternatives
  while (left.length > 0) {
    const next = apply(current, left)
    const better = left.filter(({ index }) => discomfort(next, index) < discomfort(current, index) - rounding)
    if (better.length === left.length) {
      if (isNoWorse(current, next)) return next
      if (left.length === 1) return current
      // Some spoil it for the others: each half by itself finds them.
      const middle = left.length >> 1
      const first = keepBetter(current, left.slice(0, middle), apply)
      return keepBetter(first, left.slice(middle), apply)
    }
    left = better
  }
  return current
}
