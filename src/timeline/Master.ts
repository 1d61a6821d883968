import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Problem } from "../domain/Problem.ts"
import { fromDecibels, sampleRate, toDecibels } from "../domain/Sound.ts"
import { energyShare, limiterCurve } from "./Limiter.ts"
import { frame, integratedLoudness, loudnessRange, silence } from "./Loudness.ts"
import type { SampleStore } from "./SampleStore.ts"
import { largestOvershoot, reach, truePeak } from "./TruePeak.ts"

/** A mix as it was measured before its gain. */
export interface Unmastered {
  readonly store: SampleStore
  /** Of each frame (`LoudnessMeter.energies`). */
  readonly energies: Float32Array
  /** Linear. */
  readonly truePeak: number
}

export interface Measured {
  readonly integratedLufs: number
  /** LU */
  readonly loudnessRange: number
  readonly truePeakDbtp: number
}

export interface Mastered {
  /** 48 kHz interleaved little-endian floats; the same samples in whatever ranges they are asked for. */
  readonly render: (fromSample: number, toSample: number) => Stream.Stream<Uint8Array, Problem>
  readonly measured: Measured
}

/** Samples that are read and rendered at a time. */
const piece = sampleRate

/** The lowest true peak that is told: that of silence. */
const lowestPeak = -120

/** By how much a limited sound is made louder at first, in dB, and at most: more would only squash it. */
const likelyCorrection = 1.5
const mostCorrection = 12

/** What is held back for peaks that the moving gain itself makes, in dB. */
const safety = 0.03

/**
 * The true peak of every frame, where that can be above `level` (linear); of the others `level` at most. Reads only the
 * seconds in which there is such a frame.
 */
const truePeaks = Effect.fnUntraced(function* (store: SampleStore, level: number) {
  const peaks = store.peaks().slice()
  const total = store.length()
  const samples = Array.from({ length: store.channels }, () => new Float32Array(piece + 2 * reach))
  const reader = store.reader()
  const near = (k: number) => peaks[k]! * largestOvershoot > level
  for (let from = 0; from < total; from += piece) {
    const first = from / frame
    const last = Math.min(peaks.length, (from + piece) / frame)
    let any = false
    for (let k = first; k < last && !any; k++) any = near(k)
    if (!any) continue
    yield* reader.read(from - reach, samples)
    for (let k = first; k < last; k++) {
      if (!near(k)) continue
      const at = reach + k * frame - from
      // What lies between two frames counts for both.
      for (const channel of samples) peaks[k] = truePeak(channel, at - 1, at + frame, Math.max(peaks[k]!, level))
    }
  }
  return peaks
})

/**
 * Tries gains on a mix. All tries share their buffers: `gains` (limiter included, at the borders of frames) and `energies`
 * are those of the last one.
 */
const makeTrial = (mix: Unmastered, ceilingDbtp: number) => {
  const ceiling = fromDecibels(ceilingDbtp - safety)
  const gains = new Float32Array(mix.store.peaks().length + 1)
  const energies = new Float32Array(mix.energies.length)

  /** The integrated loudness with a gain, where these are the true peaks of the frames. */
  const loudness = (peaks: Float32Array, gain: number): number => {
    limiterCurve(peaks, ceiling / gain, gains)
    for (let k = 0; k < gains.length; k++) gains[k]! *= gain
    for (let k = 0; k < energies.length; k++) energies[k] = mix.energies[k]! * energyShare(gains, k)
    return integratedLoudness(energies)
  }

  /** The gain (dB) between two that comes to `targetLufs`, within 0.1 LU, is the last one tried. */
  const search = (peaks: Float32Array, low: number, high: number, targetLufs: number): number => {
    const middle = (low + high) / 2
    const reached = loudness(peaks, fromDecibels(middle))
    if (Math.abs(reached - targetLufs) < 0.05 || high - low < 0.02) return reached
    return reached > targetLufs ? search(peaks, low, middle, targetLufs) : search(peaks, middle, high, targetLufs)
  }
  return { gains, energies, loudness, search }
}

const rendering =
  (store: SampleStore, gains: Float32Array): Mastered["render"] =>
  (fromSample, toSample) =>
    Stream.suspend(() => {
      const end = Math.min(toSample, store.length())
      const reader = store.reader()
      return Stream.unfold(fromSample, (from) => {
        if (from >= end) return Effect.undefined
        return Effect.map(
          reader.readInterleaved(from, Math.min(piece, end - from), gains),
          (samples) => [new Uint8Array(samples.buffer), from + piece] as const
        )
      })
    })

/**
 * Brings a mix to `targetLufs` by one gain, with a limiter for true peaks above `ceilingDbtp`. What the limiter takes from
 * the loudness is given back by more gain, as far as that helps. A silent mix stays silent.
 */
export const master = Effect.fnUntraced(function* (mix: Unmastered, targetLufs: number, ceilingDbtp: number) {
  const { store } = mix
  const unmastered = integratedLoudness(mix.energies)
  const linear = unmastered > silence ? targetLufs - unmastered : 0
  const peak = toDecibels(mix.truePeak) + linear
  const ceiling = ceilingDbtp - safety
  const { energies, gains, loudness, search } = makeTrial(mix, ceilingDbtp)
  const finish = (truePeakDbtp: number): Mastered => ({
    render: rendering(store, gains),
    measured: {
      integratedLufs: integratedLoudness(energies),
      loudnessRange: loudnessRange(energies),
      truePeakDbtp: Math.max(lowestPeak, truePeakDbtp)
    }
  })
  if (peak <= ceiling) {
    loudness(new Float32Array(store.peaks().length), fromDecibels(linear))
    return finish(peak)
  }
  const withMoreGain = Effect.fnUntraced(function* (more: number) {
    const highest = linear + more
    const peaks = yield* truePeaks(store, fromDecibels(ceiling - highest))
    const loudest = loudness(peaks, fromDecibels(highest))
    return loudest < targetLufs ? loudest : search(peaks, linear, highest, targetLufs)
  })
  const likely = yield* withMoreGain(likelyCorrection)
  if (targetLufs - likely > 0.2) yield* withMoreGain(mostCorrection)
  return finish(ceiling)
})
