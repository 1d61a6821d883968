import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { withDeadline } from "../../requests/Deadline.ts"
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
import { openAiClient } from "../../requests/OpenAiClient.ts"
import { fromOpenAi } from "../../requests/OpenAiErrors.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { voicesOfAnswer } from "../Catalogue.ts"
import { TextToSpeech, type SpeechAudio, type SpeechProvider, type SpeechRequest } from "../TextToSpeech.ts"

export interface OpenAiSettings {
  /** OpenAI, or any server that speaks its `/audio/speech`. */
  readonly endpoint: Endpoint
  readonly model?: string | undefined
  readonly defaultVoice?: string | undefined
  /** Seconds an attempt may take, headers and body together. */
  readonly deadlineSeconds?: number | undefined
}

const service = "openai"
const pcmSampleRate = 24_000

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
      const client = yield* openAiClient(settings.endpoint)
      const model = settings.model ?? defaultModels.speech.openai
      const known = findModel(model)
      const priced = isOpenAi(settings.endpoint) ? known : undefined
      const defaultVoice = settings.defaultVoice ?? defaultVoices.openai
      const deadlineSeconds = settings.deadlineSeconds ?? 60

      /** Not of OpenAI's own making: many servers that are compatible with it list their voices here. */
      const listed = Effect.tryPromise({
        try: (signal) => client.get<unknown>("/audio/voices", { signal }),
        catch: (error) => fromOpenAi(service, error, deadlineSeconds)
      }).pipe(
        withDeadline(service, deadlineSeconds),
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

      const ask = (request: SpeechRequest) =>
        Effect.tryPromise({
          // Headers and body in one promise: the signal must outlive the headers, or an interruption while the body
          // comes leaves the connection open.
          try: async (signal) => {
            const voice = voiceOf(request.voice ?? defaultVoice, isOpenAi(settings.endpoint))
            const body = bodyOf(request, model, known, voice)
            const response = await client.audio.speech.create(body, { signal })
            return {
              bytes: new Uint8Array(await response.arrayBuffer()),
              contentType: response.headers.get("content-type") ?? undefined
            }
          },
          catch: (error) => fromOpenAi(service, error, deadlineSeconds)
        }).pipe(withDeadline(service, deadlineSeconds))

      const speak = Effect.fn("OpenAi.speak")(function* (request: SpeechRequest) {
        const answer = yield* log.attempt("speech", request.subject, ask(request))
        const characters = [...request.text].length
        const seconds = answer.bytes.length / (2 * pcmSampleRate)
        const usd = priced === undefined ? undefined : priceOfSpeech(model, characters, seconds)
        yield* log.used("speech", { characters, ...(usd === undefined ? {} : { usd }) })
        return { ...answer, pcmSampleRate, usd, characters } satisfies SpeechAudio
      })

      return TextToSpeech.of({ provider, speak })
    })
  )
