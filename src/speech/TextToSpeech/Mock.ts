import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { sampleRate, toSamples } from "../../domain/Sound.ts"
import { encodeWav } from "../../media/Wav.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { TextToSpeech, type SpeechAudio, type SpeechProvider, type SpeechRequest } from "../TextToSpeech.ts"

export interface MockSettings {
  /** Seconds that a text takes; by default 0.2 and 1/15 a character. */
  readonly secondsFor?: ((text: string, voice: string) => number) | undefined
  /** Milliseconds until the answer, by the clock in use. */
  readonly latencyMillis?: ((text: string) => number) | undefined
}

/** The pitch of a voice: each has its own, between 110 and 440 Hz. */
const pitchOf = (voice: string): number => {
  let hash = 0
  for (let i = 0; i < voice.length; i++) hash = (hash * 31 + voice.charCodeAt(i)) % 331
  return 110 + hash
}

/** A tone with soft edges of 10 ms: -12 dBFS, mono, 48 kHz. */
export const tone = (hertz: number, seconds: number): Float32Array => {
  const length = toSamples(seconds)
  const edge = Math.min(toSamples(0.01), length >> 1)
  return Float32Array.from({ length }, (_, i) => {
    const gain = Math.min(1, (i + 1) / (edge + 1), (length - i) / (edge + 1))
    return 0.25 * gain * Math.sin((2 * Math.PI * hertz * (i + 1)) / sampleRate)
  })
}

/**
 * Speaks in tones: a text's length gives the duration, the voice's name the pitch. The same request always gives the
 * same bytes. For tests and examples.
 */
export const layerMock = (settings: MockSettings = {}) =>
  Layer.effect(
    TextToSpeech,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const secondsFor = settings.secondsFor ?? ((text: string) => 0.2 + [...text].length / 15)
      const provider: SpeechProvider = {
        service: "mock",
        model: "tone",
        address: "",
        defaultVoice: (language) => `tone-${language}`,
        longestInput: 4096
      }
      const make = (request: SpeechRequest): SpeechAudio => {
        const voice = request.voice ?? provider.defaultVoice(request.language)
        const seconds = secondsFor(request.text, voice) / (request.speed ?? 1)
        return {
          bytes: encodeWav(tone(pitchOf(voice), seconds)),
          contentType: "audio/wav",
          characters: [...request.text].length
        }
      }
      const speak = Effect.fn("Mock.speak")(function* (request: SpeechRequest) {
        const wait = settings.latencyMillis?.(request.text) ?? 0
        const answer = Effect.sync(() => make(request)).pipe(wait > 0 ? Effect.delay(wait) : (effect) => effect)
        const audio = yield* log.attempt("speech", request.subject, answer)
        yield* log.used("speech", { characters: audio.characters ?? 0 })
        return audio
      })
      return TextToSpeech.of({ provider, speak })
    })
  )
