import { fromDecibels } from "../domain/Sound.ts"
import { raiseTruePeaks, reach } from "./TruePeak.ts"

/**
 * Gains are counted in whole steps of 2⁻²⁴, so that they come out the same to the last bit wherever the walk over the
 * sound began.
 */
const unity = 2 ** 24

/** Samples (20 ms) in which the gain can fall from 1 to 0 ahead of a peak: 3 dB take 6 ms. */
const attack = 960

/** Samples (400 ms) in which it rises from 0 to 1 after one: 3 dB take 120 ms, too slow to be heard as distortion. */
const release = 19_200

const fall = Math.ceil(unity / attack)
const rise = Math.ceil(unity / release)

/** How many samples before the first wanted one the limiter needs to see to its left, and after the last to its right. */
export const marginBefore = reach + 2
export const marginAfter = attack + reach + 2

/** Samples after which nothing of how the limiter started is left in it. */
export const runIn = release + attack

/** What it holds back for peaks that the changing gain itself makes, in dB. */
const safety = 0.03

/** A limiter's memory: the gain of the last sample, in steps. */
export interface LimiterState {
  gain: number
}

export const makeState = (): LimiterState => ({ gain: unity })

/** Whether the gain is back at 1. */
export const isIdle = (state: LimiterState): boolean => state.gain === unity

export interface Limited {
  /** The gain of each sample, 1 or less; undefined where all are 1. */
  readonly gains: Float32Array | undefined
  /** Linear true peak after limiting, where it came near the ceiling; else 0. */
  readonly truePeak: number
}

/**
 * The gains that keep the true peak of samples `from` to `to` of all channels together under `ceiling` (dBTP): straight
 * lines down ahead of each peak and up after it. Channels must go on for `marginBefore` and `marginAfter` on either side
 * (zeros before the start and after the end of the sound). Pieces are given in order, with one `state`.
 */
export const limiterGains = (
  state: LimiterState,
  channels: ReadonlyArray<Float32Array>,
  from: number,
  to: number,
  ceiling: number
): Limited => {
  const length = to - from
  const highest = fromDecibels(ceiling - safety)
  const peaks = new Float32Array(length + attack)
  for (const samples of channels) raiseTruePeaks(samples, from, to + attack, highest, peaks)

  const steps = new Int32Array(length + attack)
  let lowest = unity
  for (let i = 0; i < peaks.length; i++) {
    const allowed = peaks[i]! > highest ? Math.floor((unity * highest) / peaks[i]!) : unity
    steps[i] = allowed
    if (allowed < lowest) lowest = allowed
  }
  if (lowest === unity && isIdle(state)) {
    return { gains: undefined, truePeak: peaks.subarray(0, length).reduce((a, b) => Math.max(a, b), 0) }
  }

  for (let i = steps.length - 2; i >= 0; i--) {
    const ahead = steps[i + 1]! + fall
    if (ahead < steps[i]!) steps[i] = ahead
  }
  const gains = new Float32Array(length)
  let gain = state.gain
  let truePeak = 0
  for (let i = 0; i < length; i++) {
    gain = Math.min(steps[i]!, gain + rise)
    gains[i] = gain / unity
    truePeak = Math.max(truePeak, peaks[i]! * gains[i]!)
  }
  state.gain = gain
  return { gains, truePeak }
}
