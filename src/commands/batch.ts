import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { partFlags } from "./partFlags.ts"
import { debug, force, listenFlags, onOff, scriptFlags, speechFlags, speedFlags, text, to } from "./flags.ts"

/** What may stand beside a video in a list, by the long names of the flags. */
export const videoFlags = {
  to,
  output: text(
    "output",
    "DIR",
    "Folder for the results (default out); beside a video in a list the file itself, or its folder"
  ).pipe(Flag.withAlias("o")),
  workdir: text(
    "workdir",
    "DIR",
    "Folder that holds a workdir for each video (default .work; env DUBBER_WORKDIR); in a list that of the video itself"
  ),
  force,
  ...partFlags,
  ...listenFlags,
  ...scriptFlags,
  ...speechFlags
}

/** What is decided for all videos together. */
const batchFlags = {
  fromFile: Flag.String("from-file").pipe(
    Flag.withMetavar("LIST"),
    Flag.withDescription(
      "A list of videos: one a line, or csv or yaml with options beside each; - for stdin; may be repeated"
    ),
    Flag.atLeast(0)
  ),
  jobs: Flag.Int("jobs").pipe(
    Flag.withMetavar("N"),
    Flag.withAlias("j"),
    Flag.withDescription("Videos at once, 1 to 32 (default 3; env DUBBER_JOBS)"),
    Flag.optional
  ),
  failFast: onOff("fail-fast", "End the batch when a video is not complete (default off)"),
  continueOnError: onOff("continue-on-error", "Go on with the others when a video fails: the default"),
  json: onOff(
    "json",
    "Print one report of the batch on stdout, with the reports of its videos; everything else on stderr (default off)"
  ),
  debug,
  ...speedFlags
}

/** `dubber batch`: many videos in one run. */
export const batch = Command.make(
  "batch",
  {
    videos: Argument.String("VIDEO").pipe(
      Argument.withDescription("Files, folders, or patterns such as 'lessons/**/*.mp4'"),
      Argument.variadic({ min: 0 })
    ),
    ...batchFlags,
    ...videoFlags
  },
  Effect.fn("batch")(function* (flags) {
    const { runBatchCommand } = yield* Effect.promise(() => import("./batching.ts"))
    yield* runBatchCommand(flags)
  })
).pipe(
  Command.withDescription("Dub many videos: several at once, under one concurrency, one rate and one budget"),
  Command.withExamples([
    { command: "dubber batch 'lessons/*.mp4' --to es", description: "Every lesson of a folder into Spanish" },
    { command: "dubber batch --from-file lessons.csv --budget 5", description: "A list with options for each video" },
    { command: "dubber batch lessons --to es,de --jobs 4 --json", description: "Four videos at once, a report as JSON" }
  ])
)
