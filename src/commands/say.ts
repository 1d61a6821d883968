import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { debug, force, groupFlags, onOff, speechFlags, speedFlags, text } from "./flags.ts"

/** Who speaks, of commands that speak by themselves. */
export const sayFlags = {
  tts: speechFlags.tts,
  ttsModel: speechFlags.ttsModel,
  instructions: speechFlags.instructions,
  model: speechFlags.model,
  output: text(
    "output",
    "FILE",
    "Where it goes, as wav, mp3, m4a, ogg, opus or flac by the ending (default out/<first words>.<voice>.wav)"
  ).pipe(Flag.withAlias("o")),
  force,
  workdir: text("workdir", "DIR", "Folder whose clips are used, and kept in (default .work/say; env DUBBER_WORKDIR)"),
  debug
}

/** `dubber say`: one text to a file. */
export const say = Command.make(
  "say",
  {
    text: Argument.String("TEXT").pipe(Argument.withDescription("What is said; - reads it from standard input")),
    voice: speechFlags.voice,
    to: text("to", "LANG", "Language of the text (default: detected where that can be, else English)").pipe(
      Flag.withAlias("language")
    ),
    ...sayFlags,
    glossary: groupFlags.glossary,
    cachedOnly: onOff("cached-only", "Ask no service: fail where it was not spoken before (default off)"),
    budget: speedFlags.budget,
    json: onOff("json", "Print path, seconds, cost and voice as JSON (default off)")
  },
  Effect.fn("say")(function* (flags) {
    const { runSay } = yield* Effect.promise(() => import("./saying.ts"))
    yield* runSay(flags)
  })
).pipe(
  Command.withDescription("Speak one text to a file; nothing is played"),
  Command.withExamples([
    { command: 'dubber say "Hello and welcome" --voice nova', description: "Hear a voice before a whole video has it" },
    { command: "dubber say - --to es -o intro.mp3 < intro.txt", description: "A text from a file, as mp3" }
  ])
)
