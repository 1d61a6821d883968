import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { amplitudes, findPeaks } from "../../src/media/Peaks.ts"

describe("Peaks", () => {
  it("keeps the highest amplitude of each part, whatever order the pieces come in", () => {
    const found = findPeaks(96_000, 48_000)
    const second = new Float32Array(96_000).fill(0.25)
    second[3000] = -1
    found.add(second, 2, 48_000)
    found.add(second.subarray(0, 2000), 2, 0)
    found.add(second.subarray(0, 2000), 2, 95_999)
    const { perSecond, values } = found.peaks()
    assert.strictEqual(perSecond, 25)
    assert.strictEqual(values.length, 50)
    const heard = [...amplitudes({ perSecond, values })].map((one) => Math.round(one * 100) / 100)
    assert.deepStrictEqual(heard.slice(0, 2), [0.26, 0])
    assert.deepStrictEqual(heard.slice(25, 27), [1, 0.26])
  })

  it.prop(
    "stays small for a sound of any length",
    { seconds: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))) },
    ({ seconds }) => {
      const { perSecond, values } = findPeaks(seconds * 8000, 8000).peaks()
      assert.isAtMost(values.length, 120_000)
      assert.closeTo(values.length / perSecond, seconds, 1 / perSecond)
      assert.isAtMost(perSecond, 25)
    }
  )
})
