import { type Interval, sampleRate, toSamples } from "../domain/Sound.ts"
import { filterState, weightedEnergy, weightedEnergyOfPair } from "./KWeighting.ts"
import { largestOvershoot, reach, truePeak } from "./TruePeak.ts"

/** What is measured as silence, in LUFS: the absolute gate of ITU-R BS.1770-4. */
export const silence = -70

/** Loudness is kept for frames of 10 ms, in samples; peaks and the limiter's gains have the same. */
export const frame = 480

export const framesPerSecond = sampleRate / frame

/** Frames a step: 100 ms, so that 400 ms blocks overlap by 75 %. */
const framesInStep = framesPerSecond / 10

/**
 * How much each channel counts, in ffmpeg's order (ITU-R BS.1770-4, table 3): surrounds 1.5 dB more, the low-frequency
 * channel not at all.
 */
export const channelWeights = (channels: number): ReadonlyArray<number> =>
  channels === 6 ? [1, 1, 1, 0, 1.41, 1.41] : Array.from({ length: channels }, () => 1)

/** Sound in frames of 10 ms, all channels together. */
export interface FrameLevels {
  /** K-weighted energy (sum of squares, channels weighted and added) of each frame. */
  readonly energies: Float32Array
  /** The highest sample of each frame, linear. */
  readonly peaks: Float32Array
}

export interface LoudnessMeter {
  /** The next `length` samples of each channel; with what no sample of their frames is above, where that is known. */
  push(channels: ReadonlyArray<Float32Array>, length: number, bounds?: Float32Array): void
  /** The full frames so far. */
  readonly levels: () => FrameLevels
  /** The highest true peak so far, linear. */
  readonly truePeak: () => number
}

/** Channels whose filters run together, and how much they count. */
interface Weighed {
  readonly first: number
  readonly second: number | undefined
  readonly weight: number
}

const pairs = (weights: ReadonlyArray<number>): ReadonlyArray<Weighed> => {
  const weighed: Array<Weighed> = []
  for (let c = 0; c < weights.length; c++) {
    const weight = weights[c]!
    if (weight === 0) continue
    const isPair = weights[c + 1] === weight
    weighed.push({ first: c, second: isPair ? c + 1 : undefined, weight })
    if (isPair) c++
  }
  return weighed
}

/** The highest sample between two positions, linear. */
export const highestOf = (samples: Float32Array, from: number, to: number): number => {
  let highest = 0
  for (let i = from; i < to; i++) {
    const level = Math.abs(samples[i]!)
    if (level > highest) highest = level
  }
  return highest
}

const longer = (values: Float32Array): Float32Array<ArrayBuffer> => {
  const more = new Float32Array(2 * values.length)
  more.set(values)
  return more
}

/**
 * Measures 48 kHz sound as it goes by. `expected` is how many samples there will be, where it is known. Memory: 3 MB an
 * hour.
 */
export const makeMeter = (channels: number, expected = 0): LoudnessMeter => {
  const weights = channelWeights(channels)
  const weighed = pairs(weights)
  const states = weights.map(filterState)
  const joins = weights.map(() => new Float32Array(4 * reach))
  let energies = new Float32Array(Math.max(200, Math.floor(expected / frame)))
  let peaks = new Float32Array(energies.length)
  let frames = 0
  let energy = 0
  let highest = 0
  let filled = 0
  let peak = 0

  const endFrame = () => {
    if (frames === energies.length) {
      energies = longer(energies)
      peaks = longer(peaks)
    }
    peaks[frames] = highest
    energies[frames++] = energy
    energy = 0
    highest = 0
    filled = 0
  }

  /** A part of a frame. */
  const pushPart = (
    samples: ReadonlyArray<Float32Array>,
    from: number,
    to: number,
    length: number,
    bound: number | undefined
  ) => {
    for (const { first, second, weight } of weighed) {
      energy +=
        weight *
        (second === undefined
          ? weightedEnergy(samples[first]!, from, to, states[first]!)
          : weightedEnergyOfPair(samples[first]!, samples[second]!, from, to, states[first]!, states[second]!))
    }
    for (const channel of samples) {
      const level = bound ?? highestOf(channel, from, to)
      highest = Math.max(highest, level)
      if (level * largestOvershoot <= peak) continue
      // What lies between this part and its neighbours is seen from both.
      peak = truePeak(channel, Math.max(reach, from - 2), Math.min(length - reach, to + 2), peak)
    }
  }

  /** What lies around the border of two calls: `join` holds the last samples of before, followed by the first of now. */
  const pushJoin = (samples: Float32Array, length: number, join: Float32Array) => {
    const head = Math.min(length, 2 * reach)
    join.set(samples.subarray(0, head), 2 * reach)
    peak = truePeak(join, reach, reach + head, peak)
    if (length > 2 * reach) join.set(samples.subarray(length - 2 * reach, length))
    else join.copyWithin(0, head, head + 2 * reach)
  }

  return {
    levels: () => ({ energies: energies.subarray(0, frames), peaks: peaks.subarray(0, frames) }),
    push(samples, length, bounds) {
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + frame - filled)
        pushPart(samples, from, to, length, bounds?.[Math.floor(from / frame)])
        filled += to - from
        from = to
        if (filled === frame) endFrame()
      }
      for (let c = 0; c < channels; c++) pushJoin(samples[c]!, length, joins[c]!)
    },
    // What comes after the end is silence.
    truePeak: () =>
      joins.reduce((most, join) => {
        const end = new Float32Array(4 * reach)
        end.set(join.subarray(0, 2 * reach))
        return truePeak(end, reach, 3 * reach, most)
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

/** Calls `use` with the mean energy of a sample in each window of so many steps, one a step, that is above `gate`. */
const forWindowsAbove = (steps: Float64Array, inWindow: number, gate: number, use: (mean: number) => void) => {
  for (let first = 0; first + inWindow <= steps.length; first++) {
    let sum = 0
    for (let k = first; k < first + inWindow; k++) sum += steps[k]!
    const mean = sum / (inWindow * framesInStep * frame)
    if (mean > gate) use(mean)
  }
}

/** How many windows there are above `gate`, and the mean of them; a second pass is cheaper than keeping them. */
const meanAbove = (steps: Float64Array, inWindow: number, gate: number) => {
  let sum = 0
  let count = 0
  forWindowsAbove(steps, inWindow, gate, (mean) => {
    sum += mean
    count++
  })
  return { count, mean: sum / count }
}

/** The gate `relative` LU under the mean of the windows above the absolute one; undefined where there are none. */
const relativeGate = (steps: Float64Array, inWindow: number, relative: number): number | undefined => {
  const { count, mean } = meanAbove(steps, inWindow, fromLufs(silence))
  return count === 0 ? undefined : Math.max(fromLufs(silence), mean * 10 ** (relative / 10))
}

/** Integrated loudness of frames in LUFS (ITU-R BS.1770-4: 400 ms blocks, gates at −70 LUFS and −10 LU); −70 for silence. */
export const integratedLoudness = (energies: ArrayLike<number>): number => {
  const steps = stepsOf(energies)
  const gate = relativeGate(steps, 4, -10)
  return gate === undefined ? silence : toLufs(meanAbove(steps, 4, gate).mean)
}

const frameAt = (seconds: number): number => Math.max(0, Math.round(toSamples(seconds) / frame))

/** Integrated loudness of what lies within intervals (seconds; may overlap), in LUFS; −70 where there is nothing. */
export const loudnessWithin = (energies: Float32Array, intervals: ReadonlyArray<Interval>): number => {
  const within = new Uint8Array(energies.length)
  for (const { end, start } of intervals) within.fill(1, frameAt(start), frameAt(end))
  const kept = new Float32Array(energies.length)
  let count = 0
  for (let k = 0; k < energies.length; k++) if (within[k] === 1) kept[count++] = energies[k]!
  return integratedLoudness(kept.subarray(0, count))
}

/** Loudness range of frames in LU (EBU Tech 3342: 3 s windows, gate at −20 LU, 10th to 95th percentile); 0 for silence. */
export const loudnessRange = (energies: ArrayLike<number>): number => {
  const steps = stepsOf(energies)
  const gate = relativeGate(steps, 30, -20)
  if (gate === undefined) return 0
  const kept = new Float64Array(meanAbove(steps, 30, gate).count)
  let count = 0
  forWindowsAbove(steps, 30, gate, (mean) => (kept[count++] = mean))
  kept.sort()
  const at = (share: number) => toLufs(kept[Math.round(share * (kept.length - 1))]!)
  return at(0.95) - at(0.1)
}
