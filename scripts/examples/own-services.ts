/**
 * Dubs a video with services of its own: one that writes down what is said, one that translates, one that speaks, all
 * behind a small HTTP protocol. Run it from the checkout:
 *
 *     node scripts/examples/own-services.ts http://localhost:9000 talk.mp4 es
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer, Schema } from "effect"
import { FetchHttpClient, HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import {
  Deadline,
  defaults,
  dub,
  dubbingLayer,
  Language,
  LanguageModel,
  RequestLog,
  ResponseErrors,
  ResponseHeaders,
  ServiceError,
  ServiceErrors,
  SpeechToText,
  TextToSpeech,
  TransportErrors
} from "../../src/index.ts"

const [base = "http://localhost:9000", video = "talk.mp4", to = "es"] = process.argv.slice(2)

const service = "house"
const deadlineSeconds = 60

/** One attempt: headers are heard, failures are told apart, and it ends in time. */
const post = Effect.fnUntraced(
  function* (path: string, body: HttpBody.HttpBody) {
    const client = yield* HttpClient.HttpClient
    const response = yield* client.execute(HttpClientRequest.post(`${base}${path}`, { body }))
    const headers = ResponseHeaders.fromRecord(response.headers)
    yield* ResponseHeaders.observeHeaders(headers)
    if (response.status < 300) return new Uint8Array(yield* response.arrayBuffer)
    const bodyText = yield* response.text
    return yield* ResponseErrors.fromResponse(service, { status: response.status, headers, bodyText })
  },
  Effect.mapError((error) => TransportErrors.fromTransport(service, error, deadlineSeconds)),
  Deadline.withDeadline(service, deadlineSeconds)
)

/** An answer in JSON, or one that cannot be used and is asked for again. */
const decode = <A, I>(schema: Schema.Codec<A, I>, bytes: Uint8Array) =>
  Schema.decodeEffect(Schema.fromJsonString(schema))(new TextDecoder().decode(bytes)).pipe(
    Effect.mapError(() => {
      const reason = new ServiceErrors.BadAnswer({ message: "the answer is not the JSON it should be" })
      return new ServiceError({ service, reason })
    })
  )

const Voice = Layer.effect(
  TextToSpeech,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const log = yield* RequestLog
    return TextToSpeech.of({
      provider: {
        service,
        model: "voice-1",
        address: base,
        defaultVoice: (language) => `${language}-1`,
        voices: Effect.succeed(["anna", "ben", "carla", "dino"]),
        longestInput: 500,
        takesInstructions: false,
        concurrentRequests: 4,
        usdPerThousandCharacters: 0.01
      },
      speak: Effect.fn("House.speak")(function* ({ language, subject, text, voice }) {
        const body = HttpBody.jsonUnsafe({ text, voice: voice ?? `${language}-1` })
        const bytes = yield* log
          .attempt("speech", subject, post("/say", body))
          .pipe(Effect.provideService(HttpClient.HttpClient, client))
        yield* log.used("speech", { characters: text.length, usd: (text.length / 1000) * 0.01 })
        return { bytes, contentType: "audio/wav" }
      })
    })
  })
)

const Heard = Schema.Struct({
  language: Schema.String,
  segments: Schema.Array(Schema.Struct({ start: Schema.Finite, end: Schema.Finite, text: Schema.String }))
})

const Transcriber = Layer.effect(
  SpeechToText,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const log = yield* RequestLog
    return SpeechToText.of({
      provider: {
        service,
        model: "ears-1",
        address: base,
        hasTimes: true,
        longestSeconds: 600,
        largestBytes: 25_000_000
      },
      transcribe: Effect.fn("House.transcribe")(function* ({ audio, contentType, seconds, subject }) {
        const bytes = yield* log
          .attempt("transcription", subject, post("/hear", HttpBody.uint8Array(audio, contentType)))
          .pipe(Effect.provideService(HttpClient.HttpClient, client))
        yield* log.used("transcription", { audioSeconds: seconds })
        const { language, segments } = yield* decode(Heard, bytes)
        return {
          text: segments.map(({ text }) => text).join(" "),
          language: Language.Language.make(language),
          segments: segments.map((segment) => ({ ...segment, speaker: null })),
          words: []
        }
      })
    })
  })
)

const Written = Schema.Struct({ lines: Schema.Array(Schema.Struct({ id: Schema.Int, text: Schema.String })) })

const Translator = Layer.effect(
  LanguageModel,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const log = yield* RequestLog
    return LanguageModel.of({
      provider: { service, model: "words-1", address: base },
      lines: Effect.fn("House.lines")(function* ({ context, instructions, lines, subject }) {
        const body = HttpBody.jsonUnsafe({ instructions, lines, context })
        const bytes = yield* log
          .attempt("language", subject, post("/write", body))
          .pipe(Effect.provideService(HttpClient.HttpClient, client))
        return (yield* decode(Written, bytes)).lines
      })
    })
  })
)

const program = Effect.gen(function* () {
  const { done, failures } = yield* dub({ ...defaults, video }, [Language.Language.make(to)])
  for (const { output, status } of done) yield* Console.log(`${status}: ${output}`)
  for (const failure of failures) yield* Console.error(failure.message)
})

const http = FetchHttpClient.layer

const layer = dubbingLayer({
  workdir: ".work/talk",
  concurrency: 5,
  voice: Layer.provide(Voice, http),
  transcription: Layer.provide(Transcriber, http),
  language: Layer.provide(Translator, http)
})

program.pipe(Effect.provide(Layer.provideMerge(layer, NodeServices.layer)), NodeRuntime.runMain)
