import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Problem } from "../domain/Problem.ts"
import type { Interval } from "../domain/Sound.ts"
import type { FfmpegError } from "../media/Ffmpeg.ts"
import type { ServiceError } from "../requests/ServiceError.ts"
import type { KnownVoice } from "./Transcribe/Recognition.ts"

/** Somebody speaks; seconds from the start of the video. Turns of several speakers may overlap. */
export interface SpeakerTurn extends Interval {
  readonly speaker: string
}

/** One track of sound in which speakers are to be told apart. */
export interface DiarizationRequest {
  readonly path: string
  /** ffmpeg's index of the stream. */
  readonly audioStream: number
  /** ffmpeg options that hold the video's clock where only this stream is read (`holdStart`). */
  readonly clock?: ReadonlyArray<string> | undefined
  /** How many speak, where it is known. */
  readonly speakers?: number | undefined
  /** Voices that may be heard, with their names. */
  readonly voices: ReadonlyArray<KnownVoice>
  /** Names that speakers without a name must not be given. */
  readonly takenNames?: ReadonlyArray<string> | undefined
  readonly onProgress?: ((done: number, total: number) => Effect.Effect<void>) | undefined
}

/** Tells speakers apart by their voices alone, for transcripts and subtitles that do not name them. */
export class SpeakerDiarization extends Context.Service<
  SpeakerDiarization,
  {
    /** What it is done with: the names of the models. */
    readonly model: string
    turns(request: DiarizationRequest): Effect.Effect<ReadonlyArray<SpeakerTurn>, ServiceError | FfmpegError | Problem>
  }
>()("dubber/transcript/SpeakerDiarization") {}
