import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Stretch } from "../../src/timeline/Stretch.ts"
import * as Sonic from "../../src/timeline/Stretch/Sonic.ts"
import { sine, steepest, voice } from "./Signals.ts"

/** Pitch in hertz around sample `at`, by autocorrelation with a parabola through its top. */
const pitchAt = (samples: Float32Array, at: number, near: number): number => {
  const window = 4800
  const correlate = (lag: number) => {
    let sum = 0
    let a = 1e-12
    let b = 1e-12
    for (let i = at; i < at + window; i++) {
      sum += samples[i]! * samples[i + lag]!
      a += samples[i]! ** 2
      b += samples[i + lag]! ** 2
    }
    return sum / Math.sqrt(a * b)
  }
  const expected = 48_000 / near
  let best = Math.round(expected * 0.8)
  for (let lag = best; lag <= expected * 1.2; lag++) if (correlate(lag) > correlate(best)) best = lag
  const [left, middle, right] = [correlate(best - 1), correlate(best), correlate(best + 1)]
  return 48_000 / (best + (left - right) / (2 * (left - 2 * middle + right)))
}

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1]!

const energy = (part: Float32Array, from: number, to: number) =>
  part.subarray(Math.round(from), Math.round(to)).reduce((sum, x) => sum + x * x, 0) / (to - from)

describe("Stretch by libsonic", () => {
  layer(Sonic.layer)((test) => {
    test.effect("gives exactly the length asked for, at any tempo", () =>
      Effect.gen(function* () {
        const { stretch } = yield* Stretch
        for (const length of [1, 48, 480, 4801, 48_000, 131_072]) {
          for (const tempo of [0.85, 0.9, 1.07, 1.3, 1.5]) {
            const wanted = Math.round(length / tempo)
            assert.strictEqual((yield* stretch(voice(length / 48_000), tempo, wanted)).length, wanted)
          }
        }
      })
    )

    test.effect("returns the input itself at tempo 1, and never changes it", () =>
      Effect.gen(function* () {
        const { stretch } = yield* Stretch
        const samples = voice(1)
        const before = samples.slice()
        assert.strictEqual(yield* stretch(samples, 1, samples.length), samples)
        assert.deepStrictEqual((yield* stretch(samples, 1, 50_000)).slice(0, 48_000), samples)
        yield* stretch(samples, 1.3, 36_923)
        assert.deepStrictEqual(samples, before)
      })
    )

    test.effect("keeps the pitch within 10 cents", () =>
      Effect.gen(function* () {
        const { stretch } = yield* Stretch
        for (const pitch of [90, 130, 210, 320]) {
          const samples = voice(4, { pitch })
          for (const tempo of [0.85, 1.15, 1.3, 1.5]) {
            const stretched = yield* stretch(samples, tempo, Math.round(samples.length / tempo))
            const cents = Array.from({ length: 12 }, (_, k) => {
              const measured = pitchAt(stretched, 12_000 + k * 9000, pitch)
              return 1200 * Math.log2(measured / pitch)
            })
            assert.isBelow(Math.abs(median(cents)), 10)
          }
        }
      })
    )

    test.effect("keeps every moment in its place: a pause in the middle stays in the middle, the end is heard", () =>
      Effect.gen(function* () {
        const { stretch } = yield* Stretch
        const samples = voice(4)
        samples.fill(0, 90_000, 110_000)
        for (const tempo of [0.85, 1.2, 1.5]) {
          const stretched = yield* stretch(samples, tempo, Math.round(samples.length / tempo))
          assert.isBelow(energy(stretched, 92_000 / tempo, 108_000 / tempo), energy(samples, 0, 90_000) / 1000)
          const last = [samples.length - 4800, samples.length - 1000] as const
          const ratio = energy(stretched, last[0] / tempo, last[1] / tempo) / energy(samples, ...last)
          assert.isAbove(ratio, 0.3)
          assert.isBelow(ratio, 3)
        }
      })
    )

    test.effect("makes no clicks and stretches ten minutes as it does ten seconds", () =>
      Effect.gen(function* () {
        const { stretch } = yield* Stretch
        const tone = sine(200, 600, 0.5)
        const stretched = yield* stretch(tone, 1.25, tone.length / 1.25)
        assert.strictEqual(stretched.length, 480 * 48_000)
        assert.isBelow(steepest(stretched, 4800, stretched.length - 4800), steepest(tone) * 1.2)
        const tail = stretched.subarray(stretched.length - 48_000, stretched.length - 4800)
        assert.closeTo(Math.sqrt(tail.reduce((sum, x) => sum + x * x, 0) / tail.length), 0.5 * Math.SQRT1_2, 0.02)
      })
    )
  })

  it.effect("is one layer among others", () =>
    Effect.gen(function* () {
      const { stretch } = yield* Stretch
      assert.strictEqual((yield* stretch(voice(1), 2, 24_000)).length, 24_000)
    }).pipe(
      Effect.provide(
        Layer.succeed(
          Stretch,
          Stretch.of({ stretch: (samples, _tempo, length) => Effect.succeed(samples.slice(0, length)) })
        )
      )
    )
  )
})
