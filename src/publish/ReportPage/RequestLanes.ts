import type { PageAttempt, PageWait } from "./Data.ts"

export interface Span {
  readonly from: number
  readonly to: number
}

/** What is told apart: answers, answers to what was asked again, refusals for being too many, other failures. */
export type RequestShade = "good" | "again" | "refused" | "failed"

export interface Request extends Span {
  readonly attempt: PageAttempt
  /** It was asked before, and failed. */
  readonly isAgain: boolean
  readonly shade: RequestShade
}

/** Attempts as they are drawn, in the order in which they began. */
export const requestsOf = (attempts: ReadonlyArray<PageAttempt>): ReadonlyArray<Request> => {
  const failed = new Set<string>()
  return attempts
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .map((attempt) => {
      const { endedAt, outcome, startedAt, subject } = attempt
      const isAgain = failed.has(subject)
      if (outcome === "ok") failed.delete(subject)
      else failed.add(subject)
      const shade = outcome === "ok" ? (isAgain ? "again" : "good") : outcome === "RateLimited" ? "refused" : "failed"
      return { from: startedAt, to: Math.max(startedAt + 1, endedAt), attempt, isAgain, shade }
    })
}

/** From an attempt that failed to the next one for the same. */
export const backOffs = (attempts: ReadonlyArray<PageAttempt>): ReadonlyArray<Span> => {
  const open = new Map<string, PageAttempt>()
  const spans: Array<Span> = []
  for (const attempt of attempts.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const before = open.get(attempt.subject)
    if (before !== undefined && before.endedAt < attempt.startedAt) {
      spans.push({ from: before.endedAt, to: attempt.startedAt })
    }
    if (attempt.outcome === "ok") open.delete(attempt.subject)
    else open.set(attempt.subject, attempt)
  }
  return spans
}

/** How many spans there are at once, each time their number changes. */
export const countedOver = (
  spans: ReadonlyArray<Span>
): ReadonlyArray<{ readonly at: number; readonly count: number }> => {
  const changes = spans
    .flatMap(({ from, to }) => [
      { at: from, by: 1 },
      { at: to, by: -1 }
    ])
    .toSorted((a, b) => a.at - b.at)
  const counts: Array<{ readonly at: number; readonly count: number }> = []
  let count = 0
  for (const { at, by } of changes) {
    count += by
    if (counts.at(-1)?.at === at) counts.pop()
    counts.push({ at, count })
  }
  return counts
}

/** Waits as few spans: those with less than `least` between them are one, and what is shorter then is left out. */
export const joined = (waits: ReadonlyArray<PageWait>, least: number): ReadonlyArray<Span> => {
  const spans: Array<{ from: number; to: number }> = []
  for (const { from, to } of waits.toSorted((a, b) => a.from - b.from)) {
    const last = spans.at(-1)
    if (last !== undefined && from - last.to < least) last.to = Math.max(last.to, to)
    else spans.push({ from, to })
  }
  return spans.filter(({ from, to }) => to - from >= least)
}

/** How long requests took, and how long they must take at least with so many at once, whatever the order; seconds. */
export interface Bound {
  readonly took: number
  readonly total: number
  readonly longest: number
  readonly least: number
}

export const boundOf = (attempts: ReadonlyArray<PageAttempt>, atOnce: number): Bound => {
  const each = attempts.map(({ endedAt, startedAt }) => (endedAt - startedAt) / 1000)
  const began = attempts.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity)
  const ended = attempts.reduce((last, { endedAt }) => Math.max(last, endedAt), -Infinity)
  const total = each.reduce((sum, one) => sum + one, 0)
  const longest = each.reduce((most, one) => Math.max(most, one), 0)
  return {
    took: attempts.length === 0 ? 0 : (ended - began) / 1000,
    total,
    longest,
    least: Math.max(longest, total / Math.max(1, atOnce))
  }
}
