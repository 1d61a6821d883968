import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { Problem } from "../domain/Problem.ts"
import { dubInBatch, runBatch, untouched, type VideoOutcome } from "../dub/Batch.ts"
import { type BatchVideo, planBatch } from "../dub/BatchPlan.ts"
import { type BatchReport, batchReport } from "../dub/BatchReport.ts"
import { checkBatchRoom } from "../dub/BatchRoom.ts"
import { CommandLine, shellLine } from "../dub/CommandLine.ts"
import { Progress } from "../dub/Progress.ts"
import { containerOf } from "../media/Container.ts"
import { Ffmpeg } from "../media/Ffmpeg.ts"
import { makeLedger } from "../requests/Ledger.ts"
import * as Sonic from "../timeline/Stretch/Sonic.ts"
import { type BatchInputs, batchInputs, type Missing, type Wanted } from "./batchInputs.ts"
import type { VideoFlags } from "./batchOptions.ts"
import { batchProgress } from "./BatchProgress.ts"
import { batchSummary } from "./batchSummary.ts"
import { numberOf, orEnvironment } from "./flagValues.ts"
import { logged } from "./finishing.ts"
import { sayingWhenInterrupted } from "./Interruption.ts"
import { runOnVideo } from "./run.ts"
import { OutputMode } from "./OutputMode.ts"
import { silent } from "./ProgressViews.ts"
import * as Services from "./Services.ts"
import type { DubFlags } from "./settings.ts"
import { lookOf, terminalOf } from "./Terminal.ts"

interface BatchFlags extends DubFlags, VideoFlags {
  readonly videos: ReadonlyArray<string>
  readonly fromFile: ReadonlyArray<string>
  readonly jobs: Option.Option<number>
  readonly failFast: boolean
  readonly continueOnError: boolean
  readonly json: boolean
  readonly debug: boolean
}

type Planned = Omit<Wanted, "settings" | "workdir"> & BatchVideo

const wrong = (what: string, mend: string) => Effect.fail(new Problem({ what, mend, exitCode: 2 }))

const checkUsage = Effect.fnUntraced(function* (flags: BatchFlags) {
  if (flags.videos.length + flags.fromFile.length === 0) {
    return yield* wrong("No video is named.", "Name files, folders or patterns, or a list with --from-file.")
  }
  if (flags.failFast && flags.continueOnError) {
    return yield* wrong("--fail-fast and --continue-on-error were both given.", "Give one of them.")
  }
  const output = Option.getOrUndefined(flags.output)
  if (output !== undefined && containerOf(output) !== undefined) {
    return yield* wrong(`--output ${output} names a file, but a batch has many.`, "Name the folder that they go into.")
  }
})

const prepare = Effect.fnUntraced(function* (flags: BatchFlags) {
  const inputs = yield* batchInputs(flags, flags)
  const work = (yield* orEnvironment(flags.workdir, "DUBBER_WORKDIR"))?.value ?? ".work"
  const { repeated, videos } = yield* planBatch(inputs.wanted, {
    work,
    output: Option.getOrUndefined(flags.output)
  })
  yield* checkBatchRoom(videos)
  return { inputs, planned: videos, repeated }
})

const runOne = Effect.fnUntraced(function* (
  video: Planned,
  title: string,
  debug: boolean,
  progress: Layer.Layer<Progress>
) {
  const { format } = yield* OutputMode
  const { flags, settings, workdir } = video
  const layers = Layer.mergeAll(
    Services.speech(flags, settings),
    Services.transcription(flags, settings),
    Services.language(flags, settings),
    Sonic.layer
  )
  const options = { command: "batch", video: settings.video, workdir: Option.some(workdir), debug, progress }
  const dubbed = Effect.tap(dubInBatch(video), ({ done }) => Effect.forEach(done, logged, { discard: true }))
  const run = runOnVideo(options, Effect.provide(dubbed, layers))
  // Where entries of several videos come together each says which it is of.
  return yield* debug || format === "json" ? Effect.annotateLogs(run, { video: title }) : run
})

const missingOutcome = ({ problem, video }: Missing): VideoOutcome => ({
  ...untouched,
  video,
  workdir: "",
  status: "failed",
  problems: [problem]
})

const notBegun = ({ settings, workdir }: Planned): VideoOutcome => ({
  ...untouched,
  video: settings.video,
  workdir,
  status: "skipped",
  problems: []
})

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`

/** What is said before it begins: what was left out of what was named. */
const notesOf = ({ others, ours }: BatchInputs, repeated: number): ReadonlyArray<string> => [
  ...(ours > 0 ? [`${plural(ours, "file")} left out: dubbed by dubber already`] : []),
  ...(others > 0
    ? [`${plural(others, "file")} left out: no video by ${others === 1 ? "its name" : "their names"}`]
    : []),
  ...(repeated > 0 ? [`${plural(repeated, "video")} named more than once`] : [])
]

/** What came of it, on stderr for people or as JSON on stdout. */
const tell = Effect.fnUntraced(function* (
  report: BatchReport,
  flags: BatchFlags,
  more: Omit<Parameters<typeof batchSummary>[2], "again" | "columns">
) {
  if (flags.json) yield* Console.log(JSON.stringify(report, null, 2))
  const { format, quiet } = yield* OutputMode
  if (flags.json || quiet || format === "json") return false
  const typed = yield* CommandLine
  const again = typed === undefined ? undefined : shellLine(typed.words.filter((word) => word !== "--cached-only"))
  const terminal = yield* terminalOf(process.stderr)
  const columns = terminal.isLive ? terminal.columns() : Infinity
  yield* Console.error(["", ...batchSummary(report, lookOf(terminal), { ...more, again, columns })].join("\n"))
  return true
})

/** A batch in which none is complete or partial failed; else it is partial itself. */
const failIfOpen = Effect.fnUntraced(function* ({ counts, status }: BatchReport, isTold: boolean) {
  if (status === "complete") return
  const { failed, interrupted, partial, skipped } = counts
  const open = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(partial > 0 ? [`${partial} partial`] : []),
    ...(interrupted + skipped > 0 ? [`${interrupted + skipped} not finished`] : [])
  ]
  const what = `Of ${plural(counts.videos, "video")} ${open.join(", ")}.`
  return yield* new Problem({ what, isTold, exitCode: status === "failed" ? 1 : 3 })
})

/** Where nothing that was named is there, there is nothing else to tell. */
const nothingThere = (missing: ReadonlyArray<Missing>): Problem => {
  const [first, ...others] = missing.map(({ problem }) => problem)
  const more = others.slice(0, 4).map(({ what }) => what)
  const rest = others.length > 4 ? ` And ${others.length - 4} more are not there.` : ""
  return new Problem({
    what: [first!.what, ...more].join(" ") + rest,
    ...(first!.mend === undefined ? {} : { mend: first!.mend })
  })
}

/** `batch` */
export const runBatchCommand = Effect.fnUntraced(function* (flags: BatchFlags) {
  const paths = yield* Path.Path
  yield* checkUsage(flags)
  const jobs = (yield* numberOf(flags.jobs, "jobs", { minimum: 1, maximum: 32 }, "DUBBER_JOBS")) ?? 3
  const budgetUsd = yield* Services.budgetOf(flags)
  const { inputs, planned, repeated } = yield* prepare(flags).pipe(Effect.provide(Ffmpeg.layer))
  const missing = inputs.missing.map(missingOutcome)
  if (planned.length + missing.length === 0) {
    return yield* new Problem({
      what: "There is no video to dub.",
      mend: "The list is empty, or all are dubs already."
    })
  }
  if (flags.failFast && inputs.missing[0] !== undefined) return yield* inputs.missing[0].problem
  if (planned.length === 0) {
    if (flags.json) yield* Console.log(JSON.stringify(batchReport(missing, 0), null, 2))
    return yield* nothingThere(inputs.missing)
  }

  const titles = [
    ...planned.map(({ settings }) => paths.basename(settings.output ?? settings.outputBase ?? settings.video)),
    ...inputs.missing.map(({ video }) => video)
  ]
  const seconds = [...planned.map((one) => one.seconds), ...missing.map(() => 0)]
  const minutes = seconds.reduce((sum, one) => sum + one, 0) / 60
  const here = paths.resolve()
  const shown = {
    videos: titles.map((title, i) => ({ title, seconds: seconds[i]! })),
    budgetUsd,
    placed: (path: string) => (path.startsWith(`${here}${paths.sep}`) ? paths.relative(here, path) : path)
  }
  let toldWhole: ReadonlySet<number> = new Set()
  const ended = new Map(missing.map((outcome, i) => [planned.length + i, outcome]))
  const startedAt = yield* Clock.currentTimeMillis
  const finish = Effect.fnUntraced(function* (isInterrupted: boolean) {
    const wallSeconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
    const outcomes = titles.map((_, i) => ended.get(i) ?? notBegun(planned[i]!))
    const report = batchReport(outcomes, wallSeconds, isInterrupted)
    const isTold = yield* tell(report, flags, {
      minutes,
      budgetUsd,
      titles,
      toldWhole,
      isUnpriced: outcomes.some((one) => one.isUnpriced)
    })
    return { report, isTold }
  })

  const run = Effect.gen(function* () {
    const { layer, view } = yield* batchProgress(shown)
    toldWhole = view.toldWhole
    const ledger = makeLedger()
    const batch = runBatch(planned, {
      jobs: Math.floor(jobs),
      failFast: flags.failFast,
      ledger,
      run: (video, index) => runOne(video, titles[index]!, flags.debug, Progress.layerView(view.video(index))),
      onStart: (_, index, own) => view.started(index, own),
      onEnd: (outcome, index) => {
        ended.set(index, outcome)
        return view.ended(outcome, index)
      }
    })
    const whole = Progress.layerView({ ...silent, note: view.note, warning: view.note })
    yield* Effect.gen(function* () {
      for (const text of notesOf(inputs, repeated)) yield* view.note(text)
      for (const [index, outcome] of ended) yield* view.ended(outcome, index)
      yield* sayingWhenInterrupted(batch, Effect.sync(ledger.inFlight))
    }).pipe(Effect.provide(Layer.merge(layer, whole)))
  }).pipe(Effect.scoped)

  yield* Effect.onInterrupt(run, () => finish(true))
  const { isTold, report } = yield* finish(false)
  yield* failIfOpen(report, isTold)
})
