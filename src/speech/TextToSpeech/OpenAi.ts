import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { secondsToSpeak, withDeadline } from "../../requests/Deadline.ts"
import { addressOf, isOpenAi, type Endpoint } from "../../requests/Endpoint.ts"
import {
  defaultModels,
  dealtVoices,
  defaultVoices,
  findModel,
  priceOfSpeech,
  type Model,
  voicesOf
} from "../../requests/Models.ts"
import { openAiRequest } from "../../requests/OpenAiRequest.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { BadAnswer, ServiceError } from "../../requests/ServiceError.ts"
import { voicesOfAnswer } from "../Catalogue.ts"
import { TextToSpeech, type SpeechAudio, type SpeechProvider, type SpeechRequest } from "../TextToSpeech.ts"

export interface OpenAiSettings {
  /** OpenAI, or any server that speaks its `/audio/speech`. */
  readonly endpoint: Endpoint
  readonly model?: string | undefined
  readonly defaultVoice?: string | undefined
  /** Seconds an attempt may take, headers and body together; unless given, by the length of the text. */
  readonly deadlineSeconds?: number | undefined
}

const service = "openai"
const pcmSampleRate = 24_000
const Json = Schema.fromJsonString(Schema.Unknown)

const within = ([slowest, fastest]: readonly [number, number], speed: number): number =>
  Math.max(slowest, Math.min(fastest, speed))

/** A voice as it is sent: OpenAI wants those of an account's own ("voice_1234") as an object. */
export const voiceOf = (voice: string, isMakers: boolean): string | { readonly id: string } =>
  isMakers && /^voice_\w+$/.test(voice) ? { id: voice } : voice

/** The body of the request. What a model is known not to take is left out. */
const bodyOf = (
  request: SpeechRequest,
  model: string,
  known: Model | undefined,
  voice: string | { readonly id: string }
) => ({
  model,
  voice,
  input: request.text,
  response_format: "pcm" as const,
  ...(request.instructions === undefined || known?.takesInstructions === false
    ? {}
    : { instructions: request.instructions }),
  ...(request.speed === undefined || request.speed === 1
    ? {}
    : { speed: within(known?.speeds ?? [0.25, 4], request.speed) })
})

/**
 * Speech by OpenAI and the servers that are compatible with it: `POST {base}/audio/speech`. Raw 24 kHz PCM is asked
 * for; what comes back is told by its bytes, by whoever decodes it. Prices hold for OpenAI's own address only.
 */
export const layer = (settings: OpenAiSettings) =>
  Layer.effect(
    TextToSpeech,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const model = settings.model ?? defaultModels.speech.openai
      const known = findModel(model)
      const priced = isOpenAi(settings.endpoint) ? known : undefined
      const defaultVoice = settings.defaultVoice ?? defaultVoices.openai
      const deadlineFor = (characters: number) => settings.deadlineSeconds ?? secondsToSpeak(characters, 60)
      const request = yield* openAiRequest(service, settings.endpoint, deadlineFor(0))

      /** Not of OpenAI's own making: many servers that are compatible with it list their voices here. */
      const listed = request("/audio/voices").pipe(
        withDeadline(service, deadlineFor(0)),
        Effect.flatMap(({ bytes }) => Schema.decodeEffect(Json)(new TextDecoder().decode(bytes))),
        Effect.catchTag("SchemaError", () => {
          const message = "its list of voices is not the JSON it should be"
          return Effect.fail(new ServiceError({ service, reason: new BadAnswer({ message }) }))
        }),
        Effect.map((answer) => voicesOfAnswer(answer, model))
      )

      const provider: SpeechProvider = {
        service,
        model,
        address: addressOf(settings.endpoint),
        defaultVoice: () => defaultVoice,
        // What a server of its own calls its voices is not known.
        voices: known === undefined ? undefined : Effect.succeed(dealtVoices.openai),
        catalogue: isOpenAi(settings.endpoint)
          ? Effect.succeed(voicesOf(known ?? { name: model, service }).map((id) => ({ id })))
          : listed,
        longestInput: known?.longestInput ?? 4096,
        takesInstructions: known?.takesInstructions,
        requestsPerMinute: priced?.requestsPerMinute,
        usdPerThousandCharacters: priced?.usdPerThousandCharacters,
        usdPerMinute: priced?.usdPerMinute
      }

      const ask = (asked: SpeechRequest) => {
        const voice = voiceOf(asked.voice ?? defaultVoice, isOpenAi(settings.endpoint))
        return request("/audio/speech", bodyOf(asked, model, known, voice)).pipe(
          withDeadline(service, deadlineFor(asked.text.length))
        )
      }

      const speak = Effect.fnUntraced(function* (asked: SpeechRequest) {
        const { bytes, headers } = yield* log.attempt("speech", asked.subject, ask(asked))
        const characters = [...asked.text].length
        const seconds = bytes.length / (2 * pcmSampleRate)
        const usd = priced === undefined ? undefined : priceOfSpeech(model, characters, seconds)
        yield* log.used("speech", { characters, ...(usd === undefined ? {} : { usd }) })
        const contentType = headers.get("content-type") ?? undefined
        return { bytes, contentType, pcmSampleRate, usd, characters } satisfies SpeechAudio
      })

      return TextToSpeech.of({ provider, speak })
    })
  )
