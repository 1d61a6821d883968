import { assert, describe, it } from "@effect/vitest"
import { energyShare, limiterCurve, makeLimiter } from "../../src/timeline/Limiter.ts"
import { frame, makeMeter } from "../../src/timeline/Loudness.ts"
import { reach, truePeak } from "../../src/timeline/TruePeak.ts"
import { concat, decibels, noise, same, scale, silence, sine, voice } from "./Signals.ts"

const peaksOf = (samples: Float32Array): Float32Array => {
  const padded = concat(new Float32Array(reach), samples, new Float32Array(2 * frame))
  return Float32Array.from({ length: Math.ceil(samples.length / frame) }, (_, k) =>
    truePeak(padded, reach + k * frame - 1, reach + (k + 1) * frame, 0)
  )
}

/** The gain at sample `i`: a straight line between the borders of frames. */
const gainAt = (curve: Float32Array, i: number): number => {
  const k = Math.floor(i / frame)
  return curve[k]! + (curve[k + 1]! - curve[k]!) * ((i - k * frame) / frame)
}

const limit = (samples: Float32Array, ceiling: number): Float32Array => {
  const curve = limiterCurve(peaksOf(samples), 10 ** (ceiling / 20))
  return samples.map((sample, i) => sample * gainAt(curve, i))
}

const truePeakOf = (samples: Float32Array) => {
  const meter = makeMeter(1)
  meter.push([samples], samples.length)
  return decibels(meter.truePeak())
}

/** The same by a limiter that is given so many samples at a time. */
const limitInCalls = (samples: Float32Array, ceiling: number, atOnce: number): Float32Array => {
  const limiter = makeLimiter(1, { gain: 1, ceiling: 10 ** (ceiling / 20) })
  const given: Array<Float32Array> = []
  for (let from = 0; from < samples.length; from += atOnce) {
    const part = samples.subarray(from, from + atOnce)
    given.push(limiter.push([part], part.length).samples[0]!.slice())
  }
  return concat(...given, limiter.end().samples[0]!)
}

const angle = (i: number) => (2 * Math.PI * 440 * i) / 48_000

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
    for (const ceiling of [-1.5, -6]) {
      const limited = truePeakOf(limit(loud, ceiling))
      assert.isAtMost(limited, ceiling + 0.02)
      assert.isAtLeast(limited, ceiling - 0.2)
    }
  })

  it("leaves alone what is under the ceiling", () => {
    const quiet = voice(2, { level: 0.7 })
    assert.isTrue(same(limit(quiet, -1.5), quiet))
  })

  it("moves the gain slowly: from nothing to 1 in 20 ms down and 160 ms up", () => {
    const peaks = new Float32Array(400).fill(0.5)
    peaks[100] = 1000
    const curve = limiterCurve(peaks, 1)
    assert.closeTo(curve[100]!, 0, 0.002)
    assert.closeTo(curve[99]!, 0.5, 0.002)
    assert.strictEqual(curve[98], 1)
    assert.closeTo(curve[101]!, 0, 0.002)
    assert.closeTo(curve[109]!, 0.5, 0.002)
    assert.strictEqual(curve[117], 1)
  })

  it("tells what is left of the energy of a frame", () => {
    const curve = limiterCurve(
      Float32Array.from({ length: 12 }, (_, k) => (k === 5 ? 2 : 0.1)),
      1
    )
    for (const k of [2, 3, 4, 5, 6, 11]) {
      let measured = 0
      for (let i = 0; i < frame; i++) measured += gainAt(curve, k * frame + i) ** 2 / frame
      assert.closeTo(energyShare(curve, k), measured, 0.002)
    }
  })

  it("rides the gain without distortion: a limited sine stays a sine", () => {
    const limited = limit(sine(440, 2, 1.4), -1.5)
    // What is left after the sine itself is taken out, in the part where the gain has settled.
    const from = 48_000
    const length = 43_200
    let sin = 0
    let cos = 0
    for (let i = from; i < from + length; i++) {
      sin += (limited[i]! * Math.sin(angle(i)) * 2) / length
      cos += (limited[i]! * Math.cos(angle(i)) * 2) / length
    }
    let rest = 0
    for (let i = from; i < from + length; i++) {
      rest += (limited[i]! - sin * Math.sin(angle(i)) - cos * Math.cos(angle(i))) ** 2
    }
    assert.isBelow(decibels(Math.sqrt(rest / length)), -50)
  })

  it("goes on from call to call: however the sound is cut, no step is where a call ends", () => {
    const inSeconds = limitInCalls(loud, -6, 48_000)
    assert.strictEqual(inSeconds.length, loud.length)
    for (const atOnce of [24_000, 7001, 480]) assert.isTrue(same(limitInCalls(loud, -6, atOnce), inSeconds))
    assert.isAtMost(truePeakOf(inSeconds), -5.98)
  })

  it("works on sounds shorter than a frame, and on none", () => {
    for (const length of [0, 1, 5, 100, 1000]) {
      const limited = limit(scale(sine(1000, length / 48_000, 1), 3), -1)
      assert.strictEqual(limited.length, length)
      if (length > 0) assert.isAtMost(truePeakOf(limited), -0.9)
    }
  })
})
