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

/** Zero crossings on each side where the rate is doubled: most voices come at 24 kHz and have little above 10. */
const doublingCrossings = 16
const blockLength = 2048
/** What `double` works on, the same at every call. */
const block = new Float64Array(blockLength + 2 * doublingCrossings + 4)
const middles = new Float64Array(blockLength)

/**
 * What lies half-way between `count` neighbouring samples, `half` of them on each side. Four at a time, so that each
 * sample is read twice for eight products, and each weight, the same to the left and to the right, is used once for both.
 */
const between = (samples: Float64Array, half: number, weights: Float64Array, out: Float64Array, count: number) => {
  for (let i = 0; i < count; i += 4) {
    const left = i + half - 1
    const right = i + half + 3
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let l1 = samples[left + 1]!
    let l2 = samples[left + 2]!
    let l3 = samples[left + 3]!
    let r0 = samples[right - 3]!
    let r1 = samples[right - 2]!
    let r2 = samples[right - 1]!
    for (let k = 0; k < half; k += 4) {
      const l0 = samples[left - k]!
      const r3 = samples[right + k]!
      let weight = weights[half + k]!
      a += weight * (l0 + r0)
      b += weight * (l1 + r1)
      c += weight * (l2 + r2)
      d += weight * (l3 + r3)
      l3 = samples[left - k - 1]!
      r0 = samples[right + k + 1]!
      weight = weights[half + k + 1]!
      a += weight * (l3 + r1)
      b += weight * (l0 + r2)
      c += weight * (l1 + r3)
      d += weight * (l2 + r0)
      l2 = samples[left - k - 2]!
      r1 = samples[right + k + 2]!
      weight = weights[half + k + 2]!
      a += weight * (l2 + r2)
      b += weight * (l3 + r3)
      c += weight * (l0 + r0)
      d += weight * (l1 + r1)
      l1 = samples[left - k - 3]!
      r2 = samples[right + k + 3]!
      weight = weights[half + k + 3]!
      a += weight * (l1 + r3)
      b += weight * (l2 + r0)
      c += weight * (l3 + r1)
      d += weight * (l0 + r2)
    }
    out[i] = a
    out[i + 1] = b
    out[i + 2] = c
    out[i + 3] = d
  }
}

/** Twice the rate: every other sample is the source's own. Block by block, so that what is worked on stays small. */
const double = (samples: Float32Array): Float32Array => {
  const half = doublingCrossings
  const weights = kernelOf(2, half, 1)[1]!
  const out = new Float32Array(2 * samples.length)
  for (let start = 0; start < samples.length; start += blockLength) {
    const count = Math.min(blockLength, samples.length - start)
    const from = start - half + 1
    const part = samples.subarray(Math.max(0, from), start + count + half)
    const at = Math.max(0, -from)
    block.fill(0, 0, at)
    block.set(part, at)
    block.fill(0, at + part.length)
    between(block, half, weights, middles, count)
    for (let i = 0; i < count; i++) {
      out[2 * (start + i)] = samples[start + i]!
      out[2 * (start + i) + 1] = middles[i]!
    }
  }
  return out
}

/**
 * One channel at `rate` hertz (a whole number above 0) as the same sound at 48 kHz: windowed sinc, linear phase, no
 * delay, exactly round(N · 48000 / rate) samples. Going down, what would fold back is at least 80 dB down; going up,
 * so are the images from 0.54 of the source's rate on, or from 0.59 where the rate is doubled.
 */
export const toInternalRate = (samples: Float32Array, rate: number): Float32Array => {
  if (rate === sampleRate || samples.length === 0) return samples
  const divisor = greatestCommonDivisor(rate, sampleRate)
  const up = sampleRate / divisor
  const down = rate / divisor
  if (up === 2 && down === 1) return double(samples)
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
