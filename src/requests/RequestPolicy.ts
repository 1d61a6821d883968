import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Semaphore from "effect/Semaphore"
import { makeAdaptiveLimit, type Ticket } from "./AdaptiveLimit.ts"
import { makeBreaker } from "./Breaker.ts"
import { withGrace } from "./Grace.ts"
import { makeRateLimit } from "./RateLimit.ts"
import { RequestLog, type RequestKind } from "./RequestLog.ts"
import { HeadersListener, type ResponseHeaders } from "./ResponseHeaders.ts"
import { defaultRetry, retryInterruptingWaits, retrySchedule } from "./RetrySchedule.ts"
import { OutOfQuota, ServiceError } from "./ServiceError.ts"

export interface PolicySettings {
  readonly kind: RequestKind
  /** The most requests at once; "auto" climbs from 3 while the throughput grows. */
  readonly concurrency: number | "auto"
  readonly requestsPerMinute?: number | undefined
  readonly charactersPerMinute?: number | undefined
  /** Attempts of one request; 5 where not given. */
  readonly attempts?: number | undefined
  /** How long one request is tried; 600 where not given. */
  readonly totalSeconds?: number | undefined
  /** The first wait before a request is asked again, in milliseconds; 500 where not given. */
  readonly firstWaitMillis?: number | undefined
  /** What the run may cost, all kinds of requests together, in US dollars. */
  readonly budgetUsd?: number | undefined
  /** How long a request under way may still take when the run is interrupted; 5 where not given. */
  readonly graceSeconds?: number | undefined
  /** What counts as a minute for the rates, in milliseconds: other than 60,000 only where time is scaled. */
  readonly minuteMillis?: number | undefined
}

/** What a request weighs: characters for the rate, an estimate in US dollars for the budget. */
export interface Cost {
  readonly characters?: number | undefined
  readonly usd?: number | undefined
}

/** What a provider knows before its first request. */
export interface Known {
  readonly service: string
  readonly requestsPerMinute?: number | undefined
  readonly concurrentRequests?: number | undefined
}

/** One turn for who waits to be admitted, one for its request to go out: what is done with an answer may take long. */
const letOthersSend = Effect.andThen(Effect.yieldNow, Effect.yieldNow)

/** How often the request that runs here has been sent; whoever wants to know provides an object of its own. */
export const AttemptCount = Context.Reference<{ attempts: number }>("dubber/requests/AttemptCount", {
  defaultValue: () => ({ attempts: 0 })
})

/**
 * How one service is asked, whatever is asked of it: rate, number at once, budget and the end of asking are shared by
 * all requests that go through one policy.
 */
export class RequestPolicy extends Context.Service<
  RequestPolicy,
  {
    /**
     * Sends one attempt when rate, limit, pause and budget allow; what waits holds no slot. Interrupted while under
     * way, it may finish within the grace. After what is final for the run everything fails at once with the same.
     */
    limited<A, R>(cost: Cost, attempt: Effect.Effect<A, ServiceError, R>): Effect.Effect<A, ServiceError, R>
    /** Asks again by the schedule. Goes around `limited` and around whatever checks the answer. */
    retried<A, R>(request: Effect.Effect<A, ServiceError, R>): Effect.Effect<A, ServiceError, R>
    /** `retried` around `limited`. */
    run<A, R>(cost: Cost, attempt: Effect.Effect<A, ServiceError, R>): Effect.Effect<A, ServiceError, R>
    /** Tells what a provider knows of itself. */
    declare(known: Known): Effect.Effect<void>
    /** Hears the headers of every answer: to be given to the provider's layer as `HeadersListener`. */
    readonly listener: (headers: ResponseHeaders) => void
    /** Why nothing is asked any more, once it is so. */
    readonly stopped: Effect.Effect<ServiceError | undefined>
    /** Requests at once: allowed now, under way now, and the most so far. */
    readonly concurrency: Effect.Effect<{
      readonly limit: number
      readonly inFlight: number
      readonly peak: number
    }>
  }
>()("dubber/requests/RequestPolicy") {
  static readonly make = Effect.fnUntraced(function* (settings: PolicySettings) {
    const log = yield* RequestLog
    const clock = yield* Clock.Clock
    const queue = yield* Semaphore.make(1)
    const rate = makeRateLimit(settings)
    const adaptive = makeAdaptiveLimit(settings.concurrency)
    const breaker = makeBreaker()
    const schedule = retrySchedule({
      attempts: settings.attempts ?? defaultRetry.attempts,
      totalSeconds: settings.totalSeconds ?? defaultRetry.totalSeconds,
      firstWaitMillis: settings.firstWaitMillis ?? defaultRetry.firstWaitMillis
    })
    const graceMillis = (settings.graceSeconds ?? 5) * 1000
    let service: string = settings.kind
    let stopped: ServiceError | undefined
    let waiting = 0
    let reservedUsd = 0
    const end = Deferred.makeUnsafe<void>()
    let changed = Deferred.makeUnsafe<void>()
    const now = () => clock.currentTimeMillisUnsafe()

    const wake = () => {
      const before = changed
      changed = Deferred.makeUnsafe<void>()
      Deferred.doneUnsafe(before, Effect.void)
    }
    const stop = (error: ServiceError) => {
      stopped ??= error
      Deferred.doneUnsafe(end, Effect.void)
      wake()
    }
    const listener = (headers: ResponseHeaders) => {
      rate.observe(now(), headers, Math.max(0, adaptive.inFlight() - 1))
      adaptive.observe(headers)
      wake()
    }

    /** Milliseconds until it may be worth looking again, 0 where a request may go. */
    const heldBack = (at: number, characters: number): number => {
      if (adaptive.inFlight() >= adaptive.limit()) return Infinity
      if (breaker.isDown(adaptive.limit())) {
        if (adaptive.inFlight() > 0) return Infinity
        if (at < breaker.nextTryAt()) return breaker.nextTryAt() - at
      }
      return rate.waitMillis(at, characters)
    }

    const overBudget = Effect.fnUntraced(function* (usd: number) {
      if (settings.budgetUsd === undefined) return
      const spent = yield* log.spentUsd
      if (spent + reservedUsd + usd <= settings.budgetUsd + 1e-9) return
      stop(
        new ServiceError({
          service,
          reason: new OutOfQuota({ message: `the budget of $${settings.budgetUsd.toFixed(2)} is reached` })
        })
      )
    })

    const admit = Effect.fnUntraced(function* (characters: number, usd: number) {
      for (;;) {
        if (stopped === undefined) yield* overBudget(usd)
        if (stopped !== undefined) return yield* stopped
        const at = now()
        // Whole milliseconds: the clock knows no others.
        const millis = Math.ceil(heldBack(at, characters))
        if (millis <= 0) {
          rate.sent(at, characters, yield* Random.next)
          reservedUsd += usd
          return adaptive.start()
        }
        const isOwnLimit = millis === Infinity && !adaptive.isLowered()
        const change = Deferred.await(changed)
        yield* millis === Infinity ? change : Effect.timeoutOption(change, millis)
        if (!isOwnLimit) yield* log.waited(settings.kind, now() - at)
      }
    })

    const settle = (ticket: Ticket, characters: number, usd: number, exit: Exit.Exit<unknown, ServiceError>) => {
      const at = now()
      reservedUsd -= usd
      if (Exit.isSuccess(exit)) {
        adaptive.succeeded(at, characters, waiting > 0)
        rate.succeeded(at)
      } else {
        const error = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error
        if (error?.isFatal === true) stop(error)
        if (error?.reason._tag === "RateLimited") {
          const { concurrent = false, retryAfterMillis } = error.reason
          adaptive.refused(ticket, concurrent || retryAfterMillis === undefined)
          if (!concurrent) rate.refused(at, retryAfterMillis)
        }
      }
      adaptive.end()
      wake()
    }

    const limited = <A, R>(cost: Cost, attempt: Effect.Effect<A, ServiceError, R>) => {
      const characters = cost.characters ?? 0
      const usd = cost.usd ?? 0
      return Effect.uninterruptible(
        Effect.gen(function* () {
          let ticket: Ticket | undefined
          waiting++
          const admitted = Effect.map(admit(characters, usd), (given) => void (ticket = given))
          yield* Effect.interruptible(queue.withPermit(admitted)).pipe(
            Effect.onExit((exit) =>
              Effect.sync(() => {
                waiting--
                if (ticket !== undefined && Exit.isFailure(exit)) settle(ticket, characters, usd, Exit.interrupt())
              })
            )
          )
          const count = yield* AttemptCount
          count.attempts++
          return yield* attempt.pipe(
            Effect.provideService(HeadersListener, listener),
            (heard) => withGrace(heard, graceMillis),
            Effect.onExit((exit) => Effect.sync(() => settle(ticket!, characters, usd, exit))),
            Effect.tap(() => (waiting > 0 ? letOthersSend : Effect.void))
          )
        })
      )
    }

    const judge = (error: ServiceError) => {
      if (stopped !== undefined) return
      const dead = breaker.failed(now(), error, adaptive.limit())
      if (dead !== undefined) stop(dead)
      wake()
    }

    const retried = <A, R>(request: Effect.Effect<A, ServiceError, R>) => {
      const judged = request.pipe(
        Effect.tap(() => Effect.sync(breaker.succeeded)),
        Effect.tapError((error) => Effect.sync(() => judge(error)))
      )
      const wait = Effect.fnUntraced(function* (millis: number) {
        if (stopped !== undefined) return false
        yield* log.retried(settings.kind)
        // What is stopped meanwhile fails when it comes to be sent.
        yield* Effect.timeoutOption(Deferred.await(end), millis)
        return true
      })
      return retryInterruptingWaits(judged, schedule, wait).pipe(Effect.tapError(() => log.failed(settings.kind)))
    }

    return RequestPolicy.of({
      limited,
      retried,
      run: (cost, attempt) => retried(limited(cost, attempt)),
      declare: (known) =>
        Effect.sync(() => {
          service = known.service
          rate.declare(known)
          adaptive.declare(known.concurrentRequests)
        }),
      listener,
      stopped: Effect.sync(() => stopped),
      concurrency: Effect.sync(() => ({
        limit: adaptive.limit(),
        inFlight: adaptive.inFlight(),
        peak: adaptive.peak()
      }))
    })
  })

  /** Lets the policy hear the headers that a provider built here gets. */
  static readonly heard = <A, E, R>(provider: Layer.Layer<A, E, R>) =>
    provider.pipe(
      Layer.provide(
        Layer.effect(
          HeadersListener,
          Effect.map(RequestPolicy, ({ listener }) => listener)
        )
      )
    )

  static readonly layer = (settings: PolicySettings) => Layer.effect(RequestPolicy, RequestPolicy.make(settings))
}
