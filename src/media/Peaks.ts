import * as Schema from "effect/Schema"

/**
 * How a sound looks: its highest amplitude in each of many equal parts of its time, a character of `alphabet` each, as
 * the square root of the amplitude from 0 to 1. However long it is, there are at most 120,000.
 */
export const Peaks = Schema.Struct({
  perSecond: Schema.Finite,
  values: Schema.String
})
export type Peaks = typeof Peaks.Type

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const mostPerSecond = 25
const mostOfAll = 120_000

/** Finds the peaks of a sound of so many samples a channel, whose pieces may come in any order and more than once. */
export const findPeaks = (totalSamples: number, rate: number) => {
  const each = Math.max(1, Math.ceil(rate / mostPerSecond), Math.ceil(totalSamples / mostOfAll))
  const highest = new Float32Array(Math.ceil(totalSamples / each))
  return {
    /** Interleaved samples; `from` is where they begin, counted in one channel. What lies behind the end is left out. */
    add: (samples: Float32Array | Int16Array, channels: number, from: number): void => {
      const scale = samples instanceof Int16Array ? 1 / 32_768 : 1
      const frames = Math.min(Math.floor(samples.length / channels), totalSamples - from)
      for (let frame = 0; frame < frames;) {
        const part = Math.floor((from + frame) / each)
        const end = Math.min(frames, (part + 1) * each - from)
        let peak = 0
        for (let i = frame * channels; i < end * channels; i++) {
          const level = Math.abs(samples[i]!)
          if (level > peak) peak = level
        }
        highest[part] = Math.max(highest[part]!, peak * scale)
        frame = end
      }
    },
    peaks: (): Peaks => ({
      perSecond: rate / each,
      values: Array.from(highest, (peak) => alphabet[Math.round(63 * Math.sqrt(Math.min(1, peak)))]).join("")
    })
  }
}

const amplitudeOf = new Float32Array(128)
for (let level = 0; level < alphabet.length; level++) amplitudeOf[alphabet.charCodeAt(level)] = (level / 63) ** 2

/** The amplitudes, from 0 to 1. */
export const amplitudes = ({ values }: Peaks): Float32Array => {
  const levels = new Float32Array(values.length)
  for (let i = 0; i < levels.length; i++) levels[i] = amplitudeOf[values.charCodeAt(i)] ?? 0
  return levels
}
