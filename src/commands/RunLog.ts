import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as References from "effect/References"
import { unwritable } from "../media/FileProblem.ts"
import { logLevel } from "./flagValues.ts"

/**
 * Logs of one run: JSON lines in logs/<command>.log of the workdir, from the start of the run. With `debug` they are
 * shown on stderr too.
 */
export const layer = (workdir: string, command: string, debug: boolean) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const folder = paths.resolve(workdir, "logs")
      yield* fs.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(unwritable(folder)))
      const file = Logger.toFile(Logger.formatJson, paths.join(folder, `${command}.log`), { flag: "w" })
      const level = debug ? Option.some("Debug" as const) : yield* logLevel
      return Logger.layer(debug ? [file, Logger.consolePretty()] : [file]).pipe(
        Layer.merge(
          Option.match(level, {
            onNone: () => Layer.empty,
            onSome: (one) => Layer.succeed(References.MinimumLogLevel, one)
          })
        )
      )
    })
  )
