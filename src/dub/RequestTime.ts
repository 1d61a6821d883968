interface Timed {
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: string
}

/**
 * In seconds, how long at least one request was under way, and how long all of them would have been one after another.
 * Of what was refused for coming too soon nothing would have been sent then.
 */
export const requestTime = (attempts: ReadonlyArray<Timed>) => {
  let taken = 0
  let until = -Infinity
  for (const { endedAt, startedAt } of attempts.toSorted((a, b) => a.startedAt - b.startedAt)) {
    taken += Math.max(0, endedAt - Math.max(startedAt, until))
    until = Math.max(until, endedAt)
  }
  const oneByOne = attempts
    .filter(({ outcome }) => outcome !== "RateLimited")
    .reduce((sum, { endedAt, startedAt }) => sum + endedAt - startedAt, 0)
  return { takenSeconds: taken / 1000, oneByOneSeconds: oneByOne / 1000 }
}
