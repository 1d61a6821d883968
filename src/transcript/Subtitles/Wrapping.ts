import { columns, pieces, type Piece } from "./Columns.ts"

export interface WrapOptions {
  readonly maxColumns: number
  readonly maxLines: number
}

const sentenceEnd = /[.!?…。！？؟।॥]["'”’»)\]」』]*$/u
const clauseEnd = /[,;:、，；：،؛—–]["'”’»)\]」』]*$/u
// Words that belong to what follows them: a line should rather begin than end with one.
const leaning = new Set(
  "a an the of to in on at by for with from and or but nor so as if that than because when while where who which what whose my your his her its our their is are was were be been not no very un una el la los las lo de del al en con por para y o que se su sus mi tu le les des du et ou mais dans sur pour avec qui ce cette ces der die das den dem des ein eine einen einem einer und oder aber dass mit von zu im am auf für il lo gli e ed che di da per os as um uma com em".split(
    " "
  )
)

/** How badly a line ends after this piece: 0 at the end of a sentence, most after an article. */
const breakCost = (last: Piece, next: Piece): number => {
  if (sentenceEnd.test(last.text)) return 0
  if (clauseEnd.test(last.text)) return 10
  if (leaning.has(last.text.toLowerCase())) return 150
  if (leaning.has(next.text.toLowerCase())) return 25
  return 50
}

/** What it costs to end a line before each piece, and after the last. */
const breakCosts = (parts: ReadonlyArray<Piece>): ReadonlyArray<number> =>
  [...parts, undefined].map((next, index) => {
    const last = parts[index - 1]
    return last === undefined || next === undefined ? 0 : breakCost(last, next)
  })

const textOf = (line: ReadonlyArray<Piece>): string =>
  line.map((part, index) => (part.space && index > 0 ? ` ${part.text}` : part.text)).join("")

/**
 * The best way to cut a run of pieces into `count` groups: `cost` says what a group costs that runs from one piece to
 * another, Infinity where it may not be.
 */
const partition = (
  length: number,
  count: number,
  cost: (from: number, to: number) => number
): ReadonlyArray<readonly [number, number]> | undefined => {
  let best: Array<number> = Array.from({ length: length + 1 }, (_, to) => (to === 0 ? 0 : Infinity))
  const cuts: Array<Array<number>> = []
  for (let group = 0; group < count; group++) {
    const next = Array.from({ length: length + 1 }, () => Infinity)
    const from = Array.from({ length: length + 1 }, () => 0)
    for (let to = 1; to <= length; to++) {
      for (let start = to - 1; start >= 0; start--) {
        const price = cost(start, to)
        if (price === Infinity) break
        if (best[start]! + price < next[to]!) {
          next[to] = best[start]! + price
          from[to] = start
        }
      }
    }
    best = next
    cuts.push(from)
  }
  if (best[length] === Infinity) return undefined
  const groups: Array<readonly [number, number]> = []
  let to = length
  for (const from of cuts.toReversed()) {
    groups.unshift([from[to]!, to])
    to = from[to]!
  }
  return groups
}

const widths = (parts: ReadonlyArray<Piece>) => {
  const sums = [0]
  for (const { width, space } of parts) sums.push(sums.at(-1)! + width + (space ? 1 : 0))
  return (from: number, to: number) => sums[to]! - sums[from]! - (parts[from]?.space === true ? 1 : 0)
}

/** The least number of groups no wider than `limit`. */
const leastGroups = (parts: ReadonlyArray<Piece>, limit: number): number => {
  const width = widths(parts)
  let groups = 0
  let from = 0
  while (from < parts.length) {
    let to = from + 1
    while (to < parts.length && width(from, to + 1) <= limit) to++
    groups++
    from = to
  }
  return groups
}

/** More pieces than this are not weighed against each other all at once. */
const manyPieces = 160

/** The best place near the middle to cut many pieces in two. */
const middleOf = (parts: ReadonlyArray<Piece>): number => {
  const middle = parts.length >> 1
  let best = middle
  let least = Infinity
  for (let at = middle - 30; at <= middle + 30; at++) {
    const cost = breakCost(parts[at - 1]!, parts[at]!) + Math.abs(at - middle)
    if (cost < least) [best, least] = [at, cost]
  }
  return best
}

const wrapPieces = (parts: ReadonlyArray<Piece>, maxColumns: number): ReadonlyArray<string> => {
  if (parts.length > manyPieces) {
    const middle = middleOf(parts)
    return [...wrapPieces(parts.slice(0, middle), maxColumns), ...wrapPieces(parts.slice(middle), maxColumns)]
  }
  const width = widths(parts)
  const costs = breakCosts(parts)
  const count = leastGroups(parts, maxColumns)
  const ideal = width(0, parts.length) / count
  const groups =
    partition(parts.length, count, (from, to) => {
      const columnsWide = width(from, to)
      if (columnsWide > maxColumns) return Infinity
      const uneven = (columnsWide - ideal) ** 2 / 5
      return uneven + costs[to]!
    }) ?? []
  return groups.map(([from, to]) => textOf(parts.slice(from, to)))
}

/**
 * Breaks a text into lines of at most `maxColumns`, balanced and where phrases end; wide letters count two columns, and
 * languages without spaces are broken between words and letters. Lines that fit as they stand are kept. A text that
 * needs more than `maxLines` gets them: nothing is cut off.
 */
export const wrapLines = (text: string, options: WrapOptions): Array<string> => {
  const given = text.split("\n").filter((line) => line.trim() !== "")
  if (given.length === 0) return []
  if (given.length <= options.maxLines && given.every((line) => columns(line) <= options.maxColumns)) return given
  return [...wrapPieces(pieces(text, options.maxColumns), options.maxColumns)]
}

/**
 * Cuts a text into at least `atLeast` successive parts (fewer where it has fewer words), each of which fits on
 * `maxLines` lines: at the ends of sentences first, then of clauses, evenly.
 */
export const splitText = (text: string, options: WrapOptions, atLeast: number): ReadonlyArray<string> =>
  splitPieces(pieces(text, options.maxColumns), options, atLeast)

const splitPieces = (parts: ReadonlyArray<Piece>, options: WrapOptions, atLeast: number): ReadonlyArray<string> => {
  if (parts.length === 0) return []
  if (parts.length > manyPieces) {
    const middle = middleOf(parts)
    const half = Math.ceil(atLeast / 2)
    return [...splitPieces(parts.slice(0, middle), options, half), ...splitPieces(parts.slice(middle), options, half)]
  }
  const width = widths(parts)
  const limit = options.maxColumns * options.maxLines
  const fits = (from: number, to: number) =>
    width(from, to) <= options.maxColumns ||
    (width(from, to) <= limit && leastGroups(parts.slice(from, to), options.maxColumns) <= options.maxLines)
  const most = parts.length
  const costs = breakCosts(parts)
  for (let count = Math.min(most, Math.max(atLeast, Math.ceil(width(0, most) / limit))); count <= most; count++) {
    const ideal = width(0, most) / count
    const groups = partition(most, count, (from, to) => {
      if (!fits(from, to)) return Infinity
      return (width(from, to) - ideal) ** 2 / 16 + costs[to]!
    })
    if (groups !== undefined) return groups.map(([from, to]) => textOf(parts.slice(from, to)))
  }
  return parts.map((part) => part.text)
}
