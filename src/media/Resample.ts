import { sampleRate } from "../domain/Sound.ts"

/** Zero crossings of the sinc on each side of its middle. */
const crossings = 32
/** Kaiser window: 86 dB of attenuation after a transition of 8.5 % of the lower rate. */
const beta = 0.1102 * (86 - 8.7)
const transition = (86 - 7.95) / (14.36 * 2 * crossings)
/** With more positions between two samples than these, weights are interpolated between the nearest two. */
const mostPhases = 1024

const bessel = (x: number): number => {
  let sum = 1
  let term = 1
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** For each of `phases` positions between two samples (and the end one) the weights of the samples around it. */
const kernel = (phases: number, half: number, cutoff: number): ReadonlyArray<Float64Array> =>
  Array.from({ length: phases + 1 }, (_, phase) => {
    const weights = Float64Array.from({ length: 2 * half }, (_tap, tap) => {
      const t = tap - (half - 1) - phase / phases
      const window = bessel(beta * Math.sqrt(Math.max(0, 1 - (t / half) ** 2))) / bessel(beta)
      const angle = Math.PI * cutoff * t
      return window * (angle === 0 ? 1 : Math.sin(angle) / angle)
    })
    const sum = weights.reduce((a, b) => a + b, 0)
    return weights.map((weight) => weight / sum)
  })

const kernels = new Map<string, ReadonlyArray<Float64Array>>()

/** The few rates of a run share their tables. */
const kernelOf = (phases: number, half: number, cutoff: number): ReadonlyArray<Float64Array> => {
  const key = `${phases} ${half} ${cutoff}`
  const made = kernels.get(key) ?? kernel(phases, half, cutoff)
  if (kernels.size >= 8) kernels.clear()
  kernels.set(key, made)
  return made
}

const dot = (samples: Float64Array, at: number, weights: Float64Array): number => {
  let even = 0
  let odd = 0
  for (let k = 0; k < weights.length; k += 2) {
    even += samples[at + k]! * weights[k]!
    odd += samples[at + k + 1]! * weights[k + 1]!
  }
  return even + odd
}

/**
 * Twice the rate: every other sample is the source's own. Those between are computed four at a time, so that each
 * source sample is read once for four of them: an hour of speech takes a few seconds.
 */
const double = (padded: Float64Array, half: number, weights: Float64Array, out: Float32Array): void => {
  for (let i = 0; i < out.length; i++) out[i] = padded[(i >> 1) + half]!
  for (let i = 0; 2 * i < out.length; i += 4) {
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let x0 = padded[i + 1]!
    let x1 = padded[i + 2]!
    let x2 = padded[i + 3]!
    for (let k = 0; k < weights.length; k += 4) {
      const at = i + k + 4
      const x3 = padded[at]!
      let weight = weights[k]!
      a += x0 * weight
      b += x1 * weight
      c += x2 * weight
      d += x3 * weight
      weight = weights[k + 1]!
      x0 = padded[at + 1]!
      a += x1 * weight
      b += x2 * weight
      c += x3 * weight
      d += x0 * weight
      weight = weights[k + 2]!
      x1 = padded[at + 2]!
      a += x2 * weight
      b += x3 * weight
      c += x0 * weight
      d += x1 * weight
      weight = weights[k + 3]!
      x2 = padded[at + 3]!
      a += x3 * weight
      b += x0 * weight
      c += x1 * weight
      d += x2 * weight
    }
    // Beyond the end these are no-ops.
    out[2 * i + 1] = a
    out[2 * i + 3] = b
    out[2 * i + 5] = c
    out[2 * i + 7] = d
  }
}

/**
 * One channel at `rate` hertz (a whole number above 0) as the same sound at 48 kHz: windowed sinc, linear phase, no
 * delay, exactly round(N · 48000 / rate) samples. Going down, what would fold back is at least 80 dB down; going up,
 * the images are from 0.54 of the source's rate on.
 */
export const toInternalRate = (samples: Float32Array, rate: number): Float32Array => {
  if (rate === sampleRate || samples.length === 0) return samples
  const divisor = greatestCommonDivisor(rate, sampleRate)
  const up = sampleRate / divisor
  const down = rate / divisor
  const scale = Math.min(1, sampleRate / rate)
  const half = 2 * Math.ceil(crossings / scale / 2)
  const padded = new Float64Array(samples.length + 2 * half + 4)
  padded.set(samples, half)
  const out = new Float32Array(Math.round((samples.length * sampleRate) / rate))
  // Going down, nothing may fold back: the band of transition ends at half the rate. Going up it lies around it,
  // so that the samples that are there stay as they are.
  const cutoff = scale < 1 ? scale * (1 - transition) : 1
  const phases = Math.min(up, mostPhases)
  const table = kernelOf(phases, half, cutoff)
  if (up === 2 && down === 1) {
    double(padded, half, table[1]!, out)
    return out
  }
  for (let i = 0; i < out.length; i++) {
    const base = Math.floor((i * down) / up)
    const phase = (((i * down) % up) * phases) / up
    const whole = Math.floor(phase)
    const part = phase - whole
    const low = dot(padded, base + 1, table[whole]!)
    out[i] = part === 0 ? low : low + part * (dot(padded, base + 1, table[whole + 1]!) - low)
  }
  return out
}
