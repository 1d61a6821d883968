/** How fast something goes of late: told how much is done, asked how much of it is done in a second. */
export interface RecentRate {
  readonly told: (now: number, done: number) => void
  /** Something else begins: what was before says nothing of it. */
  readonly begin: (now: number, done: number) => void
  readonly perSecond: (now: number) => number | undefined
}

/** What happened longer ago than this counts no more, unless little has happened since. */
const windowMillis = 30_000
const fewestSamples = 8
/** What is there at once, as what was made before, is no measure of what is still to be made. */
const startMillis = 1000
/** Less says nothing. */
const leastMillis = 2000

export const makeRecentRate = (startedAt: number): RecentRate => {
  let samples: Array<{ readonly at: number; readonly done: number }> = [{ at: startedAt, done: 0 }]
  const begin = (now: number, done: number) => {
    samples = [{ at: now, done }]
  }
  return {
    begin,
    told: (now, done) => {
      const last = samples.at(-1)!
      if (done === last.done) return
      if (now - startedAt < startMillis || done < last.done) {
        return begin(now, done)
      }
      samples.push({ at: now, done })
      while (samples.length > fewestSamples && samples[1]!.at < now - windowMillis) samples.shift()
    },
    perSecond: (now) => {
      const first = samples[0]!
      const last = samples.at(-1)!
      if (last === first || now - first.at < leastMillis) return undefined
      // What is under way since the last counts too, or a line that waits would promise more and more wrongly.
      const seconds = (Math.max(last.at, now - windowMillis / 3) - first.at) / 1000
      return (last.done - first.done) / Math.max(seconds, 0.001)
    }
  }
}
