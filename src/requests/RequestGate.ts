import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import { makeAdaptiveLimit, type Ticket } from "./AdaptiveLimit.ts"
import { makeBreaker } from "./Breaker.ts"
import { makePatience } from "./Patience.ts"
import { makeRateLimit } from "./RateLimit.ts"
import type { RequestKind } from "./RequestCounters.ts"
import type { RequestLog } from "./RequestLog.ts"
import { defaultRetry } from "./RetrySchedule.ts"
import type { ResponseHeaders } from "./ResponseHeaders.ts"
import { OutOfQuota, ServiceError } from "./ServiceError.ts"
import { makeTurns, RequestPlace, RequestRank } from "./Turns.ts"

export interface GateSettings {
  readonly kind: RequestKind
  /** The most requests at once; "auto" climbs from 3 while the throughput grows. */
  readonly concurrency: number | "auto"
  readonly requestsPerMinute?: number | undefined
  readonly charactersPerMinute?: number | undefined
  /** How long one request is tried, and the longest pause that is waited for; 600 where not given. */
  readonly totalSeconds?: number | undefined
  /** What the run may cost, all kinds of requests together, in US dollars. */
  readonly budgetUsd?: number | undefined
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
  /** Where it is asked; "" for its own address, or for a service of this machine. */
  readonly address?: string | undefined
  readonly requestsPerMinute?: number | undefined
  readonly concurrentRequests?: number | undefined
}

/** One run at a gate. */
interface Member {
  /** Why nothing is asked for this run any more, while others may go on. */
  stopped: ServiceError | undefined
  readonly end: Deferred.Deferred<void>
}

/** A request that may be sent, to be given back with how it ended. */
export interface Admission {
  readonly ticket: Ticket
  readonly characters: number
  readonly usd: number
}

/** Where the requests to one service wait until they may be sent, and where their ends are told, of one run or several. */
export const makeGate = Effect.fnUntraced(function* (settings: GateSettings) {
  const clock = yield* Clock.Clock
  const turns = makeTurns()
  const rate = makeRateLimit(settings)
  const adaptive = makeAdaptiveLimit(settings.concurrency)
  const breaker = makeBreaker(settings.kind)
  const patience = makePatience((settings.totalSeconds ?? defaultRetry.totalSeconds) * 1000)
  let service: string = settings.kind
  let stopped: ServiceError | undefined
  let overBudget: ServiceError | undefined
  let waiting = 0
  const members = new Set<Member>()
  const notThere = new Map<string, Member>()
  let changed = Deferred.makeUnsafe<void>()
  const now = () => clock.currentTimeMillisUnsafe()

  const wake = () => {
    const before = changed
    changed = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(before, Effect.void)
  }
  const stop = (error: ServiceError) => {
    stopped ??= error
    for (const { end } of members) Deferred.doneUnsafe(end, Effect.void)
    wake()
  }
  /** A model or voice that one run wants and is not there need not be what others want: two that hear the same do. */
  const stopMember = (member: Member, error: ServiceError) => {
    const first = notThere.get(error.message) ?? member
    notThere.set(error.message, first)
    if (first !== member) return stop(error)
    member.stopped ??= error
    Deferred.doneUnsafe(member.end, Effect.void)
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

  /** Milliseconds until the next may be sent, where rate, a pause or a failure holds all back. */
  const waitMillis = () => {
    const at = now()
    const held = Math.max(0, breaker.isDown(adaptive.limit()) ? breaker.nextTryAt() - at : 0, rate.waitMillis(at, 0))
    const next = waiting > 0 || adaptive.inFlight() > 0 ? undefined : patience.nextRetryAt()
    return next === undefined ? held : Math.max(held, next - at)
  }

  const join = (log: RequestLog["Service"]) => {
    const { ledger } = log
    const member: Member = { stopped: undefined, end: Deferred.makeUnsafe<void>() }
    members.add(member)
    if (stopped !== undefined) Deferred.doneUnsafe(member.end, Effect.void)
    const isStopped = () => stopped ?? member.stopped

    const checkBudget = (usd: number) => {
      if (settings.budgetUsd === undefined) return
      const { reservedUsd, spentUsd } = ledger.whole
      if (spentUsd() + reservedUsd() + usd <= settings.budgetUsd + 1e-9) return
      const message = `the budget of $${settings.budgetUsd.toFixed(settings.budgetUsd < 0.1 ? 4 : 2)} is reached`
      overBudget = new ServiceError({ service, reason: new OutOfQuota({ message }) })
      stop(overBudget)
    }

    const admit = Effect.fnUntraced(function* (characters: number, usd: number, giveWay: Effect.Effect<void>) {
      for (;;) {
        yield* giveWay
        if (isStopped() === undefined) checkBudget(usd)
        const why = isStopped()
        if (why !== undefined) return yield* why
        const at = now()
        // Whole milliseconds: the clock knows no others.
        const millis = Math.ceil(heldBack(at, characters))
        if (millis <= 0) {
          rate.sent(at, characters, yield* Random.next)
          ledger.reserve(usd)
          return { ticket: adaptive.start(at), characters, usd } satisfies Admission
        }
        const isOwnLimit = millis === Infinity && !adaptive.isLowered()
        const change = Deferred.await(changed)
        yield* millis === Infinity ? change : Effect.timeoutOption(change, millis)
        if (!isOwnLimit) yield* log.waited(settings.kind, now() - at)
      }
    })

    const settle = ({ ticket, characters, usd }: Admission, exit: Exit.Exit<unknown, ServiceError>) => {
      const at = now()
      ledger.reserve(-usd)
      if (Exit.isSuccess(exit)) {
        adaptive.succeeded(ticket, at, characters, waiting > 0)
        rate.succeeded(at)
        patience.answered()
        breaker.takesTexts()
      } else {
        const error = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error
        if (error?.reason._tag === "NotThere") stopMember(member, error)
        else if (error?.isFatal === true) stop(error)
        if (error?.reason._tag === "RateLimited") {
          const { busy = false, concurrent = false, retryAfterMillis } = error.reason
          adaptive.refused(ticket, concurrent || (retryAfterMillis === undefined && !busy))
          if (!concurrent) rate.refused(at, retryAfterMillis)
        }
        if (error?.reason._tag === "TimedOut") adaptive.timedOut(ticket, at)
        const others = adaptive.inFlight() - 1
        const over = error && (breaker.refused(error, others) ?? patience.failed(at, error, others))
        if (over !== undefined) stop(over)
      }
      adaptive.end()
      wake()
    }

    /** Waits for its turn and until it may be sent; never interrupted between being admitted and saying so. */
    const enter = Effect.fnUntraced(function* (cost: Cost) {
      let admission: Admission | undefined
      const rank = yield* RequestRank
      const place = yield* RequestPlace
      const characters = cost.characters ?? 0
      const admitted = (giveWay: Effect.Effect<void>) =>
        Effect.tap(admit(characters, cost.usd ?? 0, giveWay), (given) => Effect.sync(() => (admission = given)))
      waiting++
      return yield* turns.withTurn({ rank, place, weight: characters }, admitted).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            waiting--
            if (admission !== undefined && Exit.isFailure(exit)) settle(admission, Exit.interrupt())
          })
        )
      )
    })

    /** Tells stumbling from death, by the ends of whole requests: checked answers, not only received ones. */
    const judge = (error: ServiceError, request: object) => {
      if (stopped !== undefined) return
      patience.failed(now(), error, Infinity)
      const among = { concurrency: adaptive.limit(), othersInFlight: adaptive.inFlight(), request }
      const dead = breaker.failed(now(), error, among)
      if (dead !== undefined) stop(dead)
      wake()
    }

    return {
      enter,
      settle,
      judge,
      stop: (error: ServiceError) => stopMember(member, error),
      listener,
      /** Somebody waits who may be sent now: it takes only their turns. */
      isAboutToSend: () => waiting > 0 && stopped === undefined && heldBack(now(), 0) <= 0,
      waitMillis,
      why: () => patience.why(now(), waitMillis()),
      opened: patience.opened,
      closed: patience.closed,
      retriesIn: (millis: number) => patience.retriesAt(now() + millis),
      succeeded: breaker.succeeded,
      takesTexts: breaker.takesTexts,
      stopped: isStopped,
      /** Ends when nothing is asked any more. */
      end: Deferred.await(member.end),
      declare: (known: Known) => {
        service = known.service
        rate.declare(known)
        adaptive.declare(known.concurrentRequests)
      },
      concurrency: () => ({ limit: adaptive.limit(), inFlight: adaptive.inFlight(), peak: adaptive.peak() })
    }
  }

  return {
    /** A run comes to the gate with its own log. */
    join,
    /** Why nothing is asked of the service any more, by anyone. */
    stopped: () => stopped,
    /** The same, where it is for lack of money. */
    overBudget: () => overBudget
  }
})

export type Gate = Effect.Success<ReturnType<typeof makeGate>>
export type GateMember = ReturnType<Gate["join"]>
