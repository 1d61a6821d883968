import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as HttpClient from "effect/http/HttpClient"
import { Problem } from "../domain/Problem.ts"
import { holdLock } from "../dub/Lock.ts"
import { videoName } from "../dub/Output.ts"
import { Progress } from "../dub/Progress.ts"
import { Workdir } from "../dub/Workdir.ts"
import { Ffmpeg } from "../media/Ffmpeg.ts"
import { unreadable, unwritable } from "../media/FileProblem.ts"
import { makeActivityCounter, RunActivity } from "../requests/Activity.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { version } from "../version.ts"
import { orEnvironment } from "./flagValues.ts"
import { sayingWhenInterrupted } from "./Interruption.ts"
import * as RunLog from "./RunLog.ts"
import * as TerminalProgress from "./TerminalProgress.ts"
import * as Tracing from "./Tracing.ts"
import { keepYoungGenerationSmall } from "./YoungGeneration.ts"

/** The folder of a video's dub: --workdir, DUBBER_WORKDIR, else .work/<video name>. */
export const workdirOf = Effect.fnUntraced(function* (video: string, flag: Option.Option<string>) {
  const paths = yield* Path.Path
  const given = yield* orEnvironment(flag, "DUBBER_WORKDIR")
  return given === undefined ? paths.join(".work", videoName(paths, video)) : given.value
})

/** Nothing is made for a video that is not there. */
const checkVideo = Effect.fnUntraced(function* (video: string) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* fs.stat(video).pipe(Effect.mapError(unreadable(video)))
  if (info.type === "Directory") {
    return yield* new Problem({ what: `${video} is a folder.`, mend: "Name a video or sound file in it." })
  }
})

const lock = (root: string, command: string) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const progress = yield* Progress
      yield* fs.makeDirectory(root, { recursive: true }).pipe(Effect.mapError(unwritable(root)))
      yield* holdLock(paths.join(root, ".lock"), `dubber ${command}`, (holder) =>
        progress.note(`${root} is in use by ${holder}: waiting for it to end`)
      )
    })
  )

const isThere = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.exists(path)).pipe(Effect.orElseSucceed(() => true))

/** Of a run that could not begin nothing is left: a workdir in which there is nothing but its log. */
const removeUnused = Effect.fnUntraced(
  function* (root: string) {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const names = yield* fs.readDirectory(root)
    if (names.some((name) => name !== "logs")) return
    yield* fs.remove(root, { recursive: true })
    const parent = paths.dirname(root)
    if (paths.basename(parent) === ".work" && (yield* fs.readDirectory(parent)).length === 0) {
      yield* fs.remove(parent, { recursive: true })
    }
  },
  (effect) => Effect.ignore(effect)
)

/** Says in the log how a run ended that is not complete; its stack is for who looks for it. */
const logEnd = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.logWarning("the run was interrupted (exit 130)")
  const error = Cause.squash(cause)
  const exitCode = error instanceof Problem ? error.exitCode : 1
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").slice(0, 600)
  const told = `the run ended with exit ${exitCode}: ${message}`
  return exitCode === 3 ? Effect.logWarning(told, cause) : Effect.logError(told, cause)
}

export interface RunOptions {
  readonly command: string
  readonly video: string
  readonly workdir: Option.Option<string>
  readonly debug: boolean
  /** How it is told of, where whoever runs it shows several; else on stderr. */
  readonly progress?: Layer.Layer<Progress> | undefined
}

/**
 * Runs a program on a video's workdir, alone: with progress on stderr, the run's log in the workdir, and what the
 * stages share. Interrupted or failed, everything made so far stays.
 */
export const runOnVideo = Effect.fnUntraced(function* <A, E, R>(options: RunOptions, program: Effect.Effect<A, E, R>) {
  yield* checkVideo(options.video)
  yield* keepYoungGenerationSmall
  const root = yield* workdirOf(options.video, options.workdir)
  const shared = Layer.mergeAll(
    Ffmpeg.layer,
    RequestLog.layer,
    Layer.sync(RunActivity, makeActivityCounter),
    // Those who are asked are not told of our traces.
    Layer.succeed(HttpClient.TracerPropagationEnabled, false)
  ).pipe(
    Layer.provideMerge(Workdir.layer(root)),
    Layer.provideMerge(RunLog.layer(root, options.command, options.debug)),
    Layer.provideMerge(lock(root, options.command)),
    Layer.provideMerge(options.progress ?? TerminalProgress.layer),
    Layer.provideMerge(Tracing.layer)
  )
  const isNew = !(yield* isThere(root))
  return yield* Effect.gen(function* () {
    yield* Effect.logInfo(RunLog.runStart).pipe(Effect.annotateLogs({ command: options.command, version }))
    return yield* (options.progress === undefined ? sayingWhenInterrupted(program) : program).pipe(
      Effect.tapCause(logEnd)
    )
  }).pipe(
    Effect.withSpan(`dubber ${options.command}`, { root: true }),
    Effect.provide(shared),
    Effect.tapError(() => (isNew ? removeUnused(root) : Effect.void))
  )
})
