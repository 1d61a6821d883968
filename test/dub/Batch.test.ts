import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Problem } from "../../src/domain/Problem.ts"
import { runBatch, type VideoOutcome, type VideoRun } from "../../src/dub/Batch.ts"
import type { BatchVideo } from "../../src/dub/BatchPlan.ts"
import { BatchReport, batchReport } from "../../src/dub/BatchReport.ts"
import { defaults } from "../../src/dub/Settings.ts"
import { LedgerOfRun } from "../../src/requests/Ledger.ts"
import { RequestRank } from "../../src/requests/Turns.ts"
import { reportOf } from "../support/BatchReports.ts"

interface Film extends BatchVideo {
  /** What becomes of it, after so many seconds. */
  readonly ends: "complete" | "partial" | "failed" | "dies" | "skipped"
  readonly after: number
}

const film = (name: string, ends: Film["ends"] = "complete", after = 10, workdir = `.work/${name}`): Film => ({
  settings: { ...defaults, video: `${name}.mp4` },
  languages: [],
  workdir,
  ends,
  after
})

const complete = reportOf({ status: "complete" })

/** Runs films as told, and remembers when each was begun and ended. */
const makeStage = () => {
  const told: Array<string> = []
  let running = 0
  let peak = 0
  const run = (video: Film) =>
    Effect.gen(function* () {
      const name = video.settings.video
      const ledger = yield* LedgerOfRun
      peak = Math.max(peak, ++running)
      told.push(`begin ${name} ${yield* RequestRank}`)
      yield* Effect.sleep(`${video.after} seconds`).pipe(Effect.onInterrupt(() => Effect.sleep("2 seconds")))
      ledger?.spend(0.5)
      if (video.ends === "dies") return yield* Effect.die(new Error("oh"))
      if (video.ends === "failed") return yield* new Problem({ what: `${name} is no video.` })
      const failures = video.ends === "complete" ? [] : [new Problem({ what: "es: no voice.", exitCode: 3 })]
      if (video.ends === "skipped") return { done: [], failures, skipped: true } satisfies VideoRun
      return { done: [complete], failures } satisfies VideoRun
    }).pipe(Effect.ensuring(Effect.sync(() => void running--)))
  return { run, told, peak: () => peak }
}

const outcomesOf = Effect.fnUntraced(function* (
  films: ReadonlyArray<Film>,
  options: { readonly jobs: number; readonly failFast?: boolean }
) {
  const stage = makeStage()
  const ended: Array<VideoOutcome> = []
  const fiber = yield* Effect.forkChild(
    runBatch(films, {
      ...options,
      run: stage.run,
      onEnd: (outcome) => Effect.sync(() => void ended.push(outcome))
    })
  )
  return { ...stage, fiber, ended }
})

const statuses = (outcomes: ReadonlyArray<VideoOutcome>) => outcomes.map(({ status }) => status)

describe("runBatch", () => {
  it.effect("runs so many videos at once, and none stops another", () =>
    Effect.gen(function* () {
      const films = [film("a"), film("b", "failed"), film("c", "dies"), film("d", "partial", 25), film("e", "skipped")]
      const { ended, fiber, peak, told } = yield* outcomesOf(films, { jobs: 2 })
      yield* TestClock.adjust("1 hour")
      const { videos, wallSeconds } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(statuses(videos), ["complete", "failed", "failed", "partial", "skipped"])
      assert.strictEqual(peak(), 2)
      assert.strictEqual(wallSeconds, 35)
      assert.deepStrictEqual(
        told,
        ["a", "b", "c", "d", "e"].map((name, i) => `begin ${name}.mp4 ${i}`)
      )
      assert.strictEqual(ended.length, 5)
      assert.deepStrictEqual(
        videos.map(({ problems }) => problems.map(({ message }) => message)),
        [[], ["b.mp4 is no video."], ["oh (a mistake in dubber)"], ["es: no voice."], ["es: no voice."]]
      )
      assert.strictEqual(videos[3]!.wallSeconds, 25)
      assert.strictEqual(videos[0]!.usd, 0.5)
    })
  )

  it.effect("runs one after the other what has one workdir", () =>
    Effect.gen(function* () {
      const films = [film("a", "complete", 10, "w"), film("a", "complete", 10, "w"), film("b")]
      const { fiber, peak } = yield* outcomesOf(films, { jobs: 3 })
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* Fiber.join(fiber)).wallSeconds, 20)
      assert.strictEqual(peak(), 2)
    })
  )

  it.effect("stops at the first that is not complete where that is wanted, and ends what runs cleanly", () =>
    Effect.gen(function* () {
      const films = [
        film("a", "complete", 5),
        film("b", "partial", 10),
        film("c", "complete", 60),
        film("d"),
        film("e")
      ]
      const { ended, fiber, told } = yield* outcomesOf(films, { jobs: 3, failFast: true })
      yield* TestClock.adjust("1 hour")
      const { videos, wallSeconds } = yield* Fiber.join(fiber)
      // d began when a was over, and its interruption was waited for.
      assert.deepStrictEqual(statuses(videos), ["complete", "partial", "interrupted", "interrupted", "skipped"])
      assert.strictEqual(told.length, 4)
      assert.strictEqual(wallSeconds, 12)
      assert.strictEqual(ended.length, 5)
      assert.include(videos[4]!.problems[0]!.message, "not started")
    })
  )

  it.effect("tells what became of each also when it is interrupted", () =>
    Effect.gen(function* () {
      const films = [film("a", "complete", 5), film("b", "complete", 60), film("c", "complete", 60), film("d")]
      const { ended, fiber } = yield* outcomesOf(films, { jobs: 2 })
      yield* TestClock.adjust("20 seconds")
      const end = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(end)
      assert.deepStrictEqual(statuses(ended), ["complete", "interrupted", "interrupted"])
      const report = batchReport(ended, 22, true)
      assert.strictEqual(report.status, "interrupted")
      assert.deepInclude(report.counts, { videos: 3, complete: 1, interrupted: 2 })
    })
  )
})

const outcome = (status: VideoOutcome["status"], more: Partial<VideoOutcome> = {}): VideoOutcome => ({
  video: "a.mp4",
  workdir: "w",
  status,
  reused: false,
  reports: [],
  problems: [],
  wallSeconds: 1,
  usd: 0.25,
  requestSeconds: 10,
  ...more
})

describe("batchReport", () => {
  it("adds up what became of all, and says how it went", () => {
    const done = outcome("complete", { reports: [complete] })
    const report = batchReport([done, done, outcome("failed")], 12)
    assert.strictEqual(report.status, "partial")
    assert.strictEqual(report.costUsd, 0.75)
    assert.strictEqual(report.lines.spoken, 2 * complete.utterances.filter(({ key }) => key !== null).length)
    assert.isAtLeast(report.oneByOneSeconds, 30)
    assert.strictEqual(batchReport([done], 1).status, "complete")
    assert.strictEqual(batchReport([outcome("failed"), outcome("skipped")], 1).status, "failed")
    assert.strictEqual(batchReport([outcome("partial")], 1).status, "partial")
    assert.deepStrictEqual(Schema.decodeUnknownSync(BatchReport)(JSON.parse(JSON.stringify(report))), report)
  })
})
