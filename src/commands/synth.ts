import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { debug, force, groupFlags, json, output, speechFlags, speedFlags, text, video, workdir } from "./flags.ts"
import { partFlags } from "./partFlags.ts"

/** `dubber synth`: from subs.srt as it now stands to the dubbed video. */
export const synth = Command.make(
  "synth",
  {
    video,
    to: text(
      "to",
      "LANG",
      "Language to speak, as es or Spanish; several as es,de,fr (default: the one that is prepared)"
    ),
    output,
    workdir,
    force,
    json,
    debug,
    ...partFlags,
    ...speedFlags,
    ...groupFlags,
    ...speechFlags,
    llmModel: text(
      "llm-model",
      "MODEL",
      "Language model that rewrites lines which do not fit (default by service; env DUBBER_LLM_MODEL)"
    )
  },
  Effect.fn("synth")(function* (flags) {
    const { runSynth } = yield* Effect.promise(() => import("./dubbing.ts"))
    yield* runSynth(flags)
  })
).pipe(
  Command.withDescription("Speak subs.srt as it now stands and write the video; only what changed is spoken again"),
  Command.withExamples([
    { command: "dubber synth talk.mp4 --voice nova", description: "The same lines in another voice" }
  ])
)
