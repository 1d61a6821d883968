import { sampleRate } from "../domain/Sound.ts"

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

/** What the filters of one channel remember from call to call. */
export const filterState = (): Float64Array => new Float64Array(4)

const keep = (state: Float64Array, s1: number, s2: number, p1: number, p2: number) => {
  // Denormal numbers in the tail of a filter are slow to compute with.
  const silent = Math.abs(s1) + Math.abs(s2) + Math.abs(p1) + Math.abs(p2) < 1e-15
  state[0] = silent ? 0 : s1
  state[1] = silent ? 0 : s2
  state[2] = silent ? 0 : p1
  state[3] = silent ? 0 : p2
}

const isSilent = (samples: Float32Array, from: number, to: number, state: Float64Array): boolean => {
  if (state[0] !== 0 || state[1] !== 0 || state[2] !== 0 || state[3] !== 0) return false
  for (let i = from; i < to; i++) if (samples[i] !== 0) return false
  return true
}

/** The energy (sum of squares) of K-weighted `samples` (ITU-R BS.1770-4). */
export const weightedEnergy = (samples: Float32Array, from: number, to: number, state: Float64Array): number => {
  if (isSilent(samples, from, to, state)) return 0
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
  keep(state, s1, s2, p1, p2)
  return energy
}

/**
 * Of two channels together: each sample of a filter waits for the one before it, so that a second filter costs little
 * beside the first.
 */
export const weightedEnergyOfPair = (
  left: Float32Array,
  right: Float32Array,
  from: number,
  to: number,
  stateLeft: Float64Array,
  stateRight: Float64Array
): number => {
  if (isSilent(left, from, to, stateLeft)) return weightedEnergy(right, from, to, stateRight)
  const { b0, b1, b2, a1, a2, c1, c2 } = kWeighting
  let s1 = stateLeft[0]!
  let s2 = stateLeft[1]!
  let p1 = stateLeft[2]!
  let p2 = stateLeft[3]!
  let t1 = stateRight[0]!
  let t2 = stateRight[1]!
  let q1 = stateRight[2]!
  let q2 = stateRight[3]!
  let energyLeft = 0
  let energyRight = 0
  for (let i = from; i < to; i++) {
    const l = left[i]!
    const r = right[i]!
    const shelvedL = b0 * l + s1
    const shelvedR = b0 * r + t1
    s1 = b1 * l - a1 * shelvedL + s2
    t1 = b1 * r - a1 * shelvedR + t2
    s2 = b2 * l - a2 * shelvedL
    t2 = b2 * r - a2 * shelvedR
    const y = shelvedL + p1
    const z = shelvedR + q1
    p1 = -2 * shelvedL - c1 * y + p2
    q1 = -2 * shelvedR - c1 * z + q2
    p2 = shelvedL - c2 * y
    q2 = shelvedR - c2 * z
    energyLeft += y * y
    energyRight += z * z
  }
  keep(stateLeft, s1, s2, p1, p2)
  keep(stateRight, t1, t2, q1, q2)
  return energyLeft + energyRight
}
