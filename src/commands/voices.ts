import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { onOff, speechServices, text } from "./flags.ts"
import { sayFlags } from "./say.ts"

/** `dubber voices`: which voices there are, and how one sounds. */
export const voices = Command.make(
  "voices",
  {
    ...sayFlags,
    tts: Flag.Literals("tts", speechServices).pipe(
      Flag.withDescription("Of this service alone (default: of all that are set up)"),
      Flag.optional
    ),
    output: text(
      "output",
      "FILE",
      "Where the sample goes, as wav, mp3, m4a, ogg, opus or flac by the ending (default out/sample.<voice>.<language>.wav)"
    ).pipe(Flag.withAlias("o")),
    workdir: text("workdir", "DIR", "Folder that keeps the sample's clip (default .work/say; env DUBBER_WORKDIR)"),
    language: text("language", "LANG", "Only voices that speak it; the language of the sample").pipe(
      Flag.withAlias("to")
    ),
    sample: text("sample", "V", "Have this voice speak a sentence to a file instead; nothing is played"),
    json: onOff("json", "Print them as JSON (default off)")
  },
  Effect.fn("voices")(function* (flags) {
    const { runVoices } = yield* Effect.promise(() => import("./listingVoices.ts"))
    yield* runVoices(flags)
  })
).pipe(
  Command.withDescription("List the voices of the services that are set up, or have one speak a sample"),
  Command.withExamples([
    { command: "dubber voices --tts elevenlabs --language es", description: "Those that speak Spanish" },
    { command: "dubber voices --sample nova", description: "Write how it sounds to out/sample.nova.en.wav" }
  ])
)
