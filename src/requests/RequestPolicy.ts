import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RunActivity, whileCounted } from "./Activity.ts"
import { withGrace } from "./Grace.ts"
import { mayCost, type Priced } from "./KnownPrice.ts"
import { makeGate, type Cost, type GateSettings, type Known } from "./RequestGate.ts"
import { RequestLog, RequestsFor } from "./RequestLog.ts"
import { Tries } from "./RequestTrace.ts"
import { HeadersListener, type ResponseHeaders } from "./ResponseHeaders.ts"
import { defaultRetry, retryInterruptingWaits, retrySchedule } from "./RetrySchedule.ts"
import { OutOfQuota, ServiceError } from "./ServiceError.ts"
import { GatesOfRuns } from "./SharedGates.ts"

export interface PolicySettings extends GateSettings {
  /** Attempts of one request; 5 where not given. */
  readonly attempts?: number | undefined
  /** The first wait before a request is asked again, in milliseconds; 500 where not given. */
  readonly firstWaitMillis?: number | undefined
  /** How long a request under way may still take when the run is interrupted; 5 where not given. */
  readonly graceSeconds?: number | undefined
}

const noMoneyFor = ({ address = "", service }: Priced) =>
  new ServiceError({
    service,
    reason: new OutOfQuota({
      message: `--budget 0 asks nothing of ${address === "" ? service : address}, whose price is not known`
    })
  })

/** Who waits is admitted one a turn; so many turns are given to those whose answers came at the same time. */
const mostTurns = 16

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
    /** Ends asking for this run: for a reason that is none of the service's. */
    stop(error: ServiceError): Effect.Effect<void>
    /** Tells that the service has answered what was asked in the same way before: what it refuses is a text. */
    readonly takesTexts: Effect.Effect<void>
    /** Tells what a provider knows of itself. */
    declare(known: Known & Priced): Effect.Effect<void>
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
    const shared = yield* GatesOfRuns
    // Which of the shared gates it is shows when the provider says who it is.
    let gate = (yield* shared === undefined
      ? makeGate(settings)
      : shared.gate(settings, { service: settings.kind })).join(log)
    const schedule = retrySchedule({
      attempts: settings.attempts ?? defaultRetry.attempts,
      totalSeconds: settings.totalSeconds ?? defaultRetry.totalSeconds,
      firstWaitMillis: settings.firstWaitMillis ?? defaultRetry.firstWaitMillis
    })
    let unaffordable: ServiceError | undefined
    const graceMillis = (settings.graceSeconds ?? 5) * 1000

    // Until those who wait are admitted, and two more for their requests to go out: work on an answer may take long.
    const letOthersSend = Effect.gen(function* () {
      for (let turn = 0; turn < mostTurns && gate.isAboutToSend(); turn++) yield* Effect.yieldNow
      yield* Effect.yieldNow
      yield* Effect.yieldNow
    })

    const limited = <A, R>(cost: Cost, attempt: Effect.Effect<A, ServiceError, R>) =>
      Effect.uninterruptible(
        Effect.gen(function* () {
          if (unaffordable !== undefined) return yield* unaffordable
          const activity = yield* RunActivity
          const part = yield* RequestsFor
          activity.heldBy(settings.kind, gate.waitMillis, gate.why)
          const cameAt = yield* Clock.currentTimeMillis
          const admission = yield* whileCounted(Effect.interruptible(gate.enter(cost)), (by) =>
            activity.change(settings.kind, part, { queued: by })
          )
          const count = yield* AttemptCount
          count.attempts++
          const tries = yield* Tries
          tries.sent++
          tries.waitedMillis = (yield* Clock.currentTimeMillis) - cameAt
          return yield* attempt.pipe(
            Effect.provideService(HeadersListener, gate.listener),
            (heard) => withGrace(heard, graceMillis),
            (graced) => whileCounted(graced, (by) => activity.change(settings.kind, part, { inFlight: by })),
            Effect.tapError(({ reason }) =>
              Effect.sync(() => {
                if (reason._tag === "RateLimited") activity.change(settings.kind, part, { refused: 1 })
              })
            ),
            Effect.onExit((exit) => Effect.sync(() => gate.settle(admission, exit))),
            Effect.tap(() => letOthersSend)
          )
        })
      )

    const retried = <A, R>(request: Effect.Effect<A, ServiceError, R>) => {
      const judged = request.pipe(
        Effect.tap(() => Effect.sync(() => gate.succeeded())),
        Effect.tapError((error) => Effect.sync(() => gate.judge(error, request)))
      )
      const wait = Effect.fnUntraced(function* (millis: number) {
        if (gate.stopped() !== undefined) return false
        yield* log.retried(settings.kind)
        const activity = yield* RunActivity
        const part = yield* RequestsFor
        const isOver = gate.retriesIn(millis)
        // What is stopped meanwhile fails when it comes to be sent.
        yield* whileCounted(Effect.timeoutOption(gate.end, millis), (by) =>
          activity.change(settings.kind, part, { retrying: by })
        ).pipe(Effect.ensuring(Effect.sync(isOver)))
        return true
      })
      return Effect.suspend(() => {
        const { closed, opened } = gate
        opened()
        return retryInterruptingWaits(judged, schedule, wait).pipe(
          // What would be asked again, were anything asked, fails for the reason why nothing is.
          Effect.mapError((error) => (error.isRetryable ? (gate.stopped() ?? error) : error)),
          Effect.tapError(() => log.failed(settings.kind)),
          Effect.ensuring(Effect.sync(closed))
        )
      })
    }

    return RequestPolicy.of({
      limited,
      retried,
      run: (cost, attempt) => retried(limited(cost, attempt)),
      stop: (error) => Effect.sync(() => gate.stop(error)),
      takesTexts: Effect.sync(() => gate.takesTexts()),
      declare: Effect.fnUntraced(function* (known) {
        if (shared !== undefined) gate = (yield* shared.gate(settings, known)).join(log)
        gate.declare(known)
        if (settings.budgetUsd === 0 && mayCost(known)) unaffordable = noMoneyFor(known)
      }),
      listener: (headers) => gate.listener(headers),
      stopped: Effect.sync(() => unaffordable ?? gate.stopped()),
      concurrency: Effect.sync(() => gate.concurrency())
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
