import { fromDecibels, toDecibels } from "../domain/Sound.ts"
import { energyShare, fastRelease, gentleRelease, limiterCurve, type LimiterSettings } from "./Limiter.ts"
import { type FrameLevels, integratedLoudness, silence } from "./Loudness.ts"

/** What a limiter takes from the loudness is given back by so much more gain, in dB, without being heard at work. */
const gentleCorrection = 3
/** And at most: more would only squash the sound. */
const mostCorrection = 12
/** Where the goal is out of reach, the last bit of loudness is not worth its gain, in LU. */
const lastBit = 0.3

/** What is held back for peaks that the moving gain itself makes, in dB. */
const safety = 0.03

/** How a mix is brought to its loudness, and what comes of it. */
export interface Mastering extends LimiterSettings {
  readonly expectedLufs: number
}

interface Tried {
  readonly decibels: number
  readonly lufs: number
}

/**
 * The gain that brings a sound of these levels to `targetLufs`, with a limiter for peaks above `ceilingDbtp`. What the
 * limiter takes from the loudness is given back by more gain; where that takes a lot of it, by a faster limiter, as far
 * as it goes: speech whose peaks are at −1.5 dBTP gets no louder than −13 to −11 LUFS. Silence stays as it is.
 */
export const chooseGain = (levels: FrameLevels, targetLufs: number, ceilingDbtp: number): Mastering => {
  const ceiling = fromDecibels(ceilingDbtp - safety)
  const unmastered = integratedLoudness(levels.energies)
  if (unmastered <= silence) return { gain: 1, ceiling, expectedLufs: silence }
  const linear = targetLufs - unmastered
  const highest = levels.peaks.reduce((most, peak) => Math.max(most, peak), 0)
  if (toDecibels(highest) + linear <= toDecibels(ceiling)) {
    return { gain: fromDecibels(linear), ceiling, expectedLufs: targetLufs }
  }
  const gains = new Float32Array(levels.peaks.length + 1)
  const energies = new Float32Array(levels.energies.length)

  const reached = (decibels: number, release: number): Tried => {
    const gain = fromDecibels(decibels)
    limiterCurve(levels.peaks, ceiling / gain, release, gains)
    for (let k = 0; k < energies.length; k++) energies[k] = levels.energies[k]! * gain * gain * energyShare(gains, k)
    return { decibels, lufs: integratedLoudness(energies) }
  }
  /** The least gain between two that comes within 0.05 LU of `lufs`. */
  const search = (low: number, high: number, lufs: number, release: number): Tried => {
    const tried = reached((low + high) / 2, release)
    if (Math.abs(tried.lufs - lufs) < 0.05 || high - low < 0.02) return tried
    return tried.lufs > lufs ? search(low, tried.decibels, lufs, release) : search(tried.decibels, high, lufs, release)
  }
  const found = (release: number, correction: number): Mastering => {
    const most = reached(linear + correction, release).lufs
    const goal = most < targetLufs ? most - lastBit : targetLufs
    const { decibels, lufs } = search(linear, linear + correction, goal, release)
    return { gain: fromDecibels(decibels), ceiling, release, expectedLufs: lufs }
  }
  const gentle = found(gentleRelease, gentleCorrection)
  return targetLufs - gentle.expectedLufs < lastBit ? gentle : found(fastRelease, mostCorrection)
}
