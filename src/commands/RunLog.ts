import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as References from "effect/References"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import { IsShown } from "../dub/Progress.ts"
import { unwritable } from "../media/FileProblem.ts"
import { logLevel } from "./flagValues.ts"
import { entryOf, readable } from "./LogLine.ts"
import { OutputMode } from "./OutputMode.ts"
import { KeepLine, lookOf, terminalOf } from "./Terminal.ts"

/** A log longer than this is put aside when the next run begins. */
const longest = 16_000_000

/** The first entry of each run in a log begins with this. */
export const runStart = "run begins"

/** Entries of the log on the terminal, as people read them, between the lines that are drawn there. */
const onTerminal = Effect.gen(function* () {
  const keep = yield* KeepLine
  const look = lookOf(yield* terminalOf(process.stderr))
  return Logger.make((options: Logger.Options<unknown>) => {
    if (options.fiber.getRef(IsShown)) return
    const entry = entryOf(Logger.formatJson.log(options))
    if (Option.isSome(entry)) keep(readable(entry.value, look, true))
  })
})

/** --debug, else --log-level, else DUBBER_LOG_LEVEL. */
const minimumLevel = Effect.fnUntraced(function* (debug: boolean) {
  if (debug) return Option.some("Debug" as const)
  const flag = Option.flatten(yield* Effect.serviceOption(GlobalFlag.LogLevel))
  return Option.isSome(flag) ? flag : yield* logLevel
})

/**
 * Logs of one run: JSON lines in logs/<command>.log of the workdir, after those of the runs before it. With `debug` they
 * are shown on stderr too.
 */
export const layer = (workdir: string, command: string, debug: boolean) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const { format } = yield* OutputMode
      const folder = paths.resolve(workdir, "logs")
      const path = paths.join(folder, `${command}.log`)
      yield* fs.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(unwritable(folder)))
      const size = yield* fs.stat(path).pipe(
        Effect.map((info) => Number(info.size)),
        Effect.orElseSucceed(() => 0)
      )
      if (size > longest) yield* fs.rename(path, paths.join(folder, `${command}.old.log`)).pipe(Effect.ignore)
      const file = Logger.toFile(Logger.formatJson, path, { flag: "a", batchWindow: "250 millis" })
      const level = yield* minimumLevel(debug)
      return Logger.layer(debug && format === "pretty" ? [file, yield* onTerminal] : [file], {
        mergeWithExisting: true
      }).pipe(
        Layer.merge(
          Option.match(level, {
            onNone: () => Layer.empty,
            onSome: (one) => Layer.succeed(References.MinimumLogLevel, one)
          })
        )
      )
    })
  )
