import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { onOff, video, workdir } from "./flags.ts"

/** `dubber logs`: the log of the last run, for people. */
export const logs = Command.make(
  "logs",
  { video, workdir, follow: onOff("follow", "Go on as the run goes on (default off)") },
  Effect.fn("logs")(function* (flags) {
    const { showLogs } = yield* Effect.promise(() => import("./showLogs.ts"))
    yield* showLogs(flags)
  })
).pipe(Command.withDescription("Show the log of the last run on a video"))
