import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { sampleRate, toSeconds } from "../domain/Sound.ts"
import { firstFrameLength } from "./Adts.ts"
import type { SoundCodec } from "./Container.ts"
import { encodePieces, pieces } from "./EncodePieces.ts"
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
  /** Interleaved floats at 48 kHz, `totalSamples` of each channel; each may be written over once the next is asked for. */
  readonly sound: Stream.Stream<Float32Array, E, R>
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

/** Bits a second that leave no trace in speech over music. */
export const bitRateFor = (codec: SoundCodec, channels: number): number => {
  const perChannel = codec === "opus" ? 64_000 : 96_000
  if (codec === "mp3" && channels === 1) return 128_000
  return channels > 2 ? Math.ceil((channels * perChannel * 2) / 3) : channels * perChannel
}

/** Up to −16 LUFS, above, and what more than two channels add: dB, over speech, music and noise with limited peaks. */
const overshoots: Record<SoundCodec, readonly [quiet: number, loud: number, surround: number]> = {
  aac: [0.6, 1.4, 0.7],
  opus: [1, 1.8, 0.6],
  vorbis: [0.6, 1, 1.6],
  mp3: [0.5, 1.1, 0],
  flac: [0, 0, 0],
  pcm: [0, 0, 0]
}

/**
 * By how much (dB) a codec raises the true peaks of a sound at its usual rate, at most, as measured: the more the louder
 * the sound is, for then there are more peaks at the limit.
 */
export const overshoot = (codec: SoundCodec, channels: number, lufs: number): number => {
  const [quiet, loud, surround] = overshoots[codec]
  return (lufs <= -16 ? quiet : loud) + (channels > 2 ? surround : 0)
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

/** Leaves out the first `samples` of each channel. */
const later =
  (samples: number, channels: number) =>
  <E, R>(sound: Stream.Stream<Float32Array, E, R>): Stream.Stream<Float32Array, E, R> => {
    let left = samples * channels
    return Stream.map(sound, (part) => {
      const dropped = Math.min(left, part.length)
      left -= dropped
      return part.subarray(dropped)
    })
  }

/**
 * Encodes a sound to the sample: no codec's delay shifts what mux puts into a video. AAC is encoded in pieces at once,
 * cut on its 1024-sample frames with a run-in, so that the seams are not heard. Fails with FfmpegError, with a Problem
 * where the disk is full, or with the error of `sound`.
 */
export const encodeSound = Effect.fn("encodeSound")(function* <E, R>(options: EncodeOptions<E, R>) {
  const { channels, codec, onProgress, output, parallel = 1, sound, totalSamples } = options
  const fs = yield* FileSystem.FileSystem
  const ffmpeg = yield* Ffmpeg
  // LAME takes two channels at most.
  const written = codec === "mp3" ? Math.min(2, channels) : channels
  const args = ["-ac", `${written}`, ...encoder(codec, options.bitRate ?? bitRateFor(codec, written))]

  const whole = Effect.suspend(() => {
    let fed = 0
    const input = sound.pipe(
      later(codec === "mp3" && options.withoutDelay === true ? mp3Delay : 0, channels),
      // A pipe may still be reading what was written to it before.
      Stream.map((samples) => new Uint8Array(samples.slice().buffer)),
      Stream.tap((bytes) => {
        fed += bytes.length / 4 / channels
        return onProgress?.(toSeconds(fed)) ?? Effect.void
      })
    )
    const raw = ["-f", "f32le", "-ar", `${sampleRate}`, "-ac", `${channels}`, "-i", "pipe:0"]
    return ffmpeg.pipe(["-y", ...raw, ...args, file(output)], input).pipe(
      Stream.runDrain,
      Effect.mapError((error) => (error instanceof FfmpegError ? writing(output)(error) : error))
    )
  })
  const lost = () => Effect.ignore(fs.remove(output, { force: true }))
  if (codec === "aac" && pieces(totalSamples, parallel).length > 1) {
    const all = { sound, totalSamples, channels, encoder: args, output, parallel, onProgress }
    yield* Effect.onError(encodePieces(all), lost)
  } else {
    yield* Effect.onError(whole, lost)
  }
  const primingBytes = codec === "aac" ? yield* firstFrameLength(output).pipe(Effect.mapError(unwritable(output))) : 0
  const encoded: EncodedSound = { path: output, codec, channels: written, samples: totalSamples, primingBytes }
  return encoded
})
