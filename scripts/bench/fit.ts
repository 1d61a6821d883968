import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Duration, Effect, FileSystem, Option } from "effect"
import * as Language from "../../src/domain/Language.ts"
import { fitMetrics, type FitRow } from "../../src/timeline/Metrics.ts"
import { plan, type ToPlan } from "../../src/timeline/Plan.ts"
import * as Subtitles from "../../src/transcript/Subtitles.ts"
import { lecture, speakingTime } from "./lecture.ts"
import { lectures, refitTables } from "./refit.ts"
import { translationTable } from "./translation.ts"

const limits = { maxTempo: 1.3, minTempo: 0.9 }

interface Talk {
  readonly lines: ReadonlyArray<ToPlan>
  readonly duration: number
}

/** A rule that gives every line a start and a tempo. */
type Rule = (talk: Talk) => ReadonlyArray<FitRow>

const squeezed = (line: ToPlan, room: number): FitRow => {
  const tempo = Math.max(1, line.clipSeconds / Math.max(room, 0.05))
  const { end, start } = line
  return { start, end, spokenStart: start, spokenEnd: start + line.clipSeconds / tempo, tempo, status: "ok" }
}

const rules: Readonly<Record<string, Rule>> = {
  "each line in its own window": ({ lines }) => lines.map((line) => squeezed(line, line.end - line.start)),
  "window runs to the next line's start": ({ duration, lines }) =>
    lines.map((line, i) => squeezed(line, (lines[i + 1]?.start ?? duration) - line.start)),
  "natural tempo, whatever overlaps": ({ lines }) => lines.map((line) => squeezed(line, Infinity)),
  "one plan over the whole timeline": ({ duration, lines }) =>
    plan(lines, { duration, ...limits }).map(({ end, overflow, start, tempo }, i) => ({
      start: lines[i]!.start,
      end: lines[i]!.end,
      spokenStart: start,
      spokenEnd: end,
      tempo,
      status: overflow ? "overflow" : "ok"
    }))
}

const lateAfterPauses = (rows: ReadonlyArray<FitRow>): number =>
  rows.reduce(
    (latest, row, i) =>
      i > 0 && row.start - rows[i - 1]!.end >= 2 ? Math.max(latest, row.spokenStart - row.start) : latest,
    0
  )

const measure = (rows: ReadonlyArray<FitRow>, talk: Talk) => {
  const metrics = fitMetrics(rows, talk.lines)
  const unhurried = rows.filter(({ tempo }) => tempo <= 1.15 + 1e-4).length / rows.length
  return { ...metrics, unhurried, lateAfterPause: lateAfterPauses(rows) }
}
type Measured = ReturnType<typeof measure>

const goals: ReadonlyArray<readonly [text: string, met: (measured: Measured) => boolean]> = [
  ["no overlap", ({ overlaps }) => overlaps === 0],
  ["no tempo above 1.3", ({ tempoMax }) => tempoMax <= limits.maxTempo],
  ["88 % of lines at 1.15x or slower", ({ unhurried }) => unhurried >= 0.88],
  ["drift p95 under 1.2 s", ({ driftP95 }) => driftP95 < 1.2],
  ["back under 0.3 s after every pause of 2 s", ({ lateAfterPause }) => lateAfterPause < 0.3]
]

const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const seconds = (value: number) => `${value.toFixed(2)} s`
const columns = [12, 8, 10, 11, 11, 13, 11]
const row = (name: string, cells: ReadonlyArray<string>) =>
  `${name.padEnd(38)}${cells.map((cell, i) => cell.padStart(columns[i]!)).join("")}`
const heading = row("rule", ["at <= 1.15x", "worst", "overlaps", "drift p95", "drift max", "bare speech", "IWSLT fit"])

const table = Effect.fn("table")(function* (title: string, talk: Talk) {
  yield* Console.log(`\n${title}\n${heading}`)
  let ours: Measured | undefined
  for (const [name, rule] of Object.entries(rules)) {
    const measured = measure(rule(talk), talk)
    ours = measured
    yield* Console.log(
      row(name, [
        percent(measured.unhurried),
        `${measured.tempoMax.toFixed(2)}x`,
        String(measured.overlaps),
        seconds(measured.driftP95),
        seconds(measured.driftMax),
        seconds(measured.bareSpeechSeconds),
        measured.speechOverlap.toFixed(2)
      ])
    )
  }
  return ours!
})

const judge = Effect.fn("judge")(function* (measured: Measured) {
  for (const [text, met] of goals) yield* Console.log(`  ${met(measured) ? "pass" : "FAIL"}  ${text}`)
  return goals.every(([, met]) => met(measured))
})

const shifted = (line: ToPlan, by: number, id: number): ToPlan => ({
  id,
  speaker: line.speaker,
  start: line.start + by,
  end: line.end + by,
  clipSeconds: line.clipSeconds,
  spoken: true
})

/** The lecture over and over, until there are `count` lines. */
const repeated = (count: number): Talk => {
  const { duration, lines } = lecture(0.1)
  const long = Array.from({ length: count }, (_, i) =>
    shifted(lines[i % lines.length]!, Math.floor(i / lines.length) * duration, i + 1)
  )
  return { lines: long, duration: long.at(-1)!.end + 5 }
}

const timing = Effect.fn("timing")(function* (count: number, most: Duration.Input) {
  const talk = repeated(count)
  const [took] = yield* Effect.timed(Effect.sync(() => plan(talk.lines, { duration: talk.duration, ...limits })))
  const met = Duration.isLessThan(took, Duration.fromInputUnsafe(most))
  yield* Console.log(`  ${met ? "pass" : "FAIL"}  ${count} lines planned in ${Duration.toMillis(took).toFixed(0)} ms`)
  return met
})

const ownLecture = Effect.gen(function* () {
  let passed = true
  for (const expansion of [0, 0.1, 0.2]) {
    const talk = lecture(expansion)
    const minutes = (talk.duration / 60).toFixed(1)
    const ours = yield* table(
      `A lecture of ${talk.lines.length} sentences, ${minutes} minutes, its translation ${percent(expansion)} longer than the speech (times modelled: see lecture.ts)`,
      talk
    )
    if (expansion === 0.1) passed = yield* judge(ours)
  }
  const refits = yield* refitTables(lectures)
  const translated = yield* translationTable
  yield* Console.log("\nTime to plan")
  const fast = yield* timing(2_000, "1 second")
  const long = yield* timing(10_000, "5 seconds")
  return passed && refits && translated && fast && long
})

/** Characters a second of a synthetic voice at its natural tempo. */
const voiceRate = 15

/** The language that a file's name says: "talk.es.srt". */
const languageIn = (file: string, otherwise: string) => {
  const tag = /\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.\w+$/u.exec(file)?.[1]
  return Option.getOrElse(Language.parse(tag ?? otherwise), () => Language.Language.make(otherwise))
}

const givenPair = Effect.fn("givenPair")(function* (sourceFile: string, dubFile: string) {
  const fs = yield* FileSystem.FileSystem
  const read = (file: string) => Effect.flatMap(fs.readFile(file), (bytes) => Subtitles.parse(bytes, file))
  const source = (yield* read(sourceFile)).cues
  const dub = (yield* read(dubFile)).cues
  const paired = source.length === dub.length
  const lines = dub.map(({ end, id, speaker, start, text }, i) => ({
    id,
    speaker,
    start: paired ? source[i]!.start : start,
    end: paired ? source[i]!.end : end,
    clipSeconds: speakingTime(text, voiceRate),
    spoken: true
  }))
  const duration = Math.max(0, ...source.map(({ end }) => end), ...lines.map(({ end }) => end)) + 2
  const times = paired
    ? "at the times of the source's"
    : "at their own times, for the source has another number of them"
  const ours = yield* table(`${dub.length} lines ${times}, said at ${voiceRate} characters a second`, {
    lines,
    duration
  })
  yield* judge(ours)
  // How much of it fits is the pair's own affair; that nothing overlaps or is hurried beyond the limit is not.
  if (paired) {
    yield* refitTables([
      {
        title: "The same lines",
        lines: lines.map(({ end, id, start }, i) => ({
          id,
          start,
          end,
          text: source[i]!.text,
          translation: dub[i]!.text
        })),
        duration,
        slower: 1,
        from: languageIn(sourceFile, "en"),
        to: languageIn(dubFile, "es")
      }
    ])
  }
  return ours.overlaps === 0 && ours.tempoMax <= limits.maxTempo
})

/** Prints how each rule fits a lecture, or a pair of subtitle files; exit code 1 where a goal is missed. */
export const bench = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const [source, dub] = args
    const passed = source !== undefined && dub !== undefined ? yield* givenPair(source, dub) : yield* ownLecture
    if (!passed) process.exitCode = 1
  }).pipe(Effect.provide(NodeServices.layer))

if (import.meta.main) NodeRuntime.runMain(bench(process.argv.slice(2)))
