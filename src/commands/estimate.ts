import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { debug, listenFlags, onOff, scriptFlags, speechFlags, speedFlags, to, video, workdir } from "./flags.ts"
import { partFlags } from "./partFlags.ts"

/** `dubber estimate`: what a run would cost and how long it would take. */
export const estimate = Command.make(
  "estimate",
  {
    video,
    to,
    workdir,
    json: onOff("json", "Print the estimate as JSON (default off)"),
    debug,
    ...partFlags,
    ...speedFlags,
    ...listenFlags,
    ...scriptFlags,
    ...speechFlags
  },
  Effect.fn("estimate")(function* (flags) {
    const { runEstimate } = yield* Effect.promise(() => import("./estimating.ts"))
    yield* runEstimate(flags)
  })
).pipe(
  Command.withDescription("Say what full with the same flags would cost and how long it would take; nothing is sent"),
  Command.withExamples([{ command: "dubber estimate lesson.mp4 --to es -c 10", description: "Before a run like this" }])
)
