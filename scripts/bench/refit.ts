import { Console, Effect, FileSystem, References } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { isMisfit, type Placed } from "../../src/dub/Misfits.ts"
import { translate } from "../../src/script/Translate.ts"
import { fitMetrics } from "../../src/timeline/Metrics.ts"
import { modelInProcess, speakAndRefit, toLength } from "../../test/support/Refit.ts"
import { lecture, speakingTime } from "./lecture.ts"

/** A number in [0, 1) that a text decides: the same in every run. */
const chance = (text: string, seed: number): number => {
  let hash = seed
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 16_777_619)
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1_e995)
  return ((hash ^ (hash >>> 15)) >>> 0) / 4_294_967_296
}

/** A model that keeps to its budget to ±15 %. */
const obeyed = (text: string, seed: number) => 0.85 + 0.3 * chance(text, seed)

const columns = [14, 10, 9, 11, 11, 8, 11, 14]
const row = (name: string, cells: ReadonlyArray<string>) =>
  `${name.padEnd(34)}${cells.map((cell, i) => cell.padStart(columns[i]!)).join("")}`
const heading = row("", [
  "0.9 to 1.15x",
  "misfits",
  "worst",
  "drift p95",
  "drift max",
  "asked",
  "requests",
  "characters"
])

const measure = (placed: Placed) => {
  const rows = placed.placements.map(({ spokenEnd, spokenStart, status, tempo }, i) => {
    const { end, start } = placed.utterances[i]!
    return { start, end, spokenStart, spokenEnd, status, tempo }
  })
  return { ...fitMetrics(rows, []), misfits: rows.filter((_, i) => isMisfit(placed, i)).length }
}

interface Cost {
  readonly lines: number
  readonly requests: number
  readonly characters: number
}

const shown = (name: string, placed: Placed, cost?: Cost) => {
  const { driftMax, driftP95, misfits, tempoMax, withinComfort } = measure(placed)
  return row(name, [
    `${(100 * withinComfort).toFixed(1)} %`,
    String(misfits),
    `${tempoMax.toFixed(2)}x`,
    `${driftP95.toFixed(2)} s`,
    `${driftMax.toFixed(2)} s`,
    ...(cost === undefined ? [] : [String(cost.lines), String(cost.requests), String(cost.characters)])
  ])
}

/** A talk and its translation, said in full; seconds. */
export interface TranslatedTalk {
  readonly title: string
  readonly lines: ReadonlyArray<{
    readonly id: number
    readonly start: number
    readonly end: number
    readonly text: string
    readonly translation: string
  }>
  readonly duration: number
  /** How much longer than by `speakingTime` at 15 characters a second the voice takes. */
  readonly slower: number
  readonly from: Language
  readonly to: Language
}

/** The lecture, its translation in full so much longer than the speech. */
const lectureOf = (expansion: number): TranslatedTalk => {
  const { duration, lines } = lecture(expansion)
  const full = lines.reduce((sum, { translation }) => sum + speakingTime(translation, 15), 0)
  const slower = lines.reduce((sum, { clipSeconds }) => sum + clipSeconds, 0) / full
  const title = `The same lecture, its translation in full ${(100 * expansion).toFixed(0)} % longer than the speech`
  return { title, lines, duration, slower, from: Language.make("en"), to: Language.make("es") }
}

/**
 * A talk translated by a model that keeps to its budget to ±15 % (and says what is shorter in full), spoken, and
 * refitted by the same model. Each row is a run of its own, with a model that answers in so many rounds.
 */
const refitTable = Effect.fn("refitTable")(function* ({ duration, from, lines, slower, title, to }: TranslatedTalk) {
  const fs = yield* FileSystem.FileSystem
  const byId = new Map(lines.map((line) => [line.id, line]))
  const secondsFor = (text: string) => speakingTime(text, 15) * slower * (0.96 + 0.08 * chance(text, 7))

  const translator = modelInProcess(({ id, maxCharacters, text }) => {
    const { translation } = byId.get(id)!
    const most = Math.floor(maxCharacters * obeyed(text, 3))
    return translation.length > most ? toLength(translation, most) : translation
  })
  const { cues } = yield* translate({
    cues: lines.map(({ end, id, start, text }) => ({ id, start, end, text, speaker: null })),
    from,
    to,
    glossary: undefined,
    concurrency: 5
  }).pipe(Effect.provide(translator.layer))

  const runOf = Effect.fnUntraced(function* (
    texts: ReadonlyArray<{ readonly start: number; readonly end: number; readonly text: string }>,
    rounds: number
  ) {
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubber bench " })
    const asked = new Map<number, number>()
    const model = modelInProcess((line) => {
      const round = (asked.get(line.id) ?? 0) + 1
      asked.set(line.id, round)
      if (round > rounds) return undefined
      return toLength(line.text, Math.round(line["characters"] * obeyed(line.text, 10 + round)))
    })
    const settings = { refit: rounds > 0 }
    const run = yield* speakAndRefit(
      { folder, lines: texts, language: to, duration, secondsFor, settings },
      model.layer
    )
    return { run, counted: model.counted }
  }, Effect.scoped)

  yield* Console.log(`\n${title}, with a model that keeps to its budget to ±15 %\n${heading}`)
  const literal = yield* runOf(
    lines.map(({ end, start, translation }) => ({ start, end, text: translation })),
    0
  )
  yield* Console.log(shown("translated in full", { utterances: literal.run.original, placements: literal.run.before }))
  const first = yield* runOf(cues, 1)
  const { counted, run } = yield* runOf(cues, 2)
  const written = { utterances: run.original, placements: run.before }
  const after = { utterances: run.utterances, placements: run.after }
  yield* Console.log(shown("written to length", written, translator.counted))
  const { run: once } = first
  yield* Console.log(shown("rewritten once", { utterances: once.utterances, placements: once.after }, first.counted))
  yield* Console.log(shown("rewritten twice at most", after, counted))
  yield* Console.log(
    `  ${run.pace.clips} clips; the pace fitted to them is off by ${(100 * run.pace.error).toFixed(1)} % on average`
  )
  return { before: measure(written), after: measure(after), counted }
})

const goal = (text: string, isReached: boolean) =>
  Effect.as(Console.log(`  ${isReached ? "pass" : "FAIL"}  ${text}`), isReached)

/** Before, after each round, and at what cost; whether all goals are reached. */
export const refitTables = Effect.fn("refitTables")(
  function* (talks: ReadonlyArray<TranslatedTalk>) {
    const reached: Array<boolean> = []
    for (const talk of talks) {
      const { after, before, counted } = yield* refitTable(talk)
      reached.push(
        yield* goal("98 % of lines within 0.9 to 1.15", after.withinComfort >= 0.98),
        yield* goal("drift p95 under 0.5 s", after.driftP95 < 0.5),
        yield* goal("only misfits asked for again, twice at most", counted.lines <= 2 * before.misfits)
      )
    }
    return reached.every(Boolean)
  },
  Effect.provideService(References.MinimumLogLevel, "Warn")
)

/** The lecture with translations of three lengths. */
export const lectures = [0, 0.1, 0.2].map(lectureOf)
