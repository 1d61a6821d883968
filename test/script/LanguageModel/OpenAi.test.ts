import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import { LanguageModel } from "../../../src/script/LanguageModel.ts"
import * as OpenAi from "../../../src/script/LanguageModel/OpenAi.ts"
import { chatEndpoint, completion, type ChatRequest, type Misbehaviour } from "../../support/ChatEndpoint.ts"
import type { Reply } from "../../support/HttpService.ts"

const layer = (baseUrl: string, settings: Partial<OpenAi.OpenAiSettings> = {}) =>
  OpenAi.layer({
    endpoint: { baseUrl, apiKey: Redacted.make("secret-key-of-the-test") },
    model: "served",
    ...settings
  }).pipe(Layer.provideMerge(RequestLog.layer))

const request = {
  subject: "batch 1",
  instructions: "Translate.",
  lines: [
    { id: 7, text: "One line here.", seconds: 2 },
    { id: 9, text: "Another line there." },
    { id: 10, text: "And the third of them." }
  ],
  context: { to: "Spanish" }
}

const ask = Effect.flatMap(LanguageModel, (model) => model.lines(request))
const translated = request.lines.map(({ id, text }) => ({ id, text: `[es] ${text}` }))

describe("a request", () => {
  it.live("is one JSON object in the last user message, answered by schema", () =>
    Effect.gen(function* () {
      const endpoint = yield* chatEndpoint()
      const [lines, totals, spent] = yield* Effect.gen(function* () {
        const log = yield* RequestLog
        return [yield* ask, yield* log.totals("language"), yield* log.spentUsd] as const
      }).pipe(Effect.provide(layer(endpoint.baseUrl, { usdPerMillionInput: 2, usdPerMillionOutput: 8 })))

      expect(lines).toEqual(translated)
      expect(endpoint.requests).toHaveLength(1)
      const { body, asked } = endpoint.requests[0]!
      expect(asked).toEqual({ to: "Spanish", lines: request.lines })
      expect(body.model).toBe("served")
      expect(body.messages.map((message: { role: string }) => message.role)).toEqual(["system", "user"])
      expect(body.messages[0].content).toContain("Translate.")
      expect(body).not.toHaveProperty("temperature")
      expect(body.response_format).toMatchObject({
        type: "json_schema",
        json_schema: { strict: true, schema: { required: ["lines"], additionalProperties: false } }
      })
      expect(endpoint.received[0]!.headers.authorization).toBe("Bearer secret-key-of-the-test")
      expect(totals).toMatchObject({ sent: 1, ok: 1 })
      expect(spent).toBeCloseTo((1000 * 2 + 500 * 8) / 1e6)
    })
  )

  const complaints: ReadonlyArray<
    readonly [string, (request: ChatRequest) => Reply | undefined, ReadonlyArray<string>]
  > = [
    [
      "no schema",
      ({ body }) =>
        body.response_format?.type === "json_schema"
          ? {
              status: 400,
              body: {
                error: {
                  message:
                    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
                  param: "response_format"
                }
              }
            }
          : undefined,
      ["json_schema", "json_object", "json_object"]
    ],
    [
      "no response_format at all",
      ({ body }) =>
        body.response_format === undefined
          ? undefined
          : {
              status: 422,
              body: {
                detail: [{ loc: ["body", "response_format"], msg: "response_format: extra inputs are not permitted" }]
              }
            },
      ["json_schema", "json_object", "none", "none"]
    ],
    [
      "LM Studio's only two",
      ({ body }) =>
        body.response_format?.type === "json_schema"
          ? { status: 400, body: { error: "Failed to parse grammar of the json_schema" } }
          : body.response_format?.type === "json_object"
            ? { status: 400, body: { error: "'response_format.type' must be 'json_schema' or 'text'" } }
            : undefined,
      ["json_schema", "json_object", "none", "none"]
    ],
    [
      "no temperature",
      ({ body }) =>
        body.temperature === undefined
          ? undefined
          : {
              status: 400,
              body: {
                error: {
                  message: "Unsupported value: 'temperature' does not support 0.3 with this model.",
                  param: "temperature"
                }
              }
            },
      ["json_schema", "json_schema", "json_schema"]
    ]
  ]
  for (const [name, reply, formats] of complaints) {
    it.live(`does without what a server knows not, from then on: ${name}`, () =>
      Effect.gen(function* () {
        const endpoint = yield* chatEndpoint({ reply })
        const [first, second] = yield* Effect.all([ask, ask]).pipe(
          Effect.provide(layer(endpoint.baseUrl, { temperature: 0.3 }))
        )
        expect([first, second]).toEqual([translated, translated])
        expect(endpoint.requests.map(({ body }) => body.response_format?.type ?? "none")).toEqual(formats)
      })
    )
  }
})

describe("an answer", () => {
  const readable: ReadonlyArray<Misbehaviour> = [
    "prose",
    "fence",
    "thinking",
    "half-broken JSON",
    "bare array",
    "string ids"
  ]
  for (const how of readable) {
    it.live(`is dug out: ${how}`, () =>
      Effect.gen(function* () {
        const endpoint = yield* chatEndpoint({ misbehave: () => how })
        expect(yield* ask.pipe(Effect.provide(layer(endpoint.baseUrl)))).toEqual(translated)
        expect(endpoint.requests).toHaveLength(1)
      })
    )
  }

  const others: ReadonlyArray<readonly [string, unknown]> = [
    ["a mapping of ids", JSON.stringify({ 7: "uno", "9": "dos", 10: "tres" })],
    [
      "another name for the list",
      JSON.stringify({
        translations: [
          { id: 7, translation: "uno" },
          { id: "9", translation: "dos" },
          { id: "line 10", text: "tres" }
        ]
      })
    ],
    [
      "content in parts",
      [
        { type: "text", text: '{"lines":[{"id":7,"text":"uno"},' },
        { type: "text", text: '{"id":9,"text":"dos"},{"id":10,"text":"tres"}]}' }
      ]
    ],
    [
      "a list that was never closed",
      '{"lines": [{"id": 7, "text": "uno"}, {"id": 9, "text": "dos"}, {"id": 10, "text": "tres"'
    ]
  ]
  for (const [name, content] of others) {
    it.live(`is read: ${name}`, () =>
      Effect.gen(function* () {
        const endpoint = yield* chatEndpoint({ reply: () => completion(content) })
        expect(yield* ask.pipe(Effect.provide(layer(endpoint.baseUrl)))).toEqual([
          { id: 7, text: "uno" },
          { id: 9, text: "dos" },
          { id: 10, text: "tres" }
        ])
      })
    )
  }

  it.live("that stops in the middle of a text gives the lines before", () =>
    Effect.gen(function* () {
      const endpoint = yield* chatEndpoint({
        reply: () => completion('{"lines": [{"id": 7, "text": "uno"}, {"id": 9, "text": "dos y m')
      })
      expect(yield* ask.pipe(Effect.provide(layer(endpoint.baseUrl)))).toEqual([{ id: 7, text: "uno" }])
    })
  )

  const useless: ReadonlyArray<readonly [Misbehaviour, tag: string, message: RegExp]> = [
    ["garbage", "BadAnswer", /without lines/],
    ["no ids", "BadAnswer", /without lines/],
    ["no content", "BadAnswer", /empty/],
    ["refusal", "Refused", /refused/],
    ["content filter", "Refused", /content filter/],
    ["bad request", "Refused", /400/],
    ["server error", "Unavailable", /503/]
  ]
  for (const [how, tag, message] of useless) {
    it.live(`is an error: ${how}`, () =>
      Effect.gen(function* () {
        const endpoint = yield* chatEndpoint({ misbehave: () => how })
        const error = yield* Effect.flip(ask).pipe(Effect.provide(layer(endpoint.baseUrl)))
        expect(error.reason._tag).toBe(tag)
        expect(error.message).toMatch(message)
        expect(error.message).not.toContain("secret-key")
        expect(endpoint.requests).toHaveLength(1)
      })
    )
  }

  it.live("that was cut gives the lines before the cut, and is an error where there are none", () =>
    Effect.gen(function* () {
      const endpoint = yield* chatEndpoint({ misbehave: () => "cut" })
      expect(yield* ask.pipe(Effect.provide(layer(endpoint.baseUrl)))).toEqual([{ id: 7, text: "[es] One line here." }])
      for (const content of ['{"lines": [{"id": 7, "text": "[es] One', "", "So, let me think"]) {
        const { baseUrl } = yield* chatEndpoint({ reply: () => completion(content, { finish_reason: "length" }) })
        const error = yield* Effect.flip(ask).pipe(Effect.provide(layer(baseUrl)))
        expect(error.reason).toMatchObject({ _tag: "BadAnswer", message: expect.stringMatching(/cut/) })
      }
    })
  )

  it.live("that refuses in words is a refusal, not asked again in the hope of another", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* chatEndpoint({ reply: () => completion("I'm sorry, but I can't help with that.") })
      const error = yield* Effect.flip(ask).pipe(Effect.provide(layer(baseUrl)))
      expect(error.reason._tag).toBe("Refused")
    })
  )

  it.live("that never ends is interrupted at the deadline", () =>
    Effect.gen(function* () {
      const endpoint = yield* chatEndpoint({ reply: () => ({ ...completion("{}"), stall: true }) })
      const error = yield* Effect.flip(ask).pipe(Effect.provide(layer(endpoint.baseUrl, { deadlineSeconds: 0.2 })))
      expect(error.reason._tag).toBe("TimedOut")
    })
  )

  it.live("of 401 says that the key was refused", () =>
    Effect.gen(function* () {
      const endpoint = yield* chatEndpoint({
        reply: () => ({ status: 401, body: { error: { message: "Incorrect API key" } } })
      })
      const error = yield* Effect.flip(ask).pipe(Effect.provide(layer(endpoint.baseUrl)))
      expect(error.isFatal).toBe(true)
    })
  )
})
