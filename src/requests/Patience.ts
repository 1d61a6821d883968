import { briefly, ServiceError, Unavailable } from "./ServiceError.ts"

/**
 * How long a service has failed and given nothing of use, and why. Plain state, told with the clock's milliseconds. Unlike the
 * breaker it counts what is no failure of a line, as a refusal because of too many requests.
 */
export interface Patience {
  /** An answer of use; also one that says what is wrong with a text: somebody is there. */
  readonly answered: () => void
  /** Gives the error that ends the run, once every pause that was asked for was kept and nobody else is being answered. */
  readonly failed: (now: number, error: ServiceError, othersInFlight: number) => ServiceError | undefined
  /** A request, with all its attempts and waits: what others were told is forgotten once none is left. */
  readonly opened: () => void
  readonly closed: () => void
  /** What failed will be asked again; gives how to say that it is. */
  readonly retriesAt: (at: number) => () => void
  readonly nextRetryAt: () => number | undefined
  /** What it said last in place of an answer, in a few words, where that holds everybody back or is no mere stumble. */
  readonly why: (now: number, waitMillis: number) => string | undefined
}

/** How long a service is asked that answers nothing of use. */
const patienceMillis = 180_000
/** What is over sooner is not worth telling. */
const stumbleMillis = 2000

/** "20 min", "3 h": as long as a service is to be left alone, at least. */
const atLeast = (millis: number): string =>
  millis < 5_400_000 ? `${Math.ceil(millis / 60_000)} min` : `${Math.ceil(millis / 3_600_000)} h`

/** A pause that is longer than `longestPauseMillis` is not waited for. */
export const makePatience = (longestPauseMillis: number): Patience => {
  let failedAt: number | undefined
  let last: ServiceError | undefined
  let open = 0
  const retries = new Set<{ readonly at: number }>()
  const answered = () => {
    failedAt = undefined
    last = undefined
  }
  return {
    answered,
    failed: (now, error, othersInFlight) => {
      if (!error.isRetryable) return void answered()
      failedAt ??= now
      last = error
      const pause = error.retryAfterMillis ?? 0
      if (pause > longestPauseMillis) return givenUp(error, `and it is to be left alone for ${atLeast(pause)}`)
      // From the first failure on: one attempt may take longer than all patience.
      const millis = now - failedAt
      if (millis < patienceMillis || othersInFlight > 0) return undefined
      return givenUp(error, `and no answer for ${Math.round(millis / 1000)} s`)
    },
    opened: () => {
      if (open++ === 0) answered()
    },
    closed: () => void open--,
    retriesAt: (at) => {
      const retry = { at }
      retries.add(retry)
      return () => void retries.delete(retry)
    },
    nextRetryAt: () => (retries.size === 0 ? undefined : Math.min(...[...retries].map((retry) => retry.at))),
    why: (now, waitMillis) =>
      last === undefined || now + waitMillis - failedAt! < stumbleMillis
        ? undefined
        : `${last.service}: ${briefly(last.reason)}`
  }
}

/** The error of a service that has given nothing but useless answers, so many. */
export const useless = ({ at, reason, service }: ServiceError, answers: number): ServiceError => {
  const mend =
    at === undefined
      ? "run the same command again later"
      : "check that this is the right address, and whether it wants a login"
  const message = `${briefly(reason)} in all of its first ${answers} answers, so it is asked no more; ${mend}`
  return new ServiceError({
    service,
    ...(at === undefined ? {} : { at }),
    reason: new Unavailable({ final: true, message })
  })
}

/** The error of a service that refused whatever was asked, in so many requests, for the same reason. */
export const refusesAll = ({ reason, service }: ServiceError, requests: number): ServiceError => {
  const message = `${reason.message} (the same for all of the first ${requests} texts, so it is asked no more; check the model, the voice and their options)`
  return new ServiceError({ service, reason: new Unavailable({ final: true, message }) })
}

/** The error of a service that is asked no more: why, and what to do. */
export const givenUp = ({ at, reason, service }: ServiceError, so: string): ServiceError => {
  const unreachable = reason._tag === "Unavailable" && reason.unreachable === true
  const mend = unreachable ? "check its address, and run the same command again" : "run the same command again later"
  const message = `${briefly(reason)}, ${so}, so it is asked no more; ${mend}`
  return new ServiceError({
    service,
    ...(at === undefined ? {} : { at }),
    reason: new Unavailable({ ...(unreachable ? { unreachable } : {}), final: true, message })
  })
}
