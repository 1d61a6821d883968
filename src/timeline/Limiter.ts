import { sampleRate } from "../domain/Sound.ts"
import { frame, highestOf } from "./Loudness.ts"
import { largestOvershoot, reach, truePeak } from "./TruePeak.ts"

/** Frames in which the gain can fall from 1 to 0 ahead of a peak (20 ms): 3 dB take 6 ms. */
const attack = 2

/** Frames in which it rises from 0 to 1 after one (160 ms): 3 dB take 47 ms, several periods of the lowest voice. */
export const gentleRelease = 16
/** For a sound that would not get loud enough otherwise: 40 ms, which is heard as roughness before it is as pumping. */
export const fastRelease = 4

/** To limit a frame, the peaks of so many after it have to be known: the first two make it fall, the last is open. */
const heldFrames = 3

/**
 * The gain of a limiter at the borders of frames (10 ms), one more than there are frames; between two borders it goes in
 * a straight line. `peaks` are the linear true peaks of the frames, all channels together. Over a frame whose peak is
 * above `ceiling` (linear) the gain is low enough throughout; ahead of it it falls and after it it rises in straight lines.
 * It rises within `release` frames. It is written into `gains`; `from` is the gain at the first border where the sound
 * goes on there.
 */
export const limiterCurve = (
  peaks: Float32Array,
  ceiling: number,
  release = gentleRelease,
  gains = new Float32Array(peaks.length + 1),
  from = 1
): Float32Array => {
  gains.fill(1)
  gains[0] = from
  for (let k = 0; k < peaks.length; k++) {
    if (peaks[k]! <= ceiling) continue
    const allowed = ceiling / peaks[k]!
    gains[k] = Math.min(gains[k]!, allowed)
    gains[k + 1] = Math.min(gains[k + 1]!, allowed)
  }
  for (let k = gains.length - 2; k >= 0; k--) gains[k] = Math.min(gains[k]!, gains[k + 1]! + 1 / attack)
  for (let k = 1; k < gains.length; k++) gains[k] = Math.min(gains[k]!, gains[k - 1]! + 1 / release)
  return gains
}

/** The mean of the squared gain over frame `k`: what is left of its energy. */
export const energyShare = (gains: Float32Array, k: number): number => {
  const left = gains[k]!
  const right = gains[k + 1]!
  return (left * left + left * right + right * right) / 3
}

/** What a limiter gives, one array a channel; written over by the next call. */
export interface Limited {
  readonly samples: ReadonlyArray<Float32Array>
  readonly length: number
  /** No sample of these frames is higher. */
  readonly peaks: Float32Array
}

/** A limiter for sound that goes by. */
export interface Limiter {
  /** Takes the next `length` samples of each channel, a second at most; gives those that are done, 30 ms behind. */
  push(samples: ReadonlyArray<Float32Array>, length: number): Limited
  /** Gives the rest. */
  end(): Limited
}

export interface LimiterSettings {
  /** Before the limiter, linear. */
  readonly gain: number
  /** Linear. */
  readonly ceiling: number
  /** Frames. */
  readonly release?: number
}

/** Writes samples times a gain that goes in a straight line from border to border of their frames. */
const applyGains = (samples: Float32Array, gains: Float32Array, length: number, output: Float32Array) => {
  for (let from = 0, k = 0; from < length; from += frame, k++) {
    const to = Math.min(length, from + frame)
    const left = gains[k]!
    const slope = (gains[k + 1]! - left) / frame
    if (slope === 0) for (let i = from; i < to; i++) output[i] = samples[i]! * left
    else for (let i = from; i < to; i++) output[i] = samples[i]! * (left + (i - from) * slope)
  }
}

/**
 * Multiplies sound by a gain and limits its true peaks to the ceiling, by the curve of `limiterCurve`: all channels by
 * the same, however the sound is cut into calls.
 */
export const makeLimiter = (channels: number, { ceiling, gain, release = gentleRelease }: LimiterSettings): Limiter => {
  const most = sampleRate + (heldFrames + 1) * frame
  // Before the first frame that is held lie the last samples before it, for the true peaks between the two.
  const held = Array.from({ length: channels }, () => new Float32Array(reach + most + frame))
  const output = held.map(() => new Float32Array(most))
  const peaks = new Float32Array(most / frame + 1)
  const gains = new Float32Array(peaks.length + 1)
  const given = new Float32Array(peaks.length)
  const limit = ceiling / gain
  let filled = 0
  /** Frames from the first held whose peaks are known. */
  let known = 0
  let carried = 1

  const findPeaks = (frames: number) => {
    for (; known < frames; known++) {
      const at = reach + known * frame
      let peak = 0
      for (const channel of held) peak = Math.max(peak, highestOf(channel, at, at + frame))
      if (peak * largestOvershoot > limit) {
        // What lies between two frames counts for both.
        for (const channel of held) peak = truePeak(channel, at - 1, at + frame, peak)
      }
      peaks[known] = peak
    }
  }

  const give = (length: number): Limited => {
    const frames = Math.ceil(length / frame)
    limiterCurve(peaks.subarray(0, known), limit, release, gains.subarray(0, known + 1), carried)
    carried = gains[frames]!
    for (let k = 0; k <= frames; k++) gains[k]! *= gain
    for (let k = 0; k < frames; k++) given[k] = peaks[k]! * Math.max(gains[k]!, gains[k + 1]!)
    const samples = held.map((channel, c) => {
      applyGains(channel.subarray(reach, reach + length), gains, length, output[c]!)
      channel.copyWithin(0, length, reach + filled)
      return output[c]!.subarray(0, length)
    })
    filled -= length
    known -= frames
    peaks.copyWithin(0, frames, frames + known)
    return { samples, length, peaks: given }
  }

  return {
    push(samples, length) {
      for (const [c, channel] of held.entries()) channel.set(samples[c]!.subarray(0, length), reach + filled)
      filled += length
      findPeaks(Math.max(known, Math.floor((filled - reach) / frame)))
      return give(Math.max(0, Math.floor(filled / frame) - heldFrames) * frame)
    },
    end() {
      const length = filled
      // What comes after the end is silence.
      for (const channel of held) channel.fill(0, reach + filled)
      findPeaks(Math.ceil(length / frame))
      return give(length)
    }
  }
}
