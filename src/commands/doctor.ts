import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { onOff, text } from "./flags.ts"

/** `dubber doctor`: what is there, what is missing, and how to mend it. */
export const doctor = Command.make(
  "doctor",
  {
    offline: onOff("offline", "Ask no service anything (default off: one request each, that costs nothing)"),
    to: text("to", "LANG", "Languages that are dubbed into, as es,ja: whether there are fonts for hard subtitles"),
    workdir: text("workdir", "DIR", "Folder of the work, whose disk is looked at (default .work; env DUBBER_WORKDIR)"),
    json: onOff("json", "Print what was found as JSON (default off)")
  },
  Effect.fn("doctor")(function* (flags) {
    const { runDoctor } = yield* Effect.promise(() => import("./doctoring.ts"))
    yield* runDoctor(flags)
  })
).pipe(
  Command.withDescription("Check programs, disk, fonts, keys, services, models and voices, and say how to mend each"),
  Command.withExamples([{ command: "dubber doctor --to ja", description: "Before dubbing into Japanese" }])
)
