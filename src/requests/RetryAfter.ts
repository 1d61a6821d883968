import type { ResponseHeaders } from "./ResponseHeaders.ts"

const unitMillis: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** "644ms", "1.2s", "6m0s", "1h2m", "20 seconds", "2 minutes" in milliseconds; undefined where it is none of these. */
export const parseDuration = (text: string): number | undefined => {
  const parts = [
    ...text.matchAll(/(\d+(?:\.\d+)?)\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|h)(?![a-z])/gi)
  ]
  if (parts.length === 0) return undefined
  return parts.reduce((sum, [, number = "0", unit = "s"]) => {
    const name = unit.toLowerCase()
    const key = name.startsWith("ms") || name.startsWith("milli") ? "ms" : name[0]!
    return sum + Number(number) * (unitMillis[key] ?? 0)
  }, 0)
}

const longest = 24 * 3_600_000

const sane = (millis: number | undefined): number | undefined =>
  millis === undefined || !Number.isFinite(millis) || millis < 0 ? undefined : Math.min(Math.ceil(millis), longest)

/** Retry-After as seconds or as an HTTP date, which is read against the answer's own Date. */
const fromRetryAfter = (headers: ResponseHeaders): number | undefined => {
  const text = headers.get("retry-after")?.trim()
  if (text === undefined || text === "") return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const duration = /^[\d.]+\s*[a-z]/i.test(text) ? parseDuration(text) : undefined
  if (duration !== undefined) return duration
  return Math.max(0, Date.parse(text) - Date.parse(headers.get("date") ?? ""))
}

/** When the limits that are used up start anew: `x-ratelimit-reset-*` of those with nothing remaining. */
const fromResets = (headers: ResponseHeaders): number | undefined => {
  const resets = ["requests", "tokens"].flatMap((what) => {
    const remaining = headers.get(`x-ratelimit-remaining-${what}`)
    const reset = headers.get(`x-ratelimit-reset-${what}`)
    if (reset === null || reset === undefined || remaining === null || remaining === undefined) return []
    const millis = /^[\d.]+$/.test(reset) ? Number(reset) * 1000 : parseDuration(reset)
    return Number(remaining) <= 0 && millis !== undefined ? [millis] : []
  })
  return resets.length === 0 ? undefined : Math.max(...resets)
}

/**
 * How long a service asks to be left alone, in milliseconds: `retry-after-ms`, Retry-After, "try again in 1.2s" of its
 * message, or the reset of a limit that is used up. A day at most.
 */
export const retryAfterMillis = (headers: ResponseHeaders, message: string): number | undefined => {
  const exact = headers.get("retry-after-ms")?.trim()
  const asked = exact !== undefined && /^\d+(\.\d+)?$/.test(exact) ? Number(exact) : sane(fromRetryAfter(headers))
  if (asked !== undefined) return sane(asked)
  const said = /\b(?:again|retry|wait)\b\D{0,20}?\b(?:in|after|for)?\s*((?:\d+(?:\.\d+)?\s*[a-z]+\s*)+)/i.exec(message)
  return sane((said === null ? undefined : parseDuration(said[1]!)) ?? fromResets(headers))
}
