import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import { Ffmpeg } from "../../media/Ffmpeg.ts"
import { namesIn, requirements } from "../../media/Requirements.ts"
import { loadSherpaOnnx } from "../../requests/SherpaOnnx.ts"
import { absent, broken, type Finding, install, ok, warning } from "./Finding.ts"

/** The Node that runs this. */
export const nodeFinding = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > 22 || (major === 22 && minor >= 19)
    ? ok("node", version)
    : broken("node", `${version} is too old`, "Install Node 22.19 or newer: https://nodejs.org")
}

/** What a build of ffmpeg lacks, of what its own lists say. */
export const lacking = (lists: { readonly filters: string; readonly encoders: string }): ReadonlyArray<Finding> => {
  const there = { filter: namesIn(lists.filters), encoder: namesIn(lists.encoders) }
  return requirements
    .filter(({ kind, name }) => !there[kind].has(name))
    .map(({ isNeeded, kind, name, purpose }) =>
      (isNeeded ? broken : warning)(
        "ffmpeg",
        `its ${kind} "${name}" is missing: ${purpose} will not work`,
        `Install a full build of ffmpeg: ${install("ffmpeg")}`
      )
    )
}

const missing = (name: string): Finding => broken(name, "not installed", install("ffmpeg"))

/** ffmpeg and ffprobe, with every part that is used. */
export const ffmpegFindings = Effect.gen(function* () {
  const ffmpeg = yield* Ffmpeg
  const version = yield* Effect.exit(ffmpeg.text(["-version"]))
  const probe = yield* Effect.exit(ffmpeg.probe(["-version"]))
  if (Exit.isFailure(version)) return [missing("ffmpeg")]
  const filters = yield* ffmpeg.text(["-filters"]).pipe(Effect.orElseSucceed(() => ""))
  const encoders = yield* ffmpeg.text(["-encoders"]).pipe(Effect.orElseSucceed(() => ""))
  const name = /^ffmpeg version (\S+)/.exec(version.value)?.[1] ?? "of an unknown version"
  const lacks = lacking({ filters, encoders })
  const all = `${requirements.length} filters and encoders that are used`
  return [
    ok(
      "ffmpeg",
      `${name}, with ${lacks.length === 0 ? `all ${all}` : `${requirements.length - lacks.length} of ${all}`}`
    ),
    ...lacks,
    Exit.isSuccess(probe) ? ok("ffprobe", "found") : missing("ffprobe")
  ]
})

/** eSpeak NG; `isUsed`: it is what would speak. */
export const eSpeakFinding = Effect.fnUntraced(function* (isUsed: boolean) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const run = (argument: string) => spawner.string(ChildProcess.make("espeak-ng", [argument])).pipe(Effect.option)
  const version = yield* run("--version")
  if (Option.isNone(version)) {
    return (isUsed ? broken : absent)("espeak-ng", "not installed: no voice without a key", install("espeak-ng"))
  }
  const voices =
    Option.getOrElse(yield* run("--voices"), () => "")
      .trim()
      .split("\n").length - 1
  const number = /\d+(?:\.\d+)+/.exec(version.value)?.[0] ?? ""
  return voices > 0
    ? ok("espeak-ng", `${number}, ${voices} voices${isUsed ? "; it speaks" : ""}`.replace(/^, /, ""))
    : broken("espeak-ng", "its voices are not there", install("espeak-ng-data"))
})

/** The library that runs models on this machine, where some are to be used. */
export const localFinding = Effect.fnUntraced(function* (models: ReadonlyArray<string>) {
  if (models.length === 0) return []
  const loaded = yield* Effect.result(loadSherpaOnnx())
  return [
    loaded._tag === "Success"
      ? ok("sherpa-onnx", `loaded, for ${models.join(" and ")}`)
      : broken("sherpa-onnx", loaded.failure.message.replace(/^local: /, ""), "npm install sherpa-onnx-node")
  ]
})
