import type { ResponseHeaders } from "./ResponseHeaders.ts"
import { parseDuration } from "./RetryAfter.ts"

export interface RateSettings {
  readonly requestsPerMinute?: number | undefined
  readonly charactersPerMinute?: number | undefined
  /** What counts as a minute, in milliseconds: other than 60,000 only where time is scaled. */
  readonly minuteMillis?: number | undefined
}

/**
 * When the next request may be sent. Plain state, asked and told with the clock's milliseconds: what was sent within
 * the last minute, what the headers of the service say, and pauses that hold for everyone.
 */
export interface RateLimit {
  /** Milliseconds until a request of so many characters may be sent; 0: now. */
  readonly waitMillis: (now: number, characters: number) => number
  readonly sent: (now: number, characters: number, random: number) => void
  /** A refusal: nobody sends until `retryAfterMillis` are over, or a back-off where the service names no time. */
  readonly refused: (now: number, retryAfterMillis: number | undefined) => void
  readonly succeeded: (now: number) => void
  /** Headers of an answer, while so many other requests are being answered. */
  readonly observe: (now: number, headers: ResponseHeaders, othersInFlight: number) => void
  /** What is known before the first request, where the settings are silent. */
  readonly declare: (known: RateSettings) => void
}

/** What the service counts, and what it last said of it. */
interface Allowance {
  readonly at: number
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
  /** Refills all the time rather than all at once. */
  readonly isBucket: boolean
  spent: number
}

/** Requests sent this long ago are surely out of the service's minute, whatever the way there took. */
const surely = (minute: number) => minute * 1.01 + 50

/** After a pause so many go out one after another at the pace of before, rather than all at once. */
const staggeredSends = 10

/** After so many refusals in a row a pause that was named is believed to be too short. */
const patientRefusals = 4

/** Milliseconds to leave a service alone after so many refusals in a row. */
const backOff = (refusals: number): number => Math.min(30_000, 500 * 2 ** (refusals - 1))

const number = (text: string | null | undefined): number | undefined => {
  const value = text === null || text === undefined || text.trim() === "" ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** Sends at most `limit()` of whatever is counted in any minute. */
const rollingWindow = (limit: () => number | undefined, minute: number) => {
  const sent: Array<{ readonly at: number; readonly weight: number }> = []
  let total = 0
  const forget = (now: number) => {
    const old = sent.findIndex(({ at }) => at + surely(minute) > now)
    for (const { weight } of sent.splice(0, old === -1 ? sent.length : old)) total -= weight
  }
  return {
    waitMillis: (now: number, weight: number): number => {
      const most = limit()
      if (most === undefined) return 0
      forget(now)
      let over = total + Math.min(weight, most) - most
      if (over <= 0) return 0
      for (const one of sent) {
        over -= one.weight
        if (over <= 0) return one.at + surely(minute) - now
      }
      return 0
    },
    sent: (now: number, weight: number) => {
      if (limit() === undefined) return
      sent.push({ at: now, weight })
      total += weight
    }
  }
}

/** Follows `x-ratelimit-{limit,remaining,reset}-<what>`. */
const announced = (what: string, minute: number) => {
  let allowance: Allowance | undefined
  return {
    waitMillis: (now: number, weight: number): number => {
      if (allowance === undefined) return 0
      const { at, limit, remaining, resetAt, isBucket, spent } = allowance
      if (now >= resetAt && !isBucket) return 0
      const wanted = Math.min(weight, limit) + spent - remaining
      if (wanted <= 0) return 0
      return Math.max(0, isBucket ? at + (wanted * minute) / limit - now : resetAt - now)
    },
    sent: (weight: number) => {
      if (allowance !== undefined) allowance.spent += weight
    },
    observe: (now: number, headers: ResponseHeaders, othersInFlight: number) => {
      const limit = number(headers.get(`x-ratelimit-limit-${what}`))
      const remaining = number(headers.get(`x-ratelimit-remaining-${what}`))
      if (limit === undefined || remaining === undefined || limit < 1) return
      const text = headers.get(`x-ratelimit-reset-${what}`) ?? ""
      // Limits of an hour or a day are left to the refusals, which say how long to wait.
      const reset = Math.min(minute, (number(text) ?? Number.NaN) * 1000 || (parseDuration(text) ?? minute))
      const used = limit - remaining
      const isBucket = used > 0 && reset <= ((minute * used) / limit) * 1.25 + minute / 600
      // Whether the others were counted already is not known: they are taken as still to come.
      allowance = { at: now, limit, remaining, resetAt: now + reset, isBucket, spent: othersInFlight }
    }
  }
}

/** A token is about four characters of English. */
const tokens = (characters: number) => Math.ceil(characters / 4)

export const makeRateLimit = (settings: RateSettings): RateLimit => {
  const minute = settings.minuteMillis ?? 60_000
  let known = settings
  const requests = rollingWindow(() => known.requestsPerMinute, minute)
  const characters = rollingWindow(() => known.charactersPerMinute, minute)
  const requestHeaders = announced("requests", minute)
  const tokenHeaders = announced("tokens", minute)
  let pausedUntil = 0
  let refusals = 0
  let staggered = 0
  /** Mean milliseconds between two sends. */
  let pace = 100
  let lastSentAt: number | undefined
  let notBefore = 0

  return {
    waitMillis: (now, count) =>
      Math.max(
        0,
        pausedUntil - now,
        notBefore - now,
        requests.waitMillis(now, 1),
        characters.waitMillis(now, count),
        requestHeaders.waitMillis(now, 1),
        tokenHeaders.waitMillis(now, tokens(count))
      ),
    sent: (now, count, random) => {
      requests.sent(now, 1)
      characters.sent(now, count)
      requestHeaders.sent(1)
      tokenHeaders.sent(tokens(count))
      if (staggered > 0) {
        staggered--
        notBefore = now + pace * (0.5 + random)
      } else if (lastSentAt !== undefined) {
        pace += 0.2 * (Math.min(1000, now - lastSentAt) - pace)
      }
      lastSentAt = now
    },
    refused: (now, retryAfterMillis) => {
      // What was sent before the last pause and is refused within it belongs to the same storm.
      if (now >= pausedUntil || refusals === 0) refusals++
      // Who says "at once" and refuses again and again is not to be stormed.
      const least = refusals > patientRefusals ? backOff(refusals - patientRefusals) : 0
      const pause = retryAfterMillis === undefined ? backOff(refusals) : Math.max(retryAfterMillis, least)
      pausedUntil = Math.max(pausedUntil, now + pause)
      staggered = staggeredSends
      lastSentAt = undefined
    },
    succeeded: (now) => {
      if (now >= pausedUntil) refusals = 0
    },
    observe: (now, headers, othersInFlight) => {
      requestHeaders.observe(now, headers, othersInFlight)
      tokenHeaders.observe(now, headers, 0)
    },
    declare: ({ requestsPerMinute, charactersPerMinute }) => {
      known = {
        ...known,
        requestsPerMinute: known.requestsPerMinute ?? requestsPerMinute,
        charactersPerMinute: known.charactersPerMinute ?? charactersPerMinute
      }
    }
  }
}
