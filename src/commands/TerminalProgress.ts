import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { Progress } from "../dub/Progress.ts"
import { OutputMode } from "./OutputMode.ts"
import { entriesView, liveView, plainView, quietView } from "./ProgressViews.ts"
import { KeepLine, lookOf, terminalOf } from "./Terminal.ts"

/** Entries of the log on stderr, as lines of JSON; `quiet`: only what is wrong. */
export const entries = (write: (line: string) => void, quiet: boolean) => {
  const json = Logger.map(Logger.formatJson, (line) => write(line))
  return quiet
    ? Logger.make((entry: Logger.Options<unknown>) =>
        LogLevel.isGreaterThanOrEqualTo(entry.logLevel, "Warn") ? json.log(entry) : undefined
      )
    : json
}

/**
 * Progress on stderr: redrawn lines on a terminal, plain lines elsewhere, entries of the log where those are asked for.
 * What is logged goes nowhere else: the log of a run is a file.
 */
export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const { format, quiet } = yield* OutputMode
    const terminal = yield* terminalOf(process.stderr)
    const look = lookOf(terminal)
    if (format === "json") {
      const { keep, viewOf } = yield* entriesView(terminal)
      return Layer.mergeAll(
        Progress.layerView(viewOf(0)),
        Layer.succeed(KeepLine, keep),
        Logger.layer([entries(keep, quiet)])
      )
    }
    const { keep, view } = quiet
      ? quietView(terminal, look)
      : terminal.isLive
        ? yield* liveView(terminal, look)
        : yield* plainView(terminal, look)
    return Layer.mergeAll(Progress.layerView(view), Layer.succeed(KeepLine, keep), Logger.layer([]))
  })
)
