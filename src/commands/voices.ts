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
    language: text("language", "LANG", "Those that speak it; the language of the sample"),
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
