import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Word } from "../domain/Cue.ts"
import type { Language } from "../domain/Language.ts"
import type { Interval } from "../domain/Sound.ts"
import type { ServiceError } from "../requests/ServiceError.ts"

/** A speaker who was heard before: what to call him in the answer, and 2 to 10 seconds of him alone. */
export interface KnownSpeaker {
  readonly name: string
  readonly sample: Uint8Array
  readonly contentType: string
}

/** One piece of sound to be written down. */
export interface TranscriptionRequest {
  /** What it is, in the log and the report: "piece 3". */
  readonly subject: string
  /** An encoded audio file. */
  readonly audio: Uint8Array
  /** A neutral name with the extension of its format: "audio.ogg". */
  readonly fileName: string
  readonly contentType: string
  readonly seconds: number
  /** Where it begins in the video, in seconds: for the log. */
  readonly start?: number | undefined
  /** A name for the sound that it is cut from, and for how that is cut; whoever keeps answers tells by it what is kept. */
  readonly sound?: string | undefined
  /** What is spoken, where it is known. */
  readonly language: Language | undefined
  /** Words and names to expect. */
  readonly prompt?: string | undefined
  /** How many speak, where it is known; for services that take it. */
  readonly speakers?: number | undefined
  /** For services that know speakers again; four at most. */
  readonly knownSpeakers?: ReadonlyArray<KnownSpeaker> | undefined
}

/** How much the service itself doubts that anybody speaks in a segment: somewhat, or so that it had better be left out. */
export type Doubt = "some" | "grave"

/** Text with its place in the piece; seconds from the piece's start. */
export interface TranscribedSegment {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly speaker: string | null
  readonly doubt?: Doubt | undefined
}

/** What was heard in one piece. Text-only models give no segments and no words. */
export interface Transcription {
  readonly text: string
  readonly language: Language | undefined
  readonly segments: ReadonlyArray<TranscribedSegment>
  readonly words: ReadonlyArray<Word>
}

/** A sound as it would be sent, piece by piece. */
export type SoundToHear = Pick<TranscriptionRequest, "language" | "prompt" | "speakers"> & { readonly sound: string }

/** What a provider knows of itself before the first request. */
export interface TranscriptionProvider {
  /** As in `--stt`: "openai", "elevenlabs", … */
  readonly service: string
  readonly model: string
  readonly address: string
  /** Whether an answer has times; without them speech regions give the times. */
  readonly hasTimes: boolean
  /** Whether it tells speakers apart; within one answer only, so that few long pieces serve it best. */
  readonly hasSpeakers?: boolean | undefined
  /** Whether it knows speakers again by samples of their voices. */
  readonly knowsSpeakersAgain?: boolean | undefined
  /** Whether it may be told how many speakers there are. */
  readonly takesSpeakers?: boolean | undefined
  readonly longestSeconds: number
  readonly largestBytes: number
  readonly usdPerMinute?: number | undefined
}

/** A service that writes down what is said. A provider makes exactly one attempt a call. */
export class SpeechToText extends Context.Service<
  SpeechToText,
  {
    readonly provider: TranscriptionProvider
    transcribe(request: TranscriptionRequest): Effect.Effect<Transcription, ServiceError>
    /** The pieces of a sound whose answers are kept, in no order; seconds from its start. Without it none are. */
    kept?(sound: SoundToHear): Effect.Effect<ReadonlyArray<Interval>>
  }
>()("dubber/transcript/SpeechToText") {}
