import { sampleRate } from "../domain/Sound.ts"
import { reach, truePeak } from "./TruePeak.ts"

/** What is measured as silence, in LUFS: the absolute gate of ITU-R BS.1770-4. */
export const silence = -70

/** Loudness is kept for frames of 10 ms, in samples; peaks and the limiter's gains have the same. */
export const frame = 480

/** Frames a step: 100 ms, so that 400 ms blocks overlap by 75 %. */
const framesInStep = sampleRate / 10 / frame

/**
 * How much each channel counts, in ffmpeg's order (ITU-R BS.1770-4, table 3): surrounds 1.5 dB more, the low-frequency
 * channel not at all.
 */
export const channelWeights = (channels: number): ReadonlyArray<number> =>
  channels === 6 ? [1, 1, 1, 0, 1.41, 1.41] : Array.from({ length: channels }, () => 1)

/** The two filters of K weighting as direct form 2 coefficients: a high shelf, then a high pass. */
const kWeighting = (() => {
  const shelf = (() => {
    const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate)
    const q = 0.7071752369554196
    const high = 10 ** (3.999843853973347 / 20)
    const band = high ** 0.4996667741545416
    const a0 = 1 + k / q + k * k
    return {
      b0: (high + (band * k) / q + k * k) / a0,
      b1: (2 * (k * k - high)) / a0,
      b2: (high - (band * k) / q + k * k) / a0,
      a1: (2 * (k * k - 1)) / a0,
      a2: (1 - k / q + k * k) / a0
    }
  })()
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate)
  const q = 0.5003270373238773
  const a0 = 1 + k / q + k * k
  return { ...shelf, c1: (2 * (k * k - 1)) / a0, c2: (1 - k / q + k * k) / a0 }
})()

const isSilent = (samples: Float32Array, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (samples[i] !== 0) return false
  return true
}

/** The energy of K-weighted `samples`; `state` (four numbers) is carried from call to call. */
const weightedEnergy = (samples: Float32Array, from: number, to: number, state: Float64Array): number => {
  if (isSilent(samples, from, to) && state.every((value) => value === 0)) return 0
  const { b0, b1, b2, a1, a2, c1, c2 } = kWeighting
  let s1 = state[0]!
  let s2 = state[1]!
  let p1 = state[2]!
  let p2 = state[3]!
  let energy = 0
  for (let i = from; i < to; i++) {
    const x = samples[i]!
    const shelved = b0 * x + s1
    s1 = b1 * x - a1 * shelved + s2
    s2 = b2 * x - a2 * shelved
    const y = shelved + p1
    p1 = -2 * shelved - c1 * y + p2
    p2 = shelved - c2 * y
    energy += y * y
  }
  // Denormal numbers in the tail of a filter are slow to compute with.
  const silent = Math.abs(s1) + Math.abs(s2) + Math.abs(p1) + Math.abs(p2) < 1e-15
  state[0] = silent ? 0 : s1
  state[1] = silent ? 0 : s2
  state[2] = silent ? 0 : p1
  state[3] = silent ? 0 : p2
  return energy
}

export interface LoudnessMeter {
  /** The next `length` samples of each channel. */
  push(channels: ReadonlyArray<Float32Array>, length: number): void
  /** K-weighted energy (sum of squares, channels weighted and added) of each full frame so far. */
  readonly energies: () => Float32Array
  /** The highest true peak so far, linear. */
  readonly truePeak: () => number
}

/**
 * Measures 48 kHz sound as it goes by. `expected` is how many samples there will be, where it is known. Memory: 1.5 MB
 * an hour.
 */
export const makeMeter = (channels: number, expected = 0): LoudnessMeter => {
  const weights = channelWeights(channels)
  const states = weights.map(() => new Float64Array(4))
  const joins = weights.map(() => new Float32Array(4 * reach))
  let energies = new Float32Array(Math.max(200, Math.floor(expected / frame)))
  let frames = 0
  let energy = 0
  let filled = 0
  let peak = 0

  const endFrame = () => {
    if (frames === energies.length) {
      const more = new Float32Array(2 * frames)
      more.set(energies)
      energies = more
    }
    energies[frames++] = energy
    energy = 0
    filled = 0
  }

  const pushPeak = (samples: Float32Array, length: number, join: Float32Array) => {
    // `join` holds the last samples of before, followed by the first of now.
    const head = Math.min(length, 2 * reach)
    join.set(samples.subarray(0, head), 2 * reach)
    peak = truePeak(join, reach, reach + head, peak)
    if (length > 2 * reach) {
      peak = truePeak(samples, reach, length - reach, peak)
      join.set(samples.subarray(length - 2 * reach, length))
    } else {
      join.copyWithin(0, head, head + 2 * reach)
    }
  }

  return {
    energies: () => energies.subarray(0, frames),
    push(samples, length) {
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + frame - filled)
        for (let c = 0; c < channels; c++) {
          if (weights[c] !== 0) energy += weights[c]! * weightedEnergy(samples[c]!, from, to, states[c]!)
        }
        filled += to - from
        from = to
        if (filled === frame) endFrame()
      }
      for (let c = 0; c < channels; c++) pushPeak(samples[c]!, length, joins[c]!)
    },
    // What comes after the end is silence.
    truePeak: () =>
      joins.reduce((highest, join) => {
        const end = new Float32Array(4 * reach)
        end.set(join.subarray(0, 2 * reach))
        return truePeak(end, reach, 3 * reach, highest)
      }, peak)
  }
}

/** Mean K-weighted energy to LUFS. */
export const toLufs = (energy: number): number => Math.max(silence, -0.691 + 10 * Math.log10(energy))

const fromLufs = (lufs: number): number => 10 ** ((lufs + 0.691) / 10)

/** The energy of each step of 100 ms. */
const stepsOf = (energies: ArrayLike<number>): Float64Array => {
  const steps = new Float64Array(Math.floor(energies.length / framesInStep))
  for (let k = 0; k < steps.length; k++) {
    for (let i = k * framesInStep; i < (k + 1) * framesInStep; i++) steps[k]! += energies[i]!
  }
  return steps
}

/** Mean energy of a sample in the windows of so many steps, one a step, that are above `gate`. */
const windowsAbove = (steps: Float64Array, inWindow: number, gate: number): Float64Array => {
  const means = new Float64Array(Math.max(0, steps.length - inWindow + 1))
  let count = 0
  for (let first = 0; first < means.length; first++) {
    let sum = 0
    for (let k = first; k < first + inWindow; k++) sum += steps[k]!
    const mean = sum / (inWindow * framesInStep * frame)
    if (mean > gate) means[count++] = mean
  }
  return means.subarray(0, count)
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Windows above the absolute gate and above `relative` LU under the mean of those. */
const gated = (energies: ArrayLike<number>, inWindow: number, relative: number): Float64Array => {
  const steps = stepsOf(energies)
  const audible = windowsAbove(steps, inWindow, fromLufs(silence))
  return audible.length === 0
    ? audible
    : windowsAbove(steps, inWindow, Math.max(fromLufs(silence), mean(audible) * 10 ** (relative / 10)))
}

/** Integrated loudness of frames in LUFS (ITU-R BS.1770-4: 400 ms blocks, gates at −70 LUFS and −10 LU); −70 for silence. */
export const integratedLoudness = (energies: ArrayLike<number>): number => {
  const kept = gated(energies, 4, -10)
  return kept.length === 0 ? silence : toLufs(mean(kept))
}

/** Loudness range of frames in LU (EBU Tech 3342: 3 s windows, gate at −20 LU, 10th to 95th percentile); 0 for silence. */
export const loudnessRange = (energies: ArrayLike<number>): number => {
  const kept = gated(energies, 30, -20).toSorted()
  if (kept.length === 0) return 0
  const at = (share: number) => toLufs(kept[Math.round(share * (kept.length - 1))]!)
  return at(0.95) - at(0.1)
}
