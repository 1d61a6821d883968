import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { prepare } from "../../src/timeline/FitLines.ts"
import { solve } from "../../src/timeline/FitSolve.ts"
import type { PlanOptions, ToPlan } from "../../src/timeline/Plan.ts"
import {
  endCost,
  type Fit,
  frees,
  gapCost,
  jumpWeight,
  type Lines,
  paceCost,
  startCost,
  tooEarlyCost,
  totalCost
} from "../../src/timeline/PlanCosts.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Spoken = Schema.Struct({ pause: between(0, 1_500), window: between(200, 6_000), percent: between(60, 160) })

const linesOf = (spoken: ReadonlyArray<typeof Spoken.Type>): ReadonlyArray<ToPlan> => {
  let at = 0.5
  return spoken.map(({ pause, percent, window }, id) => {
    const start = at + pause / 1_000
    at = start + window / 1_000
    return { id, speaker: "a", start, end: at, clipSeconds: Math.round(window * 0.48 * percent) / 48_000, spoken: true }
  })
}

const optionsFor = (lines: ReadonlyArray<ToPlan>, tail: number): PlanOptions => ({
  duration: (lines.at(-1)?.end ?? 0) + tail / 1_000,
  maxTempo: 1.3,
  minTempo: 0.9
})

/** The least cost of all plans on a grid of paces and starts, by trying them all but those already too dear. */
const searched = (lines: Lines): number => {
  let best = Infinity
  const walk = (i: number, free: number, pace: number, cost: number) => {
    if (cost >= best) return
    if (i === lines.count) {
      best = cost
      return
    }
    for (let k = 0; k <= 8; k++) {
      const next = lines.fastest[i]! + ((lines.slowest[i]! - lines.fastest[i]!) * k) / 8
      for (const wanted of [lines.own[i]!, lines.own[i]! - 0.05, lines.leadIn[i]!, free]) {
        const start = Math.max(wanted, lines.earliest[i]!, i === 0 ? -Infinity : free + lines.breath)
        const added =
          startCost(lines, i, start) +
          tooEarlyCost(lines, i, start) +
          paceCost(lines, i, next) +
          endCost(lines, i, start + lines.clip[i]! * next) +
          (i === 0 ? 0 : gapCost(lines, start - free) + jumpWeight(lines, i) * (next - pace) ** 2)
        walk(i + 1, frees(lines, i, start, next), next, cost + added)
      }
    }
  }
  walk(0, -Infinity, 1, 0)
  return best
}

const limit = (least: number, most: number, value: number) => Math.min(most, Math.max(least, value))

const moved = (lines: Lines, fit: Fit, by: ReadonlyArray<number>): Fit => {
  const at = (i: number) => by[i % by.length]! / 10_000
  return {
    starts: fit.starts.map((start, i) => Math.max(lines.earliest[i]!, start + at(2 * i))),
    paces: fit.paces.map((pace, i) => limit(lines.fastest[i]!, lines.slowest[i]!, pace + at(2 * i + 1)))
  }
}

describe("the plan of least cost", () => {
  it.prop(
    "is no dearer than the best on a grid, searched in full",
    [Schema.Array(Spoken).check(Schema.isMinLength(1), Schema.isMaxLength(4)), between(-500, 3_000)],
    ([spoken, tail]) => {
      const lines = linesOf(spoken)
      const prepared = prepare(lines, optionsFor(lines, tail)).lines
      const cost = totalCost(prepared, solve(prepared))
      assert.isAtMost(cost, searched(prepared) + 0.005)
    },
    { arbitrary: { runs: 60 } }
  )

  it.prop(
    "gets dearer by any small change",
    [
      Schema.Array(Spoken).check(Schema.isMinLength(1), Schema.isMaxLength(60)),
      between(-500, 3_000),
      Schema.Array(between(-100, 100)).check(Schema.isMinLength(1), Schema.isMaxLength(40))
    ],
    ([spoken, tail, by]) => {
      const lines = linesOf(spoken)
      const prepared = prepare(lines, optionsFor(lines, tail)).lines
      const fit = solve(prepared)
      assert.isAtLeast(totalCost(prepared, moved(prepared, fit, by)), totalCost(prepared, fit) - 0.005)
    },
    { arbitrary: { runs: 300, size: 60 } }
  )
})
