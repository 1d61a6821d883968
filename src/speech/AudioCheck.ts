import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import { fromDecibels, toSeconds } from "../domain/Sound.ts"
import { decodeSound, type DecodedSound } from "../media/Decode.ts"
import { Ffmpeg } from "../media/Ffmpeg.ts"
import { release } from "../media/Release.ts"
import { encodeWav } from "../media/Wav.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { oneLine, parseServerMessage } from "../requests/ServerMessage.ts"
import { BadAnswer, NotThere, ServiceError } from "../requests/ServiceError.ts"
import { decorate } from "./Decorator.ts"
import { TextToSpeech, type SpeechAudio, type SpeechRequest } from "./TextToSpeech.ts"

const silence = fromDecibels(-60)
/** An offset smaller than this cannot be told from the asymmetry of a voice, and cannot be heard. */
const smallestOffset = 0.002

/** "Aaaaah!!!" counts as "Aah!": nobody speaks each of them. */
const withoutRuns = (text: string): string => text.replace(/(.)\1{2,}/gsu, "$1$1")

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/**
 * The shortest and the longest that a text may reasonably take, in seconds. Wide enough for every language, for
 * figures, abbreviations and spelt-out letters: voices take about 0.07 s a letter in alphabets and 0.18 in Chinese;
 * from 0.01 to 0.6 s is let pass, 1 s a digit ("1.000.000"), 2 s a symbol (which may be read out by its name) and 5 s
 * of silence around it. Never shorter than 40 ms.
 */
export const plausibleSeconds = (text: string, speed = 1): { readonly shortest: number; readonly longest: number } => {
  const letters = count(withoutRuns(text), /\p{L}/gu)
  const digits = count(text, /\p{N}/gu)
  const symbols = count(text, /\p{S}/gu)
  const others = count(text, /[^\p{L}\p{N}\p{S}\s]/gu)
  const all = count(text, /\p{L}/gu)
  return {
    shortest: Math.max(0.04, (0.01 * (letters + digits)) / Math.max(1, speed)),
    longest: (5 + 0.6 * (all + others) + digits + 2 * symbols) / Math.min(1, Math.max(0.25, speed))
  }
}

const isSpeakable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

const fullScale = 0.9999

/** Samples of full scale, counted only where there are any. */
const countFull = (samples: Float32Array): number => {
  let full = 0
  for (let i = 0; i < samples.length; i++) if (Math.abs(samples[i]!) >= fullScale) full++
  return full
}

/** Every second sample tells as much: most voices come at half this rate. */
const measure = (samples: Float32Array) => {
  const measured = (samples.length + 1) >> 1
  let least = Infinity
  let most = -Infinity
  let sum = 0
  for (let i = 0; i < samples.length; i += 2) {
    const sample = samples[i]!
    if (sample < least) least = sample
    if (sample > most) most = sample
    sum += sample
  }
  const full = most >= fullScale || least <= -fullScale ? countFull(samples) : 0
  return { swing: (most - least) / 2, full, offset: measured === 0 ? 0 : sum / measured }
}

/** What is wrong with a decoded sound as the speech of a text; undefined where it is sound. */
const fault = (
  sound: DecodedSound,
  { swing, offset }: ReturnType<typeof measure>,
  request: SpeechRequest
): string | undefined => {
  const seconds = toSeconds(sound.samples.length)
  const { shortest, longest } = plausibleSeconds(request.text, request.speed)
  if (sound.samples.length === 0) return "a sound without samples"
  if (!Number.isFinite(offset)) return "a sound with samples that are no numbers"
  if (sound.missingBytes > 0) return "a sound that was cut: its header promises more than came"
  if (sound.isNoise) return "noise instead of speech: it has to send WAV, MP3, Ogg, FLAC or 16-bit PCM"
  if (isSpeakable(request.text) && swing < silence) return "silence"
  if (seconds < shortest) return `a sound too short for its text (${seconds.toFixed(2)} s)`
  if (seconds > longest) return `a sound too long for its text (${seconds.toFixed(0)} s)`
  return undefined
}

/** The sound as it is kept; nothing else has its samples, which are gone afterwards. */
const encoded = ({ samples }: DecodedSound, offset: number): Uint8Array => {
  if (Math.abs(offset) >= smallestOffset) for (let i = 0; i < samples.length; i++) samples[i]! -= offset
  const bytes = encodeWav(samples)
  release(samples)
  return bytes
}

/** What a service said in words where sound was expected. */
const said = (bytes: Uint8Array): string => {
  const message = oneLine(parseServerMessage(new TextDecoder().decode(bytes.subarray(0, 4000))).message)
  return message === "" ? "words instead of sound" : `words instead of sound: ${message}`
}

/**
 * Lets only sound through that can be the speech of its text, as WAV: mono, 48 kHz, 16 bit, without a constant offset.
 * An answer that is empty, words, undecodable, silent, cut, noise or of an absurd length fails with BadAnswer; a missing
 * ffmpeg, where one is needed to decode, with NotThere. Clipping is left as it is, and logged.
 */
export const layer = <E, R>(inner: Layer.Layer<TextToSpeech, E, R>) =>
  decorate(inner, (tts) =>
    Effect.gen(function* () {
      const log = yield* RequestLog
      const ffmpeg = yield* Ffmpeg
      const fileSystem = yield* FileSystem.FileSystem
      const { at, service } = tts.provider
      const bad = (message: string) =>
        new ServiceError({ service, reason: new BadAnswer({ message }), ...(at === undefined ? {} : { at }) })

      const decode = (audio: SpeechAudio) =>
        decodeSound(audio.bytes, audio).pipe(
          Effect.provideService(Ffmpeg, ffmpeg),
          Effect.provideService(FileSystem.FileSystem, fileSystem),
          Effect.catchTags({
            NotSound: ({ format, message }) => Effect.fail(bad(format === "text" ? said(audio.bytes) : message)),
            FfmpegError: (error) =>
              Effect.fail(
                error.notInstalled
                  ? new ServiceError({ service, reason: new NotThere({ message: error.message }) })
                  : bad("a sound that cannot be decoded")
              ),
            PlatformError: (error) => Effect.fail(bad(`a sound that cannot be decoded: ${oneLine(error.message)}`))
          })
        )

      const speak = Effect.fnUntraced(function* (request: SpeechRequest) {
        const audio = yield* tts.speak(request)
        const sound = yield* decode(audio)
        const { length } = sound.samples
        const measured = measure(sound.samples)
        const wrong = fault(sound, measured, request)
        if (wrong !== undefined) return yield* bad(wrong)
        const { full, offset } = measured
        if (full > length / 1000) {
          yield* Effect.logDebug(`${request.subject}: the voice is clipped in ${full} of ${length} samples.`)
        }
        yield* log.used("speech", { audioSeconds: toSeconds(length) })
        return { ...audio, bytes: encoded(sound, offset), contentType: "audio/wav", pcmSampleRate: undefined }
      })

      return TextToSpeech.of({ provider: tts.provider, speak })
    })
  )
