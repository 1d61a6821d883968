import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { toInternalRate } from "../../src/media/Resample.ts"
import { levelOf, sine } from "../support/Sine.ts"

const peakOf = (samples: Float32Array, from = 0, to = samples.length): number =>
  samples.subarray(from, to).reduce((peak, x) => Math.max(peak, Math.abs(x)), 0)

const decibels = (ratio: number) => 20 * Math.log10(ratio)

const rates = [8000, 11_025, 16_000, 22_050, 24_000, 24_001, 32_000, 44_100, 88_200, 96_000, 192_000]

describe("toInternalRate", () => {
  for (const rate of rates) {
    it(`keeps a sine at ${rate} Hz in place, to the sample`, () => {
      const hertz = 1000
      const out = toInternalRate(sine(hertz, rate, 1), rate)
      assert.strictEqual(out.length, 48_000)
      const difference = sine(hertz, 48_000, 1).map((x, i) => out[i]! - x)
      assert.isBelow(decibels(peakOf(difference, 4800, 43_200) / 0.5), -85)
    })

    it(`passes what is below 0.41 of the lower rate from ${rate} Hz, and nothing beside it`, () => {
      const hertz = Math.floor((0.41 * Math.min(rate, 48_000)) / 100) * 100
      const out = toInternalRate(sine(hertz, rate, 1), rate)
      assert.closeTo(decibels(levelOf(out, hertz) / 0.5), 0, 0.05)
      const image = rate - hertz
      if (image < 24_000) assert.isBelow(decibels(levelOf(out, image) / 0.5), -80)
    })
  }

  for (const rate of [88_200, 96_000, 192_000]) {
    it(`lets nothing fold back from ${rate} Hz`, () => {
      for (const hertz of [24_000, 26_000, 30_000, 40_000]) {
        const out = toInternalRate(sine(hertz, rate, 0.5), rate)
        assert.isBelow(decibels(peakOf(out, 4800, out.length - 4800) / 0.5), -80, `${hertz} Hz`)
      }
    })
  }

  it("keeps the source's own samples when it doubles their number", () => {
    const source = Float32Array.from({ length: 1001 }, (_, i) => Math.sin(i * i))
    const out = toInternalRate(source, 24_000)
    assert.strictEqual(out.length, 2002)
    assert.deepStrictEqual(
      Array.from(source),
      Array.from(source, (_, i) => out[2 * i])
    )
  })

  it("has linear phase and no delay", () => {
    for (const rate of [8000, 16_000, 24_000, 96_000]) {
      const source = new Float32Array(rate / 10 + 1)
      source[rate / 20] = 1
      const out = toInternalRate(source, rate)
      const middle = 2400
      assert.strictEqual(out.indexOf(peakOf(out)), middle)
      for (let i = 1; i < 200; i++) assert.closeTo(out[middle - i]!, out[middle + i]!, 1e-5)
    }
  })

  it("keeps a constant", () => {
    for (const rate of rates) {
      const out = toInternalRate(new Float32Array(rate / 5).fill(0.25), rate)
      assert.closeTo(out[out.length >> 1]!, 0.25, 1e-6)
    }
  })

  it("gives what is at 48 kHz as it is", () => {
    const source = sine(440, 48_000, 0.1)
    assert.strictEqual(toInternalRate(source, 48_000), source)
  })

  it.prop(
    "has exactly the length of the source",
    [
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 })),
      Schema.Int.check(Schema.isBetween({ minimum: 1000, maximum: 192_000 }))
    ],
    ([length, rate]) => {
      const out = toInternalRate(new Float32Array(length).fill(1), rate)
      assert.strictEqual(out.length, Math.round((length * 48_000) / rate))
      assert.isTrue(out.every((x) => Math.abs(x) < 1.3))
    },
    { arbitrary: { runs: 30 } }
  )
})
