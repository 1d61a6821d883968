import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type { HttpClient } from "effect/http/HttpClient"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import { Problem } from "../domain/Problem.ts"
import { noLanguageModel, noTranscription } from "../dub/DubbingLayer.ts"
import { Progress } from "../dub/Progress.ts"
import { Workdir } from "../dub/Workdir.ts"
import * as Endpoints from "../requests/Endpoint.ts"
import { defaultModels } from "../requests/Models.ts"
import type { RequestLog } from "../requests/RequestLog.ts"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import * as OpenAiModel from "../script/LanguageModel/OpenAi.ts"
import * as RetriedLanguageModel from "../script/RetriedLanguageModel.ts"
import * as TranslationCache from "../script/TranslationCache.ts"
import { Clips } from "../speech/Clips.ts"
import { decorate } from "../speech/Decorator.ts"
import * as Dependable from "../speech/Dependable.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import * as ElevenLabsSpeech from "../speech/TextToSpeech/ElevenLabs.ts"
import * as ESpeak from "../speech/TextToSpeech/ESpeak.ts"
import * as LocalSpeech from "../speech/TextToSpeech/Local.ts"
import * as OpenAiSpeech from "../speech/TextToSpeech/OpenAi.ts"
import * as RealtimeSpeech from "../speech/TextToSpeech/Realtime.ts"
import * as LocalDiarization from "../transcript/SpeakerDiarization/Local.ts"
import * as ElevenLabsTranscription from "../transcript/SpeechToText/ElevenLabs.ts"
import * as LocalTranscription from "../transcript/SpeechToText/Local.ts"
import * as OpenAiTranscription from "../transcript/SpeechToText/OpenAi.ts"
import * as WhisperCpp from "../transcript/SpeechToText/WhisperCpp.ts"
import * as RetriedSpeechToText from "../transcript/RetriedSpeechToText.ts"
import type { SpeechToText } from "../transcript/SpeechToText.ts"
import { choiceOf, numberOf, orEnvironment } from "./flagValues.ts"
import type { DubFlags } from "./settings.ts"
import type { DubSettings } from "../dub/Settings.ts"

const needsKey = (flag: string, what: string) =>
  new Problem({
    what: `${flag} needs ${what}.`,
    mend: "Set it in the environment or in a file .env here.",
    exitCode: 2
  })

export const budgetOf = (flags: DubFlags) => numberOf(flags.budget, "budget", { minimum: 0, maximum: 1e6 }, "DUBBER_BUDGET")

/** How each kind of request is sent: rate, number at once, retry and budget. */
const policy = (kind: "speech" | "transcription" | "language", flags: DubFlags, settings: DubSettings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const requestsPerMinute =
        kind === "speech"
          ? yield* numberOf(flags.rpm, "rpm", { minimum: 1, maximum: 100_000 }, "DUBBER_RPM")
          : undefined
      const budgetUsd = yield* budgetOf(flags)
      return RequestPolicy.layer({ kind, concurrency: settings.concurrency, requestsPerMinute, budgetUsd })
    })
  )

type Provider = Layer.Layer<
  TextToSpeech,
  Problem,
  RequestLog | HttpClient | ChildProcessSpawner | FileSystem.FileSystem | Path.Path
>

const plainVoice =
  "no key is set: eSpeak NG speaks, free and plain; for natural voices set OPENAI_API_KEY or ELEVENLABS_API_KEY"

/** Tells something of a voice when it speaks first: not where other things end the run, nor where all is there already. */
const saying = (progress: Progress["Service"], note: string, voice: Provider): Provider =>
  decorate(voice, (tts) =>
    Effect.map(Effect.cached(progress.note(note)), (told) =>
      TextToSpeech.of({ ...tts, speak: (request) => Effect.andThen(told, tts.speak(request)) })
    )
  )

/** Who speaks: what was asked for, else the best that is set up; eSpeak NG needs nothing. */
const speechProvider = (flags: DubFlags) =>
  Layer.unwrap(
    Effect.gen(function* (): Effect.fn.Return<Provider, Problem | Config.ConfigError, Progress> {
      const progress = yield* Progress
      const choices = ["auto", "openai", "realtime", "elevenlabs", "espeak", "local"] as const
      const asked = yield* choiceOf(flags.tts, "DUBBER_TTS", choices, "auto")
      const model = (yield* orEnvironment(flags.ttsModel, "DUBBER_TTS_MODEL"))?.value
      const openAi = yield* Endpoints.openAiCompatible("TTS")
      const elevenLabs = yield* Endpoints.elevenLabs
      const defaultVoice = (yield* orEnvironment(Option.none(), "ELEVENLABS_VOICE_ID"))?.value
      const chosen =
        asked !== "auto"
          ? asked
          : Option.isSome(openAi)
            ? "openai"
            : elevenLabs.apiKey !== undefined
              ? "elevenlabs"
              : "espeak"
      switch (chosen) {
        case "openai": {
          if (Option.isNone(openAi)) return yield* needsKey("--tts openai", "OPENAI_API_KEY or DUBBER_TTS_BASE_URL")
          return OpenAiSpeech.layer({ endpoint: openAi.value, model })
        }
        case "realtime": {
          if (Option.isNone(openAi)) return yield* needsKey("--tts realtime", "OPENAI_API_KEY")
          return RealtimeSpeech.layer({ endpoint: openAi.value, model })
        }
        case "elevenlabs": {
          if (elevenLabs.apiKey === undefined) return yield* needsKey("--tts elevenlabs", "ELEVENLABS_API_KEY")
          return ElevenLabsSpeech.layer({ endpoint: elevenLabs, model, defaultVoice })
        }
        case "local": {
          const folder = (yield* orEnvironment(flags.model, "DUBBER_LOCAL_MODEL"))?.value
          return LocalSpeech.layer({ folder })
        }
        case "espeak": {
          return asked === "auto" ? saying(progress, plainVoice, ESpeak.layer()) : ESpeak.layer()
        }
      }
    })
  )

/** The voice with all that goes around it, and the clips it is kept in. */
export const speech = (flags: DubFlags, settings: DubSettings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const workdir = yield* Workdir
      const clips = Clips.layer({ folder: workdir.path("clips") })
      return Dependable.layer(speechProvider(flags), { cachedOnly: flags.cachedOnly }).pipe(
        Layer.provide(policy("speech", flags, settings)),
        Layer.provideMerge(clips)
      )
    })
  ).pipe(Layer.provide(FetchHttpClient.layer))

/** Who tells speakers apart where neither subtitles nor the service do: models on this machine, where they are named. */
const speakerDiarization = (flags: DubFlags) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const folder = (yield* orEnvironment(flags.speakerModels, "DUBBER_SPEAKER_MODELS"))?.value
      return folder === undefined ? Layer.empty : LocalDiarization.layer({ folder })
    })
  )

/** Who writes down what is said, where nobody else knows; without any service whoever asks is told so. */
export const transcription = (flags: DubFlags, settings: DubSettings) =>
  Layer.merge(transcriptionProvider(flags, settings), speakerDiarization(flags))

const transcriptionProvider = (flags: DubFlags, settings: DubSettings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const dependable = <E, R>(provider: Layer.Layer<SpeechToText, E, R>) =>
        RetriedSpeechToText.layer(provider).pipe(
          Layer.provide(policy("transcription", flags, settings)),
          Layer.provide(FetchHttpClient.layer)
        )
      const openAi = yield* Endpoints.openAiCompatible("STT")
      const elevenLabs = yield* Endpoints.elevenLabs
      const model = (yield* orEnvironment(flags.sttModel, "DUBBER_STT_MODEL"))?.value
      const wanted =
        settings.stt === "auto" || settings.stt === "subtitles"
          ? Option.isSome(openAi)
            ? "openai"
            : elevenLabs.apiKey !== undefined
              ? "elevenlabs"
              : "none"
          : settings.stt
      switch (wanted) {
        case "openai": {
          if (Option.isNone(openAi)) return yield* needsKey("--stt openai", "OPENAI_API_KEY or DUBBER_STT_BASE_URL")
          return dependable(
            OpenAiTranscription.layer({ endpoint: openAi.value, model: model ?? defaultModels.transcription.openai })
          )
        }
        case "whisper-cpp": {
          if (Option.isNone(openAi)) return yield* needsKey("--stt whisper-cpp", "DUBBER_STT_BASE_URL")
          return dependable(WhisperCpp.layer({ endpoint: openAi.value, model }))
        }
        case "elevenlabs": {
          if (elevenLabs.apiKey === undefined) return yield* needsKey("--stt elevenlabs", "ELEVENLABS_API_KEY")
          return dependable(ElevenLabsTranscription.layer({ endpoint: elevenLabs, model }))
        }
        case "local":
          return dependable(LocalTranscription.layer({ folder: model }))
        case "none":
          return noTranscription
      }
    })
  )

/** Who translates and polishes; without any service whoever asks is told so. */
export const language = (flags: DubFlags, settings: DubSettings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const openAi = yield* Endpoints.openAiCompatible("LLM")
      const model = (yield* orEnvironment(flags.llmModel, "DUBBER_LLM_MODEL"))?.value ?? defaultModels.language.openai
      if (Option.isNone(openAi)) {
        return noLanguageModel
      }
      const workdir = yield* Workdir
      return RetriedLanguageModel.layer(OpenAiModel.layer({ endpoint: openAi.value, model })).pipe(
        Layer.provide(policy("language", flags, settings)),
        Layer.merge(TranslationCache.layer({ folder: workdir.path("translations") }))
      )
    })
  )
