import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Effect, Exit, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { LedgerOfRun, makeLedger } from "../../src/requests/Ledger.ts"
import { RequestRank } from "../../src/requests/Turns.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy, type PolicySettings } from "../../src/requests/RequestPolicy.ts"
import { NotThere, RateLimited, ServiceError, Unauthorized } from "../../src/requests/ServiceError.ts"
import { GatesOfRuns, makeSharedGates } from "../../src/requests/SharedGates.ts"

const failure = (reason: ServiceError["reason"]) => new ServiceError({ service: "test", reason })
const badKey = failure(new Unauthorized({ message: "the key was refused" }))
const noModel = (name: string) => failure(new NotThere({ message: `there is no model ${name}` }))

const known = { service: "test", address: "https://one" }

interface Call {
  readonly run: number
  readonly at: number
}

/** Runs that share their gates, each with a policy and a log of its own, against one service in virtual time. */
const makeRuns = Effect.fnUntraced(function* (
  settings: Partial<PolicySettings>,
  answer: (run: number, call: number) => ServiceError | undefined = () => undefined,
  usd = 0
) {
  const gates = yield* makeSharedGates
  const whole = makeLedger()
  const calls: Array<Call> = []
  let inFlight = 0
  let peak = 0
  const run = Effect.fnUntraced(function* (index: number, count: number, provider = known, characters = 10) {
    const ledger = makeLedger(whole)
    const layer = RequestPolicy.layer({ kind: "speech", concurrency: 5, ...settings }).pipe(
      Layer.provideMerge(RequestLog.layer)
    )
    const context = yield* Layer.build(layer).pipe(
      Effect.provideService(GatesOfRuns, gates),
      Effect.provideService(LedgerOfRun, ledger)
    )
    const policy = Context.get(context, RequestPolicy)
    const log = Context.get(context, RequestLog)
    yield* policy.declare(provider)
    const ask = log
      .attempt(
        "speech",
        "line",
        Effect.gen(function* () {
          const call = calls.push({ run: index, at: yield* Clock.currentTimeMillis }) - 1
          peak = Math.max(peak, ++inFlight)
          yield* Effect.sleep(1000)
          const error = answer(index, call)
          if (error !== undefined) return yield* error
          yield* log.used("speech", { usd })
        })
      )
      .pipe(Effect.ensuring(Effect.sync(() => void inFlight--)))
    const exits = Effect.forEach(
      Array.from({ length: count }),
      () => Effect.exit(policy.run({ characters, usd }, ask)),
      { concurrency: "unbounded" }
    )
    return { exits: Effect.provideService(exits, RequestRank, index), ledger, log }
  })
  return { run, calls, gates, whole, peak: () => peak }
})

/** All runs at once, over a long virtual time. */
const together = Effect.fnUntraced(function* <A>(runs: ReadonlyArray<{ readonly exits: Effect.Effect<A> }>) {
  const fiber = yield* Effect.forkChild(Effect.forEach(runs, ({ exits }) => exits, { concurrency: "unbounded" }))
  yield* TestClock.adjust("1 hour")
  return yield* Fiber.join(fiber)
})

describe("runs that share their gates", () => {
  it.effect("keep the number at once over all of them, each with its own log, the first run first", () =>
    Effect.gen(function* () {
      const { calls, peak, run, whole } = yield* makeRuns({ concurrency: 3 })
      const runs = [yield* run(0, 6), yield* run(1, 6), yield* run(2, 6)]
      yield* together(runs)
      assert.strictEqual(peak(), 3)
      assert.deepStrictEqual(
        calls.map((call) => call.run),
        [0, 1, 2].flatMap((index) => Array.from({ length: 6 }, () => index))
      )
      for (const { ledger, log } of runs) {
        assert.deepInclude(yield* log.totals("speech"), { sent: 6, ok: 6, peakConcurrency: 3 })
        assert.strictEqual(ledger.requestSeconds(), 6)
      }
      assert.strictEqual(whole.requestSeconds(), 18)
      assert.strictEqual(whole.inFlight(), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("keep the rate over all of them, and pause together", () =>
    Effect.gen(function* () {
      const { calls, run } = yield* makeRuns({ requestsPerMinute: 10 })
      yield* together([yield* run(0, 15), yield* run(1, 15)])
      assert.strictEqual(calls.length, 30)
      for (const [i, { at }] of calls.entries()) {
        assert.isAtMost(calls.slice(i).filter((later) => later.at < at + 60_000).length, 10)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("pause together when one is refused", () =>
    Effect.gen(function* () {
      const { calls, run } = yield* makeRuns({ concurrency: 2 }, (_, call) =>
        call === 0 ? failure(new RateLimited({ retryAfterMillis: 20_000, message: "slow down" })) : undefined
      )
      yield* together([yield* run(0, 4), yield* run(1, 4)])
      const late = calls.filter(({ at }) => at > 1000)
      assert.isTrue(late.every(({ at }) => at >= 21_000))
      assert.strictEqual(calls.length, 9)
    }).pipe(Effect.scoped)
  )

  it.effect("are all ended by a key that is refused, asked once", () =>
    Effect.gen(function* () {
      const { calls, gates, run } = yield* makeRuns({ concurrency: 1 }, () => badKey)
      const [first, second] = yield* together([yield* run(0, 5), yield* run(1, 5)])
      assert.strictEqual(calls.length, 1)
      assert.isTrue([...first!, ...second!].every(Exit.isFailure))
      assert.strictEqual(gates.stopped("speech", known), badKey)
      assert.strictEqual(gates.overBudget(), undefined)
      const [late] = yield* together([yield* run(2, 3)])
      assert.isTrue(late!.every(Exit.isFailure))
      assert.strictEqual(calls.length, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("are not ended by a model that one of them wants and is not there, but by one that two want", () =>
    Effect.gen(function* () {
      const { calls, gates, run } = yield* makeRuns({ concurrency: 1 }, (index) =>
        index === 0 ? noModel("a") : index >= 3 ? noModel("b") : undefined
      )
      const [first, second] = yield* together([yield* run(0, 5), yield* run(1, 5)])
      assert.isTrue(first!.every(Exit.isFailure))
      assert.isTrue(second!.every(Exit.isSuccess))
      assert.strictEqual(calls.length, 6)
      yield* together([yield* run(3, 5)])
      assert.strictEqual(gates.stopped("speech", known), undefined)
      yield* together([yield* run(4, 5)])
      assert.include(gates.stopped("speech", known)?.message, "there is no model b")
      assert.strictEqual(calls.length, 8)
    }).pipe(Effect.scoped)
  )

  it.effect("have one budget, and nothing is sent that may pass it", () =>
    Effect.gen(function* () {
      const { calls, gates, run, whole } = yield* makeRuns({ concurrency: 2, budgetUsd: 1 }, () => undefined, 0.3)
      const runs = [yield* run(0, 2), yield* run(1, 4)]
      const [first, second] = yield* together(runs)
      assert.strictEqual(calls.length, 3)
      assert.closeTo(whole.spentUsd(), 0.9, 1e-9)
      assert.closeTo(runs[0]!.ledger.spentUsd(), 0.6, 1e-9)
      assert.isTrue(first!.every(Exit.isSuccess))
      assert.strictEqual(second!.filter(Exit.isSuccess).length, 1)
      assert.include(gates.overBudget()?.message, "the budget of $1.00 is reached")
      assert.closeTo(whole.reservedUsd(), 0, 1e-9)
    }).pipe(Effect.scoped)
  )

  it.effect("go their own ways to services of their own", () =>
    Effect.gen(function* () {
      const { calls, peak, run } = yield* makeRuns({ concurrency: 2 }, (index) => (index === 0 ? badKey : undefined))
      const other = { service: "test", address: "https://two" }
      const [first, second] = yield* together([yield* run(0, 6), yield* run(1, 6, other)])
      assert.isTrue(first!.every(Exit.isFailure))
      assert.isTrue(second!.every(Exit.isSuccess))
      assert.strictEqual(calls.filter((call) => call.run === 1).length, 6)
      assert.strictEqual(peak(), 4)
    }).pipe(Effect.scoped)
  )
})
