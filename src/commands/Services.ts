import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { noLanguageModel, noTranscription } from "../dub/DubbingLayer.ts"
import { Workdir } from "../dub/Workdir.ts"
import { askedWhere } from "../requests/AskedWhere.ts"
import * as Endpoints from "../requests/Endpoint.ts"
import { defaultModels } from "../requests/Models.ts"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import * as OpenAiModel from "../script/LanguageModel/OpenAi.ts"
import * as RetriedLanguageModel from "../script/RetriedLanguageModel.ts"
import * as TranslationCache from "../script/TranslationCache.ts"
import { Clips } from "../speech/Clips.ts"
import * as Dependable from "../speech/Dependable.ts"
import * as LocalDiarization from "../transcript/SpeakerDiarization/Local.ts"
import * as ElevenLabsTranscription from "../transcript/SpeechToText/ElevenLabs.ts"
import * as LocalTranscription from "../transcript/SpeechToText/Local.ts"
import * as OpenAiTranscription from "../transcript/SpeechToText/OpenAi.ts"
import * as WhisperCpp from "../transcript/SpeechToText/WhisperCpp.ts"
import * as KeptSpeechToText from "../transcript/KeptSpeechToText.ts"
import * as RetriedSpeechToText from "../transcript/RetriedSpeechToText.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import { numberOf, orEnvironment } from "./flagValues.ts"
import { needsKey, speechProvider } from "./SpeechProviders.ts"
import type { DubFlags } from "./settings.ts"
import type { DubSettings } from "../dub/Settings.ts"

export const budgetOf = (flags: DubFlags) =>
  numberOf(flags.budget, "budget", { minimum: 0, maximum: 1e6 }, "DUBBER_BUDGET")

/** How each kind of request is sent: rate, number at once, retry and budget. */
const policy = (
  kind: "speech" | "transcription" | "language",
  flags: DubFlags,
  settings: Pick<DubSettings, "concurrency">
) =>
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

/** The voice with all that goes around it, and the clips it is kept in: a folder. */
export const speechIn = (folder: string, flags: DubFlags, settings: Pick<DubSettings, "concurrency">) =>
  Dependable.layer(speechProvider(flags), { cachedOnly: flags.cachedOnly }).pipe(
    Layer.provide(policy("speech", flags, settings)),
    Layer.provideMerge(Clips.layer({ folder })),
    Layer.provide(FetchHttpClient.layer)
  )

/** The same with the clips of a video. */
export const speech = (flags: DubFlags, settings: DubSettings) =>
  Layer.unwrap(Effect.map(Workdir, (workdir) => speechIn(workdir.path("clips"), flags, settings)))

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

/** Errors of a transcription tell where it was asked, and with which key. */
const heardAt = <E, R>(endpoint: Endpoints.Endpoint, provider: Layer.Layer<SpeechToText, E, R>) =>
  Layer.effect(
    SpeechToText,
    Effect.map(SpeechToText, (inner) =>
      SpeechToText.of({
        ...inner,
        transcribe: (request) => Effect.mapError(inner.transcribe(request), askedWhere(endpoint))
      })
    )
  ).pipe(Layer.provide(provider))

const transcriptionProvider = (flags: DubFlags, settings: DubSettings) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const workdir = yield* Workdir
      const dependable = <E, R>(provider: Layer.Layer<SpeechToText, E, R>) =>
        KeptSpeechToText.layer(RetriedSpeechToText.layer(provider), { folder: workdir.path("transcriptions") }).pipe(
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
          const endpoint = openAi.value
          const asked = { endpoint, model: model ?? defaultModels.transcription.openai }
          return dependable(heardAt(endpoint, OpenAiTranscription.layer(asked)))
        }
        case "whisper-cpp": {
          if (Option.isNone(openAi)) return yield* needsKey("--stt whisper-cpp", "DUBBER_STT_BASE_URL")
          const endpoint = openAi.value
          return dependable(heardAt(endpoint, WhisperCpp.layer({ endpoint, model })))
        }
        case "elevenlabs": {
          if (elevenLabs.apiKey === undefined) return yield* needsKey("--stt elevenlabs", "ELEVENLABS_API_KEY")
          return dependable(heardAt(elevenLabs, ElevenLabsTranscription.layer({ endpoint: elevenLabs, model })))
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
      const endpoint = openAi.value
      // Errors tell where it was asked, and with which key.
      const provider = Layer.effect(
        LanguageModel,
        Effect.map(LanguageModel, (inner) =>
          LanguageModel.of({
            ...inner,
            lines: (request) => Effect.mapError(inner.lines(request), askedWhere(endpoint))
          })
        )
      ).pipe(Layer.provide(OpenAiModel.layer({ endpoint, model })))
      return RetriedLanguageModel.layer(provider).pipe(
        Layer.provide(policy("language", flags, settings)),
        Layer.merge(TranslationCache.layer({ folder: workdir.path("translations") }))
      )
    })
  )
