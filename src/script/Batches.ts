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
