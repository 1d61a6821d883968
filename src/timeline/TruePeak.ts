/** Samples that the interpolation looks at on either side. */
export const reach = 12

/**
 * How far the sound between samples can rise above the four samples around it. A sine at a quarter of the sample rate
 * rises 3 dB, the worst of white noise 6; speech and music hardly at all.
 */
export const largestOvershoot = 2

const bessel = (x: number): number => {
  let sum = 1
  let term = 1
  for (let k = 1; k < 30; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const kaiser = (x: number): number => bessel(6 * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(6)

const tap = (distance: number): number =>
  (Math.sin(Math.PI * distance) / (Math.PI * distance)) * kaiser(distance / reach)

// Samples at one distance before and after the middle are taken together: by their sum and by their difference.
const half = Float64Array.from({ length: reach }, (_, k) => tap(k + 0.5))
const quarterSum = Float64Array.from({ length: reach }, (_, k) => (tap(k + 0.25) + tap(k + 0.75)) / 2)
const quarterDifference = Float64Array.from({ length: reach }, (_, k) => (tap(k + 0.25) - tap(k + 0.75)) / 2)

/** The highest level at the three points between sample `i` and the next: 4 × oversampling (ITU-R BS.1770-4, annex 2). */
const between = (samples: Float32Array, i: number): number => {
  let middle = 0
  let sums = 0
  let differences = 0
  for (let k = 0; k < reach; k++) {
    const before = samples[i - k]!
    const after = samples[i + 1 + k]!
    middle += half[k]! * (before + after)
    sums += quarterSum[k]! * (before + after)
    differences += quarterDifference[k]! * (before - after)
  }
  return Math.max(Math.abs(middle), Math.abs(sums) + Math.abs(differences))
}

/**
 * The highest true peak from sample `from` to `to`, or `atLeast` when that is higher. `samples` must go on for `reach`
 * on either side.
 */
export const truePeak = (samples: Float32Array, from: number, to: number, atLeast: number): number => {
  let peak = atLeast
  let threshold = peak / largestOvershoot
  let next = from
  for (let j = from - 1; j < to + 1; j++) {
    const level = Math.abs(samples[j]!)
    if (level <= threshold) continue
    if (level > peak && j >= from && j < to) peak = level
    for (let i = Math.max(next, j - 2); i <= j + 1 && i < to; i++) peak = Math.max(peak, between(samples, i))
    next = Math.max(next, j + 2)
    threshold = peak / largestOvershoot
  }
  return peak
}
