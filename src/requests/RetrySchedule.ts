import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type { ServiceError } from "./ServiceError.ts"

export interface RetrySettings {
  /** Attempts in all that may fail before a request is given up; refusals by a rate limit don't count. */
  readonly attempts: number
  /** No attempt is begun later than this after the first failure. */
  readonly totalSeconds: number
  /** The first wait in milliseconds, doubled with each failure up to sixty times as much; each ± 20 %. */
  readonly firstWaitMillis: number
}

export const defaultRetry: RetrySettings = { attempts: 5, totalSeconds: 600, firstWaitMillis: 500 }

/** What is added to the service's own number at most, so that those who wait for one instant don't come at once. */
const spreadMillis = 250

const delayMillis = (error: ServiceError, failures: number, random: number, first: number): number => {
  const asked = error.retryAfterMillis
  if (asked !== undefined && error.reason._tag === "RateLimited") return asked + spreadMillis * random
  const backoff = Math.min(60, 2 ** (failures - 1)) * first * (0.8 + 0.4 * random)
  return asked === undefined ? backoff : Math.max(backoff, asked + spreadMillis * random)
}

/**
 * When a failed request is asked again: exponential with jitter and capped, never sooner than the service says, ended
 * by what is final, by the number of attempts and by time. Gives the number of failures so far.
 */
export const retrySchedule = (settings: RetrySettings = defaultRetry): Schedule.Schedule<number, ServiceError> =>
  Schedule.fromStepWithMetadata(
    Effect.sync(() => {
      let failures = 0
      let refusals = 0
      return ({ input: error, elapsed }: Schedule.InputMetadata<ServiceError>) =>
        Effect.flatMap(Random.next, (random) => {
          const isRefusal = error.reason._tag === "RateLimited"
          if (isRefusal) refusals++
          else failures++
          const count = failures + refusals
          const delay = Math.round(
            delayMillis(error, isRefusal ? refusals : failures, random, settings.firstWaitMillis)
          )
          const isOver = failures >= settings.attempts || elapsed + delay > settings.totalSeconds * 1000
          if (!error.isRetryable || isOver) return Cause.done(count)
          return Effect.succeed<[number, Duration.Duration]>([count, Duration.millis(delay)])
        })
    })
  )

/**
 * Retries by a schedule as `Effect.retry` does, but within an uninterruptible region only its waits can be interrupted:
 * an answer that has come is not lost. `wait` sleeps, or gives false where nothing is to be asked again.
 */
export const retryInterruptingWaits = <A, R>(
  attempt: Effect.Effect<A, ServiceError, R>,
  schedule: Schedule.Schedule<number, ServiceError>,
  wait: (millis: number) => Effect.Effect<boolean>
): Effect.Effect<A, ServiceError, R> =>
  Effect.gen(function* () {
    const step = yield* Schedule.toStep(schedule)
    for (;;) {
      const result = yield* Effect.result(attempt)
      if (Result.isSuccess(result)) return result.success
      const error = result.failure
      const next = yield* Effect.result(step(yield* Clock.currentTimeMillis, error))
      if (Result.isFailure(next)) return yield* error
      const goesOn = yield* Effect.interruptible(wait(Duration.toMillis(next.success[1])))
      if (!goesOn) return yield* error
    }
  })
