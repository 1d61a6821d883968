/** Numbers as people write them: "1-12, 15, 20-22". */
export const inRanges = (numbers: ReadonlyArray<number>): string => {
  const ranges: Array<{ readonly from: number; to: number }> = []
  for (const one of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && one <= last.to + 1) last.to = one
    else ranges.push({ from: one, to: one })
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ")
}

/** Whether a number is in ranges that were written so. */
export const isInRanges = (ranges: string, number: number): boolean =>
  ranges.split(",").some((range) => {
    const [from = Number.NaN, to = from] = range.split("-").map(Number)
    return number >= from && number <= to
  })
