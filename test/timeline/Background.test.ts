import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { constantGain, duckingGain, exceptIn, onlyIn, type GainCurve } from "../../src/timeline/Background.ts"
import { decibels, same, steepest } from "./Signals.ts"

const gains = (curve: GainCurve, from: number, to: number) => {
  const filled = new Float32Array(to - from)
  curve.fill(from, filled)
  return filled
}
const at = (curve: GainCurve, seconds: number) =>
  decibels(gains(curve, Math.round(seconds * 48_000), Math.round(seconds * 48_000) + 1)[0]!)

const pairs = Schema.Array(Schema.Tuple([Schema.Finite, Schema.Finite]))

describe("duckingGain", () => {
  const curve = duckingGain([
    { start: 2, end: 4 },
    { start: 4.5, end: 6 },
    { start: 8, end: 9 }
  ])

  it("is down 12 dB in the intervals and in short gaps, and up elsewhere", () => {
    for (const seconds of [2, 3, 4.2, 5.99, 8.5]) assert.closeTo(at(curve, seconds), -12, 0.01)
    for (const seconds of [0, 1.87, 6.36, 7, 7.87, 9.36, 100]) assert.closeTo(at(curve, seconds), 0, 0.01)
  })

  it("takes 120 ms down and 350 ms up", () => {
    assert.closeTo(at(curve, 1.94), decibels((1 + 10 ** (-12 / 20)) / 2), 0.05)
    assert.closeTo(at(curve, 6.175), decibels((1 + 10 ** (-12 / 20)) / 2), 0.05)
  })

  it("is smooth", () => {
    assert.isBelow(steepest(gains(curve, 0, 480_000)), 0.0003)
  })

  it("takes any depth, and nothing", () => {
    const silent = duckingGain([{ start: 1, end: 2 }], {
      depthDecibels: -Infinity,
      attackSeconds: 0,
      releaseSeconds: 0,
      bridgeSeconds: 0
    })
    assert.deepStrictEqual([...gains(silent, 47_999, 48_001)], [1, 0])
    assert.deepStrictEqual([...gains(silent, 95_999, 96_001)], [0, 1])
    assert.deepStrictEqual([...gains(duckingGain([]), 0, 3)], [1, 1, 1])
    assert.deepStrictEqual([...gains(duckingGain([{ start: 1, end: 1 }]), 48_000, 48_001)], [1])
  })

  it.prop(
    "is the same in one piece and in many, and never out of its limits",
    [pairs],
    ([spans]) => {
      const ducked = duckingGain(
        spans.map(([start, length]) => ({
          start: Math.abs(start) % 2,
          end: (Math.abs(start) % 2) + (Math.abs(length) % 1)
        }))
      )
      const whole = gains(ducked, 0, 100_000)
      for (let from = 0; from < 100_000; from += 37_003) {
        assert.isTrue(same(gains(ducked, from, Math.min(100_000, from + 37_003)), whole.subarray(from, from + 37_003)))
      }
      assert.isTrue(whole.every((gain) => gain >= 10 ** (-12 / 20) - 1e-6 && gain <= 1))
      assert.isBelow(steepest(whole), 0.0003)
    },
    { arbitrary: { runs: 50 } }
  )
})

describe("what is kept at full level", () => {
  it("is heard where all else is dropped, with fades of 50 ms", () => {
    const curve = onlyIn([{ start: 1, end: 2 }])
    assert.deepStrictEqual(
      [0.94, 1, 1.5, 1.999, 2.06].map((seconds) => at(curve, seconds)),
      [-Infinity, 0, 0, 0, -Infinity]
    )
    assert.isBelow(steepest(gains(curve, 0, 144_000)), 0.001)
  })

  it("overrides ducking", () => {
    const curve = exceptIn(duckingGain([{ start: 0, end: 10 }]), [{ start: 4, end: 5 }])
    assert.closeTo(at(curve, 3.9), -12, 0.01)
    assert.closeTo(at(curve, 4.5), 0, 0.01)
    assert.closeTo(at(exceptIn(constantGain(0.5), [{ start: 4, end: 5 }], 0.8), 4.5), decibels(0.8), 0.01)
  })
})
