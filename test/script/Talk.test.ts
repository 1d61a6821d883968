import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { Language } from "../../src/domain/Language.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { requestsFor } from "../../src/script/Batches.ts"
import * as OpenAi from "../../src/script/LanguageModel/OpenAi.ts"
import { translate } from "../../src/script/Translate.ts"
import * as TranslationCache from "../../src/script/TranslationCache.ts"
import {
  type AskedLine,
  chatEndpoint,
  type ChatOptions,
  type ChatRequest,
  completion
} from "../support/ChatEndpoint.ts"

const [en, es] = [Language.make("en"), Language.make("es")]

const things = "table window garden kitchen bottle ladder candle mirror basket hammer pillow saddle".split(" ")
const doings = "opened carried painted forgot counted measured followed borrowed repaired noticed".split(" ")
const places = "yesterday upstairs together outside tonight slowly alone somewhere again early".split(" ")

const openings = ["This", "That old", "Our", "One more", "Their", "No", "Any"]

/** A talk of so many lines, no two the same; every fifth is about the gateway. */
const talk = (count: number): ReadonlyArray<Cue> =>
  Array.from({ length: count }, (_, i) => {
    const k = Math.floor(i / 5)
    const text =
      i % 5 === 0
        ? `${openings[k % 7]} gateway ${doings[(k * 3) % 10]} a ${things[(k * 5) % 12]} ${places[(k * 7) % 10]}.`
        : `They ${doings[(i * 7) % 10]} ${openings[i % 7]!.toLowerCase()} ${things[(i * 5) % 12]} ${places[k % 10]}.`
    return { id: i + 1, start: i * 4, end: i * 4 + 3, speaker: null, text }
  })

const isBrief = ({ asked }: ChatRequest) => asked.lines.some((line) => "wanted" in line)

const run = (cues: ReadonlyArray<Cue>, chat: ChatOptions, concurrency: number) =>
  Effect.gen(function* () {
    const endpoint = yield* chatEndpoint(chat)
    const model = OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model: "served" })
    const translated = yield* translate({ cues, from: en, to: es, glossary: undefined, concurrency }).pipe(
      Effect.provide(model.pipe(Layer.provide(RequestLog.layer)))
    )
    return {
      ...translated,
      requests: endpoint.requests,
      briefs: endpoint.requests.filter(isBrief),
      batches: endpoint.requests.filter((request) => !isBrief(request)),
      peak: endpoint.peakInFlight()
    }
  })

const briefed = ({ text, wanted }: AskedLine): string =>
  wanted === "summary" ? "A talk about a gateway, to colleagues." : text === "gateway" ? "pasarela" : `${text}o`

describe("a long talk", () => {
  it.live("is summed up once, as the first of its requests, and those that come later know of it", () =>
    Effect.gen(function* () {
      const cues = talk(300)
      const { batches, briefs, peak, requests } = yield* run(
        cues,
        {
          delayMillis: 10,
          rewrite: (line) => (line["wanted"] === undefined ? `[es] ${line.text}` : briefed(line))
        },
        3
      )
      assert.strictEqual(peak, 3)
      assert.strictEqual(briefs.length, 1)
      assert.isTrue(isBrief(requests[0]!) || isBrief(requests[1]!) || isBrief(requests[2]!))
      assert.strictEqual(requests.length, requestsFor(cues, 3))
      assert.isAtMost(requests.length, cues.length / 20)
      const ids = briefs[0]!.asked.lines.map(({ id }) => id)
      assert.isTrue(ids.every((id) => id > 300) && new Set(ids).size === ids.length)
      assert.include(briefs[0]!.asked.lines[0]!.text, cues[0]!.text)
      for (const { asked } of batches) assert.hasAnyKeys(asked["talk"], ["summary", "opening"])
      assert.deepInclude(batches.at(-1)!.asked["talk"], { summary: "A talk about a gateway, to colleagues." })
      assert.include((batches[0]!.asked["talk"] as { terms: Array<string> }).terms, "gateway")
      const asked = batches.flatMap((request) => request.asked.lines.map(({ id }) => id))
      assert.deepStrictEqual(
        asked.toSorted((a, b) => a - b),
        cues.map(({ id }) => id)
      )
    })
  )

  it.live(
    "is translated all the same where a server knows only of lines, refuses, or never answers about the whole",
    () =>
      Effect.gen(function* () {
        const cues = talk(200)
        const plain = yield* run(cues, {}, 2)
        assert.deepStrictEqual(
          plain.cues.map(({ text }) => text),
          cues.map(({ text }) => `[es] ${text}`)
        )
        assert.deepStrictEqual(plain.warnings, [])
        assert.isTrue(plain.batches.every(({ asked }) => !("summary" in (asked["talk"] as object))))
        const replies: ReadonlyArray<ChatOptions["reply"]> = [
          (request) => (isBrief(request) ? { ...completion("{}"), stall: true } : undefined),
          (request) => (isBrief(request) ? { status: 500, body: { error: { message: "no" } } } : undefined),
          (request) => (isBrief(request) ? completion("I can't help with that.") : undefined),
          (request) => (isBrief(request) ? completion('{"lines": []}') : undefined)
        ]
        for (const reply of replies) {
          const { briefs, cues: translated, warnings } = yield* run(cues, { reply: reply! }, 2)
          assert.strictEqual(briefs.length, 1)
          assert.deepStrictEqual(translated, plain.cues)
          assert.deepStrictEqual(warnings, [])
        }
      })
  )

  it.live("has nothing more asked where all its batches go at once, or there are few", () =>
    Effect.gen(function* () {
      for (const [count, concurrency] of [
        [300, 20],
        [80, 1],
        [30, 1]
      ] as const) {
        const cues = talk(count)
        const { briefs, requests } = yield* run(cues, {}, concurrency)
        assert.strictEqual(briefs.length, 0)
        assert.strictEqual(requests.length, requestsFor(cues, concurrency))
        assert.strictEqual("talk" in requests[0]!.asked, count > 40)
      }
    })
  )

  it.live("is not summed up a second time, nor is anything else asked", () =>
    Effect.gen(function* () {
      const cues = talk(150)
      const endpoint = yield* chatEndpoint({
        rewrite: (line) => (line["wanted"] === undefined ? `[es] ${line.text}` : briefed(line))
      })
      const model = OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model: "served" })
      const context = yield* Layer.build(TranslationCache.layerMemory)
      const once = translate({ cues, from: en, to: es, glossary: undefined, concurrency: 1 }).pipe(
        Effect.provide(model.pipe(Layer.provide(RequestLog.layer))),
        Effect.provideContext(context)
      )
      const first = yield* once
      const asked = endpoint.requests.length
      assert.deepStrictEqual(yield* once, first)
      assert.strictEqual(endpoint.requests.length, asked)
    }).pipe(Effect.scoped)
  )
})

const word = ({ id }: AskedLine, { asked }: ChatRequest) => {
  const terms = (asked["terms"] ?? []) as ReadonlyArray<{ term: string; translation: string }>
  const told = terms.find(({ term }) => term === "gateway")?.translation
  return told ?? (id <= 40 ? "pasarela" : "compuerta")
}

describe("a term", () => {
  it.live("that a batch translates otherwise than those before it is asked for once again, and is then the same", () =>
    Effect.gen(function* () {
      const cues = talk(120)
      const {
        cues: translated,
        requests,
        warnings
      } = yield* run(
        cues,
        { rewrite: (line, request) => `[es] ${line.text.replace("gateway", word(line, request))}` },
        // Both batches are asked for before either is known.
        4
      )
      assert.isTrue(translated.every(({ text }) => !text.includes("compuerta")))
      assert.strictEqual(translated.filter(({ text }) => text.includes("pasarela")).length, 24)
      assert.deepStrictEqual(warnings, [])
      const again = requests.filter(({ asked }) => asked.lines.length < 20)
      assert.isAtLeast(again.length, 1)
      assert.isAtMost(requests.length, 6)
      for (const { asked } of again) assert.deepInclude(asked["terms"], { term: "gateway", translation: "pasarela" })
    })
  )

  it.live("that a model will not translate the same is let be after one request, with a warning", () =>
    Effect.gen(function* () {
      const cues = talk(120)
      const { requests, warnings } = yield* run(
        cues,
        { rewrite: (line) => `[es] ${line.text.replace("gateway", line.id <= 80 ? "pasarela" : "compuerta")}` },
        1
      )
      assert.strictEqual(warnings.length, 1)
      assert.match(
        warnings[0]!,
        /^"gateway" is translated otherwise in lines \d+, .* than in the others \("pasarela"\)/
      )
      assert.isAtMost(requests.length, 6)
      assert.isTrue(requests.every(({ asked }) => asked.lines.length > 3))
    })
  )
})
