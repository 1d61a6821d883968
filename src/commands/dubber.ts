import type { NodeServices } from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import * as Command from "effect/cli/Command"
import { Problem } from "../domain/Problem.ts"
import { version } from "../version.ts"
import { batch } from "./batch.ts"
import { burn } from "./burn.ts"
import { clean } from "./clean.ts"
import { doctor } from "./doctor.ts"
import { estimate } from "./estimate.ts"
import { full } from "./full.ts"
import { logs } from "./logs.ts"
import * as OutputMode from "./OutputMode.ts"
import * as ParserServices from "./ParserServices.ts"
import { prep } from "./prep.ts"
import { report } from "./report.ts"
import { say } from "./say.ts"
import { synth } from "./synth.ts"
import { argumentsOf, fileReadAsFlags, textReadAsFlags } from "./usage.ts"
import { voices } from "./voices.ts"
import { youtube } from "./youtube.ts"

const platform: Layer.Layer<NodeServices, PlatformError | Problem> = Layer.unwrap(
  Effect.map(
    Effect.promise(() => import("./Platform.ts")),
    ({ layer }) => layer
  )
)

/** The whole command line. */
export const dubber = Command.make("dubber").pipe(
  Command.withDescription(
    "Gives a video another voice or another language, in time with the picture. Start with: dubber full VIDEO --to es"
  ),
  Command.withExamples([
    { command: "dubber full lesson.mp4 --to es", description: "Dub a lesson into Spanish" },
    { command: "dubber full talk.mp4 --subs talk.srt", description: "Speak the subtitles of a talk anew" },
    { command: "dubber prep talk.mp4 --to de", description: "Write .work/talk/de/subs.srt to look at and edit" },
    { command: "dubber synth talk.mp4", description: "Speak it as it now stands; only what changed is spoken again" },
    { command: 'dubber say "Hello" --voice nova', description: "Hear a voice: one line to a file" },
    { command: "dubber doctor", description: "Check programs, keys and endpoints" }
  ]),
  Command.withSubcommands([
    full,
    prep,
    synth,
    batch,
    burn,
    youtube,
    say,
    voices,
    estimate,
    report,
    logs,
    clean,
    doctor
  ]),
  Command.provide(OutputMode.layer),
  Command.provide(platform),
  Command.withGlobalFlags(OutputMode.outputModeFlags)
)

/** Runs what was typed after the program's name. */
export const run = Effect.fnUntraced(function* (words: ReadonlyArray<string>) {
  const file = fileReadAsFlags(words)
  if (file !== undefined) {
    return yield* new Problem({ what: `${file} is read as flags: write ./${file}`, exitCode: 2 })
  }
  const text = textReadAsFlags(words)
  if (text !== undefined) {
    const what = `"${text.slice(0, 40)}" is read as flags. Write it last, after --, as in dubber say -- "- Hello".`
    return yield* new Problem({ what, exitCode: 2 })
  }
  return yield* Command.runWith(dubber, { version })(argumentsOf(words)).pipe(Effect.provide(ParserServices.layer))
})
