import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import {
  debug,
  force,
  json,
  listenFlags,
  output,
  scriptFlags,
  speechFlags,
  speedFlags,
  to,
  video,
  workdir
} from "./flags.ts"
import { partFlags } from "./partFlags.ts"

/** `dubber full`: from a video to the dubbed video. */
export const full = Command.make(
  "full",
  {
    video,
    to,
    output,
    workdir,
    force,
    json,
    debug,
    ...partFlags,
    ...speedFlags,
    ...listenFlags,
    ...scriptFlags,
    ...speechFlags
  },
  Effect.fn("full")(function* (flags) {
    const { runFull } = yield* Effect.promise(() => import("./dubbing.ts"))
    yield* runFull(flags)
  })
).pipe(
  Command.withDescription("Dub a video: find out what is said, translate where asked, speak, place, mix and write it"),
  Command.withExamples([
    { command: "dubber full lesson.mp4 --to es --concurrency 5", description: "Into Spanish, five requests at once" },
    { command: "dubber full lesson.mp4 --subs lesson.srt --tts espeak", description: "Free, without any service" }
  ])
)
