import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { RequestLog, RequestsFor } from "../../src/requests/RequestLog.ts"
import { RateLimited, ServiceError } from "../../src/requests/ServiceError.ts"
import { RequestsOfStage } from "../../src/requests/StageUse.ts"

const refused = new ServiceError({ service: "openai", reason: new RateLimited({ message: "slow down" }) })

const spans = (waits: ReadonlyArray<{ kind: string; from: number; to: number }>) =>
  waits.map(({ from, kind, to }) => [kind, from, to])

const during = (stage: string) => Effect.provideService(RequestsOfStage, stage)

describe("RequestLog", () => {
  it.effect("gives each request the lowest slot that is free, and says what refused it", () =>
    Effect.gen(function* () {
      const log = yield* RequestLog
      const ask = (subject: string, millis: number, fails = false) =>
        log
          .attempt("speech", subject, Effect.andThen(Effect.sleep(millis), fails ? Effect.fail(refused) : Effect.void))
          .pipe(Effect.ignore, Effect.forkChild)
      const first = yield* ask("a", 300)
      yield* ask("b", 100, true)
      yield* ask("c", 300)
      yield* log.attempt("language", "d", Effect.void)
      yield* TestClock.adjust(100)
      yield* ask("e", 100)
      yield* TestClock.adjust(50)
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust(200)
      const seen = (yield* log.attempts).map((one) => [one.subject, one.slot, one.outcome, one.error, one.endedAt])
      assert.deepStrictEqual(seen, [
        ["d", 0, "ok", undefined, 0],
        ["b", 1, "RateLimited", "openai: slow down", 100],
        ["a", 0, "Interrupted", undefined, 150],
        ["e", 1, "ok", undefined, 200],
        ["c", 2, "ok", undefined, 300]
      ])
    }).pipe(Effect.provide(RequestLog.layer))
  )

  it.effect("keeps when requests waited and what they cost, for all or for one part", () =>
    Effect.gen(function* () {
      const log = yield* RequestLog
      const spanish = Effect.provideService(RequestsFor, "es")
      const german = Effect.provideService(RequestsFor, "de")
      yield* TestClock.adjust(1000)
      yield* spanish(log.waited("speech", 400))
      yield* german(log.waited("speech", 100))
      yield* log.waited("transcription", 50)
      yield* spanish(log.used("speech", { usd: 0.25, characters: 10 }))
      assert.deepStrictEqual(spans(yield* spanish(log.waits)), [
        ["speech", 600, 1000],
        ["transcription", 950, 1000]
      ])
      assert.strictEqual((yield* log.waits).length, 3)
      const totals = yield* spanish(log.totals("speech"))
      assert.strictEqual(totals.usd, 0.25)
      assert.closeTo(totals.waitedSeconds, 0.4, 1e-9)
      assert.strictEqual((yield* german(log.totals("speech"))).usd, 0)
    }).pipe(Effect.provide(RequestLog.layer))
  )

  it.effect("knows what a stage used, what was refused too, for all or for one part", () =>
    Effect.gen(function* () {
      const log = yield* RequestLog
      const spanish = Effect.provideService(RequestsFor, "es")
      const speak = (usd: number) =>
        Effect.andThen(log.attempt("speech", "a line", Effect.void), log.used("speech", { usd, characters: 10 }))
      yield* log.used("transcription", { usd: 1, audioSeconds: 60 }).pipe(during("listen"))
      yield* speak(0.25).pipe(during("speak"), spanish)
      yield* Effect.ignore(log.attempt("speech", "a line", Effect.fail(refused))).pipe(during("speak"), spanish)
      yield* speak(0.5).pipe(during("refit"), spanish)
      yield* speak(2).pipe(during("speak"), Effect.provideService(RequestsFor, "de"))
      yield* speak(4)
      assert.deepStrictEqual(yield* spanish(log.stageUse("speak")), {
        requests: 2,
        characters: 10,
        audioSeconds: 0,
        usd: 0.25
      })
      assert.strictEqual((yield* spanish(log.stageUse("refit"))).usd, 0.5)
      assert.strictEqual((yield* spanish(log.stageUse("listen"))).usd, 1)
      assert.strictEqual((yield* log.stageUse("speak")).usd, 2.25)
      assert.strictEqual((yield* log.stageUse("render")).requests, 0)
    }).pipe(Effect.provide(RequestLog.layer))
  )
})
