import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { sampleRate, toSeconds } from "../domain/Sound.ts"
import { firstFrameLength, frames, frameSamples } from "./Adts.ts"
import type { SoundCodec } from "./Container.ts"
import { Ffmpeg, FfmpegError, file } from "./Ffmpeg.ts"
import type { OnProgress } from "./FfmpegProgress.ts"
import { unwritable, writing } from "./FileProblem.ts"

/** Encoded sound in a file of its own. `samples` are those that were given, without what the codec puts before and after. */
export interface EncodedSound {
  readonly path: string
  readonly codec: SoundCodec
  readonly channels: number
  readonly samples: number
  /** Length in bytes of the one AAC frame (1024 samples) before the sound; 0 for other codecs. */
  readonly primingBytes: number
}

export interface EncodeOptions<E, R> {
  /** Interleaved 32-bit float (little-endian) at 48 kHz, from one sample to before another. */
  readonly render: (fromSample: number, toSample: number) => Stream.Stream<Uint8Array, E, R>
  readonly totalSamples: number
  readonly channels: number
  readonly codec: SoundCodec
  /** Bits a second; by codec and channels where it is not given. */
  readonly bitRate?: number
  /** Written over; lies in a folder that the caller removes. Parts of it are written beside it. */
  readonly output: string
  /** How many encoders run at once where the codec allows it (AAC); 1. */
  readonly parallel?: number
  /**
   * For a container that cannot tell an MP3's delay (avi): the sound starts that much earlier, so that it is heard at
   * its time. The first 23 ms are lost.
   */
  readonly withoutDelay?: boolean
  readonly onProgress?: OnProgress
}

/** The delay of LAME and every MP3 decoder together, in samples. */
const mp3Delay = 1105

/** Frames encoded and thrown away before a piece, so that the encoder is in the state that it would be in. */
const runIn = 32
const runOut = 8

/** Pieces shorter than this are not worth a process: a minute. */
const leastPiece = 60 * sampleRate

/** Bits a second that leave no trace in speech over music. */
export const bitRateFor = (codec: SoundCodec, channels: number): number => {
  const perChannel = codec === "opus" ? 64_000 : 96_000
  if (codec === "mp3" && channels === 1) return 128_000
  return channels > 2 ? Math.ceil((channels * perChannel * 2) / 3) : channels * perChannel
}

const encoder = (codec: SoundCodec, bitRate: number): ReadonlyArray<string> => {
  switch (codec) {
    case "aac":
      return ["-c:a", "aac", "-aac_coder", "fast", "-b:a", `${bitRate}`, "-f", "adts"]
    case "opus":
      return ["-c:a", "libopus", "-b:a", `${bitRate}`, "-f", "opus"]
    case "mp3":
      return ["-c:a", "libmp3lame", "-b:a", `${Math.min(bitRate, 320_000)}`, "-id3v2_version", "0", "-f", "mp3"]
    case "vorbis":
      return ["-c:a", "libvorbis", "-b:a", `${bitRate}`, "-f", "ogg"]
    case "flac":
      return ["-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-f", "flac"]
    case "pcm":
      return ["-c:a", "pcm_s16le", "-rf64", "auto", "-f", "wav"]
  }
}

/** Where the pieces start and end, in AAC frames of the output: the first is the priming frame. */
export const pieces = (totalSamples: number, parallel: number): ReadonlyArray<readonly [from: number, to: number]> => {
  const all = Math.ceil(totalSamples / frameSamples) + 1
  const count = Math.max(1, Math.min(parallel, Math.floor(totalSamples / leastPiece)))
  const each = Math.ceil(all / count)
  return Array.from({ length: count }, (_, index) => [index * each, Math.min(all, (index + 1) * each)] as const)
}

/**
 * Encodes what `render` gives, to the sample: no codec's delay shifts what mux puts into a video. AAC is encoded in
 * pieces at once, cut on its 1024-sample frames with a run-in, so that the seams are not heard. Fails with FfmpegError,
 * with a Problem where the disk is full, or with the error of `render`.
 */
export const encodeSound = Effect.fn("encodeSound")(function* <E, R>(options: EncodeOptions<E, R>) {
  const { channels, codec, output, render, totalSamples } = options
  const fs = yield* FileSystem.FileSystem
  const ffmpeg = yield* Ffmpeg
  // LAME takes two channels at most.
  const written = codec === "mp3" ? Math.min(2, channels) : channels
  const args = encoder(codec, options.bitRate ?? bitRateFor(codec, written))
  const shift = codec === "mp3" && options.withoutDelay === true ? mp3Delay : 0
  const lost = (piece: string) => Effect.ignore(fs.remove(piece, { force: true }))
  let rendered = 0

  const encode = (from: number, to: number, counted: number, path: string) => {
    const skipped = from > 0 ? counted : 0
    let fed = 0
    const input = render(Math.min(totalSamples, from + shift), Math.min(totalSamples, to)).pipe(
      Stream.tap((chunk) => {
        const before = Math.max(0, fed - skipped)
        fed += chunk.length / 4 / channels
        rendered += Math.max(0, fed - skipped) - before
        return options.onProgress?.(toSeconds(Math.min(rendered, totalSamples))) ?? Effect.void
      })
    )
    const raw = ["-f", "f32le", "-ar", `${sampleRate}`, "-ac", `${channels}`, "-i", "pipe:0", "-ac", `${written}`]
    return ffmpeg.pipe(["-y", ...raw, ...args, file(path)], input).pipe(
      Stream.runDrain,
      Effect.mapError((error) => (error instanceof FfmpegError ? writing(output)(error) : error))
    )
  }

  const parts = codec === "aac" ? pieces(totalSamples, options.parallel ?? 1) : []
  if (parts.length < 2) {
    yield* encode(0, totalSamples, 0, output).pipe(Effect.onError(() => lost(output)))
  } else {
    const files = parts.map((_, index) => `${output}.${index}.aac`)
    yield* Effect.forEach(
      parts,
      ([from, to], index) => {
        const first = Math.max(0, from - 1 - runIn)
        const last = (to + runOut) * frameSamples
        return encode(first * frameSamples, last, (from - first) * frameSamples, files[index]!)
      },
      { concurrency: parts.length, discard: true }
    ).pipe(
      Effect.andThen(
        Stream.fromIterable(parts.entries()).pipe(
          Stream.flatMap(([index, [from, to]]) => {
            const first = Math.max(0, from - 1 - runIn)
            return frames(files[index]!, from - first, to - first)
          }),
          Stream.run(fs.sink(output)),
          Effect.mapError(unwritable(output))
        )
      ),
      Effect.onError(() => lost(output)),
      Effect.ensuring(Effect.forEach(files, lost, { discard: true }))
    )
  }
  const primingBytes = codec === "aac" ? yield* firstFrameLength(output).pipe(Effect.mapError(unwritable(output))) : 0
  const encoded: EncodedSound = { path: output, codec, channels: written, samples: totalSamples, primingBytes }
  return encoded
})
