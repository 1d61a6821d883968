import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import type { Scope } from "effect/Scope"
import type { Problem } from "../domain/Problem.ts"
import { unreadable, unwritable } from "../media/FileProblem.ts"
import { frame, highestOf } from "./Loudness.ts"

/**
 * Sound of any length at 48 kHz on disk, to be read from anywhere. Samples are kept as 16 bits relative to the highest
 * one in their frame of 10 ms (noise 98 dB under that, inaudible at any gain, and no limit to the level): 5.8 MB a minute
 * and channel on disk, 1.5 MB an hour in memory. Long silence takes no room.
 */
export interface SampleStore {
  readonly channels: number
  /**
   * Adds `length` samples of each channel; a multiple of `frame`, but for the last time. One at a time. It is written
   * while the next is made: `finish` waits for the last.
   */
  append(samples: ReadonlyArray<Float32Array>, length: number): Effect.Effect<void, Problem>
  /** To be run after the last `append` and before anything is read. */
  readonly finish: Effect.Effect<void, Problem>
  /** Many may read at once, each with its own reader; a reader is used by one at a time. */
  readonly reader: () => SampleReader
  /** Samples of each channel so far. */
  readonly length: () => number
}

export interface SampleReader {
  /** Fills `samples` (one array a channel) from position `from` on; what lies outside of the sound is silence. */
  read(from: number, samples: ReadonlyArray<Float32Array>): Effect.Effect<void, Problem>
}

const full = 32_767

const encodeFrame = (
  samples: ReadonlyArray<Float32Array>,
  from: number,
  to: number,
  scale: number,
  encoded: Int16Array
) => {
  const channels = samples.length
  for (let c = 0; c < channels; c++) {
    const channel = samples[c]!
    // Rounds by cutting off above zero: several times faster than Math.round.
    for (let i = from; i < to; i++) encoded[i * channels + c] = ((channel[i]! * scale + 32_768.5) | 0) - 32_768
  }
}

/** Frames of `encoded`, which starts at position `first` of the sound. */
const decode = (
  encoded: Int16Array,
  first: number,
  peaks: Float32Array,
  samples: ReadonlyArray<Float32Array>,
  offset: number
) => {
  const channels = samples.length
  const count = encoded.length / channels
  for (let at = 0; at < count;) {
    const k = Math.floor((first + at) / frame)
    const end = Math.min(count, (k + 1) * frame - first)
    const scale = peaks[k]! / full
    for (let c = 0; c < channels; c++) {
      const channel = samples[c]!
      for (let i = at; i < end; i++) channel[offset + i] = encoded[i * channels + c]! * scale
    }
    at = end
  }
}

/** A store in a file in `folder` that goes away with the scope. */
export const makeSampleStore: (
  folder: string,
  channels: number
) => Effect.Effect<SampleStore, Problem, FileSystem.FileSystem | Scope> = Effect.fnUntraced(function* (
  folder: string,
  channels: number
) {
  const fs = yield* FileSystem.FileSystem
  const scope = yield* Effect.scope
  const path = yield* fs
    .makeTempFileScoped({ directory: folder, prefix: "sound-" })
    .pipe(Effect.mapError(unwritable(folder)))
  const file = yield* fs.open(path, { flag: "w+" }).pipe(Effect.mapError(unwritable(path)))
  // Without a name it is gone even when we are killed. Where open files keep theirs, the scope sees to it.
  yield* Effect.ignore(fs.remove(path))

  let peaks = new Float32Array(200)
  let frames = 0
  let total = 0
  let [buffer, written] = [new Int16Array(0), new Int16Array(0)]
  let writing: Fiber.Fiber<void, Problem> | undefined

  const addPeak = (peak: number) => {
    if (frames === peaks.length) {
      const more = new Float32Array(2 * frames)
      more.set(peaks)
      peaks = more
    }
    peaks[frames++] = peak
  }

  const isSilent = (from: number, to: number): boolean => {
    for (let k = Math.floor(from / frame); k * frame < to; k++) if (peaks[k] !== 0) return false
    return true
  }

  /** Into the buffer that is not being written. */
  const encode = (samples: ReadonlyArray<Float32Array>, length: number): Int16Array => {
    ;[buffer, written] = [written, buffer]
    if (buffer.length < length * channels) buffer = new Int16Array(length * channels)
    const encoded = buffer.subarray(0, length * channels)
    for (let from = 0; from < length; from += frame) {
      const to = Math.min(length, from + frame)
      let peak = 0
      for (const channel of samples) peak = Math.max(peak, highestOf(channel, from, to))
      addPeak(peak)
      // The scale is taken from the peak as it is kept, so that both ways are the same.
      encodeFrame(samples, from, to, peak === 0 ? 0 : full / peaks[frames - 1]!, encoded)
    }
    return encoded
  }

  const finish = Effect.suspend(() => (writing === undefined ? Effect.void : Fiber.join(writing)))

  const reader = (): SampleReader => {
    let held = new Int16Array(0)
    const readEncoded = Effect.fnUntraced(
      function* (from: number, to: number) {
        if (held.length < (to - from) * channels) held = new Int16Array((to - from) * channels)
        const encoded = held.subarray(0, (to - from) * channels)
        const bytes = new Uint8Array(encoded.buffer, 0, encoded.byteLength)
        const position = from * channels * 2
        for (let filled = 0; filled < bytes.length;) {
          const count = yield* file.read(bytes.subarray(filled), { position: BigInt(position + filled) })
          if (count === 0) {
            // Silence at the end was never written.
            bytes.fill(0, filled)
            break
          }
          filled += count
        }
        return encoded
      },
      Effect.mapError(unreadable(path))
    )
    return {
      read: (from, samples) =>
        Effect.suspend(() => {
          const start = Math.max(0, from)
          const end = Math.min(total, from + samples[0]!.length)
          for (const channel of samples) channel.fill(0)
          if (end <= start || isSilent(start, end)) return Effect.void
          return Effect.map(readEncoded(start, end), (encoded) => decode(encoded, start, peaks, samples, start - from))
        })
    }
  }

  return {
    channels,
    length: () => total,
    reader,
    append: Effect.fnUntraced(function* (samples, length) {
      const from = total
      const encoded = encode(samples, length)
      total += length
      yield* finish
      const write = isSilent(from, total)
        ? Effect.asVoid(file.seek(BigInt(encoded.byteLength), "current"))
        : file.writeAll(new Uint8Array(encoded.buffer, 0, encoded.byteLength))
      writing = yield* Effect.forkIn(Effect.mapError(write, unwritable(path)), scope, { startImmediately: true })
    }),
    finish
  }
})
