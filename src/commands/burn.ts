import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { debug, force, text, video, workdir } from "./flags.ts"
import { styleFlags } from "./outputFlags.ts"

/** `dubber burn`: subtitles into a video, as a track or in the picture. */
export const burn = Command.make(
  "burn",
  {
    video,
    output: text("output", "FILE", "Where the result goes (default out/<video name>.subtitled.<extension>)").pipe(
      Flag.withAlias("o")
    ),
    workdir,
    force,
    debug,
    subs: Flag.String("subs").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Subtitles (srt, vtt, ass) to put in")
    ),
    subtitles: Flag.Literals("subtitles", ["soft", "hard"]).pipe(
      Flag.withDescription("soft: a track that can be switched off; hard: drawn into the picture (default soft)"),
      Flag.withDefault("soft")
    ),
    ...styleFlags,
    language: Flag.String("language").pipe(
      Flag.withMetavar("LANG"),
      Flag.withDescription("Language of the subtitles (default: from the file's name, else from the text)"),
      Flag.optional
    )
  },
  Effect.fn("burn")(function* (flags) {
    const { runBurn } = yield* Effect.promise(() => import("./burning.ts"))
    yield* runBurn(flags)
  })
).pipe(
  Command.withDescription("Put subtitles into a video, as a track or drawn into the picture"),
  Command.withExamples([
    { command: "dubber burn talk.mp4 --subs talk.de.srt --subtitles hard", description: "Draw them into the picture" }
  ])
)
