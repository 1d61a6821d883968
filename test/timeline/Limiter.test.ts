import { assert, describe, it } from "@effect/vitest"
import { isIdle, limiterGains, makeState, marginAfter, marginBefore, runIn } from "../../src/timeline/Limiter.ts"
import { makeMeter } from "../../src/timeline/Loudness.ts"
import { concat, decibels, noise, scale, silence, sine, voice } from "./Signals.ts"

const margins = (samples: Float32Array, from: number, to: number) => {
  const part = new Float32Array(marginBefore + to - from + marginAfter)
  for (let i = 0; i < part.length; i++) part[i] = samples[from - marginBefore + i] ?? 0
  return part
}

/** Limits samples `from` to `to`, in pieces, after a run-in. */
const limit = (samples: Float32Array, ceiling: number, from = 0, to = samples.length, piece = 48_000) => {
  const state = makeState()
  const output = new Float32Array(to - from)
  let truePeak = 0
  for (let at = Math.max(0, from - runIn); at < to;) {
    const end = at < from ? from : Math.min(to, at + piece)
    const part = margins(samples, at, end)
    const limited = limiterGains(state, [part], marginBefore, marginBefore + end - at, ceiling)
    if (at >= from) {
      truePeak = Math.max(truePeak, limited.truePeak)
      for (let i = at; i < end; i++) output[i - from] = samples[i]! * (limited.gains?.[i - at] ?? 1)
    }
    at = end
  }
  return { output, truePeak, state }
}

const truePeak = (samples: Float32Array) => {
  const meter = makeMeter(1)
  meter.push([samples], samples.length)
  return decibels(meter.truePeak())
}

const loud = concat(
  silence(0.3),
  voice(2, { level: 1.6 }),
  scale(noise(0.5), 2.5),
  silence(0.7),
  sine(997, 0.5, 1.3),
  voice(2, { level: 0.9, seed: 3 })
)

describe("Limiter", () => {
  it("keeps the true peak under the ceiling, and near it", () => {
    const { output, truePeak: told } = limit(loud, -1.5)
    assert.isAtMost(truePeak(output), -1.49)
    assert.isAtLeast(truePeak(output), -1.7)
    assert.closeTo(decibels(told), truePeak(output), 0.05)
  })

  it("leaves alone what is under the ceiling", () => {
    const quiet = voice(2, { level: 0.7 })
    const { output, state } = limit(quiet, -1.5)
    assert.deepStrictEqual(output, quiet)
    assert.isTrue(isIdle(state))
  })

  it("gives the same samples wherever it starts and however it is cut", () => {
    const whole = limit(loud, -3).output
    for (const from of [1024, 15_360, 49_152, 101_376, 200_704]) {
      assert.deepStrictEqual(limit(loud, -3, from, from + 40_000, 10_000).output, whole.slice(from, from + 40_000))
    }
    assert.deepStrictEqual(limit(loud, -3, 0, loud.length, 1000).output, whole)
  })

  it("rides the gain without distortion: a limited sine stays a sine", () => {
    const tone = sine(440, 2, 1.4)
    const { output } = limit(tone, -1.5)
    // What is left after the sine itself is taken out, in the part where the gain has settled.
    let sin = 0
    let cos = 0
    const from = 48_000
    const length = 43_200
    for (let i = from; i < from + length; i++) {
      sin += (output[i]! * Math.sin((2 * Math.PI * 440 * i) / 48_000) * 2) / length
      cos += (output[i]! * Math.cos((2 * Math.PI * 440 * i) / 48_000) * 2) / length
    }
    let rest = 0
    for (let i = from; i < from + length; i++) {
      const angle = (2 * Math.PI * 440 * i) / 48_000
      rest += (output[i]! - sin * Math.sin(angle) - cos * Math.cos(angle)) ** 2
    }
    assert.isBelow(decibels(Math.sqrt(rest / length)), -50)
  })

  it("works on sounds shorter than its look-ahead", () => {
    for (const length of [1, 5, 100, 1000]) {
      const { output } = limit(scale(sine(1000, length / 48_000, 1), 3), -1)
      assert.strictEqual(output.length, length)
      assert.isAtMost(truePeak(output), -0.99)
    }
  })
})
