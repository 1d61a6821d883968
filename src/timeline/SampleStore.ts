import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { Scope } from "effect/Scope"
import type { Problem } from "../domain/Problem.ts"
import { unreadable, unwritable } from "../media/FileProblem.ts"
import { step } from "./Loudness.ts"

/** The length of a block, in samples: each has its own scale. */
export const block = step

/**
 * Sound of any length at 48 kHz on disk, to be read from anywhere. Samples are kept as 16 bits relative to the highest
 * one in their 100 ms (noise 98 dB under that, inaudible at any gain, no limit to the level): 5.8 MB a minute and
 * channel. Silence takes no room.
 */
export interface SampleStore {
  readonly channels: number
  /** Adds `length` samples of each channel; a multiple of `block`, but for the last time. */
  append(samples: ReadonlyArray<Float32Array>, length: number): Effect.Effect<void, Problem>
  /** Fills `samples` (one array a channel) from position `from` on; what lies outside of the sound is silence. */
  read(from: number, samples: ReadonlyArray<Float32Array>): Effect.Effect<void, Problem>
  /** No sample from `from` to `to` is higher than this. */
  highest(from: number, to: number): number
  /** Samples of each channel so far. */
  readonly length: () => number
}

const full = 32_767

const highestOf = (samples: ReadonlyArray<Float32Array>, from: number, to: number): number => {
  let highest = 0
  for (const channel of samples) {
    for (let i = from; i < to; i++) {
      const level = Math.abs(channel[i]!)
      if (level > highest) highest = level
    }
  }
  return highest
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
  const path = yield* fs
    .makeTempFileScoped({ directory: folder, prefix: "sound-" })
    .pipe(Effect.mapError(unwritable(folder)))
  const file = yield* fs.open(path, { flag: "w+" }).pipe(Effect.mapError(unwritable(path)))
  // Without a name it is gone even when we are killed. Where open files keep theirs, the scope sees to it.
  yield* Effect.ignore(fs.remove(path))

  const peaks: Array<number> = []
  let total = 0
  const highest = (from: number, to: number): number => {
    let found = 0
    const last = Math.min(peaks.length, Math.ceil(to / block))
    for (let k = Math.max(0, Math.floor(from / block)); k < last; k++) found = Math.max(found, peaks[k]!)
    return found
  }

  const encode = (samples: ReadonlyArray<Float32Array>, length: number): Int16Array => {
    const encoded = new Int16Array(length * channels)
    for (let from = 0; from < length; from += block) {
      const to = Math.min(length, from + block)
      const peak = highestOf(samples, from, to)
      peaks.push(peak)
      if (peak === 0) continue
      const scale = full / peak
      for (let c = 0; c < channels; c++) {
        const channel = samples[c]!
        for (let i = from, at = from * channels + c; i < to; i++, at += channels) {
          encoded[at] = Math.round(channel[i]! * scale)
        }
      }
    }
    return encoded
  }

  const decode = (encoded: Int16Array, first: number, samples: ReadonlyArray<Float32Array>, offset: number) => {
    const count = encoded.length / channels
    for (let at = 0; at < count;) {
      const k = Math.floor((first + at) / block)
      const end = Math.min(count, (k + 1) * block - first)
      const scale = peaks[k]! / full
      for (let c = 0; c < channels; c++) {
        const channel = samples[c]!
        for (let i = at; i < end; i++) channel[offset + i] = encoded[i * channels + c]! * scale
      }
      at = end
    }
  }

  const readBytes = Effect.fnUntraced(function* (bytes: Uint8Array, position: number) {
    for (let filled = 0; filled < bytes.length;) {
      const count = yield* file.read(bytes.subarray(filled), { position: BigInt(position + filled) })
      if (count === 0) return
      filled += count
    }
  })

  return {
    channels,
    length: () => total,
    highest,
    append: (samples, length) =>
      Effect.suspend(() => {
        const from = total
        const encoded = encode(samples, length)
        total += length
        return highest(from, total) === 0
          ? Effect.asVoid(file.seek(BigInt(encoded.byteLength), "current"))
          : file.writeAll(new Uint8Array(encoded.buffer))
      }).pipe(Effect.mapError(unwritable(path))),
    read: (from, samples) =>
      Effect.suspend(() => {
        const start = Math.max(0, from)
        const end = Math.min(total, from + samples[0]!.length)
        for (const channel of samples) channel.fill(0)
        if (end <= start || highest(start, end) === 0) return Effect.void
        const encoded = new Int16Array((end - start) * channels)
        return readBytes(new Uint8Array(encoded.buffer), start * channels * 2).pipe(
          Effect.map(() => decode(encoded, start, samples, start - from))
        )
      }).pipe(Effect.mapError(unreadable(path)))
  }
})
