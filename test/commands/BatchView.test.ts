import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as TestClock from "effect/testing/TestClock"
import type { BatchShown } from "../../src/commands/BatchState.ts"
import { type BatchView, liveBatch, plainBatch, quietBatch } from "../../src/commands/BatchView.ts"
import { batchSummary } from "../../src/commands/batchSummary.ts"
import { lookOf } from "../../src/commands/Terminal.ts"
import { Problem } from "../../src/domain/Problem.ts"
import { notStarted, runBatch, type VideoOutcome } from "../../src/dub/Batch.ts"
import { batchReport } from "../../src/dub/BatchReport.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { defaults } from "../../src/dub/Settings.ts"
import { LedgerOfRun } from "../../src/requests/Ledger.ts"
import { reportOf } from "../support/BatchReports.ts"
import { makeScreen } from "../support/Screen.ts"

const shown: BatchShown = {
  videos: ["roofs", "gutters and what lies underneath them, part two", "windows", "nothere"].map((title) => ({
    title,
    seconds: 60
  })),
  budgetUsd: 5,
  placed: (path) => path.replace("/videos/", "")
}

const videos = shown.videos.map(({ title }) => ({
  settings: { ...defaults, video: `${title}.mp4` },
  languages: [],
  workdir: title
}))

/** What becomes of each video: two languages side by side, one a second later than the other. */
const dubbed = (index: number) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    const ledger = yield* LedgerOfRun
    if (index === 3) return yield* new Problem({ what: "There is no file nothere.mp4.", mend: "Check its name." })
    yield* progress.note("no key is set: eSpeak NG speaks")
    const parts = yield* Effect.forEach(["es", "de"], (language) => progress.part(language))
    const speak = (part: Progress["Service"], i: number) =>
      part.stage("speak", (advance) =>
        Effect.gen(function* () {
          ledger?.began()
          for (let done = 0; done <= 10; done++) {
            yield* advance(done, 10)
            yield* Effect.sleep("1 second")
          }
          yield* Effect.sleep(`${i} seconds`)
          ledger?.ended(10)
          ledger?.spend(0.25)
          return { value: i, reused: false }
        })
      )
    yield* Effect.forEach(parts, speak, { concurrency: 2 })
    if (index === 1) yield* progress.warning("2 lines did not fit")
    return {
      done: [reportOf({ status: index === 1 ? "partial" : "complete", output: `/videos/out/${index}.es.mp4` })],
      failures: []
    }
  })

/** Runs the batch as it is told to a view, while the test looks at it; gives what became of each. */
const running = (view: BatchView) =>
  Effect.gen(function* () {
    const { videos: outcomes } = yield* runBatch(videos, {
      jobs: 2,
      run: (_, index) => Effect.provide(dubbed(index), Progress.layerView(view.video(index))),
      onStart: (_, index, ledger) => view.started(index, ledger),
      onEnd: view.ended
    })
    return outcomes
  })

const wait = (seconds: number) => TestClock.adjust(`${seconds} seconds`)

describe("a batch on a terminal", () => {
  for (const columns of [80, 200]) {
    it.effect(`is a table, redrawn in place, at ${columns} columns`, () =>
      Effect.gen(function* () {
        const screen = yield* makeScreen({ columns, rows: 30 })
        const run = yield* Effect.forkChild(
          Effect.scoped(Effect.flatMap(liveBatch(screen.terminal, lookOf(screen.terminal), shown), running))
        )
        yield* wait(5)
        const early = yield* screen.lines
        assert.deepStrictEqual(
          early,
          columns === 80
            ? [
                "  roofs: no key is set: eSpeak NG speaks",
                "  roofs            speak es   ██████░░░░░░  50 %  5/10 lines, 5 s left",
                "  roofs            speak de   ██████░░░░░░  50 %  5/10 lines, 5 s left",
                "  gutters…art two  speak es   ██████░░░░░░  50 %  5/10 lines, 5 s left",
                "  gutters…art two  speak de   ██████░░░░░░  50 %  5/10 lines, 5 s left",
                "  0 of 4 videos, 2 running, 2 to come, 4 in flight, $0 of $5.00, 5 s"
              ]
            : [
                "  roofs: no key is set: eSpeak NG speaks",
                ...["es", "de"].map(
                  (language) =>
                    `  roofs                                            speak ${language}   ███████████████░░░░░░░░░░░░░░░  50 %  5/10 lines, 1.0 a second, 5 s left`
                ),
                ...["es", "de"].map(
                  (language) =>
                    `  gutters and what lies underneath them, part two  speak ${language}   ███████████████░░░░░░░░░░░░░░░  50 %  5/10 lines, 1.0 a second, 5 s left`
                ),
                "  0 of 4 videos, 2 running, 2 to come, 4 in flight, $0 of $5.00, 5 s"
              ]
        )
        for (const line of early) assert.isBelow([...line].length, columns)
        yield* wait(30)
        const outcomes = yield* Fiber.join(run)
        const lines = yield* screen.lines
        assert.deepStrictEqual(
          outcomes.map(({ status }) => status),
          ["complete", "partial", "complete", "failed"]
        )
        // Each video once, aligned; nothing of what was drawn meanwhile is left.
        assert.strictEqual(lines.filter((line) => /^[✓!✗] /u.test(line)).length, 5, lines.join("\n"))
        assert.isFalse(lines.some((line) => line.includes("░") || line.includes("to come")))
        const table = lines.filter((line) => line.includes("$0.50"))
        assert.strictEqual(table.length, 3)
        assert.strictEqual(new Set(table.map((line) => line.indexOf("$0.50"))).size, 1, lines.join("\n"))
        assert.include(lines.join("\n"), "out/0.es.mp4")
        assert.strictEqual(lines.filter((line) => line.includes("no key is set")).length, 1)
      }).pipe(Effect.scoped)
    )
  }

  it.effect("is a line a video elsewhere, and how things are every minute", () =>
    Effect.gen(function* () {
      const written: Array<string> = []
      const terminal = {
        write: (text: string) => void written.push(text.trimEnd()),
        isLive: false,
        hasColours: false,
        hasUnicode: false,
        columns: () => 80,
        rows: () => 24
      }
      const run = yield* Effect.forkChild(
        Effect.scoped(
          Effect.flatMap(plainBatch(terminal, lookOf(terminal), shown), (view) =>
            Effect.andThen(running(view), Effect.sleep("1 minute"))
          )
        )
      )
      yield* wait(100)
      yield* Fiber.join(run)
      assert.strictEqual(written.filter((line) => / (\$0\.50|failed:) /.test(line)).length, 4, written.join("\n"))
      assert.isTrue(written.some((line) => /^\+ roofs: speak es +11 s$/.test(line)))
      assert.isTrue(written.some((line) => line.startsWith("  4 of 4 videos, $1.50 of $5.00")))
      assert.isTrue(written.every((line) => /^[\x20-\x7e]*$/.test(line)))
      const quiet: Array<string> = []
      const silent = { ...terminal, write: (text: string) => void quiet.push(text) }
      const outcomes = yield* Effect.forkChild(
        Effect.scoped(Effect.flatMap(quietBatch(silent, lookOf(silent), shown), running))
      )
      yield* wait(100)
      yield* Fiber.join(outcomes)
      assert.strictEqual(quiet.length, 3, quiet.join(""))
      // Of what ended with the first that failed nothing is said: it is no error of its own.
      const lines: Array<string> = []
      const keeping = { ...terminal, write: (text: string) => void lines.push(text) }
      const view = yield* quietBatch(keeping, lookOf(keeping), shown)
      const skipped = new Problem({ what: notStarted, exitCode: 3 })
      yield* view.ended(outcome("failed", { problems: [new Problem({ what: "No key.", mend: "Set it." })] }), 0)
      yield* view.ended(outcome("interrupted"), 1)
      yield* view.ended(outcome("skipped", { problems: [skipped] }), 2)
      assert.deepStrictEqual(lines, ["x roofs: No key. Set it.\n"])
    }).pipe(Effect.scoped)
  )
})

const outcome = (status: VideoOutcome["status"], more: Partial<VideoOutcome> = {}): VideoOutcome => ({
  video: "a.mp4",
  workdir: "w",
  status,
  reused: false,
  reports: status === "complete" ? [reportOf()] : status === "partial" ? [reportOf({ status })] : [],
  problems: [],
  wallSeconds: 60,
  usd: 0.03,
  requestSeconds: 100,
  ...more
})

describe("the summary of a batch", () => {
  const look = lookOf({ hasColours: false, hasUnicode: true })
  const told = (outcomes: ReadonlyArray<VideoOutcome>, budgetUsd?: number) =>
    batchSummary(batchReport(outcomes, 90), look, {
      minutes: 12.34,
      budgetUsd,
      again: "dubber batch 'lessons/*.mp4' --to es",
      columns: 90,
      titles: outcomes.map((_, i) => `lesson ${i + 1}`)
    })

  it("says what came of it in a few lines, and nothing to do where all is complete", () => {
    assert.deepStrictEqual(told([outcome("complete"), outcome("complete", { reused: true })], 5), [
      "Done: 2 videos complete (1 as before)",
      "  lines     6 spoken, 2 kept from before",
      "  length    12.3 minutes of video",
      "  cost      $0.0600 of $5.00 at most",
      "  time      1 min 30 s instead of 3 min 24 s, one request and one video at a time"
    ])
  })

  it("says why the others are not, once where it holds for many, and how to go on", () => {
    const stopped = new Problem({ what: "It was not started: openai: the key was refused (401)." })
    const skipped = Array.from({ length: 30 }, () =>
      outcome("skipped", { problems: [stopped], usd: 0, requestSeconds: 0 })
    )
    const failed = outcome("failed", { problems: [new Problem({ what: "No key.", mend: "Set it." })] })
    assert.deepStrictEqual(told([outcome("complete"), outcome("partial"), failed, ...skipped]), [
      "Done: 1 of 33 videos complete, 1 partial, 1 failed, 30 not started",
      "  lines     5 spoken, 2 kept from before, 1 failed",
      "  length    12.3 minutes of video",
      "  cost      $0.0900",
      "  time      1 min 30 s instead of 5 min 4 s, one request and one video at a time",
      "",
      "! lesson 2: partial",
      "✗ lesson 3: No key. Set it.",
      "– lesson 4, lesson 5, lesson 6 and 27 more: It was not started: openai: the key was",
      "  refused (401).",
      "",
      "The same command goes on with what is missing, and pays for nothing twice:",
      "  dubber batch 'lessons/*.mp4' --to es"
    ])
    assert.match(told([failed])[0]!, /^Failed: none of 1 video complete, 1 failed$/)
  })

  const summaryOf = (outcomes: ReadonlyArray<VideoOutcome>, toldWhole: ReadonlySet<number>) =>
    batchSummary(batchReport(outcomes, 90), look, {
      minutes: 1,
      budgetUsd: undefined,
      again: "dubber batch lessons",
      columns: 90,
      titles: outcomes.map((_, i) => `lesson ${i + 1}`),
      toldWhole
    }).join("\n")

  it("repeats no reason that stands in a row just above, and does not ask to try what is not there again", () => {
    const gone = outcome("failed", {
      workdir: "",
      usd: 0,
      wallSeconds: 0,
      problems: [new Problem({ what: "There is no file c.mp4.", mend: "Check its name and folder." })]
    })
    const few = summaryOf([outcome("complete"), gone], new Set([1]))
    assert.notInclude(few, "no file c.mp4")
    assert.notInclude(few, "dubber batch lessons")
    assert.include(summaryOf([outcome("complete"), gone], new Set()), "✗ lesson 2: There is no file c.mp4.")
    // After many rows the first are out of sight.
    const many = Array.from({ length: 12 }, () => outcome("complete"))
    assert.include(summaryOf([gone, ...many], new Set([0])), "✗ lesson 1: There is no file c.mp4.")
    assert.include(summaryOf([gone, outcome("partial")], new Set([0, 1])), "dubber batch lessons")
    const refused = reportOf({ status: "partial" })
    const utterances = refused.utterances.map((one) => ({ ...one, mend: "words" as const }))
    const inVain = outcome("partial", { reports: [{ ...refused, utterances }] })
    assert.notInclude(summaryOf([gone, inVain], new Set()), "dubber batch lessons")
  })
})
