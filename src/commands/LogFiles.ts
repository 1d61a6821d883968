import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import { unreadable } from "../media/FileProblem.ts"
import { entryOf, type LogEntry, messageOf } from "./LogLine.ts"
import { runStart } from "./RunLog.ts"

/** The log of one command in a workdir. */
export interface LogFile {
  readonly command: string
  readonly path: string
  readonly modified: number
}

/** A line of a log, and the entry that it is. */
export interface LogLine {
  readonly text: string
  readonly entry: Option.Option<LogEntry>
}

const lineOf = (text: string): LogLine => ({ text, entry: entryOf(text) })

/** The logs in a folder, the newest first; those that were put aside for their length are left out. */
export const logFiles = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const names = yield* fs.readDirectory(folder).pipe(Effect.orElseSucceed(() => []))
  const files = yield* Effect.forEach(
    names.filter((name) => /^[^.]+\.log$/.test(name)),
    (name) => {
      const path = paths.join(folder, name)
      return fs.stat(path).pipe(
        Effect.map(({ mtime }): LogFile => ({
          command: name.slice(0, -".log".length),
          path,
          modified: Option.getOrUndefined(mtime)?.getTime() ?? 0
        })),
        Effect.mapError(unreadable(path))
      )
    }
  )
  return files.toSorted((a, b) => b.modified - a.modified)
})

/** The whole lines of a file from a position on, and the position after them: what is still being written is left. */
export const linesFrom = Effect.fnUntraced(function* (path: string, from: number) {
  const fs = yield* FileSystem.FileSystem
  const bytes = yield* Stream.mkUint8Array(fs.stream(path, { offset: from })).pipe(Effect.mapError(unreadable(path)))
  const end = bytes.lastIndexOf(10) + 1
  const text = new TextDecoder().decode(bytes.subarray(0, end))
  const lines = text.split("\n").filter((line) => line.trim() !== "")
  return { lines: lines.map(lineOf), position: from + end }
})

const beginsRun = ({ entry }: LogLine): boolean => Option.isSome(entry) && messageOf(entry.value) === runStart

/** The lines of the last run in a log. */
export const ofLastRun = (lines: ReadonlyArray<LogLine>): ReadonlyArray<LogLine> =>
  lines.slice(Math.max(0, lines.findLastIndex(beginsRun)))

/** Lines of several logs in order of time; what is no entry stays with the line before it. */
export const inOrderOfTime = (logs: ReadonlyArray<ReadonlyArray<LogLine>>): ReadonlyArray<LogLine> => {
  const timed = logs.flatMap((lines) => {
    let at = ""
    return lines.map((line) => {
      at = Option.match(line.entry, { onNone: () => at, onSome: ({ timestamp }) => timestamp })
      return { at, line }
    })
  })
  return timed.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ line }) => line)
}
