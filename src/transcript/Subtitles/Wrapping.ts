import { eastAsianWidth } from "get-east-asian-width"

export interface WrapOptions {
  readonly maxColumns: number
  readonly maxLines: number
}

/** A piece of text that is never broken inside; `space`: whether a space stands before it. */
interface Piece {
  readonly text: string
  readonly width: number
  readonly space: boolean
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })
const words = new Intl.Segmenter(undefined, { granularity: "word" })

const graphemeWidth = (grapheme: string): number => {
  if (/^[\p{M}\p{Cf}\p{Cc}]+$/u.test(grapheme)) return 0
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2
  return eastAsianWidth(grapheme.codePointAt(0)!)
}

/** Columns that a text takes: wide East Asian letters and emoji count two, marks none. */
export const columns = (text: string): number => {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

const spaceless =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}|\p{Script=Lao}|\p{Script=Khmer}|\p{Script=Myanmar}/u
const closing = /^[\p{Pe}\p{Pf}\p{Po}ーっッゃゅょャュョ々…—–]/u
const opening = /[\p{Ps}\p{Pi}]$/u

const piece = (text: string, space: boolean): Piece => ({ text, width: columns(text), space })

/** A word of a language without spaces may end a line anywhere but before closing and after opening punctuation. */
const piecesOfWord = (word: string, space: boolean): ReadonlyArray<Piece> => {
  if (!spaceless.test(word)) return [piece(word, space)]
  const parts: Array<string> = []
  for (const { segment } of words.segment(word)) {
    const last = parts.at(-1)
    const joins =
      last !== undefined &&
      (closing.test(segment) || opening.test(last) || !(spaceless.test(segment) || spaceless.test(last)))
    if (joins) parts[parts.length - 1] = last + segment
    else parts.push(segment)
  }
  return parts.map((part, index) => piece(part, space && index === 0))
}

/** What is wider than a line (an address, a word of 60 letters) is cut between letters. */
const cut = (long: Piece, maxColumns: number): ReadonlyArray<Piece> => {
  if (long.width <= maxColumns) return [long]
  const parts: Array<string> = [""]
  for (const { segment } of graphemes.segment(long.text)) {
    if (columns(parts.at(-1)! + segment) > maxColumns && parts.at(-1) !== "") parts.push(segment)
    else parts[parts.length - 1] += segment
  }
  return parts.map((part, index) => piece(part, long.space && index === 0))
}

const joinLines = (text: string): string =>
  text
    .split("\n")
    .reduce((joined, line) =>
      spaceless.test(joined.at(-1) ?? "") && spaceless.test(line.at(0) ?? "") ? joined + line : `${joined} ${line}`
    )

const pieces = (text: string, maxColumns: number): ReadonlyArray<Piece> =>
  joinLines(text)
    .split(/[ \t]+/)
    .filter((word) => word !== "")
    .flatMap((word, index) => piecesOfWord(word, index > 0))
    .flatMap((part) => cut(part, maxColumns))

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

const wrapPieces = (parts: ReadonlyArray<Piece>, maxColumns: number): ReadonlyArray<string> => {
  const width = widths(parts)
  const count = leastGroups(parts, maxColumns)
  const ideal = width(0, parts.length) / count
  const groups =
    partition(parts.length, count, (from, to) => {
      const columnsWide = width(from, to)
      if (columnsWide > maxColumns) return Infinity
      const uneven = (columnsWide - ideal) ** 2 / 5
      return uneven + (to < parts.length ? breakCost(parts[to - 1]!, parts[to]!) : 0)
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
export const splitText = (text: string, options: WrapOptions, atLeast: number): ReadonlyArray<string> => {
  const parts = pieces(text, options.maxColumns)
  if (parts.length === 0) return []
  const width = widths(parts)
  const limit = options.maxColumns * options.maxLines
  const fits = (from: number, to: number) =>
    width(from, to) <= options.maxColumns ||
    (width(from, to) <= limit && leastGroups(parts.slice(from, to), options.maxColumns) <= options.maxLines)
  const most = parts.length
  let count = Math.min(most, Math.max(atLeast, Math.ceil(width(0, parts.length) / limit)))
  for (; count <= most; count++) {
    const ideal = width(0, parts.length) / count
    const groups = partition(parts.length, count, (from, to) => {
      if (!fits(from, to)) return Infinity
      return (width(from, to) - ideal) ** 2 / 16 + (to < parts.length ? breakCost(parts[to - 1]!, parts[to]!) : 0)
    })
    if (groups !== undefined) return groups.map(([from, to]) => textOf(parts.slice(from, to)))
  }
  return [text]
}
