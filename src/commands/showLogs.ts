import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import { Problem } from "../domain/Problem.ts"
import { inOrderOfTime, linesFrom, type LogFile, logFiles, type LogLine, ofLastRun } from "./LogFiles.ts"
import { readable } from "./LogLine.ts"
import { workdirOf } from "./run.ts"
import { showLine } from "./showLine.ts"
import { type Look, lookOf, terminalOf } from "./Terminal.ts"
import { harmless } from "./wording.ts"

export interface LogFlags {
  readonly video: string
  readonly workdir: Option.Option<string>
  readonly to: Option.Option<string>
  readonly of: Option.Option<string>
  readonly all: boolean
  readonly follow: boolean
  readonly level: Option.Option<LogLevel.LogLevel>
  readonly line: Option.Option<number>
  readonly json: boolean
}

const levels: ReadonlyMap<string, LogLevel.LogLevel> = new Map(
  (["Trace", "Debug", "Info", "Warn", "Error", "Fatal"] as const).map((level) => [level.toUpperCase(), level])
)

/** How lines are printed: those of a level at least, as they stand or as people read them. Gives how many those are. */
export const printing = ({ json, level }: Pick<LogFlags, "json" | "level">, look: Look) => {
  const isAsked = ({ entry }: LogLine): boolean => {
    if (Option.isNone(level) || Option.isNone(entry)) return true
    const own = levels.get(entry.value.level)
    return own === undefined || LogLevel.isGreaterThanOrEqualTo(own, level.value)
  }
  const withStack = Option.isSome(level) && LogLevel.isLessThanOrEqualTo(level.value, "Debug")
  const shown = ({ entry, text }: LogLine): string =>
    json ? text : Option.match(entry, { onNone: () => harmless(text), onSome: (one) => readable(one, look, withStack) })
  return (lines: ReadonlyArray<LogLine>) => {
    const asked = lines.filter(isAsked)
    return Effect.as(
      Effect.forEach(asked, (line) => Console.log(shown(line)), { discard: true }),
      asked.length
    )
  }
}

/** Prints what is added to any of the logs of a folder, until interrupted. */
const follow = Effect.fnUntraced(function* (
  folder: string,
  positions: Map<string, number>,
  print: (lines: ReadonlyArray<LogLine>) => Effect.Effect<unknown>
) {
  const fs = yield* FileSystem.FileSystem
  const more = Effect.gen(function* () {
    for (const { path } of yield* logFiles(folder)) {
      const size = yield* fs.stat(path).pipe(
        Effect.map((info) => Number(info.size)),
        Effect.orElseSucceed(() => 0)
      )
      const before = positions.get(path) ?? 0
      // A log that has become shorter has begun anew.
      const from = size < before ? 0 : before
      if (size === from) continue
      const { lines, position } = yield* linesFrom(path, from)
      positions.set(path, position)
      yield* print(lines)
    }
  })
  yield* Effect.repeat(more, Schedule.spaced("300 millis"))
})

/** Makes nothing: who asks for the last run means another, where there is one. */
const makesNothing = "estimate"

/** Which logs are asked for: of a command, of all, or the newest of those that made something. */
const chosen = Effect.fnUntraced(function* (files: ReadonlyArray<LogFile>, flags: LogFlags, folder: string) {
  const command = Option.getOrUndefined(flags.of)
  const [newest] = files
  if (newest === undefined) {
    return yield* new Problem({ what: `There is no log in ${folder}.`, mend: "Run prep, synth or full first." })
  }
  if (command === undefined) {
    return flags.all ? files : [files.find((file) => file.command !== makesNothing) ?? newest]
  }
  const found = files.filter((file) => file.command === command)
  if (found.length > 0) return found
  const there = files.map((file) => file.command).toSorted()
  return yield* new Problem({
    what: `There is no log of ${command} in ${folder}.`,
    mend: `There is one of ${there.join(", ")}.`,
    exitCode: 2
  })
})

/** What is said instead of nothing: of which run that is, and what else there is. */
const nothingAsked = (
  { all, level }: LogFlags,
  asked: ReadonlyArray<LogFile>,
  files: ReadonlyArray<LogFile>,
  lines: number
): string => {
  const ofLevel = Option.match(level, { onNone: () => "", onSome: (one) => ` of level ${one.toLowerCase()} or above` })
  const names = asked.map(({ command }) => command).join(", ")
  const others = files.filter((file) => !asked.includes(file)).map(({ command }) => `--of ${command}`)
  const more = [
    ...(lines > 0 ? [`without --level there are ${lines} lines`] : []),
    ...(all ? [] : ["--all shows every run"]),
    ...(others.length === 0 ? [] : [`there ${others.length === 1 ? "is" : "are"} also ${others.join(", ")}`])
  ]
  const what = `Nothing${ofLevel} in ${all ? `the runs of ${names}` : `the last run of ${names}`}`
  return `${what}${more.length === 0 ? "" : `; ${more.join("; ")}`}.`
}

/** Prints the newest log of a video's workdir, or another, or all that happened to a line. */
export const showLogs = Effect.fnUntraced(function* (flags: LogFlags) {
  const paths = yield* Path.Path
  const root = yield* workdirOf(flags.video, flags.workdir)
  const folder = paths.join(root, "logs")
  const look = lookOf(yield* terminalOf(process.stdout))
  const print = printing(flags, look)
  const files = yield* logFiles(folder)
  if (files.length === 0 && flags.follow) return yield* follow(folder, new Map(), print)
  const asked = yield* chosen(files, flags, folder)
  const positions = new Map<string, number>()
  const logs = yield* Effect.forEach(files, ({ path }) =>
    Effect.map(linesFrom(path, 0), ({ lines, position }) => {
      positions.set(path, position)
      return { path, lines }
    })
  )
  if (Option.isSome(flags.line)) {
    return yield* showLine(root, flags.line.value, { ...flags, look }, inOrderOfTime(logs.map(({ lines }) => lines)))
  }
  const wanted = logs.filter(({ path }) => asked.some((file) => file.path === path))
  const lines = inOrderOfTime(wanted.map((log) => (flags.all ? log.lines : ofLastRun(log.lines))))
  const printed = yield* print(lines)
  if (printed === 0 && !flags.follow) yield* Console.error(nothingAsked(flags, asked, files, lines.length))
  if (flags.follow) yield* follow(folder, positions, print)
})
