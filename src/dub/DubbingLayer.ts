import type * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { Ffmpeg } from "../media/Ffmpeg.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import * as RetriedLanguageModel from "../script/RetriedLanguageModel.ts"
import * as TranslationCache from "../script/TranslationCache.ts"
import { Clips } from "../speech/Clips.ts"
import * as Dependable from "../speech/Dependable.ts"
import type { TextToSpeech } from "../speech/TextToSpeech.ts"
import * as Sonic from "../timeline/Stretch/Sonic.ts"
import * as KeptSpeechToText from "../transcript/KeptSpeechToText.ts"
import * as RetriedSpeechToText from "../transcript/RetriedSpeechToText.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import { Progress } from "./Progress.ts"
import { Workdir } from "./Workdir.ts"

/** A provider's layer may need what every provider may need. */
type Platform = ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem | Path.Path

/** Nobody transcribes: videos must come with subtitles. */
export const noTranscription = Layer.succeed(SpeechToText, {
  provider: { service: "none", model: "", address: "", hasTimes: false, longestSeconds: 0, largestBytes: 0 },
  transcribe: () => Effect.die("nobody transcribes")
})

/** Nobody translates or polishes: scripts must be given. */
export const noLanguageModel = Layer.succeed(LanguageModel, {
  provider: { service: "none", model: "", address: "" },
  lines: () => Effect.die("nobody translates")
})

export interface DubbingOptions<E = never, R = never> {
  /** The folder of this video's dub. */
  readonly workdir: string
  /** Requests at once, for each kind of service. */
  readonly concurrency: number | "auto"
  /** A provider that speaks; keeping, checking, retrying and limiting go around it. */
  readonly voice: Layer.Layer<TextToSpeech, E, R>
  /** A provider that writes down what is said; none: videos must come with subtitles. */
  readonly transcription?: Layer.Layer<SpeechToText, E, R> | undefined
  /** A provider that translates and polishes; none: scripts must be given. */
  readonly language?: Layer.Layer<LanguageModel, E, R> | undefined
  /** Shown nowhere unless given: `Progress.layerView`. */
  readonly progress?: Layer.Layer<Progress> | undefined
}

/**
 * Everything that `dub`, `prepare` and `synthesize` need besides the platform, around providers of your own: a
 * provider makes one attempt a call, all else is here.
 */
export const dubbingLayer = <E = never, R extends Platform | RequestLog = never>(options: DubbingOptions<E, R>) => {
  const policy = (kind: "speech" | "transcription" | "language") =>
    RequestPolicy.layer({ kind, concurrency: options.concurrency })
  const { language, transcription } = options
  const voice = Layer.unwrap(
    Effect.map(Workdir, (workdir) =>
      Dependable.layer(options.voice).pipe(
        Layer.provide(policy("speech")),
        Layer.provideMerge(Clips.layer({ folder: workdir.path("clips") }))
      )
    )
  )
  const hearing = (provider: Layer.Layer<SpeechToText, E, R>) =>
    Layer.unwrap(
      Effect.map(Workdir, (workdir) =>
        KeptSpeechToText.layer(RetriedSpeechToText.layer(provider), { folder: workdir.path("transcriptions") }).pipe(
          Layer.provide(policy("transcription"))
        )
      )
    )
  const writing = (provider: Layer.Layer<LanguageModel, E, R>) =>
    Layer.merge(
      RetriedLanguageModel.layer(provider).pipe(Layer.provide(policy("language"))),
      Layer.unwrap(Effect.map(Workdir, (workdir) => TranslationCache.layer({ folder: workdir.path("translations") })))
    )
  const services = Layer.mergeAll(
    voice,
    transcription === undefined ? noTranscription : hearing(transcription),
    language === undefined ? noLanguageModel : writing(language),
    Sonic.layer
  )
  return services.pipe(
    Layer.provideMerge(Layer.mergeAll(Ffmpeg.layer, RequestLog.layer)),
    Layer.provideMerge(Workdir.layer(options.workdir)),
    Layer.provideMerge(options.progress ?? Progress.layerSilent)
  )
}
