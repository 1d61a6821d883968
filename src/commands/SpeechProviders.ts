import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type { HttpClient } from "effect/http/HttpClient"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import { Problem } from "../domain/Problem.ts"
import { Progress } from "../dub/Progress.ts"
import { askedWhere, placeOf } from "../requests/AskedWhere.ts"
import * as Endpoints from "../requests/Endpoint.ts"
import type { RequestLog } from "../requests/RequestLog.ts"
import { decorate } from "../speech/Decorator.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import * as ElevenLabsSpeech from "../speech/TextToSpeech/ElevenLabs.ts"
import * as ESpeak from "../speech/TextToSpeech/ESpeak.ts"
import * as LocalSpeech from "../speech/TextToSpeech/Local.ts"
import * as OpenAiSpeech from "../speech/TextToSpeech/OpenAi.ts"
import * as RealtimeSpeech from "../speech/TextToSpeech/Realtime.ts"
import { speechServices } from "./flags.ts"
import { choiceOf, orEnvironment } from "./flagValues.ts"
import type { DubFlags } from "./settings.ts"

export type SpeechService = (typeof speechServices)[number]

type SpeechFlags = Pick<DubFlags, "tts" | "ttsModel" | "model">

export const needsKey = (flag: string, what: string) =>
  new Problem({
    what: `${flag} needs ${what}.`,
    mend: "Set it in the environment or in a file .env here.",
    exitCode: 2
  })

export type Provider = Layer.Layer<
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

/** Errors of a voice tell where it was asked, and with which key. */
const atEndpoint = (endpoint: Endpoints.Endpoint, voice: Provider): Provider =>
  decorate(voice, (tts) => {
    const told = Effect.mapError(askedWhere(endpoint))
    const { catalogue, checkVoice, voices } = tts.provider
    const provider = {
      ...tts.provider,
      at: placeOf(endpoint),
      catalogue: catalogue && told(catalogue),
      voices: voices && told(voices),
      checkVoice: checkVoice && ((name: string) => told(checkVoice(name)))
    }
    return Effect.succeed(TextToSpeech.of({ provider, speak: (request) => told(tts.speak(request)) }))
  })

/** Who speaks: what was asked for, else the best that is set up; eSpeak NG needs nothing. */
export const chooseSpeech = Effect.fnUntraced(function* (flags: SpeechFlags) {
  const asked = yield* choiceOf(flags.tts, "DUBBER_TTS", ["auto", ...speechServices], "auto")
  if (asked !== "auto") return { service: asked, isAsked: true }
  const openAi = yield* Endpoints.openAiCompatible("TTS")
  const elevenLabs = yield* Endpoints.elevenLabs
  const service: SpeechService = Option.isSome(openAi)
    ? "openai"
    : elevenLabs.apiKey !== undefined
      ? "elevenlabs"
      : "espeak"
  return { service, isAsked: false }
})

/** The provider of a service with the models and voices that are set up; a Problem where its key is missing. */
export const providerOf = Effect.fnUntraced(function* (
  service: SpeechService,
  flags: SpeechFlags
): Effect.fn.Return<Provider, Problem | Config.ConfigError> {
  const model = (yield* orEnvironment(flags.ttsModel, "DUBBER_TTS_MODEL"))?.value
  const openAi = yield* Endpoints.openAiCompatible("TTS")
  switch (service) {
    case "openai": {
      if (Option.isNone(openAi)) return yield* needsKey("--tts openai", "OPENAI_API_KEY or DUBBER_TTS_BASE_URL")
      return atEndpoint(openAi.value, OpenAiSpeech.layer({ endpoint: openAi.value, model }))
    }
    case "realtime": {
      if (Option.isNone(openAi)) return yield* needsKey("--tts realtime", "OPENAI_API_KEY")
      return atEndpoint(openAi.value, RealtimeSpeech.layer({ endpoint: openAi.value, model }))
    }
    case "elevenlabs": {
      const endpoint = yield* Endpoints.elevenLabs
      const defaultVoice = (yield* orEnvironment(Option.none(), "ELEVENLABS_VOICE_ID"))?.value
      if (endpoint.apiKey === undefined) return yield* needsKey("--tts elevenlabs", "ELEVENLABS_API_KEY")
      return atEndpoint(endpoint, ElevenLabsSpeech.layer({ endpoint, model, defaultVoice }))
    }
    case "local": {
      const folder = (yield* orEnvironment(flags.model, "DUBBER_LOCAL_MODEL"))?.value
      return LocalSpeech.layer({ folder })
    }
    case "espeak":
      return ESpeak.layer()
  }
})

/** The provider that speaks. */
export const speechProvider = (flags: SpeechFlags) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const progress = yield* Progress
      const { isAsked, service } = yield* chooseSpeech(flags)
      const provider = yield* providerOf(service, flags)
      return service === "espeak" && !isAsked ? saying(progress, plainVoice, provider) : provider
    })
  )
