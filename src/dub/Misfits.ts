import type { Placement } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { comfort, fitMetrics } from "../timeline/Metrics.ts"

/** Least silence between neighbours that the plan keeps; seconds. */
const breath = 0.08
const rounding = 1e-4

/** How far a placement is from comfortable: 0 where it is; above 1 where it does not even fit. */
export const discomfort = ({ key, status, tempo }: Placement): number =>
  key === null
    ? 0
    : (status === "overflow" ? 1 : 0) +
      Math.max(0, tempo - comfort.highest - rounding, comfort.lowest - tempo - rounding)

/** Whether a line is heard too fast or too slowly, or has not enough room. */
export const isMisfit = (placement: Placement): boolean => discomfort(placement) > 0

/** The seconds that a line should take at the voice's own pace, to be heard at that pace where it is. */
export const wantedSeconds = (utterance: Utterance, placement: Placement): number => {
  const heard = placement.spokenEnd - placement.spokenStart
  const slot = Math.max(0, utterance.slotEnd - utterance.start - breath)
  if (placement.tempo < 1 && placement.status !== "overflow") return Math.min(heard, Math.max(slot, 0.5 * heard))
  // Not less than half of what it takes now: what is left would not say the same.
  return Math.max(Math.min(heard, slot), 0.5 * placement.clipSeconds)
}

interface Placed {
  readonly utterances: ReadonlyArray<Utterance>
  readonly placements: ReadonlyArray<Placement>
}

const overall = ({ placements, utterances }: Placed) => {
  const rows = placements.flatMap((placement, i) => {
    const { end, start } = utterances[i]!
    const { key, spokenEnd, spokenStart, status, tempo } = placement
    return key === null ? [] : [{ start, end, spokenStart, spokenEnd, tempo, status }]
  })
  const overflow = rows.filter(({ status }) => status === "overflow").length
  const misfits = placements.filter(isMisfit).length
  return {
    ...fitMetrics(rows, []),
    overflow,
    misfits,
    discomfort: placements.reduce((sum, p) => sum + discomfort(p), 0)
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
    is.tempoMax <= Math.max(was.tempoMax, comfort.highest) + rounding &&
    is.driftP95 <= was.driftP95 + 0.01 &&
    is.driftMax <= was.driftMax + 0.05
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
    const better = left.filter(
      ({ index }) => discomfort(next.placements[index]!) < discomfort(current.placements[index]!) - rounding
    )
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
