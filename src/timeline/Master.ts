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

interface Gained {
  /** Linear. */
  readonly gain: number
  /** The limiter's, undefined where it has nothing to do. */
  readonly curve: Float32Array | undefined
  readonly measured: Measured
}

/** What a gain and the limiter after it come to. */
const gained = (mix: Unmastered, peaks: Float32Array, gain: number, ceiling: number): Gained => {
  const highest = fromDecibels(ceiling - safety)
  const limited = mix.truePeak * gain > highest
  const curve = limited ? limiterCurve(peaks, highest / gain) : undefined
  const energies = mix.energies.map(
    (energy, k) => energy * gain ** 2 * (curve === undefined ? 1 : energyShare(curve, k))
  )
  const measured = {
    integratedLufs: integratedLoudness(energies),
    loudnessRange: loudnessRange(energies),
    truePeakDbtp: Math.max(lowestPeak, toDecibels(limited ? highest : mix.truePeak * gain))
  }
  return { gain, curve, measured }
}

const rendering = ({ store }: Unmastered, { gain, curve }: Gained): Mastered["render"] => {
  const gains = curve?.map((limited) => limited * gain) ?? new Float32Array(store.peaks().length + 1).fill(gain)
  return (fromSample, toSample) =>
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
}

/** The gain (dB) between two that comes to `targetLufs`, within 0.1 dB. */
const search = (low: number, high: number, targetLufs: number, tryGain: (decibels: number) => Gained): Gained => {
  const middle = (low + high) / 2
  const tried = tryGain(middle)
  if (high - low < 0.1) return tried
  return tried.measured.integratedLufs > targetLufs
    ? search(low, middle, targetLufs, tryGain)
    : search(middle, high, targetLufs, tryGain)
}

/**
 * Brings a mix to `targetLufs` by one gain, with a limiter for true peaks above `ceilingDbtp`. What the limiter takes from
 * the loudness is given back by more gain, as far as that helps. A silent mix stays silent.
 */
export const master = Effect.fnUntraced(function* (mix: Unmastered, targetLufs: number, ceilingDbtp: number) {
  const unmastered = integratedLoudness(mix.energies)
  const linear = unmastered > silence ? targetLufs - unmastered : 0
  const finish = (best: Gained) => ({ render: rendering(mix, best), measured: best.measured }) satisfies Mastered
  if (mix.truePeak * fromDecibels(linear) <= fromDecibels(ceilingDbtp - safety)) {
    return finish(gained(mix, mix.store.peaks(), fromDecibels(linear), ceilingDbtp))
  }
  const withMoreGain = Effect.fnUntraced(function* (more: number) {
    const highest = linear + more
    const peaks = yield* truePeaks(mix.store, fromDecibels(ceilingDbtp - safety - highest))
    const tryGain = (decibels: number) => gained(mix, peaks, fromDecibels(decibels), ceilingDbtp)
    const loudest = tryGain(highest)
    return loudest.measured.integratedLufs < targetLufs ? loudest : search(linear, highest, targetLufs, tryGain)
  })
  const likely = yield* withMoreGain(likelyCorrection)
  return finish(targetLufs - likely.measured.integratedLufs < 0.2 ? likely : yield* withMoreGain(mostCorrection))
})
