import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { prepare } from "../../src/timeline/FitLines.ts"
import { plan, type PlanOptions, type Planned, type ToPlan } from "../../src/timeline/Plan.ts"
import { totalCost } from "../../src/timeline/PlanCosts.ts"
import { solve } from "../../src/timeline/FitSolve.ts"

const milliseconds = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** A line as pause before it, length in the source, length of the clip in percent of that, and who speaks. */
const Spoken = Schema.Struct({
  pause: milliseconds(-200, 3_000),
  window: milliseconds(0, 9_000),
  percent: Schema.Int.check(Schema.isBetween({ minimum: 40, maximum: 160 })),
  speaker: Schema.Literals(["a", "b"]),
  spoken: Schema.Literals([true, true, true, true, false])
})
type Spoken = typeof Spoken.Type
const Lecture = Schema.Array(Spoken).check(Schema.isMaxLength(60))
const Tail = milliseconds(-1_000, 20_000)

const linesOf = (spoken: ReadonlyArray<Spoken>): ReadonlyArray<ToPlan> => {
  let at = 0.5
  return spoken.map(({ pause, percent, speaker, spoken: isSpoken, window }, id) => {
    const start = Math.max(0, at + pause / 1_000)
    at = start + window / 1_000
    const clipSeconds = Math.round(window * 0.48 * percent) / 48_000
    return { id, speaker, start, end: at, clipSeconds, spoken: isSpoken }
  })
}

const optionsFor = (lines: ReadonlyArray<ToPlan>, tail: number): PlanOptions => ({
  duration: Math.max(0.1, (lines.at(-1)?.end ?? 0) + tail / 1_000),
  maxTempo: 1.3,
  minTempo: 0.9
})

const samples = (seconds: number) => Math.round(seconds * 48_000)

const heard = (lines: ReadonlyArray<ToPlan>, result: ReadonlyArray<Planned>) =>
  result.flatMap((planned, i) => (lines[i]!.spoken && lines[i]!.clipSeconds > 0 ? [{ planned, line: lines[i]! }] : []))

// The size lets a lecture have up to 60 lines; by default there would be three.
const runs = { arbitrary: { runs: 300, size: 60 } }

// What the solver's last barriers leave.
const within = (cost: number) => cost + 0.005 + 1e-4 * Math.abs(cost)

const costOf = (lines: ReadonlyArray<ToPlan>, options: PlanOptions): number => {
  const prepared = prepare(lines, options).lines
  return totalCost(prepared, solve(prepared))
}

const later = (line: ToPlan, seconds: number): ToPlan => ({
  ...line,
  start: line.start + seconds,
  end: line.end + seconds
})

describe("plan", () => {
  it.prop(
    "never overlaps, keeps the order, the limits and the lead-in, and is exact to the sample",
    [Lecture, Tail],
    ([spoken, tail]) => {
      const lines = linesOf(spoken)
      const options = optionsFor(lines, tail)
      const result = plan(lines, options)
      assert.deepStrictEqual(
        result.map(({ id }) => id),
        lines.map(({ id }) => id)
      )
      let free = 0
      for (const { line, planned } of heard(lines, result)) {
        const start = samples(planned.start)
        assert.strictEqual(planned.start, start / 48_000)
        assert.isAtLeast(start, free)
        free = samples(planned.end)
        assert.isAtLeast(planned.tempo, 0.9 - 1e-9)
        assert.isAtMost(planned.tempo, 1.3)
        assert.strictEqual(free - start, Math.round((line.clipSeconds * 48_000) / planned.tempo))
        const early = Math.max(0, line.start) - planned.start
        if (early > 0.1 + 1e-6) {
          assert.isAbove(line.start, options.duration - 10)
          assert.isAtMost(early, 3 + 1e-6)
        }
        if (planned.tempo < 1) assert.isAtMost(planned.end - planned.start, line.end - line.start + 1e-4)
      }
    },
    runs
  )

  it.prop(
    "leaves the breath alone unless a line is at the highest tempo",
    [Lecture],
    ([spoken]) => {
      const lines = linesOf(spoken)
      const rows = heard(lines, plan(lines, optionsFor(lines, 20_000)))
      for (const [i, { planned }] of rows.slice(1).entries()) {
        if (planned.start - rows[i]!.planned.end > 0.08 - 2e-5) continue
        assert.isAbove(Math.max(...rows.map((row) => row.planned.tempo)), 1.29)
      }
    },
    runs
  )

  it.prop(
    "does not touch lines that fit and stand alone",
    [Schema.Array(Schema.Struct({ window: milliseconds(300, 8_000), longer: milliseconds(0, 1_500) }))],
    ([spoken]) => {
      let at = 1
      const lines = spoken.map(({ longer, window }, id): ToPlan => {
        const start = at
        at += (window + longer) / 1_000 + 2.5
        return {
          id,
          speaker: "a",
          start,
          end: start + window / 1_000,
          clipSeconds: (window + longer) / 1_000,
          spoken: true
        }
      })
      const result = plan(lines, { duration: at, maxTempo: 1.3, minTempo: 0.9 })
      for (const [i, planned] of result.entries()) {
        assert.strictEqual(samples(planned.start), samples(lines[i]!.start))
        assert.strictEqual(planned.tempo, 1)
        assert.isFalse(planned.overflow)
      }
    },
    runs
  )

  it.prop(
    "never gets worse by more room: a longer pause, or a longer video",
    [Lecture, Tail, milliseconds(0, 60), milliseconds(0, 3_000)],
    ([spoken, tail, at, more]) => {
      const lines = linesOf(spoken.map((each) => ({ ...each, pause: Math.max(0, each.pause) })))
      const options = optionsFor(lines, Math.max(0, tail))
      const before = costOf(lines, options)
      const longer = { ...options, duration: options.duration + more / 1_000 }
      assert.isAtMost(costOf(lines, longer), within(before))
      const wider = lines.map((line, i) => (i < at ? line : later(line, more / 1_000)))
      assert.isAtMost(costOf(wider, longer), within(before))
    },
    runs
  )

  it.prop(
    "costs no more on samples than a sample off each breath and a sample past the end",
    [Lecture, Tail],
    ([spoken, tail]) => {
      const lines = linesOf(spoken)
      const options = optionsFor(lines, Math.abs(tail) + 5_000)
      const { chain, lines: prepared } = prepare(lines, options)
      const result = plan(lines, options)
      const lengths = chain.map((position) => result[position]!.end - result[position]!.start)
      const onSamples = totalCost(prepared, {
        starts: Float64Array.from(chain, (position) => result[position]!.start),
        paces: Float64Array.from(chain, (position, i) => lengths[i]! / lines[position]!.clipSeconds)
      })
      assert.isAtMost(onSamples, within(costOf(lines, options)) + 0.03 * chain.length + 2.1)
    },
    runs
  )

  it.prop(
    "keeps speakers apart who did not overlap, and every speaker from overlapping itself",
    [Lecture, Tail],
    ([spoken, tail]) => {
      const lines = linesOf(spoken.map((each) => ({ ...each, pause: each.pause - 600 })))
      const options = { ...optionsFor(lines, tail), allowOverlapOfSpeakers: true }
      const rows = heard(lines, plan(lines, options))
      for (const [i, { line, planned }] of rows.entries()) {
        for (const earlier of rows.slice(Math.max(0, i - 8), i)) {
          assert.isAtLeast(samples(planned.start), samples(earlier.planned.start))
          const together =
            line.speaker !== earlier.line.speaker && line.start < earlier.line.end && earlier.line.start < line.end
          if (!together) assert.isAtLeast(samples(planned.start), samples(earlier.planned.end))
        }
      }
    },
    runs
  )

  it.prop(
    "gives the same plan for the same lines, whatever the rules",
    [Lecture, Tail, Schema.Boolean, Schema.Boolean],
    ([spoken, tail, noSpeedup, strict]) => {
      const lines = linesOf(spoken)
      const options = { ...optionsFor(lines, tail), noSpeedup, strict }
      const result = plan(lines, options)
      assert.deepStrictEqual(plan(lines, options), result)
      for (const { end, start, tempo } of result) {
        assert.isTrue(Number.isFinite(start) && Number.isFinite(end) && end >= start)
        assert.isAtMost(tempo, noSpeedup ? 1 : 1.3)
      }
    },
    runs
  )
})
