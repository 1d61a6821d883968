import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { BatchShown } from "./BatchState.ts"
import { entriesBatch, liveBatch, plainBatch, quietBatch } from "./BatchView.ts"
import { OutputMode } from "./OutputMode.ts"
import { KeepLine, lookOf, terminalOf } from "./Terminal.ts"
import { entries } from "./TerminalProgress.ts"

/**
 * A batch on stderr: a table that is redrawn on a terminal, plain lines elsewhere, entries of the log where those are
 * asked for. `layer` is for all that runs meanwhile: where lines are kept, and where else log entries go.
 */
export const batchProgress = Effect.fnUntraced(function* (shown: BatchShown) {
  const { format, quiet } = yield* OutputMode
  const terminal = yield* terminalOf(process.stderr)
  const look = lookOf(terminal)
  const view =
    format === "json"
      ? yield* entriesBatch(terminal, shown)
      : quiet
        ? yield* quietBatch(terminal, look, shown)
        : terminal.isLive
          ? yield* liveBatch(terminal, look, shown)
          : yield* plainBatch(terminal, look, shown)
  const loggers = format === "json" ? [entries(view.keep, quiet)] : []
  return { view, layer: Layer.merge(Layer.succeed(KeepLine, view.keep), Logger.layer(loggers)) }
})
