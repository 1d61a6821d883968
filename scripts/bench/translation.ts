import { Console, Duration, Effect, FileSystem, Layer, References } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import * as OpenAi from "../../src/script/LanguageModel/OpenAi.ts"
import * as RetriedLanguageModel from "../../src/script/RetriedLanguageModel.ts"
import { translate } from "../../src/script/Translate.ts"
import * as TranslationCache from "../../src/script/TranslationCache.ts"
import { type ChatRequest, chatEndpoint, completion } from "../../test/support/ChatEndpoint.ts"
import { lecture } from "./lecture.ts"

const lineCount = 700

/** An hour of speech: the lecture over and over, each line with its own place in time. */
const hour = () => {
  const { duration, lines } = lecture(0)
  return Array.from({ length: lineCount }, (_, i) => {
    const line = lines[i % lines.length]!
    const shift = Math.floor(i / lines.length) * duration
    return { ...line, id: i + 1, start: line.start + shift, end: line.end + shift }
  })
}

/** Milliseconds that an answer takes: as a model does, the longer the more it writes, and never twice the same. */
const answerMillis = ({ asked, index }: ChatRequest): number => {
  const written = asked.lines.reduce((sum, line) => sum + (line["wanted"] === "summary" ? 200 : line.text.length), 0)
  return Math.round((1500 + written / 4) * (0.85 + 0.3 * (((index * 7919) % 101) / 101)))
}

const columns = [10, 14, 8, 10, 9, 9, 14]
const row = (name: string, cells: ReadonlyArray<string>) =>
  `${name.padEnd(18)}${cells.map((cell, i) => cell.padStart(columns[i]!)).join("")}`
const heading = row("requests at once", [
  "requests",
  "lines/request",
  "rounds",
  "slowest",
  "bound",
  "wall",
  "wall / bound"
])

const seconds = (millis: number) => `${(millis / 1000).toFixed(2)} s`

interface Measured {
  readonly requests: number
  readonly ratio: number
}

/** Translates the hour through a served model; the bound is what so many requests take in rounds of the slowest. */
const measure = Effect.fn("measure")(function* (concurrency: number) {
  const lines = hour()
  const millis: Array<number> = []
  const endpoint = yield* chatEndpoint({
    reply: (request) => {
      const answers = request.asked.lines.map((line) => ({
        id: line.id,
        text: line["wanted"] === undefined ? lines[line.id - 1]!.translation : "x"
      }))
      const delayMillis = answerMillis(request)
      millis.push(delayMillis)
      return { ...completion(JSON.stringify({ lines: answers })), delayMillis }
    }
  })
  const model = OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model: "served" })
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubber bench " })
  const layer = RetriedLanguageModel.layer(model).pipe(
    Layer.provide(RequestPolicy.layer({ kind: "language", concurrency })),
    Layer.provideMerge(RequestLog.layer),
    Layer.merge(TranslationCache.layer({ folder }))
  )
  const run = translate({
    cues: lines.map(({ end, id, start, text }) => ({ id, start, end, text, speaker: null })),
    from: Language.make("en"),
    to: Language.make("es"),
    glossary: undefined,
    concurrency
  })
  const [took, { warnings }] = yield* Effect.timed(run).pipe(Effect.provide(layer))
  for (const warning of warnings) yield* Console.log(`  ${warning}`)
  const requests = endpoint.requests.length
  const rounds = Math.ceil(requests / concurrency)
  const slowest = Math.max(...millis)
  const wall = Duration.toMillis(took)
  yield* Console.log(
    row(String(concurrency), [
      String(requests),
      (lineCount / requests).toFixed(1),
      String(rounds),
      seconds(slowest),
      seconds(rounds * slowest),
      seconds(wall),
      (wall / (rounds * slowest)).toFixed(2)
    ])
  )
  return { requests, ratio: wall / (rounds * slowest) } satisfies Measured
}, Effect.scoped)

const goal = (text: string, isReached: boolean) =>
  Effect.as(Console.log(`  ${isReached ? "pass" : "FAIL"}  ${text}`), isReached)

/** How long an hour of speech takes to be translated against what it must take; whether the goals are reached. */
export const translationTable = Effect.gen(function* () {
  yield* Console.log(
    `\nA transcript of an hour, ${lineCount} lines, translated by a served model (1.5 s and 1 s for 4000 characters, ±15 %)\n${heading}`
  )
  const measured = yield* Effect.forEach([5, 8, 16, 64], measure)
  const most = Math.max(...measured.map(({ requests }) => requests))
  const slowest = Math.max(...measured.map(({ ratio }) => ratio))
  const few = yield* goal(`at most 1 request for 20 lines (${(lineCount / most).toFixed(1)})`, most <= lineCount / 20)
  const fast = yield* goal(`wall at most 1.2 x (rounds x the slowest request) (${slowest.toFixed(2)})`, slowest <= 1.2)
  return few && fast
}).pipe(Effect.provideService(References.MinimumLogLevel, "Error"))
