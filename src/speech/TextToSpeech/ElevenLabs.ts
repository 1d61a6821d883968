import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Semaphore from "effect/Semaphore"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { secondsToSpeak, withDeadline } from "../../requests/Deadline.ts"
import { addressOf, type Endpoint } from "../../requests/Endpoint.ts"
import { defaultModels, findModel, type Model } from "../../requests/Models.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { fromResponse } from "../../requests/ResponseErrors.ts"
import { dated, fromRecord, observeHeaders } from "../../requests/ResponseHeaders.ts"
import { oneLine } from "../../requests/ServerMessage.ts"
import { BadAnswer, NotThere, ServiceError, Unauthorized } from "../../requests/ServiceError.ts"
import { fromTransport } from "../../requests/TransportErrors.ts"
import { TextToSpeech, type SpeechAudio, type SpeechProvider, type SpeechRequest } from "../TextToSpeech.ts"
import { AccountVoices, described } from "./ElevenLabsVoices.ts"

export interface ElevenLabsSettings {
  readonly endpoint: Endpoint
  readonly model?: string | undefined
  /** A name or an id; the first voice of the account unless given. */
  readonly defaultVoice?: string | undefined
  /** 0 to 1 each; what is not given stays as the voice has it. */
  readonly stability?: number | undefined
  readonly similarityBoost?: number | undefined
  readonly style?: number | undefined
  readonly speakerBoost?: boolean | undefined
  /** The same seed gives nearly the same sound for the same text. */
  readonly seed?: number | undefined
  readonly deadlineSeconds?: number | undefined
}

const service = "elevenlabs"
const pcmSampleRate = 24_000
/** What the first voice of the account is called here, before the account has been asked. */
const first = "first"
/** What a character costs that is charged in full; cheaper models are charged less than one for each. */
const usdPerChargedCharacter = 0.1 / 1000

/** `character-cost`: a model that is charged half a character for each may give halves. */
const chargedIn = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : undefined

const isId = (voice: string): boolean => /^[A-Za-z0-9]{20}$/.test(voice)

const notThere = (message: string) => new ServiceError({ service, reason: new NotThere({ message }) })

/** By id, by name, or by the first word of a name such as "Rachel - calm and clear"; the first where none is named. */
const findVoice = ({ voices }: AccountVoices, wanted: string): Effect.Effect<string, ServiceError> => {
  const [own] = voices
  if (own === undefined) {
    return Effect.fail(notThere("the account has no voices. Add one at elevenlabs.io, or name one with --voice"))
  }
  const name = wanted.trim().toLowerCase()
  const found =
    voices.find((voice) => voice.voice_id === wanted) ??
    voices.find((voice) => voice.name.trim().toLowerCase() === name) ??
    voices.find((voice) => voice.name.toLowerCase().split(/\s+[-–(]/)[0] === name) ??
    (name === first ? own : undefined)
  if (found !== undefined) return Effect.succeed(found.voice_id)
  const some = oneLine(
    voices
      .slice(0, 6)
      .map((voice) => voice.name)
      .join(", ")
  )
  return Effect.fail(notThere(`the account has no voice "${oneLine(wanted)}". It has ${some}`))
}

const withDefined = <A extends object>(fields: A): Partial<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<A>

const bodyOf = (request: SpeechRequest, model: string, known: Model | undefined, settings: ElevenLabsSettings) => {
  const [slowest, fastest] = known?.speeds ?? [0.7, 1.2]
  const voiceSettings = withDefined({
    stability: settings.stability,
    similarity_boost: settings.similarityBoost,
    style: settings.style,
    use_speaker_boost: settings.speakerBoost,
    speed: request.speed === undefined ? undefined : Math.max(slowest, Math.min(fastest, request.speed))
  })
  return withDefined({
    text: request.text,
    model_id: model,
    voice_settings: Object.keys(voiceSettings).length === 0 ? undefined : voiceSettings,
    seed: settings.seed,
    previous_text: known?.takesNeighbours === true ? request.previousText : undefined,
    next_text: known?.takesNeighbours === true ? request.nextText : undefined
  })
}

/**
 * Speech by ElevenLabs: `POST /v1/text-to-speech/{voice}?output_format=pcm_24000`. Voices go by id or by name; names
 * are looked up in the account's list, which is fetched once. The price is the one that each answer states.
 */
export const layer = (settings: ElevenLabsSettings) =>
  Layer.effect(
    TextToSpeech,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const { apiKey } = settings.endpoint
      const base = addressOf(settings.endpoint)
      const model = settings.model ?? defaultModels.speech.elevenlabs
      const known = findModel(model)
      const deadlineFor = (characters: number) => settings.deadlineSeconds ?? secondsToSpeak(characters, 60)
      const deadlineSeconds = deadlineFor(0)
      const client = (yield* HttpClient.HttpClient).pipe(
        HttpClient.mapRequest((request) =>
          apiKey === undefined ? request : HttpClientRequest.setHeader(request, "xi-api-key", Redacted.value(apiKey))
        )
      )

      const provider: SpeechProvider = {
        service,
        model,
        address: base,
        defaultVoice: () => settings.defaultVoice ?? first,
        voices: Effect.map(
          Effect.suspend(() => voices),
          (account) => account.voices.map(({ name }) => name)
        ),
        catalogue: Effect.map(
          Effect.suspend(() => voices),
          (account) => account.voices.map(described)
        ),
        checkVoice: (voice) =>
          isId(voice) ? Effect.void : Effect.flatMap(voices, (account) => Effect.asVoid(findVoice(account, voice))),
        longestInput: known?.longestInput ?? 5000,
        takesInstructions: false,
        soundSettings: JSON.stringify([
          settings.stability,
          settings.similarityBoost,
          settings.style,
          settings.speakerBoost,
          settings.seed
        ]),
        concurrentRequests: known?.concurrentRequests,
        usdPerThousandCharacters: known?.usdPerThousandCharacters
      }

      const failed = (error: HttpClientError) => fromTransport(service, error, deadlineSeconds)

      const send = Effect.fnUntraced(
        function* (request: HttpClientRequest.HttpClientRequest) {
          const response = yield* client.execute(request)
          const headers = dated(fromRecord(response.headers), yield* Clock.currentTimeMillis)
          yield* observeHeaders(headers)
          if (response.status < 300) return response
          const bodyText = yield* Effect.orElseSucceed(response.text, () => "")
          return yield* fromResponse(service, { status: response.status, headers, bodyText })
        },
        // The key must not go where a redirect points.
        Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }),
        Effect.catchTag("HttpClientError", (error) => Effect.fail(failed(error)))
      )

      const fetchVoices = send(HttpClientRequest.get(`${base}/v1/voices`)).pipe(
        Effect.flatMap(HttpClientResponse.schemaBodyJson(AccountVoices)),
        Effect.catchTags({
          HttpClientError: (error) => Effect.fail(failed(error)),
          SchemaError: () =>
            Effect.fail(new ServiceError({ service, reason: new BadAnswer({ message: "its list of voices is none" }) }))
        }),
        withDeadline(service, deadlineSeconds)
      )
      const listed = yield* Ref.make<AccountVoices | undefined>(undefined)
      const onlyOne = yield* Semaphore.make(1)
      const voices = onlyOne.withPermits(1)(
        Effect.gen(function* () {
          const there = yield* Ref.get(listed)
          if (there !== undefined) return there
          const fetched = yield* fetchVoices
          yield* Ref.set(listed, fetched)
          return fetched
        })
      )

      const ask = Effect.fnUntraced(
        function* (request: SpeechRequest, voice: string) {
          const response = yield* HttpClientRequest.post(`${base}/v1/text-to-speech/${encodeURIComponent(voice)}`).pipe(
            HttpClientRequest.setUrlParam("output_format", "pcm_24000"),
            HttpClientRequest.bodyJsonUnsafe(bodyOf(request, model, known, settings)),
            send
          )
          const bytes = new Uint8Array(yield* Effect.mapError(response.arrayBuffer, failed))
          return { bytes, headers: response.headers }
        },
        (asking, { text }) => withDeadline(service, deadlineFor(text.length))(asking)
      )

      const speak = Effect.fn("ElevenLabs.speak")(function* (request: SpeechRequest) {
        if (apiKey === undefined) {
          const message = "it wants a key. Set ELEVENLABS_API_KEY"
          return yield* new ServiceError({ service, reason: new Unauthorized({ message }) })
        }
        const wanted = request.voice ?? settings.defaultVoice ?? first
        const voice = isId(wanted) ? wanted : yield* findVoice(yield* voices, wanted)
        const { bytes, headers } = yield* log.attempt("speech", request.subject, ask(request, voice))
        const charged = chargedIn(headers["character-cost"])
        const characters = [...request.text].length
        const price = provider.usdPerThousandCharacters
        const usd =
          charged !== undefined
            ? charged * usdPerChargedCharacter
            : price === undefined
              ? undefined
              : (characters * price) / 1000
        const counted = charged === undefined ? characters : Math.round(charged)
        yield* log.used("speech", { characters: counted, ...(usd === undefined ? {} : { usd }) })
        const contentType = headers["content-type"]
        return { bytes, contentType, pcmSampleRate, usd, characters: counted } satisfies SpeechAudio
      })

      return TextToSpeech.of({ provider, speak })
    })
  )
