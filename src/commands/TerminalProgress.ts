import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import type { ProgressView, Stage } from "../dub/Progress.ts"
import { Progress } from "../dub/Progress.ts"
import { liveLines } from "./LiveLines.ts"

const barWidth = 24
const redrawMillis = 80
/** A stage that is over sooner needs no lines in between. */
const longStageMillis = 3000

const seconds = (value: number): string =>
  value < 10
    ? `${value.toFixed(1)} s`
    : value < 90
      ? `${Math.round(value)} s`
      : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`

const bar = (done: number, total: number): string => {
  const filled = total > 0 ? Math.round((Math.min(done, total) / total) * barWidth) : 0
  return "█".repeat(filled) + "░".repeat(barWidth - filled)
}

const remaining = (elapsed: number, done: number, total: number): string =>
  done > 0 && done < total && elapsed > 2 ? `, ${seconds((elapsed / done) * (total - done))} left` : ""

const endedLine = (stage: Stage, outcome: "done" | "failed", summary: string | undefined): string => {
  const mark = outcome === "failed" ? "✗" : "✓"
  const time = stage.reused ? "as before" : seconds(stage.seconds)
  return `${mark} ${stage.name.padEnd(10)} ${time.padStart(9)}${summary === undefined ? "" : `  ${summary}`}`
}

const writeError = (line: string) => Effect.sync(() => process.stderr.write(`${line}\n`))

/** One plain line for each stage and each tenth of a long one: for log files and pipes. */
const plainView = (): ProgressView => {
  const tenths = new Map<string, number>()
  const started = new Map<string, number>()
  return {
    started: (name) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        tenths.set(name, 0)
        started.set(name, now)
      }),
    advanced: (name, done, total, detail) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (now - (started.get(name) ?? now) < longStageMillis) return Effect.void
        const tenth = total > 0 ? Math.floor((done / total) * 10) : 0
        if (tenth <= (tenths.get(name) ?? 0) || tenth >= 10) return Effect.void
        tenths.set(name, tenth)
        return writeError(`  ${name} ${tenth * 10} %${detail === undefined ? "" : `  ${detail}`}`)
      }),
    ended: (stage, outcome, summary) => writeError(endedLine(stage, outcome, summary)),
    note: (text) => writeError(`  ${text}`),
    warning: (text) => writeError(`! ${text}`)
  }
}

/** A line for each stage that runs, redrawn as it goes on, that stays when the stage is done. */
const terminalView = Effect.gen(function* () {
  const { createLogUpdate } = yield* Effect.promise(() => import("log-update"))
  const log = createLogUpdate(process.stderr)
  const started = new Map<string, number>()
  let drawnAt = 0
  const lines = liveLines({
    draw: (text) => log(text),
    clear: () => log.clear(),
    keep: (line) => process.stderr.write(`${line}\n`)
  })
  const keep = (line: string) => Effect.sync(() => lines.keep(line))
  yield* Effect.addFinalizer(() => Effect.sync(() => log.done()))
  const view: ProgressView = {
    started: (name) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        started.set(name, now)
        lines.set(name, `  ${name} …`, true)
      }),
    advanced: (name, done, total, detail) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const isDue = now - drawnAt >= redrawMillis || done >= total
        if (isDue) drawnAt = now
        const elapsed = (now - (started.get(name) ?? now)) / 1000
        const share = total > 0 ? `${String(Math.floor((done / total) * 100)).padStart(3)} %` : ""
        const rest = `${detail ?? ""}${remaining(elapsed, done, total)}`
        lines.set(name, `  ${name.padEnd(10)} ${bar(done, total)} ${share} ${rest}`, isDue)
      }),
    ended: (stage, outcome, summary) =>
      Effect.andThen(
        Effect.sync(() => lines.end(stage.name)),
        keep(endedLine(stage, outcome, summary))
      ),
    note: (text) => keep(`  ${text}`),
    warning: (text) => keep(`! ${text}`)
  }
  return view
})

/** Progress on stderr: redrawn bars on a terminal, plain lines elsewhere. */
export const layer = Layer.unwrap(
  Effect.gen(function* () {
    const { canAnimate } = yield* TerminalCapabilities
    const view = canAnimate && process.stderr.isTTY ? yield* terminalView : plainView()
    return Progress.layerView(view)
  })
)
