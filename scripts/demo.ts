import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import { fileURLToPath } from "node:url"
import { Problem } from "../src/domain/Problem.ts"
import { Ffmpeg } from "../src/media/Ffmpeg.ts"
import { filesIn, isMade, makeLesson } from "./demo/MakeLesson.ts"

const folder = "out/demo"
const workdir = `${folder}/work`
const output = `${folder}/lesson.spanish.mp4`
const files = filesIn(folder)

const voices = ["--tts", "espeak", "--voice-for", "Student=es+f3"]

/** What a person would type after "dubber". */
const dubArguments = [
  ["full", files.video],
  ["--from", "en", "--to", "es", "--script", files.spanish],
  ["--stt", "subtitles", ...voices],
  ["--workdir", workdir, "--output", output]
].flat()

/** The part of report.json that is told here. */
const Report = Schema.fromJsonString(
  Schema.Struct({
    stages: Schema.Array(Schema.Struct({ name: Schema.String, seconds: Schema.Finite, reused: Schema.Boolean }))
  })
)

const seconds = (value: number) => `${value.toFixed(1)} s`

const theLesson = Effect.gen(function* () {
  if (yield* isMade(folder)) {
    yield* Console.log(`The lesson is there from an earlier run: ${files.video}`)
    return
  }
  yield* Console.log("Making a lesson to dub: cards, two English voices, a little music …")
  const [duration, made] = yield* Effect.timed(makeLesson(folder))
  yield* Console.log(
    `  ${files.video}     ${Math.round(made.seconds)} s long, made in ${seconds(Duration.toSeconds(duration))}
  ${files.english}  what is said
  ${files.spanish}  what shall be said`
  )
  if (!made.drawsText) yield* Console.log("  (this ffmpeg is built without libass, so the cards have no text)")
})

/** Runs the command line as a person would, with its output on this terminal. */
const dub = Effect.gen(function* () {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  yield* Console.log(`\n$ npm run -s dubber -- ${dubArguments.join(" ")}\n`)
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
  const exitCode = yield* spawner.exitCode(
    ChildProcess.make(process.execPath, [main, ...dubArguments], {
      // What it tells to type next is typed as here.
      env: { npm_lifecycle_event: "dubber" },
      extendEnv: true,
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit"
    })
  )
  if (exitCode !== 0) {
    return yield* new Problem({
      what: `The dub ended with exit code ${exitCode}: see above.`,
      mend: "To start afresh, remove out/demo and run npm run demo again."
    })
  }
})

const tellResult = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const path = `${workdir}/es/report.json`
  const report = yield* fileSystem.readFileString(path).pipe(Effect.flatMap(Schema.decodeEffect(Report)))
  const widest = Math.max(...report.stages.map(({ name }) => name.length))
  const stages = report.stages.map(
    (stage) => `  ${stage.name.padEnd(widest)}  ${seconds(stage.seconds)}${stage.reused ? "  (kept from before)" : ""}`
  )
  yield* Console.log(`
The lesson in Spanish:
  video      ${output}
  subtitles  inside it, to be switched on in the player; as a file: ${workdir}/es/spoken.srt
  report     ${workdir}/es/report.html and report.json

Time by stage:
${stages.join("\n")}

Try next:
  Change a line of ${workdir}/es/subs.srt, then speak it again; only that line is new:
    npm run -s dubber -- synth ${files.video} --to es ${voices.join(" ")} --workdir ${workdir} --output ${output}
  Run npm run demo again: what has not changed is not made again.
  Dub a video of your own (the README's first page says how), or see what is set up here:
    npm run -s dubber -- doctor`)
})

const demo = Effect.gen(function* () {
  const [duration] = yield* Effect.timed(Effect.andThen(theLesson, dub))
  yield* tellResult
  yield* Console.log(`\nAll of it took ${seconds(Duration.toSeconds(duration))}, with no key and no network.`)
})

demo.pipe(
  Effect.tapError((error) => Console.error(`demo: ${error.message}`)),
  Effect.provide(Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
