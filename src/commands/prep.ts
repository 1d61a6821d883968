import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { debug, listenFlags, scriptFlags, speedFlags, to, video, workdir } from "./flags.ts"
import { partFlags } from "./partFlags.ts"

/** `dubber prep`: up to the subs.srt that a person can edit. */
export const prep = Command.make(
  "prep",
  { video, to, workdir, debug, ...partFlags, ...speedFlags, ...listenFlags, ...scriptFlags },
  Effect.fn("prep")(function* (flags) {
    const { runPrep } = yield* Effect.promise(() => import("./dubbing.ts"))
    yield* runPrep(flags)
  })
).pipe(
  Command.withDescription("Write the lines to speak to subs.srt in the workdir, to look at and edit; then run synth"),
  Command.withExamples([
    { command: "dubber prep talk.mp4 --to de --polish", description: "Transcribe, polish, translate" }
  ])
)
