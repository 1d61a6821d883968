import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { Language } from "../../src/domain/Language.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import * as ElevenLabs from "../../src/transcript/SpeechToText/ElevenLabs.ts"
import * as OpenAi from "../../src/transcript/SpeechToText/OpenAi.ts"
import * as WhisperCpp from "../../src/transcript/SpeechToText/WhisperCpp.ts"
import { SpeechToText, type TranscriptionRequest } from "../../src/transcript/SpeechToText.ts"
import type { Reply } from "../support/HttpService.ts"
import { transcriptionEndpoint, type TranscriptionEndpoint } from "../support/TranscriptionEndpoint.ts"

const request: TranscriptionRequest = {
  subject: "piece 1",
  audio: Uint8Array.from({ length: 500 }, (_, at) => at),
  fileName: "audio.mp3",
  contentType: "audio/mpeg",
  seconds: 30,
  language: Language.make("en-GB")
}
const apiKey = Redacted.make("sk-secret-key")

type Make = (baseUrl: string, deadlineSeconds?: number) => Layer.Layer<SpeechToText, never, RequestLog>

const makers: Record<string, Make> = {
  OpenAi: (baseUrl, deadlineSeconds) => OpenAi.layer({ endpoint: { baseUrl, apiKey }, deadlineSeconds }),
  WhisperCpp: (baseUrl, deadlineSeconds) =>
    WhisperCpp.layer({ endpoint: { baseUrl, apiKey: undefined }, deadlineSeconds }).pipe(
      Layer.provide(FetchHttpClient.layer)
    ),
  ElevenLabs: (baseUrl, deadlineSeconds) =>
    ElevenLabs.layer({ endpoint: { baseUrl, apiKey }, deadlineSeconds }).pipe(Layer.provide(FetchHttpClient.layer))
}

const withServer = <A, E>(
  make: Make,
  reply: Reply,
  use: (endpoint: TranscriptionEndpoint) => Effect.Effect<A, E, SpeechToText | RequestLog>,
  deadlineSeconds?: number
) =>
  Effect.gen(function* () {
    const endpoint = yield* transcriptionEndpoint(() => reply)
    const stt = make(endpoint.url, deadlineSeconds).pipe(Layer.provideMerge(RequestLog.layer))
    return yield* use(endpoint).pipe(Effect.provide(stt))
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const ask = Effect.flatMap(SpeechToText, (stt) => stt.transcribe(request))
const reasonOf = (make: Make, reply: Reply, deadlineSeconds?: number) =>
  withServer(make, reply, () => Effect.flip(ask), deadlineSeconds)

describe("whisper.cpp", () => {
  it.live("merges its tokens into words", () =>
    withServer(
      makers.WhisperCpp!,
      {
        body: {
          task: "transcribe",
          language: "auto",
          detected_language: "english",
          text: " Hello, wonderful world.\n",
          segments: [
            {
              text: " Hello, wonderful world.",
              start: 0,
              end: 2,
              words: [
                { word: " Hello", start: 0, end: 0.5 },
                { word: ",", start: 0.5, end: 0.6 },
                { word: " wonder", start: 0.6, end: 1 },
                { word: "ful", start: 1, end: 1.3 },
                { word: " world", start: 1.3, end: 1.9 },
                { word: ".", start: 1.9, end: 2 },
                { word: "[_TT_100]", start: 2, end: 2 }
              ]
            }
          ]
        }
      },
      (endpoint) =>
        Effect.gen(function* () {
          const heard = yield* ask
          assert.deepStrictEqual(heard, {
            text: "Hello, wonderful world.",
            language: Language.make("en"),
            segments: [{ text: " Hello, wonderful world.", start: 0, end: 2, speaker: null }],
            words: [
              { text: "Hello,", start: 0, end: 0.6 },
              { text: "wonderful", start: 0.6, end: 1.3 },
              { text: "world.", start: 1.3, end: 2 }
            ]
          })
          const [form] = endpoint.forms
          assert.strictEqual(form!.received.path, "/inference")
          assert.deepStrictEqual(form!.fields, { response_format: "verbose_json", temperature: "0", language: "en" })
          assert.deepStrictEqual(form!.audio, request.audio)
        })
    )
  )

  it.live("is asked one thing at a time", () =>
    withServer(makers.WhisperCpp!, { body: { text: "x", segments: [] }, delayMillis: 30 }, (endpoint) =>
      Effect.gen(function* () {
        yield* Effect.all([ask, ask, ask], { concurrency: "unbounded" })
        assert.strictEqual(endpoint.peakInFlight(), 1)
        assert.strictEqual(endpoint.forms.length, 3)
      })
    )
  )

  it.live("says its error with a success", () =>
    Effect.map(reasonOf(makers.WhisperCpp!, { body: { error: "failed to read audio data" } }), (error) =>
      assert.strictEqual(error.reason._tag, "BadAnswer")
    )
  )
})

const word = (text: string, start: number, end: number, speaker: string) => ({
  text,
  start,
  end,
  type: "word",
  speaker_id: speaker
})
const space = { text: " ", type: "spacing", start: 0, end: 0 }

describe("Scribe", () => {
  it.live("gives words and, by speaker and sentence, segments", () =>
    withServer(
      makers.ElevenLabs!,
      {
        body: {
          language_code: "eng",
          language_probability: 0.99,
          text: "Hello there. How are you? Fine",
          words: [
            word("Hello", 0, 0.4, "speaker_0"),
            space,
            word("there.", 0.5, 0.9, "speaker_0"),
            space,
            word("How", 1, 1.2, "speaker_0"),
            space,
            word("are", 1.2, 1.4, "speaker_0"),
            space,
            word("you?", 1.4, 1.8, "speaker_0"),
            { text: "(laughs)", type: "audio_event", start: 1.8, end: 2 },
            word("Fine", 2, 2.5, "speaker_1")
          ]
        }
      },
      (endpoint) =>
        Effect.gen(function* () {
          const heard = yield* ask
          assert.deepStrictEqual(heard.segments, [
            { text: "Hello there.", start: 0, end: 0.9, speaker: "speaker 1" },
            { text: "How are you?", start: 1, end: 1.8, speaker: "speaker 1" },
            { text: "Fine", start: 2, end: 2.5, speaker: "speaker 2" }
          ])
          assert.strictEqual(heard.words.length, 6)
          assert.strictEqual(heard.language, "en")
          const [form] = endpoint.forms
          assert.strictEqual(form!.received.path, "/v1/speech-to-text")
          assert.strictEqual(form!.received.headers["xi-api-key"], "sk-secret-key")
          assert.deepStrictEqual(form!.fields, {
            model_id: "scribe_v2",
            diarize: "true",
            timestamps_granularity: "word",
            tag_audio_events: "false",
            language_code: "en"
          })
          const log = yield* RequestLog
          assert.closeTo(yield* log.spentUsd, 0.22 / 120, 1e-9)
          assert.strictEqual((yield* log.totals("transcription")).audioSeconds, 30)
        })
    )
  )
})

describe("Scribe's speakers", () => {
  it.live("who talk at once have their own segments, whole, and their number is told", () =>
    withServer(
      makers.ElevenLabs!,
      {
        body: {
          language_code: "eng",
          text: "I was yes thinking of you",
          words: [
            word("I", 0, 0.2, "speaker_0"),
            { ...space, speaker_id: "speaker_0" },
            word("was", 0.3, 0.5, "speaker_0"),
            space,
            word("yes", 0.6, 0.8, "speaker_1"),
            space,
            word("of", 0.9, 1, "speaker_1"),
            word("thinking", "0.7" as never, 1.2, "speaker_0"),
            space,
            word("you", 2.6, 3, "speaker_0")
          ]
        }
      },
      (endpoint) =>
        Effect.gen(function* () {
          const { transcribe } = yield* SpeechToText
          const { segments } = yield* transcribe({ ...request, speakers: 40 })
          assert.deepStrictEqual(segments, [
            { text: "I was thinking", start: 0, end: 1.2, speaker: "speaker 1" },
            { text: "yes of", start: 0.6, end: 1, speaker: "speaker 2" },
            { text: "you", start: 2.6, end: 3, speaker: "speaker 1" }
          ])
          assert.strictEqual(endpoint.forms[0]!.fields["num_speakers"], "32")
        })
    )
  )
})

describe("OpenAI and compatible servers", () => {
  it.live("words within segments, nulls, and bare text are read", () =>
    Effect.gen(function* () {
      const nested = yield* withServer(
        makers.OpenAi!,
        {
          body: {
            text: "Hola",
            language: null,
            words: null,
            segments: [{ text: "Hola", start: 0, end: 1, words: [{ word: "Hola", start: 0.1, end: 0.9 }] }]
          }
        },
        () => ask
      )
      assert.deepStrictEqual(nested.words, [{ text: "Hola", start: 0.1, end: 0.9 }])
      const bare = yield* withServer(
        makers.OpenAi!,
        { body: "Just words\n", headers: { "content-type": "text/plain" } },
        () => ask
      )
      assert.deepStrictEqual(bare, { text: "Just words", language: undefined, segments: [], words: [] })
      const said = yield* withServer(
        makers.OpenAi!,
        {
          body: '{"text":"hello","segments":[{"start":"0.0","end":"1.5","text":"hello"}]}',
          headers: { "content-type": "text/plain" }
        },
        () => ask
      )
      assert.deepStrictEqual(said.segments, [{ text: "hello", start: 0, end: 1.5, speaker: null }])
      const bracketed = yield* withServer(
        makers.OpenAi!,
        { body: "[music] Hello", headers: { "content-type": "text/plain" } },
        () => ask
      )
      assert.strictEqual(bracketed.text, "[music] Hello")
    })
  )

  it.live("costs nothing at an address that is not OpenAI's", () =>
    withServer(makers.OpenAi!, { body: { text: "x" } }, () =>
      Effect.gen(function* () {
        yield* ask
        const log = yield* RequestLog
        assert.strictEqual(yield* log.spentUsd, 0)
        assert.strictEqual((yield* SpeechToText).provider.usdPerMinute, undefined)
      })
    )
  )
})

describe("every service makes one attempt and says what went wrong", () => {
  const cases: ReadonlyArray<readonly [string, Reply, string]> = [
    ["a wrong key", { status: 401, body: { error: { message: "bad key sk-secret-key" } } }, "Unauthorized"],
    ["no such model", { status: 404, body: { error: { code: "model_not_found", message: "no" } } }, "NotThere"],
    ["too many requests", { status: 429, headers: { "retry-after": "3" }, body: "{}" }, "RateLimited"],
    ["no money", { status: 429, body: { error: { type: "insufficient_quota", message: "pay" } } }, "OutOfQuota"],
    ["a file too large", { status: 413, body: "too large" }, "Refused"],
    ["another address", { status: 302, headers: { location: "/elsewhere" }, body: "" }, "NotThere"],
    ["trouble", { status: 503, body: "oops" }, "Unavailable"],
    ["a cut connection", { reset: true }, "Unavailable"],
    ["a cut body", { body: { text: "x".repeat(500) }, cutAfter: 50 }, "Unavailable"],
    ["something else", { body: { nothing: true } }, "BadAnswer"],
    ["a list", { body: [1, 2] }, "BadAnswer"],
    [
      "a web page",
      { body: "<!doctype html><html><body>Log in</body></html>", headers: { "content-type": "text/html" } },
      "BadAnswer"
    ],
    ["a page that says it is JSON", { body: "<html>x", headers: { "content-type": "application/json" } }, "BadAnswer"],
    ["half of JSON as text", { body: '{"text": "hel', headers: { "content-type": "text/plain" } }, "BadAnswer"],
    ["a body that stalls", { body: { text: "x".repeat(500) }, stall: true }, "TimedOut"]
  ]
  for (const [name, make] of Object.entries(makers)) {
    for (const [title, reply, reason] of cases) {
      it.live(`${name}: ${title}`, () =>
        withServer(
          make,
          reply,
          (endpoint) =>
            Effect.gen(function* () {
              const error = yield* Effect.flip(ask)
              assert.strictEqual(error.reason._tag, reason, error.message)
              assert.notInclude(error.message, "sk-secret-key")
              assert.strictEqual(endpoint.forms.length, 1)
              const log = yield* RequestLog
              const [attempt] = yield* log.attempts
              assert.deepStrictEqual(
                [attempt!.kind, attempt!.subject, attempt!.outcome],
                ["transcription", "piece 1", reason]
              )
            }),
          0.5
        )
      )
    }

    it.live(`${name}: an interruption closes the connection`, () =>
      withServer(make, { body: { text: "late" }, delayMillis: 3000 }, (endpoint) =>
        Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(ask)
          while (endpoint.forms.length === 0) yield* Effect.sleep(10)
          yield* Fiber.interrupt(fiber)
          yield* Effect.sleep(100)
          const { inFlight } = yield* RequestLog
          assert.strictEqual(yield* inFlight("transcription"), 0)
          assert.strictEqual(endpoint.answered.length, 0)
        })
      )
    )
  }
})
