interface Slot {
  readonly jobs: ReadonlyArray<number>
  readonly sum: number
}

/** Nothing is gained by evening out what differs by less. */
const evenEnough = 1.002
const mostSwaps = 200

const longestFirst = (lengths: ReadonlyArray<number>): ReadonlyArray<number> =>
  [...lengths.keys()].toSorted((a, b) => lengths[b]! - lengths[a]!)

const indexOfLeast = (slots: ReadonlyArray<Slot>): number =>
  slots.reduce((least, { sum }, k) => (sum < slots[least]!.sum ? k : least), 0)

const indexOfMost = (slots: ReadonlyArray<Slot>): number =>
  slots.reduce((most, { sum }, k) => (sum > slots[most]!.sum ? k : most), 0)

/** The exchange of one job of the fullest slot for one (or none, -1) of another that lowers the higher of the two most. */
const bestSwap = (slots: ReadonlyArray<Slot>, fullest: number, lengths: ReadonlyArray<number>) => {
  let best: { readonly slot: number; readonly given: number; readonly taken: number; readonly most: number } | undefined
  const { jobs, sum } = slots[fullest]!
  for (const [slot, other] of slots.entries()) {
    if (slot === fullest) continue
    for (const given of jobs) {
      for (const taken of [-1, ...other.jobs]) {
        const delta = lengths[given]! - (taken === -1 ? 0 : lengths[taken]!)
        const most = Math.max(sum - delta, other.sum + delta)
        if (delta > 0 && most < (best?.most ?? sum)) best = { slot, given, taken, most }
      }
    }
  }
  return best
}

/** Jobs of these lengths shared out to slots: the longest first to whichever is free, then evened out by exchanges. */
const shareOut = (lengths: ReadonlyArray<number>, count: number): ReadonlyArray<Slot> => {
  const slots = Array.from({ length: count }, (): Slot => ({ jobs: [], sum: 0 }))
  const put = (k: number, jobs: ReadonlyArray<number>) => {
    slots[k] = { jobs, sum: jobs.reduce((sum, job) => sum + lengths[job]!, 0) }
  }
  for (const job of longestFirst(lengths)) {
    const k = indexOfLeast(slots)
    slots[k] = { jobs: [...slots[k]!.jobs, job], sum: slots[k]!.sum + lengths[job]! }
  }
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const bound = lengths.reduce((most, length) => Math.max(most, length), total / count)
  for (let swaps = 0; swaps < mostSwaps; swaps++) {
    const fullest = indexOfMost(slots)
    if (slots[fullest]!.sum <= bound * evenEnough) break
    const swap = bestSwap(slots, fullest, lengths)
    if (swap === undefined) break
    const without = (k: number, job: number) => slots[k]!.jobs.filter((one) => one !== job)
    put(fullest, [...without(fullest, swap.given), ...(swap.taken === -1 ? [] : [swap.taken])])
    put(swap.slot, [...without(swap.slot, swap.taken), swap.given])
  }
  return slots
}

/**
 * Positions of requests in the order in which to begin them, so that all slots are done at about the same time if each
 * takes as long as its length says: the longest first, with the few exchanges that even out the end. Where no number
 * of slots is known, the longest first.
 */
export const beginOrder = (lengths: ReadonlyArray<number>, slots: number | "auto"): ReadonlyArray<number> => {
  if (slots === "auto" || slots < 2 || slots >= lengths.length) return longestFirst(lengths)
  const begun = shareOut(lengths, slots).flatMap(({ jobs }) => {
    let at = 0
    return jobs
      .toSorted((a, b) => lengths[b]! - lengths[a]!)
      .map((job) => {
        const start = at
        at += lengths[job]!
        return { job, start }
      })
  })
  return begun.toSorted((a, b) => a.start - b.start || lengths[b.job]! - lengths[a.job]!).map(({ job }) => job)
}
