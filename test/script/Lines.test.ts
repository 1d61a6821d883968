import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import * as OpenAi from "../../src/script/LanguageModel/OpenAi.ts"
import { rewriteLines, type RewriteOptions, type ScriptLine } from "../../src/script/Lines.ts"
import {
  chatEndpoint,
  type ChatOptions,
  type ChatRequest,
  type Misbehaviour,
  misbehaviours
} from "../support/ChatEndpoint.ts"

const words =
  "the house with four rooms stands near a quiet river where people often walk and talk about music before dinner".split(
    " "
  )

/** Lines of different lengths, each with a word of its own, and a pause after every tenth. */
const linesOf = (count: number): ReadonlyArray<ScriptLine> =>
  Array.from({ length: count }, (_, index) => {
    const start = index * 3 + Math.floor(index / 10) * 5
    const text = `Word${"abcdefghij"[index % 10]}${"klmnopqrst"[Math.floor(index / 10) % 10]} ${words.slice(index % 5, 5 + ((index * 7) % 12)).join(" ")}.`
    return { id: index + 1, text, start, end: start + 3 }
  })

const options = (lines: ReadonlyArray<ScriptLine>, more: Partial<RewriteOptions> = {}): RewriteOptions => ({
  task: "translation",
  instructions: "Translate.",
  lines,
  languages: { from: Language.make("en"), to: Language.make("es") },
  concurrency: 3,
  ...more
})

const run = (chat: ChatOptions, rewrite: RewriteOptions) =>
  Effect.gen(function* () {
    const endpoint = yield* chatEndpoint(chat)
    const model = OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model: "served" })
    const exit = yield* rewriteLines(rewrite).pipe(
      Effect.provide(model.pipe(Layer.provide(RequestLog.layer))),
      Effect.result
    )
    return { endpoint, exit }
  })

const succeed = (chat: ChatOptions, rewrite: RewriteOptions) =>
  Effect.gen(function* () {
    const { endpoint, exit } = yield* run(chat, rewrite)
    if (exit._tag === "Failure") return yield* exit.failure
    return { endpoint, ...exit.success }
  })

const once =
  (how: Misbehaviour) =>
  ({ index }: ChatRequest) =>
    index === 0 ? how : undefined

const sizes = (requests: ReadonlyArray<ChatRequest>) => requests.map(({ asked }) => asked.lines.length)

describe("batches", () => {
  it.live("end at pauses, carry their neighbours, and are no more than one in twenty lines", () =>
    Effect.gen(function* () {
      const lines = linesOf(700)
      const seen: Array<number> = []
      const { endpoint, lines: rewritten } = yield* succeed(
        {},
        options(lines, { concurrency: 1, onProgress: (done) => Effect.sync(() => seen.push(done)) })
      )
      expect(rewritten).toEqual(lines.map(({ id, text }) => ({ id, text: `[es] ${text}`, fallback: false })))
      expect(endpoint.requests.length).toBeLessThanOrEqual(35)
      expect(sizes(endpoint.requests).every((size) => size >= 25 && size <= 40)).toBe(true)
      const [first, second] = endpoint.requests.toSorted((a, b) => a.asked.lines[0]!.id - b.asked.lines[0]!.id)
      const ids = first!.asked.lines.map(({ id }) => id)
      expect(ids.at(-1)! % 10).toBe(0)
      expect(first!.asked["before"]).toEqual([])
      expect(first!.asked["after"]).toEqual(lines.slice(ids.length, ids.length + 4).map(({ text }) => text))
      expect(second!.asked["before"]).toEqual(lines.slice(ids.length - 4, ids.length).map(({ text }) => text))
      expect(endpoint.peakInFlight()).toBe(1)
      expect(seen.at(-1)).toBe(700)
    })
  )

  it.live("carry the few lines that are before them near the beginning", () =>
    Effect.gen(function* () {
      const lines = linesOf(30)
      const { endpoint } = yield* succeed({}, options(lines, { only: new Set([3]) }))
      expect(endpoint.requests[0]!.asked["before"]).toEqual(lines.slice(0, 2).map(({ text }) => text))
    })
  )

  it.live("go at once, never more of them than asked for", () =>
    Effect.gen(function* () {
      const bad: Misbehaviour[] = ["missing", "server error", "merged"]
      const { endpoint } = yield* succeed(
        { delayMillis: 15, misbehave: ({ index }) => bad[index % 7] },
        options(linesOf(400), { concurrency: 5 })
      )
      expect(endpoint.peakInFlight()).toBe(5)
    })
  )

  it.live("leave out what has no words", () =>
    Effect.gen(function* () {
      const lines = [
        { id: 1, text: "♪", start: 0, end: 1 },
        { id: 2, text: "1, 2, 3", start: 1, end: 2 }
      ]
      const { endpoint, lines: rewritten, warnings } = yield* succeed({}, options(lines))
      expect(endpoint.requests).toHaveLength(0)
      expect(rewritten.map(({ text, fallback }) => [text, fallback])).toEqual([
        ["♪", false],
        ["1, 2, 3", false]
      ])
      expect(warnings).toEqual([])
    })
  )
})

describe("a model that misbehaves once", () => {
  const asGood: ReadonlyArray<Misbehaviour> = ["extra", "duplicated", "reordered", "string ids", "prose"]
  for (const how of asGood) {
    it.live(`is understood: ${how}`, () =>
      Effect.gen(function* () {
        const lines = linesOf(20)
        const result = yield* succeed({ misbehave: once(how) }, options(lines))
        expect(result.lines.map(({ text }) => text)).toEqual(lines.map(({ text }) => `[es] ${text}`))
        expect(result.endpoint.requests).toHaveLength(1)
        expect(result.warnings).toEqual([])
      })
    )
  }

  const again: ReadonlyArray<readonly [Misbehaviour, asked: ReadonlyArray<number>]> = [
    ["missing", [20, 1]],
    ["empty", [20, 1]],
    ["contradicted", [20, 1]],
    ["too long", [20, 1]],
    ["untranslated", [20, 1]],
    ["wrong language", [20, 1]],
    ["wrong language of the right script", [20, 1]],
    ["repeated", [20, 1]],
    ["refused line", [20, 1]],
    ["merged", [20, 2]],
    ["server error", [20, 10, 10]],
    ["cut", [20, 10, 1]],
    ["garbage", [20, 10, 10]]
  ]
  for (const [how, asked] of again) {
    it.live(`is asked again: ${how}`, () =>
      Effect.gen(function* () {
        const lines = linesOf(20)
        const result = yield* succeed({ misbehave: once(how) }, options(lines))
        expect(result.lines.map(({ text }) => text)).toEqual(lines.map(({ text }) => `[es] ${text}`))
        expect(sizes(result.endpoint.requests)).toEqual(asked)
        expect(result.warnings).toEqual([])
      })
    )
  }

  it.live("with every text on the line before its own is found out", () =>
    Effect.gen(function* () {
      const lines = linesOf(30)
      const result = yield* succeed({ misbehave: once("shifted") }, options(lines))
      expect(result.lines.map(({ text }) => text)).toEqual(lines.map(({ text }) => `[es] ${text}`))
    })
  )
})

describe("a model that keeps misbehaving", () => {
  const never: ReadonlyArray<readonly [Misbehaviour, RegExp]> = [
    ["missing", /^Line 11 was left untranslated: the model gave no text\.$/],
    ["empty", /^Line 11 was left untranslated: the model gave no text/],
    ["too long", /^Line 11 was left untranslated: the model gave far too much text/],
    ["untranslated", /^Line 11 was left untranslated: the model gave back the same words/],
    ["wrong language", /^Line 11 was left untranslated: the model gave another language/],
    ["wrong language of the right script", /^Line 11 was left untranslated: the model gave another language/],
    ["repeated", /^Line 11 was left untranslated: the model repeated itself/],
    ["refused line", /^Line 11 was left untranslated: the model refused/]
  ]
  for (const [how, warning] of never) {
    it.live(`leaves that line as it was, after three requests: ${how}`, () =>
      Effect.gen(function* () {
        const lines = linesOf(20)
        const result = yield* succeed(
          { misbehave: ({ asked }) => (asked.lines.some(({ id }) => id === 11) ? how : undefined) },
          options(lines)
        )
        expect(sizes(result.endpoint.requests)).toEqual([20, 1, 1])
        expect(result.lines[10]).toEqual({ id: 11, text: lines[10]!.text, fallback: true })
        expect(result.lines.filter(({ fallback }) => fallback)).toHaveLength(1)
        expect(result.warnings).toHaveLength(1)
        expect(result.warnings[0]).toMatch(warning)
      })
    )
  }

  it.live("loses half a batch to a server that fails, and says which", () =>
    Effect.gen(function* () {
      const lines = linesOf(20)
      const result = yield* succeed(
        { misbehave: ({ asked }) => (asked.lines[0]!.id === 1 ? "server error" : undefined) },
        options(lines)
      )
      expect(sizes(result.endpoint.requests)).toEqual([20, 10, 10])
      expect(result.lines.map(({ fallback }) => fallback)).toEqual(lines.map(({ id }) => id <= 10))
      expect(result.warnings).toEqual([
        expect.stringMatching(/^10 lines were left untranslated \(1-10\): openai: .*503/)
      ])
    })
  )

  it.live("is halved down to the one line that it refuses", () =>
    Effect.gen(function* () {
      const result = yield* succeed(
        { misbehave: ({ asked }) => (asked.lines.some(({ id }) => id === 7) ? "refusal" : undefined) },
        options(linesOf(20))
      )
      expect(result.lines.filter(({ fallback }) => fallback).map(({ id }) => id)).toEqual([7])
      expect(result.warnings).toEqual(["Line 7 was left untranslated: openai: the model refused to answer."])
      expect(result.endpoint.requests.length).toBeLessThanOrEqual(11)
    })
  )

  it.live("ends it all when the key is wrong", () =>
    Effect.gen(function* () {
      const { endpoint, exit } = yield* run(
        { reply: () => ({ status: 401, body: { error: { message: "no" } } }) },
        options(linesOf(200), { concurrency: 2 })
      )
      expect(exit).toMatchObject({ _tag: "Failure", failure: { reason: { _tag: "Unauthorized" } } })
      expect(endpoint.requests.length).toBeLessThanOrEqual(2)
    })
  )

  for (const how of ["server error", "garbage", "refusal"] as const) {
    it.live(`is an error when nothing came back at all: ${how}`, () =>
      Effect.gen(function* () {
        const { exit } = yield* run({ misbehave: () => how }, options(linesOf(50)))
        expect(exit._tag).toBe("Failure")
      })
    )
  }
})

describe("whatever a model does", () => {
  // These show only in many lines together: no check can rule them out in a few.
  const unseen = new Set<Misbehaviour>(["shifted", "wrong language of the right script"])
  const Behaviour = Schema.Literals([...misbehaviours.filter((how) => !unseen.has(how)), "well", "well", "well"])

  it.live.prop(
    "a line has its own text or its own translation, never another's",
    [Schema.Array(Behaviour), Schema.Literals([1, 3, 12, 40, 75])],
    ([how, count]) =>
      Effect.gen(function* () {
        const lines = linesOf(count)
        const { endpoint, exit } = yield* run(
          {
            misbehave: ({ index }) => {
              const chosen = how[index % Math.max(1, how.length)]
              return chosen === undefined || chosen === "well" ? undefined : chosen
            }
          },
          options(lines, { concurrency: 2 })
        )
        expect(endpoint.peakInFlight()).toBeLessThanOrEqual(2)
        if (exit._tag === "Failure") return
        expect(exit.success.lines.map(({ id }) => id)).toEqual(lines.map(({ id }) => id))
        for (const [index, { text, fallback }] of exit.success.lines.entries()) {
          const own = lines[index]!.text
          if (fallback) expect(text).toBe(own)
          else expect(text.startsWith(`[es] ${own}`), `${text} for ${own}`).toBe(true)
        }
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 40 } }
  )
})
