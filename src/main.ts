import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Runtime from "effect/Runtime"
import * as CliError from "effect/cli/CliError"
import { isatty } from "node:tty"
import { run } from "./commands/dubber.ts"
import { Problem } from "./domain/Problem.ts"
import { CommandLine, typedCommand } from "./dub/CommandLine.ts"
import { presenter } from "./commands/usage.ts"

const { argv, env } = process
const debug = argv.includes("--debug")
const inJson = /(^| )--log-format[= ]json( |$)/.test(argv.slice(2).join(" ")) || env["DUBBER_LOG_FORMAT"] === "json"

const oneLine = (error: unknown): string => {
  const message = error instanceof Error && error.message !== "" ? error.message : String(error)
  return message.replaceAll(/\s*\n\s*/g, " ").slice(0, 600)
}

const told = (message: string, level: "ERROR" | "WARN", now: DateTime.DateTime): string =>
  inJson ? JSON.stringify({ message, level, timestamp: DateTime.formatIso(now) }) : `dubber: ${message}`

const tellError = (message: string): Effect.Effect<void> =>
  Effect.flatMap(DateTime.now, (now) => Console.error(told(message, "ERROR", now)))

const report = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const error = Cause.squash(cause)
  // A run says itself that it was interrupted.
  if (Cause.hasInterruptsOnly(cause)) return
  if (debug) return yield* Console.error(Cause.pretty(cause))
  if (CliError.isCliError(error) || (error instanceof Problem && error.isTold === true)) return
  const bug = Cause.hasDies(cause) ? " This is a mistake in dubber: run it again with --debug for details." : ""
  return yield* tellError(`${oneLine(error)}${bug}`)
})

/** Wrong usage ends with 2, what was interrupted with 130, and errors that know their exit code with that. */
const teardown: Runtime.Teardown = (exit, onExit) => {
  if (exit._tag === "Failure") {
    const error = Cause.squash(exit.cause)
    if (CliError.isCliError(error)) return onExit(error._tag === "ShowHelp" && error.errors.length === 0 ? 0 : 2)
  }
  return Runtime.defaultTeardown(exit, onExit)
}

let isHeard = true

// The first signal lets what was paid for arrive; the second ends at once.
const onFirst = () => {
  // Who read it may be gone by the same signal, which is not a second one: "dubber … | tee log".
  isHeard = false
  process.once("SIGINT", () => {
    // A terminal has written ^C where the cursor was.
    const start = process.stderr.isTTY ? "\n" : ""
    const line = told("ended at once; the next run tidies up", "WARN", DateTime.nowUnsafe())
    if (process.stderr.writable) process.stderr.write(`${start}${line}\n`)
    process.exit(130)
  })
}
process.once("SIGINT", onFirst)

const interruptOnce = () => {
  if (isHeard) process.emit("SIGINT")
  isHeard = false
}

// Where nobody reads any more what is written ("dubber … | head -1"), it ends as if interrupted, once.
for (const stream of [process.stdout, process.stderr]) stream.on("error", interruptOnce)

// So does a run whose terminal is closed. One that has none, as nohup and cron start it, goes on: Node forgets what
// nohup asked for. It is looked at here, as a closed terminal is none any more.
if ([0, 1, 2].some(isatty)) process.on("SIGHUP", interruptOnce)
else process.on("SIGHUP", () => {})

run(argv.slice(2)).pipe(
  Effect.onError(report),
  Effect.provideService(CommandLine, typedCommand({ argv, env, folder: process.cwd() })),
  Effect.provide(Layer.mergeAll(presenter(tellError), Layer.succeed(Logger.LogToStderr, true))),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown })
)
