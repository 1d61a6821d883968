import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import * as Language from "../../../src/domain/Language.ts"
import { Ffmpeg } from "../../../src/media/Ffmpeg.ts"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import { HeadersListener } from "../../../src/requests/ResponseHeaders.ts"
import * as AudioCheck from "../../../src/speech/AudioCheck.ts"
import { TextToSpeech, type SpeechRequest } from "../../../src/speech/TextToSpeech.ts"
import * as Realtime from "../../../src/speech/TextToSpeech/Realtime.ts"
import { serveRealtime, type RealtimeAnswer, type RealtimeEndpointSettings } from "../../support/RealtimeEndpoint.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, Layer.mergeAll(NodeServices.layer, RequestLog.layer))

const request: SpeechRequest = {
  subject: "utterance 5",
  text: "A line to be spoken.",
  voice: undefined,
  language: Language.Language.make("en")
}

const settingsOf = (url: string): Realtime.RealtimeSettings => ({
  endpoint: { baseUrl: url, apiKey: Redacted.make("sk-secret-0123456789") }
})

const failure = Effect.fnUntraced(function* (
  endpoint: RealtimeEndpointSettings,
  settings: Partial<Realtime.RealtimeSettings> = {}
) {
  const server = yield* serveRealtime(endpoint)
  const error = yield* Effect.gen(function* () {
    const tts = yield* TextToSpeech
    return yield* Effect.flip(tts.speak(request))
  }).pipe(Effect.provide(Realtime.layer({ ...settingsOf(server.url), ...settings })))
  assert.isAtMost(server.lines.length, 1)
  assert.notInclude(JSON.stringify(error), "sk-secret")
  return { server, error }
})

layer(Live, { excludeTestServices: true })("Realtime", (it) => {
  it.effect("speaks a line over its socket", () =>
    Effect.gen(function* () {
      const server = yield* serveRealtime()
      const audio = yield* TextToSpeech.use((tts) => tts.speak({ ...request, instructions: "Calmly." })).pipe(
        Effect.provide(Realtime.layer(settingsOf(server.url)))
      )
      const [connection] = server.connections
      assert.strictEqual(connection!.path, "/v1/realtime?model=gpt-realtime-2.1-mini")
      assert.strictEqual(connection!.headers.authorization, "Bearer sk-secret-0123456789")
      assert.deepStrictEqual(connection!.session.audio.output, {
        format: { type: "audio/pcm", rate: 24_000 },
        voice: "cedar",
        speed: 1
      })
      const { response } = server.lines[0]!
      assert.strictEqual(response.conversation, "none")
      assert.deepStrictEqual(response.input[0].content, [{ type: "input_text", text: request.text }])
      assert.include(response.instructions, "word for word")
      assert.include(response.instructions, "English")
      assert.include(response.instructions, "Calmly.")
      assert.strictEqual(audio.bytes.length, 2 * Math.round(24_000 * (0.2 + 20 / 15)))
      assert.strictEqual(audio.pcmSampleRate, 24_000)
    })
  )

  it.effect("uses one session for many lines, and as many as are spoken at once", () =>
    Effect.gen(function* () {
      const server = yield* serveRealtime({ answer: () => ({ delayMillis: 30 }) })
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        const lines = Array.from({ length: 12 }, (_, i) => ({ ...request, text: `This is line ${i}.` }))
        yield* Effect.forEach(lines, tts.speak, { concurrency: 1 })
        assert.strictEqual(server.connections.length, 1)
        const audio = yield* Effect.forEach(lines, tts.speak, { concurrency: 4 })
        assert.strictEqual(server.connections.length, 4)
        assert.strictEqual(server.peak(), 4)
        assert.isTrue(audio.every(({ bytes }) => bytes.length > 24_000))
        yield* tts.speak({ ...request, voice: "marin" })
        assert.strictEqual(server.connections.length, 5)
        assert.strictEqual(server.connections[4]!.session.audio.output.voice, "marin")
      }).pipe(Effect.provide(Realtime.layer(settingsOf(server.url))))
      while (server.connections.some(({ isOpen }) => isOpen)) yield* Effect.sleep("10 millis")
    })
  )

  it.effect("refuses another wording, and keeps the session", () =>
    Effect.gen(function* () {
      const server = yield* serveRealtime({
        answer: (_, index) => (index === 0 ? { transcript: "Sure! A line to be spoken." } : {})
      })
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        const error = yield* Effect.flip(tts.speak(request))
        assert.strictEqual(error.reason._tag, "BadAnswer")
        assert.include(error.message, "something else than the text")
        yield* tts.speak(request)
      }).pipe(Effect.provide(AudioCheck.layer(Realtime.layer(settingsOf(server.url)))))
      assert.strictEqual(server.connections.length, 1)
      const totals = yield* RequestLog.use((log) => log.totals("speech"))
      assert.deepStrictEqual([totals.sent, totals.ok, totals.characters], [2, 1, 40])
    }).pipe(Effect.provide(RequestLog.layer, { local: true }))
  )

  it.effect("opens another session where the service closed the one at rest", () =>
    Effect.gen(function* () {
      const server = yield* serveRealtime()
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        yield* tts.speak(request)
        server.drop()
        yield* Effect.sleep("100 millis")
        yield* tts.speak(request)
        assert.strictEqual(server.connections.length, 2)
      }).pipe(Effect.provide(Realtime.layer(settingsOf(server.url))))
    })
  )

  const answers: ReadonlyArray<readonly [name: string, answer: RealtimeAnswer, tag: string]> = [
    ["a cut connection", { cut: true }, "Unavailable"],
    [
      "a rate limit",
      { status: "failed", statusDetails: { error: { type: "tokens", code: "rate_limit_exceeded" } } },
      "RateLimited"
    ],
    [
      "no quota",
      { status: "failed", statusDetails: { error: { type: "insufficient_quota", code: "insufficient_quota" } } },
      "OutOfQuota"
    ],
    [
      "a failure of the server",
      { status: "failed", statusDetails: { error: { type: "server_error" } } },
      "Unavailable"
    ],
    ["a content filter", { status: "incomplete", statusDetails: { reason: "content_filter" } }, "Refused"],
    ["a stop in the middle", { status: "incomplete", statusDetails: { reason: "max_output_tokens" } }, "BadAnswer"],
    ["a cancelled answer", { status: "cancelled" }, "BadAnswer"],
    [
      "a wrong key",
      { error: { type: "invalid_request_error", code: "invalid_api_key", message: "Incorrect" } },
      "Unauthorized"
    ],
    [
      "an unknown model",
      { error: { type: "invalid_request_error", code: "model_not_found", message: "x" } },
      "NotThere"
    ],
    [
      "no voice",
      {
        error: {
          type: "invalid_request_error",
          code: "invalid_value",
          param: "session.audio.output.voice",
          message: "x"
        }
      },
      "NotThere"
    ],
    ["a bad request", { error: { type: "invalid_request_error", code: null, message: "x" } }, "Refused"],
    [
      "an expired session",
      { error: { type: "invalid_request_error", code: "session_expired", message: "x" } },
      "Unavailable"
    ]
  ]
  for (const [name, answer, tag] of answers) {
    it.effect(`says ${tag} for ${name}`, () =>
      Effect.gen(function* () {
        const { error } = yield* failure({ answer: () => answer })
        assert.strictEqual(error.reason._tag, tag)
      })
    )
  }

  it.effect("counts what was paid for, also where it cannot be used", () =>
    Effect.gen(function* () {
      const endings: ReadonlyArray<RealtimeAnswer> = [
        { status: "incomplete", statusDetails: { reason: "content_filter" } },
        { status: "failed", statusDetails: { error: { type: "server_error" } } },
        { cut: true },
        { stall: true },
        { error: { type: "invalid_request_error", code: null, message: "x" } }
      ]
      const server = yield* serveRealtime({ answer: (_, index) => endings[index]! })
      const counted: Array<number> = []
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        for (const _ of endings) {
          yield* Effect.flip(tts.speak(request))
          counted.push((yield* RequestLog.use((log) => log.totals("speech"))).characters)
        }
      }).pipe(Effect.provide(Realtime.layer({ ...settingsOf(server.url), deadlineSeconds: 0.3 })))
      assert.deepStrictEqual(counted, [20, 40, 60, 80, 80])
    }).pipe(Effect.provide(RequestLog.layer, { local: true }))
  )

  for (const [status, tag] of [
    [401, "Unauthorized"],
    [404, "NotThere"],
    [429, "RateLimited"],
    [503, "Unavailable"]
  ] as const) {
    it.effect(`says ${tag} for a handshake refused with ${status}`, () =>
      Effect.gen(function* () {
        const { error } = yield* failure({ refuse: status })
        assert.strictEqual(error.reason._tag, tag)
      })
    )
  }

  it.effect("says so when nobody is there", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.scoped(serveRealtime())
      const error = yield* TextToSpeech.use((tts) => Effect.flip(tts.speak(request))).pipe(
        Effect.provide(Realtime.layer(settingsOf(gone.url)))
      )
      assert.isTrue(error.reason._tag === "Unavailable" && error.reason.unreachable)
    })
  )

  it.effect("gives up at the deadline, and leaves no half-spoken line to the next", () =>
    Effect.gen(function* () {
      const server = yield* serveRealtime({ answer: (_, index) => (index === 0 ? { stall: true } : {}) })
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        const error = yield* Effect.flip(tts.speak(request))
        assert.strictEqual(error.reason._tag, "TimedOut")
        const audio = yield* tts.speak(request)
        assert.strictEqual(audio.bytes.length, 2 * Math.round(24_000 * (0.2 + 20 / 15)))
        assert.strictEqual(server.connections.length, 2)
        while (server.connections[0]!.isOpen) yield* Effect.sleep("10 millis")
      }).pipe(Effect.provide(Realtime.layer({ ...settingsOf(server.url), deadlineSeconds: 0.5 })))
    })
  )

  it.effect("closes the session when it is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* serveRealtime({ answer: () => ({ stall: true }) })
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        const fiber = yield* Effect.forkChild(tts.speak(request))
        while (server.lines.length === 0) yield* Effect.sleep("10 millis")
        yield* Fiber.interrupt(fiber)
        while (server.connections[0]!.isOpen) yield* Effect.sleep("10 millis")
      }).pipe(Effect.provide(Realtime.layer(settingsOf(server.url))))
    })
  )

  it.effect("hands on its limits", () =>
    Effect.gen(function* () {
      const rateLimits = [{ name: "requests", limit: 500, remaining: 7, reset_seconds: 1.5 }]
      const server = yield* serveRealtime({ rateLimits })
      const seen: Array<string> = []
      yield* Effect.gen(function* () {
        const tts = yield* TextToSpeech
        yield* tts.speak(request)
        yield* tts.speak(request)
      }).pipe(
        Effect.provide(Realtime.layer(settingsOf(server.url))),
        Effect.provideService(HeadersListener, ({ get }) => {
          seen.push(`${get("x-ratelimit-remaining-requests")} ${get("x-ratelimit-reset-requests")}`)
        })
      )
      assert.deepStrictEqual(seen, ["7 1.5s"])
    })
  )
})
