import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Language } from "../domain/Language.ts"
import type { ServiceError } from "../requests/ServiceError.ts"
import type { Voice } from "./Catalogue.ts"

/** One text to be spoken by one voice. Everything that changes the sound is in here, and in the provider's model. */
export interface SpeechRequest {
  /** What it is for, in the log and the report: "line 12". Not part of the sound. */
  readonly subject: string
  readonly text: string
  /** As the provider names it; undefined: the provider's default for the language. */
  readonly voice: string | undefined
  readonly language: Language
  /** How to speak, for models that take it. */
  readonly instructions?: string | undefined
  /** Speaking rate where the service has one; 1 is the voice's own. */
  readonly speed?: number | undefined
  /** What is said before and after, for services that keep the melody across lines. */
  readonly previousText?: string | undefined
  readonly nextText?: string | undefined
  /** Seconds that the source takes for it: a hint for checks, not a demand. */
  readonly slotSeconds?: number | undefined
}

/** One answer of a speech service: bytes as they came, and what was said of them. */
export interface SpeechAudio {
  /** An encoded file (WAV, MP3, Ogg, FLAC, …) or headerless little-endian 16-bit mono PCM. */
  readonly bytes: Uint8Array
  readonly contentType?: string | undefined
  /** Hertz; for headerless PCM only. */
  readonly pcmSampleRate?: number | undefined
  /** What this one answer cost, in US dollars, where the service or its price table says so. */
  readonly usd?: number | undefined
  /** Characters as the service counts them, else those of the text. */
  readonly characters?: number | undefined
  /** Set by Clips: the content key under which it is kept. */
  readonly key?: string | undefined
  /** Set by Clips: nothing was asked of the service. */
  readonly cached?: boolean | undefined
}

/** What a provider knows of itself before the first request. */
export interface SpeechProvider {
  /** As in `--tts`: "openai", "elevenlabs", "espeak", … */
  readonly service: string
  readonly model: string
  /** Where it is asked, without a key or query: part of a clip's key when it is not the service's own address. */
  readonly address: string
  /** The same as a person is told of it; none where it is its maker's own. */
  readonly at?: string | undefined
  readonly defaultVoice: (language: Language) => string
  /**
   * Voices to deal out to several speakers, neighbours unlike each other; "+f2" is a variant of the language's own voice.
   * None where it has no such list.
   */
  readonly voices?: Effect.Effect<ReadonlyArray<string>, ServiceError> | undefined
  /** All its voices, as it describes them; none where it has no way to tell. */
  readonly catalogue?: Effect.Effect<ReadonlyArray<Voice>, ServiceError> | undefined
  /** Fails with NotThere where it has no such voice; none where only speaking tells. */
  readonly checkVoice?: ((voice: string) => Effect.Effect<void, ServiceError>) | undefined
  /** The longest text of one request, in characters. */
  readonly longestInput: number
  /** What else than text, voice, model, instructions and speed the service hears: then it is part of a clip's key. */
  readonly soundDependsOn?: ReadonlyArray<"language" | "neighbours"> | undefined
  /** false: instructions are not sent, and are no part of a clip's key. */
  readonly takesInstructions?: boolean | undefined
  /** The provider's own settings that change the sound, in any stable form: part of a clip's key too. */
  readonly soundSettings?: string | undefined
  /** What the service allows before it has said so itself. */
  readonly requestsPerMinute?: number | undefined
  readonly concurrentRequests?: number | undefined
  /** US dollars a thousand characters and a minute of sound, whichever the service charges. */
  readonly usdPerThousandCharacters?: number | undefined
  readonly usdPerMinute?: number | undefined
}

/**
 * A service that speaks. A provider makes exactly one attempt a call; checking, keeping, retrying and limiting are
 * layers that take a TextToSpeech and give a TextToSpeech.
 */
export class TextToSpeech extends Context.Service<
  TextToSpeech,
  {
    readonly provider: SpeechProvider
    speak(request: SpeechRequest): Effect.Effect<SpeechAudio, ServiceError>
  }
>()("dubber/speech/TextToSpeech") {}
