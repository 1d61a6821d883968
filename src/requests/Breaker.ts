import { givenUp, useless } from "./Patience.ts"
import type { RequestKind } from "./RequestCounters.ts"
import type { ServiceError } from "./ServiceError.ts"

/**
 * Tells a service that stumbles from one that is dead. Plain state: after many failures in a row it is down, and one
 * request at a time tries it, further and further apart; when nothing has succeeded for long enough it is dead. What
 * waits meanwhile costs no attempt, which is why this is not the breaker of effect/persistence: that one rejects. What has
 * answered nothing but rubbish from the beginning is not what it was taken for, and each answer may be paid for.
 */
export interface Breaker {
  readonly isDown: (concurrency: number) => boolean
  /** When the next request may try a service that is down. */
  readonly nextTryAt: () => number
  readonly succeeded: () => void
  /** Gives the error that ends the run when the service is dead. */
  readonly failed: (now: number, error: ServiceError, among: Among) => ServiceError | undefined
}

/** What a failure stands among. */
export interface Among {
  readonly concurrency: number
  readonly othersInFlight: number
  /** The same for all attempts of one request. */
  readonly request: object
}

const inARow = 10
const unreachableInARow = 4
const deadAfterMillis = 30_000
const unreachableDeadAfterMillis = 5_000
/** So many useless answers, to so many requests, before there was a useful one; sooner one at a time is asked. */
const uselessAnswers = 6
const uselesslyAnswered = 3
const doubtfulAnswers = 3

export const makeBreaker = (kind: RequestKind): Breaker => {
  // A language model that does not keep to the form may do so when asked again, or for fewer lines.
  let isProven = kind === "language"
  let uselessSoFar = 0
  const inVain = new Set<object>()
  let failures = 0
  let firstAt = 0
  let nextTryAt = 0
  let allUnreachable = true
  const isFailing = (concurrency: number) =>
    failures >= (allUnreachable ? unreachableInARow : Math.max(inARow, 2 * concurrency))
  return {
    isDown: (concurrency) => (!isProven && uselessSoFar >= doubtfulAnswers) || isFailing(concurrency),
    nextTryAt: () => nextTryAt,
    succeeded: () => {
      isProven = true
      inVain.clear()
      failures = 0
      allUnreachable = true
    },
    failed: (now, error, { concurrency, othersInFlight, request }) => {
      const { reason } = error
      if (reason._tag !== "Unavailable" && reason._tag !== "TimedOut" && reason._tag !== "BadAnswer") return undefined
      if (reason._tag === "BadAnswer" && !isProven) {
        uselessSoFar++
        inVain.add(request)
        const isVain = uselessSoFar >= uselessAnswers && inVain.size >= uselesslyAnswered
        if (isVain && othersInFlight === 0) return useless(error, uselessSoFar)
      }
      if (failures === 0) firstAt = now
      failures++
      allUnreachable &&= reason._tag === "Unavailable" && reason.unreachable === true
      if (!isFailing(concurrency)) return undefined
      nextTryAt = Math.max(now, Math.min(now + 8000, Math.max(now + 500, now + (now - firstAt) / 4)))
      const isDead = now - firstAt >= (allUnreachable ? unreachableDeadAfterMillis : deadAfterMillis)
      if (!isDead) return undefined
      return givenUp(error, `${failures} failures in a row over ${Math.round((now - firstAt) / 1000)} s`)
    }
  }
}
