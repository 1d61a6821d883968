import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { MediaStream, Source } from "../domain/Source.ts"
import { Ffmpeg, file } from "./Ffmpeg.ts"
import { holdStart } from "./HoldStart.ts"

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

const rate = 8000

/** The peaks of one sound of a media file from its time 0 on, decoded as a stream: memory does not grow with its length. */
export const peaksOf = Effect.fn("peaksOf")(function* (source: Source, audio: MediaStream) {
  const ffmpeg = yield* Ffmpeg
  const found = findPeaks(Math.ceil(source.duration * rate), rate)
  const decoding = `aresample=${rate}:async=1:first_pts=0,aformat=sample_fmts=s16:channel_layouts=mono`
  const input = ["-i", file(source.path), "-map", `0:${audio.index}`, "-af", decoding, "-f", "s16le", "pipe:1"]
  let from = 0
  let odd: Uint8Array = new Uint8Array(0)
  yield* Stream.runForEach(ffmpeg.pipe([...input, ...holdStart(source, [audio])]), (chunk) =>
    Effect.sync(() => {
      const bytes = new Uint8Array(odd.length + chunk.length)
      bytes.set(odd)
      bytes.set(chunk, odd.length)
      const samples = new Int16Array(bytes.buffer, 0, bytes.length >> 1)
      odd = bytes.subarray(samples.length * 2)
      found.add(samples, 1, from)
      from += samples.length
    })
  )
  return found.peaks()
})
