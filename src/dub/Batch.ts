import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import type * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { type Ledger, LedgerOfRun, makeLedger } from "../requests/Ledger.ts"
import { RequestRank } from "../requests/Turns.ts"
import { GatesOfRuns, makeSharedGates } from "../requests/SharedGates.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import type { BatchVideo } from "./BatchPlan.ts"
import { dub } from "./Dub.ts"
import { wasFinished } from "./Finished.ts"
import { named, type Outcomes } from "./Languages.ts"
import { RenderTurn } from "./RenderVideo.ts"
import type { Report } from "./Report.ts"
import { partialProblem } from "./Synthesize.ts"

/** What became of one video of a batch. Seconds and US dollars are those of this run. */
export interface VideoOutcome {
  readonly video: string
  readonly workdir: string
  /** `partial`: lines or languages are missing; `skipped`: it was not started; `interrupted`: it was ended early. */
  readonly status: "complete" | "partial" | "failed" | "skipped" | "interrupted"
  /** Everything was there already. */
  readonly reused: boolean
  /** One a language. */
  readonly reports: ReadonlyArray<Report>
  /** Why it is not complete. */
  readonly problems: ReadonlyArray<Problem>
  readonly wallSeconds: number
  readonly usd: number
  /** Something was asked whose price is not known. */
  readonly isUnpriced?: boolean | undefined
  /** Of all its requests, one after the other. */
  readonly requestSeconds: number
}

/** What a run of one video gives; `skipped` where nothing was begun. */
export type VideoRun = Outcomes<Report> & { readonly skipped?: boolean | undefined }

export interface BatchOptions<V extends BatchVideo, E, R> {
  /** Videos at once. What is asked of services is limited over all of them together. */
  readonly jobs: number
  /** The first video that is not complete ends the batch: what runs is ended as by Ctrl-C, nothing more is started. */
  readonly failFast?: boolean | undefined
  readonly run: (video: V, index: number) => Effect.Effect<VideoRun, E, R>
  /** Adds up what all videos ask for and cost. */
  readonly ledger?: Ledger | undefined
  /** Told before a video begins; its ledger shows what it costs while it goes on. */
  readonly onStart?: ((video: V, index: number, ledger: Ledger) => Effect.Effect<void>) | undefined
  /** Told what became of each video, as soon as it is known; also when the batch is interrupted. */
  readonly onEnd?: ((outcome: VideoOutcome, index: number) => Effect.Effect<void>) | undefined
}

const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem({ what: error instanceof Error ? error.message : String(error) })

const statusOf = ({ done, failures, skipped }: VideoRun): VideoOutcome["status"] => {
  if (skipped === true) return "skipped"
  if (done.length === 0) return "failed"
  return failures.length === 0 && done.every(({ status }) => status === "complete") ? "complete" : "partial"
}

const outcomeOf = (exit: Exit.Exit<VideoRun, unknown>): Omit<VideoOutcome, "video" | "workdir" | Measured> => {
  if (Exit.isSuccess(exit)) {
    const { done, failures } = exit.value
    const isOne = done.length + failures.length === 1
    const partial = done.flatMap((report) => {
      const problem = partialProblem(report)
      return problem === undefined ? [] : [isOne ? problem : named(Language.make(report.language), problem)]
    })
    const status = statusOf(exit.value)
    const reused = status === "complete" && done.every(({ stages }) => stages.every((stage) => stage.reused))
    return { status, reused, reports: done, problems: [...failures, ...partial] }
  }
  const nothing = { reused: false, reports: [] }
  if (Cause.hasInterruptsOnly(exit.cause)) return { ...nothing, status: "interrupted", problems: [] }
  const problem = problemOf(Cause.squash(exit.cause))
  const { exitCode, what } = problem
  const problems = Cause.hasDies(exit.cause)
    ? [new Problem({ what: `${what} (a mistake in dubber)`, exitCode })]
    : [problem]
  return { ...nothing, status: "failed", problems }
}

type Measured = "wallSeconds" | "usd" | "isUnpriced" | "requestSeconds"

/** Why a video was not begun where the first that fails ends the batch. */
export const notStarted = "It was not started: another video failed."

/** Of a video that was not begun. */
export const untouched = { reused: false, reports: [], wallSeconds: 0, usd: 0, requestSeconds: 0 }

/**
 * Runs every video with its own workdir, report and log, several at once. Number at once, rate, pauses, budget and the
 * end of asking are those of all together; earlier videos are served first, and one is rendered at a time. What goes
 * wrong with one stops no other, unless that is wanted.
 */
export const runBatch = Effect.fn("runBatch")(function* <V extends BatchVideo, E, R>(
  videos: ReadonlyArray<V>,
  options: BatchOptions<V, E, R>
) {
  const { failFast = false, jobs, onEnd = () => Effect.void, onStart = () => Effect.void, run } = options
  const gates = yield* makeSharedGates
  const turn = yield* Semaphore.make(1)
  const whole = options.ledger ?? makeLedger()
  const fibers = yield* FiberSet.make()
  const halt = Deferred.makeUnsafe<void>()
  yield* Effect.forkScoped(Effect.andThen(Deferred.await(halt), FiberSet.clear(fibers)))
  const outcomes = new Map<number, VideoOutcome>()

  const tell = (outcome: VideoOutcome, index: number) =>
    Effect.suspend(() => {
      outcomes.set(index, outcome)
      const stops = failFast && (outcome.status === "failed" || outcome.status === "partial")
      return Effect.andThen(onEnd(outcome, index), stops ? Deferred.succeed(halt, undefined) : Effect.void)
    })

  const one = Effect.fnUntraced(function* (video: V, index: number) {
    const place = { video: video.settings.video, workdir: video.workdir }
    if (yield* Deferred.isDone(halt)) {
      const problem = new Problem({ what: notStarted, exitCode: 3 })
      return yield* tell({ ...place, ...untouched, status: "skipped", problems: [problem] }, index)
    }
    const ledger = makeLedger(whole)
    const startedAt = yield* Clock.currentTimeMillis
    const running = Effect.andThen(onStart(video, index, ledger), run(video, index)).pipe(
      Effect.provideService(GatesOfRuns, gates),
      Effect.provideService(LedgerOfRun, ledger),
      Effect.provideService(RequestRank, index),
      Effect.provideService(RenderTurn, turn),
      Effect.onExit((exit) =>
        Effect.gen(function* () {
          const wallSeconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
          const measured = {
            wallSeconds,
            usd: ledger.spentUsd(),
            isUnpriced: ledger.isUnpriced(),
            requestSeconds: ledger.requestSeconds()
          }
          yield* tell({ ...place, ...outcomeOf(exit), ...measured }, index)
        })
      )
    )
    yield* Fiber.await(yield* FiberSet.run(fibers, running))
  })

  // The same video in other languages has the same workdir, which one run at a time may hold.
  const queues = Map.groupBy(
    videos.map((video, index) => ({ video, index })),
    ({ video }) => video.workdir
  )
  const startedAt = yield* Clock.currentTimeMillis
  yield* Effect.forEach(
    queues.values(),
    (queue) => Effect.forEach(queue, ({ index, video }) => one(video, index), { discard: true }),
    { concurrency: jobs, discard: true }
  )
  return {
    videos: videos.map((_, index) => outcomes.get(index)!),
    wallSeconds: ((yield* Clock.currentTimeMillis) - startedAt) / 1000
  }
}, Effect.scoped)

/**
 * `dub` for a video of a batch: not begun where its voice is asked nothing any more (a dead key, no quota, the budget),
 * unless all may be there already.
 */
export const dubInBatch = Effect.fn("dubInBatch")(function* (video: BatchVideo) {
  const gates = yield* GatesOfRuns
  const { provider } = yield* TextToSpeech
  const stopped = gates?.overBudget() ?? gates?.stopped("speech", provider)
  if (stopped !== undefined && !(yield* wasFinished(video))) {
    const problem = new Problem({ what: `It was not started: ${stopped.message}.`, exitCode: 3 })
    return { done: [], failures: [problem], skipped: true } satisfies VideoRun
  }
  return yield* dub(video.settings, video.languages)
})

/**
 * Dubs many videos as `dub` does one. `layer` gives each what it needs (`dubbingLayer` with its workdir); limits of the
 * services hold for all together.
 */
export const dubBatch = <V extends BatchVideo, A, E, R>(
  videos: ReadonlyArray<V>,
  options: Omit<BatchOptions<V, E, R>, "run"> & { readonly layer: (video: V) => Layer.Layer<A, E, R> }
) => runBatch(videos, { ...options, run: (video) => Effect.provide(dubInBatch(video), options.layer(video)) })
