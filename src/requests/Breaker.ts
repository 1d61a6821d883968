import { givenUp } from "./Patience.ts"
import type { ServiceError } from "./ServiceError.ts"

/**
 * Tells a service that stumbles from one that is dead. Plain state: after many failures in a row it is down, and one
 * request at a time tries it, further and further apart; when nothing has succeeded for long enough it is dead. What
 * waits meanwhile costs no attempt, which is why this is not the breaker of effect/persistence: that one rejects.
 */
export interface Breaker {
  readonly isDown: (concurrency: number) => boolean
  /** When the next request may try a service that is down. */
  readonly nextTryAt: () => number
  readonly succeeded: () => void
  /** Gives the error that ends the run when the service is dead. */
  readonly failed: (now: number, error: ServiceError, concurrency: number) => ServiceError | undefined
}

const inARow = 10
const unreachableInARow = 4
const deadAfterMillis = 30_000
const unreachableDeadAfterMillis = 5_000

export const makeBreaker = (): Breaker => {
  let failures = 0
  let firstAt = 0
  let nextTryAt = 0
  let allUnreachable = true
  const isDown = (concurrency: number) =>
    failures >= (allUnreachable ? unreachableInARow : Math.max(inARow, 2 * concurrency))
  return {
    isDown,
    nextTryAt: () => nextTryAt,
    succeeded: () => {
      failures = 0
      allUnreachable = true
    },
    failed: (now, error, concurrency) => {
      const { reason } = error
      if (reason._tag !== "Unavailable" && reason._tag !== "TimedOut" && reason._tag !== "BadAnswer") return undefined
      if (failures === 0) firstAt = now
      failures++
      allUnreachable &&= reason._tag === "Unavailable" && reason.unreachable === true
      if (!isDown(concurrency)) return undefined
      nextTryAt = Math.max(now, Math.min(now + 8000, Math.max(now + 500, now + (now - firstAt) / 4)))
      const isDead = now - firstAt >= (allUnreachable ? unreachableDeadAfterMillis : deadAfterMillis)
      if (!isDead) return undefined
      return givenUp(error, `${failures} failures in a row over ${Math.round((now - firstAt) / 1000)} s`)
    }
  }
}
