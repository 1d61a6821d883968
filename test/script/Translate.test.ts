import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { Language } from "../../src/domain/Language.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import type { Glossary } from "../../src/script/Glossary.ts"
import * as OpenAi from "../../src/script/LanguageModel/OpenAi.ts"
import { characterBudget } from "../../src/script/Pace.ts"
import { polish } from "../../src/script/Polish.ts"
import * as RetriedLanguageModel from "../../src/script/RetriedLanguageModel.ts"
import { translate } from "../../src/script/Translate.ts"
import { chatEndpoint, type ChatOptions } from "../support/ChatEndpoint.ts"

const [en, es] = [Language.make("en"), Language.make("es")]

const cues: ReadonlyArray<Cue> = [
  {
    id: 1,
    start: 0.5,
    end: 2.5,
    text: "Welcome to the\ngateway course.",
    speaker: "a",
    words: [{ text: "Welcome", start: 0.5, end: 1 }]
  },
  { id: 2, start: 2.5, end: 4, text: "We use Docker in 2024.", speaker: null },
  { id: 3, start: 9, end: 9, text: "♪", speaker: null }
]

const glossary: Glossary = [
  { term: "gateway", translation: "pasarela", sayAs: null },
  { term: "Docker", translation: null, sayAs: null },
  { term: "Kubernetes", translation: null, sayAs: null }
]

const withModel = (options: ChatOptions) =>
  Effect.gen(function* () {
    const endpoint = yield* chatEndpoint(options)
    const model = OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model: "served" })
    const layer = RetriedLanguageModel.layer(model).pipe(
      Layer.provide(RequestPolicy.layer({ kind: "language", concurrency: 3, attempts: 2 })),
      Layer.provideMerge(RequestLog.layer)
    )
    return { endpoint, layer }
  })

describe("translate", () => {
  it.live("keeps ids, times and count, and tells the model how much room there is", () =>
    Effect.gen(function* () {
      const { endpoint, layer } = yield* withModel({
        rewrite: ({ text }) => text.replace("gateway", "pasarela").replace("Welcome to the", "Bienvenidos al curso de")
      })
      const result = yield* translate({ cues, from: en, to: es, glossary, concurrency: 3 }).pipe(Effect.provide(layer))
      expect(result).toEqual({
        cues: [
          { id: 1, start: 0.5, end: 2.5, text: "Bienvenidos al curso de pasarela course.", speaker: "a" },
          { ...cues[1], text: "We use Docker in 2024." },
          cues[2]
        ],
        warnings: [],
        fallbacks: 0
      })
      const { asked, body } = endpoint.requests[0]!
      expect(asked.lines).toEqual([
        {
          seconds: 2,
          maxCharacters: characterBudget(2, es),
          speaker: "a",
          id: 1,
          text: "Welcome to the gateway course."
        },
        { seconds: 2.5, maxCharacters: characterBudget(2.5, es), id: 2, text: "We use Docker in 2024." }
      ])
      expect(asked).toMatchObject({
        from: "English",
        to: "Spanish",
        glossary: [
          { term: "gateway", translation: "pasarela" },
          { term: "Docker", translation: "Docker" }
        ]
      })
      expect(body.messages[0].content).toContain("Spanish")
    })
  )

  it.live("asks again where the glossary is not kept, then says so", () =>
    Effect.gen(function* () {
      const { endpoint, layer } = yield* withModel({})
      const result = yield* translate({ cues, from: en, to: es, glossary, concurrency: 3 }).pipe(Effect.provide(layer))
      expect(result.cues.map(({ text }) => text)).toEqual([
        "[es] Welcome to the gateway course.",
        "[es] We use Docker in 2024.",
        "♪"
      ])
      expect(result.warnings).toEqual([`Line 1 was translated without the glossary's "pasarela" for "gateway".`])
      expect(endpoint.requests.map(({ asked }) => asked.lines.map(({ id }) => id))).toEqual([[1, 2], [1], [1]])
    })
  )

  it.live("takes the room that it is told of", () =>
    Effect.gen(function* () {
      const { endpoint, layer } = yield* withModel({})
      yield* translate({
        cues,
        from: undefined,
        to: es,
        glossary: undefined,
        concurrency: 1,
        slots: new Map([[1, 7]])
      }).pipe(Effect.provide(layer))
      expect(endpoint.requests[0]!.asked.lines[0]).toMatchObject({ seconds: 7 })
      expect(endpoint.requests[0]!.asked["from"]).toBe("detect")
    })
  )

  it.live("is asked again by the policy before a batch is halved", () =>
    Effect.gen(function* () {
      const { endpoint, layer } = yield* withModel({
        misbehave: ({ index }) => (index === 0 ? "server error" : undefined)
      })
      const totals = yield* Effect.gen(function* () {
        const result = yield* translate({ cues, from: en, to: es, glossary: undefined, concurrency: 3 })
        expect(result.warnings).toEqual([])
        return yield* (yield* RequestLog).totals("language")
      }).pipe(Effect.provide(layer))
      expect(endpoint.requests.map(({ asked }) => asked.lines.length)).toEqual([2, 2])
      expect(totals).toMatchObject({ sent: 2, ok: 1, retried: 1, failed: 0 })
    })
  )
})

describe("polish", () => {
  it.live("leaves a line that is good as it is, with its words and its break", () =>
    Effect.gen(function* () {
      const { layer } = yield* withModel({ rewrite: ({ text }) => text })
      const result = yield* polish({ cues, language: en, concurrency: 1 }).pipe(Effect.provide(layer))
      expect(result).toEqual({ cues, warnings: [], fallbacks: 0 })
    })
  )

  it.live("stays in the language, with the same lines", () =>
    Effect.gen(function* () {
      const { endpoint, layer } = yield* withModel({ rewrite: ({ text }) => text.replace("Welcome", "A warm welcome") })
      const result = yield* polish({ cues, language: en, glossary, concurrency: 3 }).pipe(Effect.provide(layer))
      expect(result.warnings).toEqual([])
      expect(result.cues).toEqual([
        { id: 1, start: 0.5, end: 2.5, text: "A warm welcome to the gateway course.", speaker: "a" },
        cues[1],
        cues[2]
      ])
      expect(endpoint.requests).toHaveLength(1)
      expect(endpoint.requests[0]!.asked).toMatchObject({ language: "English", glossary: ["gateway", "Docker"] })
    })
  )
})
