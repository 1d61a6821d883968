import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Problem } from "../domain/Problem.ts"
import { fromDecibels, sampleRate, toDecibels } from "../domain/Sound.ts"
import { isIdle, limiterGains, type LimiterState, makeState, marginAfter, marginBefore, runIn } from "./Limiter.ts"
import { integratedLoudness, loudnessRange, silence, step } from "./Loudness.ts"
import type { SampleStore } from "./SampleStore.ts"
import { certainShare } from "./TruePeak.ts"

/** A mix as it was measured before its gain. */
export interface Unmastered {
  readonly store: SampleStore
  /** Of each 100 ms (`LoudnessMeter.energies`). */
  readonly energies: ReadonlyArray<number>
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

const piece = sampleRate

/** The lowest true peak that is told: that of silence. */
const lowestPeak = -120

/** Beyond this, in dB, making a limited sound louder still only squashes it. */
const mostCorrection = 9
const mostCorrections = 3
/** LU */
const closeEnough = 0.3

const sumOfSquares = (samples: Float32Array, from: number, to: number, gains: Float32Array | undefined): number => {
  let sum = 0
  for (let i = from; i < to; i++) sum += (samples[marginBefore + i]! * (gains?.[i] ?? 1)) ** 2
  return sum
}

/** Reads pieces, scales them and works out the limiter's gains; pieces must come in order for one state. */
const makeReader = ({ store }: Unmastered, gain: number, ceiling: number) => {
  const certain = fromDecibels(ceiling) * certainShare
  const parts = Array.from({ length: store.channels }, () => new Float32Array(piece + marginBefore + marginAfter))

  /** Whether nothing near is high enough for the limiter. */
  const isQuiet = (state: LimiterState, from: number, to: number): boolean =>
    isIdle(state) && store.highest(from - marginBefore, to + marginAfter) * gain < certain

  const read = Effect.fnUntraced(function* (state: LimiterState, from: number, to: number) {
    const quiet = isQuiet(state, from, to)
    const length = to - from
    const samples = parts.map((part) => part.subarray(0, length + marginBefore + marginAfter))
    yield* store.read(from - marginBefore, samples)
    for (const channel of samples) for (let i = 0; i < channel.length; i++) channel[i]! *= gain
    if (quiet) return { samples, gains: undefined, truePeak: 0 }
    return { samples, ...limiterGains(state, samples, marginBefore, marginBefore + length, ceiling) }
  })
  return { read, isQuiet }
}

/** What the limiter does to loudness and peak at a gain: only pieces near the ceiling are looked at. */
const measure = Effect.fnUntraced(function* (mix: Unmastered, gain: number, ceiling: number) {
  const energies = mix.energies.map((energy) => energy * gain ** 2)
  let truePeak = mix.truePeak * gain
  if (truePeak > fromDecibels(ceiling)) {
    truePeak = 0
    const { read, isQuiet } = makeReader(mix, gain, ceiling)
    const state = makeState()
    const total = mix.store.length()
    for (let from = 0; from < total; from += piece) {
      const to = Math.min(total, from + piece)
      if (isQuiet(state, from, to)) continue
      const { samples, gains, truePeak: peak } = yield* read(state, from, to)
      truePeak = Math.max(truePeak, peak)
      if (gains === undefined) continue
      // The gain moves slowly against the filters of the loudness: it takes from each 100 ms what it takes from its energy.
      for (let at = 0; at + step <= to - from; at += step) {
        const before = samples.reduce((sum, channel) => sum + sumOfSquares(channel, at, at + step, undefined), 0)
        const after = samples.reduce((sum, channel) => sum + sumOfSquares(channel, at, at + step, gains), 0)
        if (before > 0) energies[(from + at) / step]! *= after / before
      }
    }
  }
  const measured: Measured = {
    integratedLufs: integratedLoudness(energies),
    loudnessRange: loudnessRange(energies),
    truePeakDbtp: Math.max(lowestPeak, toDecibels(truePeak))
  }
  return measured
})

const rendering =
  (mix: Unmastered, gain: number, ceiling: number) =>
  (fromSample: number, toSample: number): Stream.Stream<Uint8Array, Problem> =>
    Stream.suspend(() => {
      const channels = mix.store.channels
      const { read } = makeReader(mix, gain, ceiling)
      const state = makeState()
      const end = Math.min(toSample, mix.store.length())
      const renderPiece = (from: number) =>
        Effect.gen(function* () {
          const to = Math.min(end, from + piece)
          const { samples, gains } = yield* read(state, from, to)
          const output = new Float32Array((to - from) * channels)
          for (let c = 0; c < channels; c++) {
            const channel = samples[c]!
            for (let i = 0; i < to - from; i++) {
              const sample = channel[marginBefore + i]!
              output[i * channels + c] = gains === undefined ? sample : sample * gains[i]!
            }
          }
          return new Uint8Array(output.buffer)
        })
      const start = Math.max(0, fromSample - runIn)
      const warmUp = start < fromSample ? Effect.asVoid(read(state, start, fromSample)) : Effect.void
      return Stream.fromEffectDrain(warmUp).pipe(
        Stream.concat(
          Stream.unfold(fromSample, (from) =>
            from >= end ? Effect.undefined : Effect.map(renderPiece(from), (bytes) => [bytes, from + piece] as const)
          )
        )
      )
    })

/**
 * Brings a mix to `targetLufs` by one gain, with a limiter for the true peaks above `ceilingDbtp`. Where the limiter
 * takes from the loudness, the gain is corrected by that: once for speech at −16 LUFS, more often for what has higher
 * peaks. A silent mix stays silent.
 */
export const master = Effect.fnUntraced(function* (mix: Unmastered, targetLufs: number, ceilingDbtp: number) {
  const unmastered = integratedLoudness(mix.energies)
  const linear = unmastered > silence ? targetLufs - unmastered : 0
  let gain = linear
  let measured = yield* measure(mix, fromDecibels(gain), ceilingDbtp)
  // How much louder it gets for each dB: less and less, the more is limited.
  let yielded = 1
  for (let corrections = 0; corrections < mostCorrections; corrections++) {
    const lost = targetLufs - measured.integratedLufs
    const more = Math.min(lost / yielded, linear + mostCorrection - gain)
    if (measured.integratedLufs === silence || Math.abs(lost) < closeEnough || Math.abs(more) < closeEnough) break
    gain += more
    const corrected = yield* measure(mix, fromDecibels(gain), ceilingDbtp)
    yielded = Math.max(0.25, Math.min(1, (corrected.integratedLufs - measured.integratedLufs) / more))
    measured = corrected
  }
  return { render: rendering(mix, fromDecibels(gain), ceilingDbtp), measured } satisfies Mastered
})
