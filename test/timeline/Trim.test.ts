import { assert, describe, it } from "@effect/vitest"
import { speechBounds, trim } from "../../src/timeline/Trim.ts"
import { concat, noise, silence, steepest, voice } from "./Signals.ts"

const hiss = (seconds: number) => noise(seconds, 0.0005, 7)

describe("speechBounds", () => {
  it("finds speech between silences to a few milliseconds, whatever its level", () => {
    for (const level of [0.9, 0.3, 0.05]) {
      const spoken = concat(silence(0.31), voice(1.4, { level }), silence(0.52))
      const { start, end } = speechBounds(spoken)
      assert.closeTo(start, 0.31 * 48_000, 0.02 * 48_000)
      assert.closeTo(end, 1.71 * 48_000, 0.03 * 48_000)
    }
  })

  it("is not misled by hiss", () => {
    const { start, end } = speechBounds(concat(hiss(0.5), voice(1, { level: 0.5 }), hiss(0.5)))
    assert.closeTo(start, 24_000, 1000)
    assert.closeTo(end, 72_000, 1500)
  })

  it("finds speech in a noise that lies under all of it, at the start, at the end or at both", () => {
    for (const [before, after] of [
      [0.4, 0.5],
      [0.4, 0],
      [0, 0.5]
    ] as const) {
      const spoken = concat(silence(before), voice(2), silence(after))
      const noisy = noise(spoken.length / 48_000, 0.01).map((x, i) => x + spoken[i]!)
      const { start, end } = speechBounds(concat(silence(0.1), noisy))
      assert.closeTo(start, (0.1 + before) * 48_000, 1500)
      assert.closeTo(end, (2.1 + before) * 48_000, 1500)
    }
  })

  it("does not take a soft consonant for noise", () => {
    const soft = noise(0.25, 0.01)
    const { start, end } = speechBounds(
      concat(silence(0.2), soft, voice(0.6), silence(0.05), voice(0.6), soft, silence(0.2))
    )
    assert.closeTo(start, 0.2 * 48_000, 500)
    assert.closeTo(end, 1.95 * 48_000, 1000)
  })

  it("keeps what is quiet between two words", () => {
    const { start, end } = speechBounds(concat(voice(0.4), silence(1.2), voice(0.4)))
    assert.isBelow(start, 1000)
    assert.isAbove(end, 95_000)
  })

  it("takes a silent clip, an empty one and one sample as they are", () => {
    assert.deepStrictEqual(speechBounds(silence(0.5)), { start: 0, end: 24_000 })
    assert.deepStrictEqual(speechBounds(new Float32Array(0)), { start: 0, end: 0 })
    assert.deepStrictEqual(speechBounds(new Float32Array([0.5])), { start: 0, end: 1 })
  })

  it("leaves out clicks at the edges", () => {
    const clip = concat(silence(0.05), silence(0.3), voice(1), silence(0.3))
    clip[800] = 0.9
    clip[clip.length - 600] = -0.8
    const { start, end } = speechBounds(clip)
    assert.isAbove(start, 0.33 * 48_000)
    assert.isBelow(end, 1.4 * 48_000)
  })

  it("sees through a DC offset", () => {
    const { start, end } = speechBounds(concat(silence(0.4), voice(1), silence(0.4)).map((x) => x + 0.1))
    assert.closeTo(start, 19_200, 1000)
    assert.closeTo(end, 67_200, 1500)
  })
})

describe("trim", () => {
  it("starts and ends without a step, and takes the offset out", () => {
    const clip = concat(silence(0.2), voice(1), silence(0.2)).map((x) => x + 0.05)
    const before = clip.slice()
    const trimmed = trim(clip)
    assert.deepStrictEqual(clip, before)
    assert.isBelow(Math.abs(trimmed[0]!), 0.001)
    assert.isBelow(Math.abs(trimmed.at(-1)!), 0.001)
    assert.isBelow(Math.abs(trimmed.reduce((a, b) => a + b, 0) / trimmed.length), 0.005)
  })

  it("fades where the bounds cut through speech", () => {
    const clip = voice(2)
    const trimmed = trim(clip, { start: 30_000, end: 60_000 })
    assert.strictEqual(trimmed.length, 30_000)
    assert.isAtMost(steepest(concat(silence(0.01), trimmed, silence(0.01))), steepest(clip) * 1.01)
  })
})
