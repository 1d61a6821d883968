import { assert, describe, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { makeActivityCounter, RunActivity } from "../../src/requests/Activity.ts"
import { secondsToSpeak, withDeadline } from "../../src/requests/Deadline.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy, type PolicySettings } from "../../src/requests/RequestPolicy.ts"
import {
  BadAnswer,
  NotThere,
  OutOfQuota,
  RateLimited,
  Refused,
  ServiceError,
  Unavailable
} from "../../src/requests/ServiceError.ts"

const service = "test"
const unavailable = new ServiceError({ service, reason: new Unavailable({ message: "down" }) })
const unreachable = new ServiceError({ service, reason: new Unavailable({ unreachable: true, message: "nobody" }) })
const cut = new ServiceError({ service, reason: new Unavailable({ message: "the connection was cut" }) })
const rubbish = new ServiceError({
  service,
  at: "http://localhost:1/v1",
  reason: new BadAnswer({ message: "words instead of sound: please log in" })
})
const refused = new ServiceError({ service, reason: new Refused({ message: "no" }) })
const limited = (retryAfterMillis?: number) =>
  new ServiceError({
    service,
    reason: new RateLimited({ ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }), message: "slow down" })
  })

/** A service in virtual time: says when it was asked, how many were in flight, and answers by a script. */
const makeService = (answer: (call: number, at: number) => ServiceError | undefined, millis = 1000) => {
  const sent: Array<number> = []
  let inFlight = 0
  let peak = 0
  const ask = Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const call = sent.push(at) - 1
    peak = Math.max(peak, ++inFlight)
    const error = answer(call, at)
    yield* Effect.sleep(error === undefined ? millis : Math.min(10, millis))
    return error === undefined ? call : yield* error
  }).pipe(Effect.ensuring(Effect.sync(() => void inFlight--)))
  return { ask, sent, peak: () => peak, inFlight: () => inFlight }
}

const withPolicy = (settings: Partial<PolicySettings>) =>
  Effect.provide(
    RequestPolicy.layer({ kind: "speech", concurrency: 5, ...settings }).pipe(Layer.provideMerge(RequestLog.layer))
  )

/** Runs so many requests through the policy and gives their exits after a long virtual time. */
const run = Effect.fnUntraced(function* (count: number, ask: Effect.Effect<number, ServiceError>, characters = 10) {
  const policy = yield* RequestPolicy
  const fiber = yield* Effect.forkChild(
    Effect.forEach(Array.from({ length: count }), () => Effect.exit(policy.run({ characters }, ask)), {
      concurrency: "unbounded"
    })
  )
  yield* TestClock.adjust("2 hours")
  return yield* Fiber.join(fiber)
})

/** As of an option that the service does not know, naming the text. */
const badFormat = (call: number) =>
  new ServiceError({
    service,
    reason: new Refused({ message: `the request was refused (400): bad format in "text ${call}"` })
  })

/** Twenty requests, all of which are sent. */
const sendsAll = (answer: (call: number) => ServiceError | undefined, isKept = false) =>
  Effect.gen(function* () {
    const policy = yield* RequestPolicy
    if (isKept) yield* policy.takesTexts
    const { ask, sent } = makeService(answer, 1)
    yield* run(20, ask)
    assert.strictEqual(sent.length, 20)
    assert.isUndefined(yield* policy.stopped)
  }).pipe(withPolicy({}))

it.effect("a service that is busy is asked as many at once as before, soon after", () =>
  Effect.gen(function* () {
    const busy = new ServiceError({ service, reason: new RateLimited({ busy: true, message: "busy" }) })
    const { ask } = makeService((call) => (call === 0 ? busy : undefined))
    yield* run(20, ask)
    assert.strictEqual((yield* (yield* RequestPolicy).concurrency).limit, 5)
  }).pipe(withPolicy({}))
)

describe("retries", () => {
  it.effect("never come sooner than the service says, and refusals are no attempts", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService((call) => (call < 8 ? limited(7000) : undefined), 10)
      const exits = yield* run(1, ask)
      assert.isTrue(Exit.isSuccess(exits[0]!))
      assert.strictEqual(sent.length, 9)
      for (let i = 1; i < sent.length; i++) {
        const wait = sent[i]! - sent[i - 1]!
        assert.isTrue(wait >= 7010 && wait <= 7260, `wait ${i} was ${wait}`)
      }
    }).pipe(withPolicy({}))
  )

  it.effect("wait twice as long each time, within a fifth, and end with the attempts", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => unavailable, 0)
      const [exit] = yield* run(1, ask)
      assert.isTrue(Exit.isFailure(exit!))
      assert.strictEqual(sent.length, 5)
      sent.slice(1).forEach((at, i) => {
        const wait = at - sent[i]!
        const base = 500 * 2 ** i
        assert.isTrue(wait >= base * 0.8 - 1 && wait <= base * 1.2 + 1, `wait ${i} was ${wait}`)
      })
      const log = yield* RequestLog
      assert.deepInclude(yield* log.totals("speech"), { retried: 4, failed: 1 })
    }).pipe(withPolicy({}))
  )

  it.effect("stop when the time is over", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => limited(20_000), 0)
      const [exit] = yield* run(1, ask)
      assert.isTrue(Exit.isFailure(exit!))
      assert.strictEqual(sent.length, 3)
    }).pipe(withPolicy({ totalSeconds: 45 }))
  )

  it.effect("don't follow a refusal of the text", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService((call) => (call === 1 ? refused : undefined))
      const exits = yield* run(20, ask)
      assert.strictEqual(sent.length, 20)
      assert.strictEqual(exits.filter(Exit.isFailure).length, 1)
    }).pipe(withPolicy({}))
  )
})

describe("the deadline", () => {
  it("leaves a slow machine the time that a long text takes", () => {
    assert.deepStrictEqual(
      [0, 300, 2000, 4096].map((characters) => secondsToSpeak(characters, 60)),
      [60, 60, 400, 820]
    )
  })
})

describe("the number at once", () => {
  for (const concurrency of [1, 3, 5]) {
    it.effect(`is ${concurrency} all the time, without batches`, () =>
      Effect.gen(function* () {
        const { ask, peak, sent } = makeService(() => undefined)
        yield* run(30, ask)
        assert.strictEqual(peak(), concurrency)
        assert.strictEqual(sent.at(-1), (30 / concurrency - 1) * 1000)
      }).pipe(withPolicy({ concurrency }))
    )
  }

  it.effect("halves with refusals, and comes back one by one", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const busy = new ServiceError({ service, reason: new RateLimited({ concurrent: true, message: "too many" }) })
      const limits: Array<number> = []
      const { ask, peak } = makeService((call) => (call === 0 ? busy : undefined))
      const watched = Effect.tap(ask, () => Effect.map(policy.concurrency, ({ limit }) => void limits.push(limit)))
      const exits = yield* run(100, watched)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.strictEqual(peak(), 8)
      assert.strictEqual(Math.min(...limits), 4)
      assert.isTrue(limits.every((limit, i) => i === 0 || limit - limits[i - 1]! <= 1))
      assert.isAtLeast(limits.at(-1)!, 7)
    }).pipe(withPolicy({ concurrency: 8 }))
  )

  it.effect("settles at what a service allows without saying so", () =>
    Effect.gen(function* () {
      const busy = new ServiceError({ service, reason: new RateLimited({ concurrent: true, message: "too many" }) })
      const server = makeService(() => (server.inFlight() > 4 ? busy : undefined))
      const exits = yield* run(500, server.ask)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.isAtMost(server.sent.length - 500, 50)
      const seconds = (server.sent.at(-1)! - server.sent[0]!) / 1000
      assert.isAtMost(seconds, 1.25 * (500 / 4))
    }).pipe(withPolicy({ concurrency: 20 }))
  )

  it.effect("falls where answers come too late because the service gives one after another", () =>
    Effect.gen(function* () {
      let freeAt = 0
      let made = 0
      // What nobody waits for any more it answers too, and it may have to be paid for.
      const ask = Effect.gen(function* () {
        const at = yield* Clock.currentTimeMillis
        freeAt = Math.max(freeAt, at) + 18_000
        yield* Effect.sleep(freeAt - at)
        return ++made
      }).pipe(withDeadline(service, 60))
      const exits = yield* run(40, ask)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.isAtMost(made, 52)
    }).pipe(withPolicy({}))
  )

  it.effect("does not fall where one answer never comes among many that come soon", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => undefined)
      const stalling = Effect.suspend(() => (sent.length === 9 ? Effect.andThen(ask, Effect.never) : ask))
      const policy = yield* RequestPolicy
      const limits = new Set<number>()
      const watched = Effect.tap(stalling, () => Effect.map(policy.concurrency, ({ limit }) => limits.add(limit)))
      const exits = yield* run(1000, watched.pipe(withDeadline(service, 60)))
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.strictEqual(sent.length, 1001)
      assert.deepStrictEqual(limits, new Set([8]))
    }).pipe(withPolicy({ concurrency: 8 }))
  )

  it.effect("is believed when the service says it", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const { ask, peak, sent } = makeService(() => undefined)
      policy.listener({ get: (name) => (name === "maximum-concurrent-requests" ? "3" : undefined) })
      yield* run(12, ask)
      assert.strictEqual(peak(), 3)
      assert.strictEqual(sent.at(-1), 3000)
    }).pipe(withPolicy({ concurrency: 10 }))
  )

  it.effect("is that of the account, not of the smallest one, once the service says it", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const { ask, inFlight, peak, sent } = makeService(() => undefined)
      yield* policy.declare({ service, concurrentRequests: 2 })
      const told = Effect.tap(ask, () => {
        if (sent.length === 2) assert.strictEqual(inFlight(), 1)
        policy.listener({ get: (name) => (name === "maximum-concurrent-requests" ? "5" : undefined) })
        return policy.declare({ service, concurrentRequests: 2 })
      })
      yield* run(22, told)
      assert.strictEqual(peak(), 5)
      assert.strictEqual(sent.at(-1), 4000)
    }).pipe(withPolicy({ concurrency: 10 }))
  )

  it.effect("auto climbs while the throughput grows, and not above what helps", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      // Eight are answered at a time; more only wait inside the service.
      const server = makeService(() => undefined, 0)
      const ask = Effect.gen(function* () {
        const call = yield* server.ask
        return call
      })
      const gate = yield* Effect.sync(() => ({ free: 0 }))
      const serve = Effect.gen(function* () {
        const at = yield* Clock.currentTimeMillis
        gate.free = Math.max(gate.free, at) + 1000 / 8
        yield* Effect.sleep(Math.max(1000, gate.free - at))
        return yield* ask
      })
      const limits: Array<number> = []
      yield* run(
        600,
        Effect.tap(serve, () => Effect.map(policy.concurrency, ({ limit }) => void limits.push(limit)))
      )
      assert.strictEqual(limits[0], 3)
      assert.isAtLeast(Math.max(...limits), 8)
      assert.isAtMost(Math.max(...limits), 20)
      assert.isAtLeast(limits[400]!, 6)
    }).pipe(withPolicy({ concurrency: "auto" }))
  )
})

describe("the order", () => {
  it.effect("is the longest first, also when it is asked again", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const order: Array<number> = []
      const ask = (characters: number) =>
        Effect.gen(function* () {
          order.push(characters)
          yield* Effect.sleep(1000)
          if (characters === 90 && order.length === 2) return yield* unavailable
        })
      const fiber = yield* Effect.forkChild(
        Effect.forEach([50, 10, 90, 30, 70], (characters) => policy.run({ characters }, ask(characters)), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(order, [50, 90, 70, 90, 30, 10])
    }).pipe(withPolicy({ concurrency: 1 }))
  )
})

describe("the rate", () => {
  it.effect("of the settings holds in any minute, and is used up", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => undefined)
      yield* run(100, ask)
      sent.forEach((at, i) => {
        if (i >= 30) assert.isAbove(at - sent[i - 30]!, 60_000)
      })
      assert.isAtMost(sent.at(-1)!, 3 * 60_000 * 1.1)
    }).pipe(withPolicy({ requestsPerMinute: 30 }))
  )

  it.effect("of characters holds too, and a text above it is still sent", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => undefined)
      yield* run(4, ask, 1000)
      assert.deepStrictEqual(sent, [0, 60_650, 121_300, 181_950])
    }).pipe(withPolicy({ charactersPerMinute: 900 }))
  )

  it.effect("of the headers is followed: a bucket that refills", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      let tokens = 20
      let last = 0
      const perMinute = 60
      const server = makeService((_, at) => {
        tokens = Math.min(20, tokens + ((at - last) * perMinute) / 60_000)
        last = at
        const isOver = tokens < 1
        if (!isOver) tokens--
        const left = Math.floor(tokens)
        const headers: Record<string, string> = {
          "x-ratelimit-limit-requests": "60",
          "x-ratelimit-remaining-requests": String(left),
          "x-ratelimit-reset-requests": `${(60 - left).toFixed(3)}s`
        }
        policy.listener({ get: (name) => headers[name] })
        return isOver ? limited(1000) : undefined
      })
      const exits = yield* run(200, server.ask)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.isAtMost(server.sent.length - 200, 10)
      assert.isAtMost(server.sent.at(-1)!, 180_000 * 1.1)
    }).pipe(withPolicy({}))
  )

  it.effect("a refusal pauses everyone, and they come back one after another", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService((call) => (call === 9 ? limited(30_000) : undefined))
      yield* run(60, ask)
      const refusedAt = sent[9]! + 10
      const during = sent.filter((at) => at > refusedAt && at < refusedAt + 30_000)
      assert.deepStrictEqual(during, [])
      const after = sent.filter((at) => at >= refusedAt + 30_000).slice(0, 5)
      assert.isTrue(after.every((at, i) => i === 0 || at - after[i - 1]! >= 20))
      const log = yield* RequestLog
      const { waitedSeconds } = yield* log.totals("speech")
      assert.isAtLeast(waitedSeconds, 29)
      assert.isAtMost(waitedSeconds, 60)
    }).pipe(withPolicy({}))
  )
})

describe("the end of asking", () => {
  for (const [name, reason] of [
    ["no quota", new OutOfQuota({ message: "no credit" })],
    ["no such model", new NotThere({ message: "no model" })]
  ] as const) {
    it.effect(`comes with ${name}: the rest is not sent`, () =>
      Effect.gen(function* () {
        const error = new ServiceError({ service, reason })
        const { ask, sent } = makeService((call) => (call === 10 ? error : undefined))
        const exits = yield* run(700, ask)
        assert.isAtMost(sent.length, 15)
        assert.strictEqual(exits.filter(Exit.isSuccess).length, sent.length - 1)
        const policy = yield* RequestPolicy
        assert.strictEqual(yield* policy.stopped, error)
      }).pipe(withPolicy({}))
    )
  }

  it.effect("comes with a pause that nobody would wait for", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService((call) => (call === 10 ? limited(3 * 3_600_000) : undefined))
      const exits = yield* run(700, ask)
      assert.isAtMost(sent.length, 15)
      assert.strictEqual(
        (yield* (yield* RequestPolicy).stopped)!.message,
        "test: slow down, and it is to be left alone for 3 h, so it is asked no more; run the same command again later"
      )
      assert.strictEqual(exits.filter(Exit.isSuccess).length, sent.length - 1)
    }).pipe(withPolicy({}))
  )

  it.effect("comes with a service that is dead, with few requests and soon", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => unreachable, 1)
      const exits = yield* run(700, ask)
      assert.isTrue(exits.every(Exit.isFailure))
      assert.isAtMost(sent.length, 40)
      assert.isAtMost(sent.at(-1)!, 20_000)
    }).pipe(withPolicy({}))
  )

  it.effect("comes with a service that answers nothing but rubbish, at once and naming its address", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => rubbish, 1)
      const exits = yield* run(700, ask)
      assert.isTrue(exits.every(Exit.isFailure))
      assert.isAtMost(sent.length, 11)
      assert.match(
        (yield* (yield* RequestPolicy).stopped)!.message,
        /^test at http:\/\/localhost:1\/v1: words instead of sound in all of its first \d+ answers, so it is asked no more; check that this is the right address, and whether it wants a login$/
      )
    }).pipe(withPolicy({}))
  )

  it.effect("does not come with rubbish among good answers, nor with two lines that nobody can say", () =>
    Effect.gen(function* () {
      const among = makeService((call) => (call === 0 || call % 3 === 0 ? undefined : rubbish))
      assert.isTrue((yield* run(60, among.ask)).some(Exit.isSuccess))
      assert.isUndefined(yield* (yield* RequestPolicy).stopped)
    }).pipe(
      withPolicy({}),
      Effect.andThen(
        Effect.gen(function* () {
          const two = makeService(() => rubbish)
          assert.isTrue((yield* run(2, two.ask)).every(Exit.isFailure))
          assert.strictEqual(two.sent.length, 10)
          assert.isUndefined(yield* (yield* RequestPolicy).stopped)
        }).pipe(withPolicy({}))
      )
    )
  )

  it.effect("comes with a service that refuses all texts for the same reason, which is none of the texts'", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(badFormat, 1)
      assert.isTrue((yield* run(700, ask)).every(Exit.isFailure))
      assert.isAtMost(sent.length, 11)
      assert.match(
        (yield* (yield* RequestPolicy).stopped)!.message,
        /^test: the request was refused \(400\): bad format in "text \d+" \(the same for all of the first \d+ texts, so/
      )
    }).pipe(withPolicy({}))
  )

  it.effect(
    "does not come with texts that are refused among good ones, kept ones, or each for a reason of its own",
    () => {
      const reasons = ["too long", "not allowed"].map(
        (message) => new ServiceError({ service, reason: new Refused({ message }) })
      )
      return Effect.gen(function* () {
        yield* sendsAll((call) => (call === 4 ? undefined : refused))
        yield* sendsAll(() => refused, true)
        yield* sendsAll((call) => reasons[call % 2])
      })
    }
  )

  it.effect("comes after three minutes of refusals, with one reason for all", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => limited(), 1)
      const exits = yield* run(40, ask)
      const messages = new Set(
        exits.map((exit) => (Exit.isFailure(exit) ? Cause.squash(exit.cause) : exit)).map(String)
      )
      assert.strictEqual(messages.size, 1)
      assert.match(
        [...messages][0]!,
        /test: slow down, and no answer for \d+ s, so it is asked no more; run the same command again later$/
      )
      assert.isAtLeast(sent.at(-1)!, 180_000)
      assert.isAtMost(sent.at(-1)!, 215_000)
      assert.isAtMost(sent.length, 30)
    }).pipe(withPolicy({}))
  )

  it.effect("comes without a storm where the service says to ask again at once", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService(() => limited(0), 1)
      const exits = yield* run(40, ask)
      assert.isTrue(exits.every(Exit.isFailure))
      assert.isAtMost(sent.length, 40)
    }).pipe(withPolicy({}))
  )

  it.effect("does not come with the first failure of a request that takes longer than all patience", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService((call) => (call === 0 ? cut : undefined), 200_000)
      const exits = yield* run(3, ask)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.strictEqual(sent.length, 4)
    }).pipe(withPolicy({ concurrency: 1 }))
  )

  it.effect("comes no sooner than a longer pause that the service asked for is over", () =>
    Effect.gen(function* () {
      const { ask, sent } = makeService((_, at) => (at < 400_000 ? limited(400_000) : undefined), 10)
      const exits = yield* run(3, ask)
      assert.strictEqual(exits.filter(Exit.isFailure).length, 0)
      const dead = makeService(() => limited(400_000), 10)
      const failed = yield* run(1, dead.ask)
      assert.isTrue(Exit.isFailure(failed[0]!))
      assert.strictEqual(dead.sent.length, 2)
      assert.strictEqual(sent.length, 6)
    }).pipe(withPolicy({}))
  )

  it.effect("does not come while an answer is on its way, nor for what failed before a quiet time", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      // One that takes 400 s to answer, and others that are refused meanwhile.
      const slow = yield* Effect.forkChild(policy.run({}, Effect.as(Effect.sleep("400 seconds"), 1)))
      const { ask } = makeService((_, at) => (at < 390_000 ? limited(10_000) : undefined), 10)
      const exits = yield* run(2, ask)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.strictEqual(yield* Fiber.join(slow), 1)
      const failing = makeService(() => unavailable, 10)
      assert.isTrue(Exit.isFailure((yield* run(1, failing.ask))[0]!))
      // Two hours later a single failure is no reason to stop.
      const stumbling = makeService((call) => (call === 0 ? limited(1000) : undefined), 10)
      assert.isTrue(Exit.isSuccess((yield* run(1, stumbling.ask))[0]!))
    }).pipe(withPolicy({}))
  )

  it.effect("and a wait are told with their reason while they last", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const activity = yield* RunActivity
      const { ask } = makeService((_, at) => (at < 50_000 ? limited(12_000) : undefined), 10)
      const fiber = yield* Effect.forkChild(policy.run({}, ask))
      yield* TestClock.adjust("3 seconds")
      const now = activity.now("speech", "")
      assert.strictEqual(now.why, "test: slow down")
      assert.isTrue(now.waitMillis > 8500 && now.waitMillis < 9500, String(now.waitMillis))
      yield* TestClock.adjust("2 minutes")
      yield* Fiber.join(fiber)
      assert.deepInclude(activity.now("speech", ""), { why: undefined, waitMillis: 0 })
    }).pipe(withPolicy({}), Effect.provideService(RunActivity, makeActivityCounter()))
  )

  it.effect("does not come with an outage of twenty seconds: nobody loses attempts waiting", () =>
    Effect.gen(function* () {
      const { ask } = makeService((_, at) => (at >= 5000 && at < 25_000 ? unavailable : undefined))
      const exits = yield* run(200, ask)
      assert.strictEqual(exits.filter(Exit.isFailure).length, 0)
    }).pipe(withPolicy({}))
  )

  it.effect("comes before the request that would pass the budget", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const log = yield* RequestLog
      const { ask, sent } = makeService(() => undefined)
      const paid = Effect.tap(ask, () => log.used("speech", { usd: 0.1 }))
      const fiber = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 50 }), () => Effect.exit(policy.run({ usd: 0.1 }, paid)), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("1 hour")
      const exits = yield* Fiber.join(fiber)
      assert.strictEqual(sent.length, 12)
      assert.strictEqual(exits.filter(Exit.isSuccess).length, 12)
      assert.match((yield* policy.stopped)!.message, /budget of \$1\.25 is reached/)
    }).pipe(withPolicy({ budgetUsd: 1.25 }))
  )
})

describe("interruption", () => {
  it.effect("lets what is under way finish within the grace and starts nothing else", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const { ask, sent } = makeService(() => undefined, 4000)
      const kept: Array<number> = []
      const line = Effect.uninterruptible(
        Effect.flatMap(policy.run({}, ask), (call) => Effect.sync(() => void kept.push(call)))
      )
      const fiber = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 20 }), () => line, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust(1000)
      const ending = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust(3000)
      yield* Fiber.join(ending)
      assert.strictEqual(sent.length, 5)
      assert.strictEqual(kept.length, 5)
    }).pipe(withPolicy({}))
  )

  it.effect("aborts what takes longer than the grace, and frees the slots", () =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const server = makeService(() => undefined, 60_000)
      const fiber = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 20 }), () => policy.run({}, server.ask), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust(1000)
      const ending = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust(5000)
      yield* Fiber.join(ending)
      assert.strictEqual(server.inFlight(), 0)
      assert.strictEqual((yield* policy.concurrency).inFlight, 0)
    }).pipe(withPolicy({}))
  )
})
