import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import type { Glossary } from "../../src/script/Glossary.ts"
import * as OpenAi from "../../src/script/LanguageModel/OpenAi.ts"
import { translate } from "../../src/script/Translate.ts"
import * as TranslationCache from "../../src/script/TranslationCache.ts"
import { chatEndpoint, type ChatOptions } from "../support/ChatEndpoint.ts"

const [en, es] = [Language.make("en"), Language.make("es")]
const names = "Ada Bert Cora Dan Eve Finn Gwen Hal Ida Jack".split(" ")

const cuesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    start: i * 4,
    end: i * 4 + 3,
    text: `${names[i % 10]} walks to the old house number ${100 + i} today.`,
    speaker: null
  }))

const setUp = (chat: ChatOptions, cache: typeof TranslationCache.layerMemory = TranslationCache.layerMemory) =>
  Effect.gen(function* () {
    const endpoint = yield* chatEndpoint(chat)
    const modelOf = (model: string) =>
      OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model }).pipe(
        Layer.provide(RequestLog.layer)
      )
    const context = yield* Layer.build(cache)
    const run = (
      cues: ReturnType<typeof cuesOf>,
      { glossary, model = "served" }: { readonly glossary?: Glossary; readonly model?: string } = {}
    ) =>
      translate({ cues, from: en, to: es, glossary, concurrency: 3 }).pipe(
        Effect.provide(modelOf(model)),
        Effect.provideContext(context)
      )
    const askedSince = (from: number) =>
      endpoint.requests.slice(from).flatMap(({ asked }) => asked.lines.map(({ id }) => id))
    return { endpoint, run, askedSince }
  })

describe("TranslationCache", () => {
  it.live("a second run asks nothing, one mended line itself and its neighbours, another model everything", () =>
    Effect.gen(function* () {
      const { askedSince, endpoint, run } = yield* setUp({})
      const cues = cuesOf(30)
      const first = yield* run(cues)
      assert.strictEqual(endpoint.requests.length, 1)
      assert.deepStrictEqual(yield* run(cues), first)
      assert.strictEqual(endpoint.requests.length, 1)

      const mended = cues.map((cue) =>
        cue.id === 17 ? { ...cue, text: "Gwen stays at home instead, she says." } : cue
      )
      const third = yield* run(mended)
      assert.deepStrictEqual(askedSince(1), [16, 17, 18])
      assert.strictEqual(third.cues[16]!.text, "[es] Gwen stays at home instead, she says.")
      assert.deepStrictEqual(third.cues[0], first.cues[0])
      assert.deepStrictEqual(endpoint.requests[1]!.asked["after"].length, 4)

      yield* run(cues, { model: "another" })
      assert.strictEqual(askedSince(2).length, 30)
    }).pipe(Effect.scoped)
  )

  it.live("a glossary asks again only for the lines in which its terms are", () =>
    Effect.gen(function* () {
      const { askedSince, run } = yield* setUp({})
      const cues = cuesOf(30)
      yield* run(cues)
      yield* run(cues, { glossary: [{ term: "Bert", translation: null, sayAs: null }] })
      assert.deepStrictEqual(askedSince(1), [2, 12, 22])
    }).pipe(Effect.scoped)
  )

  it.live("lines mended far from one another are asked for apart, each among its neighbours", () =>
    Effect.gen(function* () {
      const { endpoint, run } = yield* setUp({})
      const cues = cuesOf(60)
      yield* run(cues)
      const before = endpoint.requests.length
      yield* run(cues.map((cue) => ([5, 50].includes(cue.id) ? { ...cue, text: `${cue.text} Really.` } : cue)))
      assert.deepStrictEqual(
        endpoint.requests.slice(before).map(({ asked }) => asked.lines.map(({ id }) => id)),
        [
          [4, 5, 6],
          [49, 50, 51]
        ]
      )
    }).pipe(Effect.scoped)
  )

  it.live("does not keep what fell back", () =>
    Effect.gen(function* () {
      let good = false
      const { askedSince, endpoint, run } = yield* setUp({
        rewrite: ({ id, text }) => (id === 3 && !good ? "" : `[es] ${text}`)
      })
      const cues = cuesOf(10)
      const first = yield* run(cues)
      assert.strictEqual(first.warnings.length, 1)
      const before = endpoint.requests.length
      good = true
      const second = yield* run(cues)
      assert.deepStrictEqual(askedSince(before), [3])
      assert.deepStrictEqual(second.warnings, [])
    }).pipe(Effect.scoped)
  )

  it.live("keeps texts in files, and takes a damaged one for none", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = `${yield* fs.makeTempDirectoryScoped()}/translations`
      const layer = TranslationCache.layer({ folder })
      yield* Effect.gen(function* () {
        const cache = yield* TranslationCache.TranslationCache
        yield* cache.set("a", "¡Hola!")
        yield* cache.set("b", "Adiós")
        yield* fs.writeFileString(`${folder}/b.json`, '{"text": "Ad')
        assert.deepStrictEqual(yield* cache.get("a"), Option.some("¡Hola!"))
        assert.deepStrictEqual(yield* cache.get("b"), Option.none())
        assert.deepStrictEqual(yield* cache.get("c"), Option.none())
        assert.deepStrictEqual((yield* fs.readDirectory(folder)).toSorted(), ["a.json", "b.json"])
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
