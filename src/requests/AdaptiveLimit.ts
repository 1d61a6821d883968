import type { ResponseHeaders } from "./ResponseHeaders.ts"

/** What was true when a request was begun. */
export interface Ticket {
  readonly epoch: number
  readonly startedAt: number
}

/**
 * How many requests may be under way. Plain state: the number asked for is a ceiling; a refusal halves the number,
 * successes raise it again one by one, and a number that was refused is tried again only after many successes.
 * "auto" starts at 3 and climbs while the throughput grows.
 */
export interface AdaptiveLimit {
  readonly limit: () => number
  readonly inFlight: () => number
  /** The most requests that were under way at once. */
  readonly peak: () => number
  /** The limit stands below what was asked for. */
  readonly isLowered: () => boolean
  readonly start: (now: number) => Ticket
  /** Ends a request without a verdict. */
  readonly end: () => void
  /** An answer of so much worth (characters), while others were waiting to be sent or not. */
  readonly succeeded: (ticket: Ticket, now: number, weight: number, isBusy: boolean) => void
  /** No answer in time: a refusal where the others take long too, as with a server that answers one after another. */
  readonly timedOut: (ticket: Ticket, now: number) => void
  /** A refusal, about the number at once or about something else: what is not about the number is soon forgotten. */
  readonly refused: (ticket: Ticket, isAboutNumber: boolean) => void
  /** Believes `maximum-concurrent-requests`. */
  readonly observe: (headers: ResponseHeaders) => void
  readonly declare: (concurrentRequests: number | undefined) => void
}

/** Where answers take so much of the time that one was given, it came too late because of the others. */
const crowded = 1 / 4

const autoStart = 3
const autoCeiling = 64

/** Climbs while each step brings at least half of what it should. */
const climber = (start: number, ceiling: number) => {
  let level = start
  let before: { readonly level: number; readonly rate: number } | undefined
  let since: number | undefined
  let answers = 0
  let weight = 0
  let settledFor = 0
  const restart = (now: number | undefined) => {
    since = now
    answers = 0
    weight = 0
  }
  return {
    level: () => level,
    lower: (to: number) => {
      level = to
      before = undefined
      settledFor = 0
      restart(undefined)
    },
    succeeded: (now: number, worth: number, isBusy: boolean) => {
      if (!isBusy) return restart(undefined)
      if (since === undefined) return restart(now)
      if (settledFor > 0) {
        settledFor--
        return restart(now)
      }
      answers++
      weight += worth
      if (answers < Math.max(9, 3 * level) || now <= since) return
      const rate = weight / (now - since)
      const wanted = before === undefined ? 0 : before.rate * (1 + 0.5 * (level / before.level - 1))
      if (rate >= wanted) {
        before = { level, rate }
        level = Math.min(ceiling, level + Math.max(1, level >> 1))
      } else {
        level = before!.level
        before = undefined
        settledFor = 200
      }
      restart(now)
    }
  }
}

export const makeAdaptiveLimit = (asked: number | "auto"): AdaptiveLimit => {
  const ceiling = asked === "auto" ? autoCeiling : asked
  const auto = asked === "auto" ? climber(autoStart, autoCeiling) : undefined
  let declared = ceiling
  /** What the service says of the account: goes before what is declared, which is that of the smallest one. */
  let announced: number | undefined
  let limit = asked === "auto" ? autoStart : ceiling
  /** The highest number that was not refused. */
  let proven = ceiling
  let isCareful = false
  let successes = 0
  let epoch = 0
  let inFlight = 0
  let peak = 0
  let meanMillis: number | undefined
  const current = () => Math.max(1, Math.min(limit, announced ?? declared, auto?.level() ?? ceiling))

  const refused = (ticket: Ticket, isAboutNumber: boolean) => {
    // A burst of refusals of requests that were begun together halves the number once.
    if (ticket.epoch !== epoch) return
    epoch++
    successes = 0
    const was = Math.min(current(), inFlight)
    limit = Math.max(1, Math.floor(was / 2))
    isCareful = isAboutNumber
    if (!isAboutNumber) return
    proven = Math.max(1, was - 1)
    auto?.lower(proven)
  }

  return {
    limit: current,
    inFlight: () => inFlight,
    peak: () => peak,
    isLowered: () => current() < (auto?.level() ?? ceiling),
    start: (now) => {
      inFlight++
      peak = Math.max(peak, inFlight)
      return { epoch, startedAt: now }
    },
    end: () => {
      inFlight--
    },
    succeeded: ({ startedAt }, now, weight, isBusy) => {
      const millis = now - startedAt
      meanMillis = meanMillis === undefined ? millis : meanMillis + 0.2 * (millis - meanMillis)
      auto?.succeeded(now, weight, isBusy)
      if (auto !== undefined && limit < auto.level() && proven >= auto.level()) limit = auto.level()
      if (limit >= ceiling) return
      successes++
      if (successes < (limit >= proven ? 10 * limit : isCareful ? limit : 1)) return
      successes = 0
      limit++
      proven = Math.max(proven, limit)
    },
    timedOut: (ticket, now) => {
      const isCrowded = meanMillis === undefined || meanMillis >= crowded * (now - ticket.startedAt)
      if (isCrowded && inFlight > 1) refused(ticket, true)
    },
    refused,
    observe: (headers) => {
      const maximum = Number(headers.get("maximum-concurrent-requests") ?? Number.NaN)
      if (maximum >= 1) announced = Math.floor(maximum)
    },
    declare: (concurrentRequests) => {
      if (concurrentRequests !== undefined) declared = Math.max(1, concurrentRequests)
    }
  }
}
