import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Base64 from "effect/encoding/Base64"
import * as Language from "../../domain/Language.ts"
import { withDeadline } from "../../requests/Deadline.ts"
import { addressOf, isOpenAi, type Endpoint } from "../../requests/Endpoint.ts"
import { defaultModels, findModel, priceOfTranscription } from "../../requests/Models.ts"
import { openAiClient } from "../../requests/OpenAiClient.ts"
import { fromOpenAi } from "../../requests/OpenAiErrors.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import type { ServiceError } from "../../requests/ServiceError.ts"
import { SpeechToText, type TranscriptionProvider, type TranscriptionRequest } from "../SpeechToText.ts"
import { readAnswer } from "./Answer.ts"

export interface OpenAiSettings {
  /** OpenAI, or any server that speaks its `/audio/transcriptions`. */
  readonly endpoint: Endpoint
  readonly model?: string | undefined
  /** Seconds an attempt may take; by default as the length of the sound and the kind of server ask for. */
  readonly deadlineSeconds?: number | undefined
}

const service = "openai"

type Format = "verbose_json" | "diarized_json" | "json"

/** What a model answers with, by its name: those that are not known are taken to be Whisper's kin. */
const formatOf = (model: string): Format => {
  if (/diarize/i.test(model)) return "diarized_json"
  return /(?:^|\/)gpt-.*transcribe/i.test(model) ? "json" : "verbose_json"
}

const languageFields = (language: Language.Language | undefined, model: string) => {
  if (language === undefined) return {}
  const code = Language.primary(language)
  return /(?:^|\/)gpt-transcribe/i.test(model) ? { languages: [code] } : { language: code }
}

const knownSpeakers = ({ knownSpeakers: known = [] }: TranscriptionRequest) =>
  known.length === 0
    ? {}
    : {
        known_speaker_names: known.map(({ name }) => name),
        known_speaker_references: known.map(
          ({ contentType, sample }) => `data:${contentType};base64,${Base64.encode(sample)}`
        )
      }

/** The fields beside the sound. Models that tell speakers apart take no prompt. */
const bodyOf = (request: TranscriptionRequest, model: string, format: Format) => ({
  model,
  response_format: format,
  ...languageFields(request.language, model),
  ...(request.prompt === undefined || format === "diarized_json" ? {} : { prompt: request.prompt }),
  ...(format === "verbose_json" ? { timestamp_granularities: ["word" as const, "segment" as const] } : {}),
  ...(format === "diarized_json" ? { chunking_strategy: "auto" as const, ...knownSpeakers(request) } : {})
})

const refusesFormat = ({ reason }: ServiceError): boolean =>
  reason._tag === "Refused" && /response_?format|verbose_json|timestamp_granularit/i.test(reason.message)

const refusesSpeakers = ({ reason }: ServiceError): boolean =>
  reason._tag === "Refused" && /known_speaker/i.test(reason.message)

/**
 * Transcription by OpenAI and the servers that are compatible with it: `POST {base}/audio/transcriptions`. Words and
 * segments are asked for of Whisper's kin, speakers of `*-diarize`, text alone of the others; a server that refuses to
 * give times is asked for text from then on. Prices hold for OpenAI's own address only.
 */
export const layer = (settings: OpenAiSettings) =>
  Layer.effect(
    SpeechToText,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const client = yield* openAiClient(settings.endpoint)
      const model = settings.model ?? defaultModels.transcription.openai
      const known = findModel(model)
      const own = isOpenAi(settings.endpoint)
      const format = yield* Ref.make(formatOf(model))
      const takesSpeakers = yield* Ref.make(true)

      const provider: TranscriptionProvider = {
        service,
        model,
        address: addressOf(settings.endpoint),
        hasTimes: formatOf(model) !== "json",
        hasSpeakers: formatOf(model) === "diarized_json",
        knowsSpeakersAgain: formatOf(model) === "diarized_json",
        longestSeconds: known?.longestSeconds ?? Infinity,
        largestBytes: known?.largestBytes ?? 25_000_000,
        usdPerMinute: own ? known?.usdPerMinute : undefined
      }

      const deadline = (seconds: number) =>
        settings.deadlineSeconds ?? Math.ceil(own ? 90 + seconds * 0.4 : 300 + seconds * 3)

      const ask = (request: TranscriptionRequest, asked: Format) => {
        const seconds = deadline(request.seconds)
        const file = new File([Uint8Array.from(request.audio)], request.fileName, { type: request.contentType })
        const answer = Effect.tryPromise({
          try: (signal): Promise<unknown> =>
            client.audio.transcriptions.create(
              { ...bodyOf(request, model, asked), file },
              { signal, timeout: seconds * 1000 + 1000 }
            ),
          catch: (error) => fromOpenAi(service, error, seconds)
        })
        return log.attempt(
          "transcription",
          request.subject,
          Effect.flatMap(answer, (body) => readAnswer(service, body)).pipe(withDeadline(service, seconds))
        )
      }

      const transcribe = Effect.fn("OpenAi.transcribe")(function* (request: TranscriptionRequest) {
        const asked = yield* Ref.get(format)
        const speakers = (yield* Ref.get(takesSpeakers)) ? (request.knownSpeakers ?? []) : []
        const answer = yield* ask({ ...request, knownSpeakers: speakers }, asked).pipe(
          Effect.catchIf(
            (error) => asked === "verbose_json" && refusesFormat(error),
            () => Effect.andThen(Ref.set(format, "json"), ask(request, "json"))
          ),
          Effect.catchIf(
            (error) => speakers.length > 0 && refusesSpeakers(error),
            () => Effect.andThen(Ref.set(takesSpeakers, false), ask({ ...request, knownSpeakers: [] }, asked))
          )
        )
        const usd = own ? priceOfTranscription(model, request.seconds) : undefined
        yield* log.used("transcription", { audioSeconds: request.seconds, ...(usd === undefined ? {} : { usd }) })
        return answer
      })

      return SpeechToText.of({ provider, transcribe })
    })
  )
