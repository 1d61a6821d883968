import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { debug, dubbedInto, text, dubbedVideo, workdir } from "./flags.ts"

/** `dubber youtube`: description, chapters and tags for a dubbed video. */
export const youtube = Command.make(
  "youtube",
  {
    video: dubbedVideo,
    to: dubbedInto,
    workdir,
    debug,
    llmModel: text(
      "llm-model",
      "MODEL",
      "Language model that writes the texts (default by service; env DUBBER_LLM_MODEL)"
    )
  },
  Effect.fn("youtube")(function* (flags) {
    const { runYouTube } = yield* Effect.promise(() => import("./describing.ts"))
    yield* runYouTube(flags)
  })
).pipe(
  Command.withDescription("Write description.md, chapters.txt and tags.txt for YouTube, at the times of the dub"),
  Command.withExamples([
    { command: "dubber youtube talk.mp4 --to es,de", description: "For two of the languages it was dubbed into" }
  ])
)
