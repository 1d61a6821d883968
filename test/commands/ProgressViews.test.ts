import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger, References } from "effect"
import * as TestClock from "effect/testing/TestClock"
import { entriesView, liveView, plainView } from "../../src/commands/ProgressViews.ts"
import { lookOf, type Terminal } from "../../src/commands/Terminal.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { makeActivityCounter, RunActivity } from "../../src/requests/Activity.ts"
import { RequestsFor } from "../../src/requests/RequestLog.ts"
import { makeScreen, type Screen } from "../support/Screen.ts"

/** A stage that counts to `total`, one a second, five requests under way. */
const counting = (progress: Progress["Service"], name: string, total: number, summary: string) =>
  progress.stage(name, (advance) =>
    Effect.gen(function* () {
      const activity = yield* RunActivity
      activity.change("speech", yield* RequestsFor, { inFlight: 5 })
      yield* advance(0, total)
      for (let done = 1; done <= total; done++) {
        yield* Effect.sleep("1 second")
        yield* advance(done, total)
      }
      activity.change("speech", yield* RequestsFor, { inFlight: -5 })
      return { value: total, reused: false, summary }
    })
  )

/** A stage in which nothing moves for a minute. */
const stumbling = (progress: Progress["Service"]) =>
  progress.stage("speak", (advance) =>
    Effect.gen(function* () {
      yield* Effect.sleep("65 seconds")
      for (let done = 1; done <= 4; done++) yield* Effect.delay(advance(done, 1000), "10 seconds")
      return { value: undefined, reused: false }
    })
  )

const probe = (progress: Progress["Service"]) =>
  progress.stage("probe", () =>
    Effect.succeed({ value: 1, reused: false, summary: "2 min 0.0 s, video h264, audio aac" })
  )

/** Runs what is told on a terminal, while the test looks at it. */
const onScreen = <A, E, R>(
  screen: Screen,
  tell: (progress: Progress["Service"], keep: (line: string) => void) => Effect.Effect<A, E, R>,
  more: Partial<Terminal> = {}
) =>
  Effect.gen(function* () {
    const terminal = { ...screen.terminal, ...more }
    const { keep, view } = yield* liveView(terminal, lookOf(terminal))
    const run = Effect.flatMap(Progress, (progress) => tell(progress, keep))
    return yield* run.pipe(
      Effect.provide(Progress.layerView(view)),
      Effect.provideService(RunActivity, makeActivityCounter())
    )
  })

const wait = (seconds: number) => TestClock.adjust(`${seconds} seconds`)

describe("progress on a terminal", () => {
  it.effect("draws the stages that run under those that are over, at 80 columns", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 80 })
      const run = yield* Effect.forkChild(
        onScreen(screen, (progress, keep) =>
          Effect.gen(function* () {
            yield* probe(progress)
            yield* progress.note("no key is set: eSpeak NG speaks")
            const languages = yield* Effect.forEach(["es", "de"], (language) =>
              Effect.map(progress.part(language), (part) => ({ language, part }))
            )
            yield* Effect.forEach(
              languages,
              ({ language, part }, i) =>
                counting(part, "speak", 20 - 10 * i, `${20 - 10 * i} spoken by espeak`).pipe(
                  Effect.provideService(RequestsFor, language),
                  Effect.tap(() => (i === 0 ? Effect.void : part.warning("2 lines did not fit"))),
                  Effect.tap(() => Effect.sync(() => keep("12:00:00.000 WARN  a line of the log")))
                ),
              { concurrency: 2 }
            )
          })
        ).pipe(Effect.scoped)
      )
      yield* wait(5)
      assert.deepStrictEqual(yield* screen.lines, [
        "✓ probe          0.0 s  2 min 0.0 s, video h264, audio aac",
        "  no key is set: eSpeak NG speaks",
        "  speak es   ███░░░░░░░░░  25 %  5/20 lines, 15 s left, 5 in flight",
        "  speak de   ██████░░░░░░  50 %  5/10 lines, 5 s left, 5 in flight"
      ])
      yield* wait(6)
      assert.deepStrictEqual(yield* screen.lines, [
        "✓ probe          0.0 s  2 min 0.0 s, video h264, audio aac",
        "  no key is set: eSpeak NG speaks",
        "✓ speak de        10 s  10 spoken by espeak",
        "! de: 2 lines did not fit",
        "12:00:00.000 WARN  a line of the log",
        "  speak es   ██████░░░░░░  55 %  11/20 lines, 9 s left, 5 in flight"
      ])
      yield* wait(10)
      yield* Fiber.join(run)
      assert.deepStrictEqual((yield* screen.lines).slice(5), [
        "✓ speak es        20 s  20 spoken by espeak",
        "12:00:00.000 WARN  a line of the log"
      ])
      assert.deepStrictEqual(screen.cursor(), { row: 7, column: 0 })
    })
  )

  it.effect("has more to tell at 200 columns, and does so in letters and without colours where asked", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 200 })
      const run = yield* Effect.forkChild(
        Effect.scoped(
          onScreen(screen, (progress) => counting(progress, "speak", 10, "10 spoken"), { hasUnicode: false })
        )
      )
      yield* wait(5)
      assert.deepStrictEqual(yield* screen.lines, [
        "  speak      ###############...............  50 %  5/10 lines, 1.0 a second, 5 s left, 5 in flight"
      ])
      yield* wait(6)
      yield* Fiber.join(run)
      assert.deepStrictEqual(yield* screen.lines, ["+ speak           10 s  10 spoken"])
      assert.notMatch(screen.bytes(), /\p{Cc}\[\d+m|[^\p{ASCII}]/u)
    })
  )

  it.effect("is coloured where a terminal has colours", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 80 })
      yield* Effect.scoped(onScreen(screen, probe, { hasColours: true }))
      assert.include(screen.bytes(), "\u001b[32m✓\u001b[39m probe")
    })
  )

  it.effect("moves while nothing is done, and says what is waited for", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 100 })
      const activity = makeActivityCounter()
      let heldUntil = 0
      const run = yield* Effect.forkChild(
        Effect.scoped(
          onScreen(screen, (progress) =>
            progress
              .stage("translate", (advance) => Effect.andThen(advance(0, 0), Effect.never))
              .pipe(Effect.provideService(RunActivity, activity))
          )
        )
      )
      yield* wait(2)
      assert.deepStrictEqual(yield* screen.lines, ["  translate   2 s"])
      activity.change("language", "", { inFlight: 2 })
      yield* wait(1)
      assert.deepStrictEqual(yield* screen.lines, ["  translate   3 s, 2 in flight"])
      activity.change("language", "", { inFlight: -2, refused: 2, retrying: 2 })
      heldUntil = 33_000
      activity.heldBy("language", () => Math.max(0, heldUntil - 3000))
      yield* wait(1)
      assert.deepStrictEqual(yield* screen.lines, ["  translate   4 s, 2 refused, waiting 30 s"])
      activity.heldBy(
        "language",
        () => 12_000,
        () => "openai: too many requests (429)"
      )
      yield* wait(1)
      assert.deepStrictEqual(yield* screen.lines, [
        "  translate   5 s, 2 refused, waiting 12 s, openai: too many requests (429)"
      ])
      yield* Fiber.interrupt(run)
      assert.deepStrictEqual(yield* screen.lines, ["– translate      5.0 s  interrupted"])
    })
  )

  it.effect("leaves a terminal as it was: nothing hidden, nothing set, nothing left over", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 80 })
      screen.write("$ dubber full talk.mp4\n")
      const run = yield* Effect.forkChild(
        Effect.scoped(onScreen(screen, (progress) => counting(progress, "speak", 10, "10 spoken")))
      )
      yield* wait(3)
      yield* Fiber.interrupt(run)
      assert.deepStrictEqual(yield* screen.lines, ["$ dubber full talk.mp4", "– speak          3.0 s  interrupted"])
      assert.deepStrictEqual(screen.cursor(), { row: 2, column: 0 })
      // Only drawing together is switched on, and each time off again: the cursor is never hidden.
      const modes = screen.bytes().match(/\p{Cc}\[\?\d+[hl]/gu) ?? []
      assert.deepStrictEqual([...new Set(modes)].toSorted(), ["\u001b[?2026h", "\u001b[?2026l"])
      assert.strictEqual(modes.at(-1), "\u001b[?2026l")
    })
  )

  it.effect("follows the terminal when it becomes narrower and wider", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 160 })
      const run = yield* Effect.forkChild(
        Effect.scoped(
          onScreen(screen, (progress) =>
            Effect.gen(function* () {
              yield* probe(progress)
              const one = yield* progress.part("日本語の講演その一とその二とその三.mp4 ja")
              const other = yield* progress.part("talk.mp4 es")
              yield* Effect.all([counting(one, "speak", 100, ""), counting(other, "speak", 100, "")], {
                concurrency: 2
              })
            })
          )
        )
      )
      yield* wait(10)
      assert.strictEqual((yield* screen.lines).length, 3)
      for (const columns of [60, 41, 100, 30, 160]) {
        screen.resize(columns)
        yield* wait(1)
        const lines = yield* screen.lines
        assert.strictEqual(lines.filter((line) => line.includes("%")).length, 2, `${columns}: ${lines.join("\n")}`)
        assert.isAtMost(lines.length, columns < 60 ? 5 : 3, lines.join("\n"))
        assert.include(lines[0], "✓ probe")
      }
      yield* Fiber.interrupt(run)
    })
  )

  it.effect("shows as many stages as there are rows, and says how many more there are", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 80, rows: 5 })
      const run = yield* Effect.forkChild(
        Effect.scoped(
          onScreen(screen, (progress) =>
            Effect.forEach(
              Array.from({ length: 12 }, (_, i) => `stage ${i + 1}`),
              (name) => counting(progress, name, 3 + Number(name.slice(6)), ""),
              { concurrency: 12 }
            )
          )
        )
      )
      yield* wait(3)
      const lines = yield* screen.lines
      assert.deepStrictEqual(
        lines.map((line) => line.trim().slice(0, 10).trim()),
        ["stage 1", "stage 2", "stage 3", "and 9 more"]
      )
      yield* wait(20)
      yield* Fiber.join(run)
      assert.strictEqual((yield* screen.lines).filter((line) => line.startsWith("✓ stage")).length, 12)
    })
  )

  it.effect("is calm: five times a second at most, and not at all where nothing changes", () =>
    Effect.gen(function* () {
      const screen = yield* makeScreen({ columns: 80 })
      const draws = () => screen.bytes().split("\u001b[?2026h").length - 1
      const run = yield* Effect.forkChild(
        Effect.scoped(
          onScreen(screen, (progress) =>
            progress.stage("render", (advance) =>
              Effect.forEach(
                Array.from({ length: 1000 }, (_, i) => i),
                (i) => Effect.andThen(Effect.sleep("2 millis"), advance(i, 1000, "mixing"))
              ).pipe(Effect.andThen(Effect.never))
            )
          )
        )
      )
      yield* wait(2)
      assert.isAtMost(draws(), 12)
      const before = draws()
      yield* wait(2)
      // Only the time that it takes is told anew.
      assert.isAtMost(draws() - before, 3)
      yield* Fiber.interrupt(run)
    })
  )
})

describe("progress elsewhere", () => {
  const written = Effect.sync(() => {
    let text = ""
    const terminal: Terminal = {
      write: (more) => (text += more),
      isLive: false,
      hasColours: false,
      hasUnicode: true,
      columns: () => 80,
      rows: () => 24
    }
    return { terminal, lines: () => text.split("\n").slice(0, -1), text: () => text }
  })

  it.effect("is a plain line for each stage and every tenth of a long one", () =>
    Effect.gen(function* () {
      const { lines, terminal, text } = yield* written
      const { view } = yield* plainView(terminal, lookOf(terminal))
      const run = yield* Effect.forkChild(
        Effect.gen(function* () {
          const progress = yield* Progress
          yield* probe(progress)
          yield* counting(progress, "speak", 20, "20 spoken")
        }).pipe(Effect.provide(Progress.layerView(view)), Effect.provideService(RunActivity, makeActivityCounter()))
      )
      yield* wait(30)
      yield* Fiber.join(run)
      const tenths = [15, 20, 30, 40, 50, 60, 70, 80, 90].map(
        (percent) =>
          `  speak ${percent} %  ${percent / 5}/20 lines, 1.0 a second, ${20 - percent / 5} s left, 5 in flight`
      )
      assert.deepStrictEqual(lines(), [
        "✓ probe          0.0 s  2 min 0.0 s, video h264, audio aac",
        ...tenths,
        "✓ speak           20 s  20 spoken"
      ])
      assert.notMatch(text().replaceAll("\n", ""), /\p{Cc}/u)
    })
  )

  it.effect("tells a long wait once", () =>
    Effect.gen(function* () {
      const { lines, terminal } = yield* written
      const { view } = yield* plainView(terminal, lookOf(terminal))
      const activity = makeActivityCounter()
      let left = 60_000
      activity.heldBy("speech", () => left)
      activity.change("speech", "", { queued: 3 })
      const run = yield* Effect.forkChild(
        Effect.flatMap(Progress, (progress) => progress.stage("speak", () => Effect.never)).pipe(
          Effect.provide(Progress.layerView(view)),
          Effect.provideService(RunActivity, activity)
        )
      )
      yield* wait(1)
      for (; left > 0; left -= 1000) yield* wait(1)
      assert.deepStrictEqual(lines(), [
        "  speak waits 60 s until it may ask again",
        "  speak: nothing new for 31 s; waiting 31 s",
        "  speak: nothing new for 61 s"
      ])
      yield* Fiber.interrupt(run)
    })
  )

  it.effect("says why nothing moves, every half minute until something does", () =>
    Effect.gen(function* () {
      const { lines, terminal } = yield* written
      const { view } = yield* plainView(terminal, lookOf(terminal))
      const activity = makeActivityCounter()
      activity.heldBy(
        "speech",
        () => 5000,
        () => "openai: too many requests (429)"
      )
      activity.change("speech", "", { queued: 3, inFlight: 1 })
      const run = yield* Effect.forkChild(
        Effect.flatMap(Progress, stumbling).pipe(
          Effect.provide(Progress.layerView(view)),
          Effect.provideService(RunActivity, activity)
        )
      )
      for (let second = 0; second < 120; second++) yield* wait(1)
      yield* Fiber.join(run)
      const why = "waiting 5 s, openai: too many requests (429), 1 in flight"
      assert.deepStrictEqual(lines().slice(0, -1), [
        `  speak: nothing new for 30 s; ${why}`,
        `  speak: nothing new for 60 s; ${why}`
      ])
    })
  )

  it.effect("says so in the entries of the log too, each stage for itself", () =>
    Effect.gen(function* () {
      const { terminal } = yield* written
      const { viewOf } = yield* entriesView(terminal)
      const activity = makeActivityCounter()
      activity.heldBy(
        "speech",
        () => 5000,
        () => "openai: too many requests (429)"
      )
      activity.change("speech", "", { retrying: 1 })
      const said: Array<unknown> = []
      const heard = Logger.make<unknown, void>(({ fiber, message }) => {
        said.push([message, fiber.getRef(References.CurrentLogAnnotations)])
      })
      const tell = (index: number) =>
        Effect.flatMap(Progress, (progress) => progress.stage("speak", () => Effect.never)).pipe(
          Effect.provide(Layer.merge(Progress.layerView(viewOf(index)), Logger.layer([heard]))),
          Effect.annotateLogs({ video: index }),
          Effect.provideService(RunActivity, activity)
        )
      const run = yield* Effect.forkChild(Effect.all([tell(0), tell(1)], { concurrency: 2 }))
      for (let second = 0; second < 45; second++) yield* wait(1)
      yield* Fiber.interrupt(run)
      const why = "openai: too many requests (429)"
      assert.deepStrictEqual(
        said.slice(0, 2),
        [0, 1].map((video) => [
          [`speak: nothing new for 30 s; waiting 5 s, ${why}`],
          { stage: "speak", stalledSeconds: 30, waitSeconds: 5, why, video }
        ])
      )
    })
  )
})
