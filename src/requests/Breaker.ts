import { givenUp, refusesAll, useless } from "./Patience.ts"
import type { RequestKind } from "./RequestCounters.ts"
import type { ServiceError } from "./ServiceError.ts"

/**
 * Tells a service that stumbles from one that is dead. Plain state: after many failures in a row it is down, and one
 * request at a time tries it, further and further apart; when nothing has succeeded for long enough it is dead. What
 * waits meanwhile costs no attempt, which is why this is not the breaker of effect/persistence: that one rejects. What has
 * answered nothing but rubbish from the beginning is not what it was taken for, and each answer may be paid for. What has
 * refused nothing but texts, all for the same reason, refuses how it is asked.
 */
export interface Breaker {
  readonly isDown: (concurrency: number) => boolean
  /** When the next request may try a service that is down. */
  readonly nextTryAt: () => number
  readonly succeeded: () => void
  /** It has taken a text that was asked for in this way, at some time: what it refuses is the text. */
  readonly takesTexts: () => void
  /** A request that was refused, each once; gives the error that ends the run when all are. */
  readonly refused: (error: ServiceError, othersInFlight: number) => ServiceError | undefined
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
/** So many requests that were refused in the same words, before one was not. */
const refusedRequests = 6

/** What is said of a refusal, without what may differ from text to text. */
const wordsOf = (message: string): string => message.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`|\d+/g, "")

export const makeBreaker = (kind: RequestKind): Breaker => {
  // A language model that does not keep to the form may do so when asked again, or for fewer lines.
  let isProven = kind === "language"
  let uselessSoFar = 0
  const inVain = new Set<object>()
  // Of a language model fewer lines at once may be less.
  let takesTexts = kind === "language"
  let words = ""
  let refusals = 0
  let failures = 0
  let firstAt = 0
  let nextTryAt = 0
  let allUnreachable = true
  const isFailing = (concurrency: number) =>
    failures >= (allUnreachable ? unreachableInARow : Math.max(inARow, 2 * concurrency))
  return {
    isDown: (concurrency) =>
      (!isProven && uselessSoFar >= doubtfulAnswers) ||
      (!takesTexts && refusals >= doubtfulAnswers) ||
      isFailing(concurrency),
    nextTryAt: () => nextTryAt,
    succeeded: () => {
      isProven = true
      inVain.clear()
      failures = 0
      allUnreachable = true
    },
    takesTexts: () => {
      takesTexts = true
    },
    refused: (error, othersInFlight) => {
      if (error.reason._tag !== "Refused" || takesTexts) return undefined
      const said = wordsOf(error.reason.message)
      refusals = said === words ? refusals + 1 : 1
      words = said
      return refusals >= refusedRequests && othersInFlight === 0 ? refusesAll(error, refusals) : undefined
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
