import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { parsePcmType, sniff, type AudioFormat } from "./AudioFormat.ts"
import { Ffmpeg, file, FfmpegError } from "./Ffmpeg.ts"
import { release } from "./Release.ts"
import { toInternalRate } from "./Resample.ts"
import { decodePcm16, decodeWav, type WavSound } from "./Wav.ts"

/** Bytes that hold no sound: nothing at all, or words. */
export class NotSound extends Schema.TaggedError<NotSound>()("NotSound", {
  format: Schema.Literals(["empty", "text"]),
  message: Schema.String
}) {}

/** A sound as it was decoded, with what was noticed. */
export interface DecodedSound {
  /** Mono, 48 kHz. */
  readonly samples: Float32Array
  readonly format: AudioFormat
  /** Hertz of the source. */
  readonly sourceRate: number
  /** Bytes that a WAV's header promises beyond those that came. */
  readonly missingBytes: number
  /** Loud and without any relation from one sample to the next: what sound read in the wrong format gives. */
  readonly isNoise: boolean
}

export interface DecodeOptions {
  /** The Content-Type that came with the bytes; read for the rate of headerless PCM only. */
  readonly contentType?: string | undefined
  /** Hertz of headerless PCM whose Content-Type names no rate; 24000 unless given. */
  readonly pcmSampleRate?: number | undefined
}

const defaultPcmRate = 24_000

/** How loud a sound is, and how alike neighbouring samples are, from -1 to 1: speech far above 0.5, noise about 0. */
const measure = (samples: Float32Array) => {
  let productA = 0
  let productB = 0
  let energyA = 0
  let energyB = 0
  let last = 0
  // Two sums of each kind: additions that wait for one another are slow.
  for (let i = 0; i + 1 < samples.length; i += 2) {
    const a = samples[i]!
    const b = samples[i + 1]!
    productA += a * last
    productB += b * a
    energyA += a * a
    energyB += b * b
    last = b
  }
  if (samples.length % 2 === 1) {
    const a = samples[samples.length - 1]!
    productA += a * last
    energyA += a * a
  }
  const energy = energyA + energyB
  return {
    loudness: Math.sqrt(energy / samples.length),
    likeness: energy === 0 ? 1 : (productA + productB) / energy
  }
}

const isNoise = (samples: Float32Array): boolean => {
  if (samples.length <= 400) return false
  const { loudness, likeness } = measure(samples)
  return loudness > 0.3 && likeness < 0.2
}

const mixDown = (samples: Float32Array, channels: number): Float32Array =>
  channels === 1
    ? samples
    : Float32Array.from({ length: Math.floor(samples.length / channels) }, (_, frame) => {
        let sum = 0
        for (let channel = 0; channel < channels; channel++) sum += samples[frame * channels + channel]!
        return sum / channels
      })

interface Read {
  readonly samples: Float32Array
  readonly isNoise: boolean
}

/**
 * L16 is big-endian by its definition and little-endian in practice, and other types say nothing: little-endian it is,
 * unless it is noise that way and plainly sound the other.
 */
const readPcm = (bytes: Uint8Array, channels: number): Read => {
  const little = mixDown(decodePcm16(bytes), channels)
  const { likeness } = measure(little)
  if (likeness > 0.5) return { samples: little, isNoise: false }
  const big = mixDown(decodePcm16(bytes, false), channels)
  const samples = measure(big).likeness > Math.max(0.7, likeness + 0.3) ? big : little
  return { samples, isNoise: isNoise(samples) }
}

const demuxers: Partial<Record<AudioFormat, string>> = {
  wav: "wav",
  mp3: "mp3",
  aac: "aac",
  ogg: "ogg",
  flac: "flac",
  mp4: "mov",
  webm: "matroska"
}

/** The demuxer is named, so that no bytes make ffmpeg read a playlist, a script or another file. */
const decoding = (format: AudioFormat, input: string): ReadonlyArray<string> =>
  `-f ${demuxers[format] ?? "mp3"} -i ${input} -map 0:a:0 -c:a pcm_f32le -bitexact -f wav pipe:1`.split(" ")

const throughFfmpeg = Effect.fnUntraced(function* (bytes: Uint8Array, format: AudioFormat) {
  const ffmpeg = yield* Ffmpeg
  const collect = (input: string, stdin?: Stream.Stream<Uint8Array>) =>
    Stream.mkUint8Array(ffmpeg.pipe(decoding(format, input), stdin))
  // An mp4 may have its index at the end: it has to be a file that can be sought in.
  if (format !== "mp4") return yield* collect("pipe:0", Stream.make(bytes))
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const path = yield* fileSystem.makeTempFileScoped({ prefix: "dubber-", suffix: ".m4a" })
      yield* fileSystem.writeFile(path, bytes)
      return yield* collect(file(path))
    })
  )
})

/**
 * Decodes what a service sent, by what the bytes are. WAV and headerless PCM are read in process, anything else by one
 * ffmpeg process. Fails with NotSound for nothing or words, FfmpegError for what cannot be decoded, PlatformError where
 * no temporary file can be written.
 */
export const decodeSound = Effect.fnUntraced(function* (
  bytes: Uint8Array,
  options: DecodeOptions = {}
): Effect.fn.Return<DecodedSound, NotSound | FfmpegError | PlatformError, Ffmpeg | FileSystem.FileSystem> {
  const format = sniff(bytes)
  if (bytes.length === 0) return yield* new NotSound({ format: "empty", message: "an empty answer" })
  if (format === "text") return yield* new NotSound({ format, message: "words instead of sound" })
  const decoded = (read: Read, sourceRate: number, missingBytes = 0): DecodedSound => {
    const samples = toInternalRate(read.samples, sourceRate)
    if (samples !== read.samples) release(read.samples)
    return { samples, format, sourceRate, missingBytes, isNoise: read.isNoise }
  }
  const ofWav = ({ samples, sampleRate, missingBytes }: WavSound) =>
    decoded({ samples, isNoise: isNoise(samples) }, sampleRate, missingBytes)
  if (format === "pcm") {
    const type = parsePcmType(options.contentType ?? "")
    return decoded(readPcm(bytes, type?.channels ?? 1), type?.rate ?? options.pcmSampleRate ?? defaultPcmRate)
  }
  const wav = format === "wav" ? decodeWav(bytes) : Option.none()
  if (Option.isSome(wav)) return ofWav(wav.value)
  const output = decodeWav(yield* throughFfmpeg(bytes, format))
  // What ffmpeg writes to a pipe has no sizes to be believed.
  if (Option.isSome(output)) return ofWav({ ...output.value, missingBytes: 0 })
  return yield* new FfmpegError({ program: "ffmpeg", notInstalled: false, exitCode: 0, stderr: "it gave no sound" })
})

/** Like `decodeSound`, for those who want nothing but the samples: mono, 48 kHz. */
export const decodeAudio = (bytes: Uint8Array, options?: DecodeOptions) =>
  Effect.map(decodeSound(bytes, options), ({ samples }) => samples)
