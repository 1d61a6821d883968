import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Problem } from "../domain/Problem.ts"
import { unreadable } from "../media/FileProblem.ts"
import { workdirOf } from "./run.ts"

const Line = Schema.fromJsonString(
  Schema.Struct({
    timestamp: Schema.String,
    level: Schema.String,
    message: Schema.Unknown,
    annotations: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
    cause: Schema.optionalKey(Schema.String)
  })
)

const plain = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Array.isArray(value)
      ? value.map((part) => plain(part)).join(" ")
      : JSON.stringify(value)

// What a server wrote must not move the cursor of the terminal it is shown on.
const harmless = (text: string): string => text.replaceAll(/\p{Cc}/gu, " ")

/** A JSON line of the log as people read it: time, level, message; a line that is none as it stands. */
const readable = (text: string): string => {
  const line = Schema.decodeOption(Line)(text)
  if (Option.isNone(line)) return harmless(text)
  const { annotations, cause, level, message, timestamp } = line.value
  const more =
    annotations === undefined || Object.keys(annotations).length === 0 ? "" : ` ${JSON.stringify(annotations)}`
  const why = cause === undefined || cause === "" ? "" : ` ${cause}`
  return harmless(`${timestamp.slice(11, 23)} ${level.padEnd(5)} ${plain(message)}${more}${why}`)
}

const latest = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const names = yield* fs.readDirectory(folder).pipe(Effect.orElseSucceed(() => []))
  const dated = yield* Effect.forEach(
    names.filter((name) => name.endsWith(".log")),
    (name) =>
      fs.stat(paths.join(folder, name)).pipe(
        Effect.map(({ mtime }) => ({
          path: paths.join(folder, name),
          at: Option.getOrUndefined(mtime)?.getTime() ?? 0
        })),
        Effect.mapError(unreadable(name))
      )
  )
  return dated.toSorted((a, b) => b.at - a.at)[0]?.path
})

/** Prints the newest log of a video's workdir, and with `follow` what is added to it until interrupted. */
export const showLogs = Effect.fnUntraced(function* (flags: {
  readonly video: string
  readonly workdir: Option.Option<string>
  readonly follow: boolean
}) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const root = yield* workdirOf(flags.video, flags.workdir)
  const path = yield* latest(paths.join(root, "logs"))
  if (path === undefined) {
    return yield* new Problem({ what: `There is no log in ${root}.`, mend: "Run prep, synth or full first." })
  }
  const print = (from: number) =>
    fs.stream(path, { offset: from }).pipe(
      Stream.decodeText(),
      Stream.splitLines,
      Stream.filter((line) => line.trim() !== ""),
      Stream.runForEach((line) => Console.log(readable(line))),
      Effect.mapError(unreadable(path))
    )
  const size = Effect.map(fs.stat(path), (info) => Number(info.size)).pipe(Effect.mapError(unreadable(path)))
  let shown = yield* size
  yield* print(0)
  if (!flags.follow) return
  const more = Effect.gen(function* () {
    const now = yield* size
    if (now <= shown) return
    const from = shown
    shown = now
    yield* print(from)
  })
  yield* Effect.repeat(more, Schedule.spaced("300 millis"))
})
