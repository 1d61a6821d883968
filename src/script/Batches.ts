/** A line to be rewritten; seconds. */
export interface ScriptLine {
  readonly id: number
  readonly text: string
  readonly start: number
  readonly end: number
  /** Further fields for the model: its time, its budget, its speaker. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined
}

const smallest = 25
const largest = 40
const mostCharacters = 8000

/**
 * Lines in batches of 25 to 40, each ending at the longest pause there; fewer lines where they are very long.
 */
export const inBatches = (lines: ReadonlyArray<ScriptLine>): ReadonlyArray<ReadonlyArray<ScriptLine>> => {
  const batches: Array<ReadonlyArray<ScriptLine>> = []
  let from = 0
  while (from < lines.length) {
    const left = lines.length - from
    let fits = 1
    let characters = lines[from]!.text.length
    while (fits < Math.min(left, largest) && characters + lines[from + fits]!.text.length <= mostCharacters) {
      characters += lines[from + fits]!.text.length
      fits++
    }
    let best = fits
    if (fits < left) {
      const last = Math.min(fits, Math.max(left - smallest, left >> 1))
      const first = Math.min(last, left < 2 * smallest ? left >> 1 : smallest)
      let longest = -Infinity
      for (let size = first; size <= last; size++) {
        const pause = lines[from + size]!.start - lines[from + size - 1]!.end
        if (pause < longest) continue
        longest = pause
        best = size
      }
    }
    batches.push(lines.slice(from, from + best))
    from += best
  }
  return batches
}

/** Requests are at most one for so many lines, as long as the model answers well. */
export const linesARequest = 20

/** Fewer batches know of one another through the lines beside theirs. */
const fewestToBrief = 4

/**
 * Whether a request about the whole of the lines pays: where there are so many batches that some come after it, and
 * within the number of requests that there may be.
 */
export const isWorthBrief = (batches: number, lines: number, concurrency: number): boolean =>
  batches >= fewestToBrief && batches > concurrency && (batches + 1) * linesARequest <= lines

/** The requests that lines take at so many at once, as long as the model answers well. */
export const requestsFor = (lines: ReadonlyArray<ScriptLine>, concurrency: number): number => {
  const wordy = lines.filter(({ text }) => /\p{L}/u.test(text))
  const batches = inBatches(wordy).length
  return batches + (isWorthBrief(batches, wordy.length, concurrency) ? 1 : 0)
}

/** So many lines that need not be asked for between two that must be part their requests. */
const farApart = 20

/** Lines that stand near one another, so that each request is about one place. */
export const inPlaces = (
  lines: ReadonlyArray<ScriptLine>,
  places: ReadonlyMap<number, number>
): ReadonlyArray<ReadonlyArray<ScriptLine>> => {
  const groups: Array<Array<ScriptLine>> = []
  let last = -Infinity
  for (const line of lines) {
    const place = places.get(line.id)!
    if (place - last > farApart) groups.push([])
    groups.at(-1)!.push(line)
    last = place
  }
  return groups
}
