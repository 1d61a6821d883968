import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { dubbedInto, onOff, text, dubbedVideo, workdir } from "./flags.ts"

/** `dubber logs`: the log of the last run, for people. */
export const logs = Command.make(
  "logs",
  {
    video: dubbedVideo,
    workdir,
    follow: onOff("follow", "Go on as runs go on, until Ctrl-C (default off)").pipe(Flag.withAlias("f")),
    level: Flag.ChoiceWithValue("level", [
      ["debug", "Debug"],
      ["info", "Info"],
      ["warn", "Warn"],
      ["error", "Error"]
    ]).pipe(
      Flag.withDescription(
        "Only what is at least so grave; debug: all, with the stacks of errors (default: all without)"
      ),
      Flag.optional
    ),
    line: Flag.Int("line").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription(
        "All that happened to line N in every run. Lines have the numbers of subs.srt here, in summaries, reports and --lines"
      ),
      Flag.optional
    ),
    to: dubbedInto,
    of: text(
      "of",
      "COMMAND",
      "The log of prep, synth, full, estimate, … (default: the newest of those that make something)"
    ),
    all: onOff("all", "Every run that is still in the logs, not only the last (default off)"),
    json: onOff("json", "Lines of JSON, as they were logged (default off)")
  },
  Effect.fn("logs")(function* (flags) {
    const { showLogs } = yield* Effect.promise(() => import("./showLogs.ts"))
    yield* showLogs(flags)
  })
).pipe(
  Command.withDescription("Show the log of the last run on a video, or all that happened to a line"),
  Command.withExamples([
    { command: "dubber logs talk.mp4 --follow", description: "While another terminal dubs it" },
    { command: "dubber logs talk.mp4 --level warn", description: "What was refused, failed or guessed" },
    { command: "dubber logs talk.mp4 --line 42", description: "From what was heard to how it is heard" }
  ])
)
