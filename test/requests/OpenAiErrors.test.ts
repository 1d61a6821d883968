import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Redacted } from "effect"
import { openAiClient } from "../../src/requests/OpenAiClient.ts"
import { fromOpenAi } from "../../src/requests/OpenAiErrors.ts"
import { HeadersListener, type ResponseHeaders } from "../../src/requests/ResponseHeaders.ts"
import { serve, type Reply } from "../support/HttpService.ts"

const key = "sk-proj-0123456789abcdefghij"

/** The error of one speech request that is answered so. */
const errorOf = Effect.fnUntraced(function* (reply: Reply, apiKey: string | undefined = key) {
  const service = yield* serve(() => reply)
  const client = yield* openAiClient({
    baseUrl: `${service.url}/v1`,
    apiKey: apiKey === undefined ? undefined : Redacted.make(apiKey)
  })
  const error = yield* Effect.flip(
    Effect.tryPromise({
      try: (signal) =>
        client.audio.speech
          .create({ model: "tts-1", voice: "onyx", input: "Hello" }, { signal })
          .then((response) => response.arrayBuffer()),
      catch: (cause) => fromOpenAi("openai", cause, 30)
    })
  )
  assert.strictEqual(service.received.length, 1)
  return error
})

const body = (error: object) => ({ error })

describe("fromOpenAi", () => {
  const cases: ReadonlyArray<readonly [name: string, reply: Reply, tag: string, message: string | RegExp]> = [
    [
      "a wrong key",
      { status: 401, body: body({ message: `Incorrect API key provided: ${key}.`, code: "invalid_api_key" }) },
      "Unauthorized",
      "openai: the key was refused (401)"
    ],
    [
      "a key that may not",
      { status: 403, body: body({ message: "Country not supported", code: "unsupported_country" }) },
      "Unauthorized",
      "openai: the key was refused (403): Country not supported"
    ],
    [
      "quota by type",
      { status: 429, body: body({ message: "You exceeded your current quota", type: "insufficient_quota" }) },
      "OutOfQuota",
      /no quota or credit is left/
    ],
    ["quota by code", { status: 429, body: body({ code: "project_spend_limit_exceeded" }) }, "OutOfQuota", /quota/],
    [
      "the organization's limit",
      { status: 429, body: body({ type: "organization_usage_limit_exceeded" }) },
      "OutOfQuota",
      /quota/
    ],
    ["no payment", { status: 402, body: "pay" }, "OutOfQuota", /quota/],
    ["a rate limit", { status: 429, body: body({ code: "rate_limit_exceeded" }) }, "RateLimited", /too many requests/],
    [
      "a model that is not there",
      { status: 404, body: body({ message: "The model `tts-9` does not exist", code: "model_not_found" }) },
      "NotThere",
      'openai: the model "tts-9" is not there (404)'
    ],
    [
      "an unknown voice",
      { status: 400, body: body({ message: "Input should be 'nova' or 'shimmer'", param: "voice" }) },
      "NotThere",
      /no such model, voice or endpoint/
    ],
    [
      "an unknown voice, as OpenAI's validator writes it",
      {
        status: 400,
        body: body({ message: "[{'type': 'enum', 'loc': ('body', 'voice'), 'msg': 'Input should be'}]" })
      },
      "NotThere",
      /no such model, voice or endpoint/
    ],
    [
      "an unknown voice, as FastAPI writes it",
      { status: 422, body: { detail: [{ loc: ["body", "voice"], msg: "Input should be 'af_bella'" }] } },
      "NotThere",
      /no such model, voice or endpoint: Input should be 'af_bella' \(422\)/
    ],
    [
      "an unknown voice in words",
      { status: 400, body: { detail: { message: "Voice 'af_nobody' not found. Available voices: af_bella" } } },
      "NotThere",
      'openai: the voice "af_nobody" is not there (400)'
    ],
    [
      "a text that FastAPI refuses",
      { status: 422, body: { detail: [{ loc: ["body", "input"], msg: "the voice cannot say this" }] } },
      "Refused",
      /the voice cannot say this/
    ],
    ["a wrong path", { status: 404, body: "<html>not found</html>" }, "NotThere", /endpoint \(404\)$/],
    ["a refused text", { status: 400, body: body({ message: "content policy" }) }, "Refused", /content policy/],
    ["FastAPI's refusal", { status: 422, body: { detail: [{ msg: "input too long" }] } }, "Refused", /input too long/],
    ["a conflict", { status: 409 }, "Unavailable", /409/],
    [
      "trouble",
      { status: 503, body: "upstream\nis\u0007down" },
      "Unavailable",
      "openai: it is in trouble (503): upstream is down"
    ],
    ["a reset", { reset: true }, "Unavailable", "openai: the connection was cut"],
    ["a cut body", { body: new Uint8Array(200_000), cutAfter: 1000 }, "Unavailable", "openai: the connection was cut"]
  ]
  for (const [name, reply, tag, message] of cases) {
    it.live(`${name}: ${tag}`, () =>
      Effect.gen(function* () {
        const error = yield* errorOf(reply)
        assert.strictEqual(error.reason._tag, tag)
        if (typeof message === "string") assert.strictEqual(error.message, message)
        else assert.match(error.message, message)
        assert.notInclude(error.message, key)
      })
    )
  }

  it.live("nobody at the address is unreachable", () =>
    Effect.gen(function* () {
      const { url } = yield* Effect.scoped(serve(() => ({})))
      const client = yield* openAiClient({ baseUrl: url, apiKey: undefined })
      const error = yield* Effect.flip(
        Effect.tryPromise({ try: () => client.models.list(), catch: (cause) => fromOpenAi("openai", cause) })
      )
      assert.deepInclude(error.reason, { _tag: "Unavailable", unreachable: true })
    })
  )

  it.live("what the service says of waiting is kept", () =>
    Effect.gen(function* () {
      const wait = Effect.fnUntraced(function* (headers: Record<string, string>, message = "") {
        return (yield* errorOf({ status: 429, headers, body: body({ message }) })).retryAfterMillis
      })
      assert.strictEqual(yield* wait({ "retry-after": "3" }), 3000)
      assert.strictEqual(yield* wait({ "retry-after": "3", "retry-after-ms": "250" }), 250)
      const date = "Sun, 06 Nov 2044 08:49:37 GMT"
      assert.strictEqual(yield* wait({ date, "retry-after": "Sun, 06 Nov 2044 08:49:57 GMT" }), 20_000)
      // Without a Date the own clock tells it.
      const soon = new Date((yield* Clock.currentTimeMillis) + 60_000).toUTCString()
      const own = yield* wait({ date: "", "retry-after": soon })
      assert.isTrue(own! >= 55_000 && own! <= 61_000, `${own}`)
      assert.strictEqual(yield* wait({}, "Rate limit reached. Please try again in 644ms."), 644)
      assert.strictEqual(yield* wait({}, "Limit 3 / min. Please try again in 1.2s. Visit us."), 1200)
      assert.strictEqual(yield* wait({}, "Please retry after 20 seconds."), 20_000)
      assert.strictEqual(
        yield* wait({
          "x-ratelimit-remaining-requests": "0",
          "x-ratelimit-reset-requests": "1m30s",
          "x-ratelimit-remaining-tokens": "100",
          "x-ratelimit-reset-tokens": "5m"
        }),
        90_000
      )
      assert.isUndefined(yield* wait({ "retry-after": "soon" }))
    })
  )
})

describe("openAiClient", () => {
  it.live("takes the key to no other address, and says where one points to that wants it", () =>
    Effect.gen(function* () {
      const elsewhere = yield* serve(() => ({ status: 401, body: body({ message: "no key" }) }))
      const error = yield* errorOf({ status: 307, body: "", headers: { location: `${elsewhere.url}/v1/audio/speech` } })
      assert.strictEqual(
        error.message,
        `openai: it is not here but at another address, to which it points (307): ${elsewhere.url}/v1/audio/speech`
      )
      assert.isUndefined(elsewhere.received[0]!.headers.authorization)
    })
  )

  it.live("a server without a key gets no Authorization, and headers are heard", () =>
    Effect.gen(function* () {
      const service = yield* serve(() => ({ body: { data: [] }, headers: { "x-ratelimit-limit-requests": "7" } }))
      const heard: Array<string | null | undefined> = []
      const listen = (headers: ResponseHeaders) => void heard.push(headers.get("x-ratelimit-limit-requests"))
      const client = yield* openAiClient({ baseUrl: service.url, apiKey: undefined }).pipe(
        Effect.provideService(HeadersListener, listen)
      )
      yield* Effect.promise(() => client.models.list())
      assert.isUndefined(service.received[0]!.headers.authorization)
      assert.isUndefined(service.received[0]!.headers["openai-organization"])
      assert.deepStrictEqual(heard, ["7"])
    })
  )
})
