import { eastAsianWidth } from "get-east-asian-width"
import { segmentsOf } from "../../domain/Segments.ts"

/** A piece of text that is never broken inside; `space`: whether a space stands before it. */
export interface Piece {
  readonly text: string
  readonly width: number
  readonly space: boolean
}

const graphemeWidth = (grapheme: string): number => {
  if (/^[\p{M}\p{Cf}\p{Cc}]+$/u.test(grapheme)) return 0
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2
  return eastAsianWidth(grapheme.codePointAt(0)!)
}

/** Columns that a text takes: wide East Asian letters and emoji count two, marks none. */
export const columns = (text: string): number => {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segmentsOf(text, "grapheme")) width += graphemeWidth(segment)
  return width
}

/** Columns of a line in a script whose letters take two: 18 of them, as its readers are used to. */
const wideColumns = 36

/** How wide a line of this text may be: less where most of its letters are wide. */
export const columnsFor = (text: string, maxColumns: number): number => {
  let letters = 0
  for (const { segment } of segmentsOf(text, "grapheme")) if (graphemeWidth(segment) > 0) letters++
  return columns(text) > letters * 1.5 ? Math.min(maxColumns, wideColumns) : maxColumns
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
  for (const { segment } of segmentsOf(word, "word")) {
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
  let width = 0
  for (const { segment } of segmentsOf(long.text, "grapheme")) {
    const wider = graphemeWidth(segment)
    if (width + wider > maxColumns && width > 0) {
      parts.push("")
      width = 0
    }
    parts[parts.length - 1] += segment
    width += wider
  }
  return parts.map((part, index) => piece(part, long.space && index === 0))
}

const joinLines = (text: string): string =>
  text
    .split("\n")
    .reduce((joined, line) =>
      spaceless.test(joined.at(-1) ?? "") && spaceless.test(line.at(0) ?? "") ? joined + line : `${joined} ${line}`
    )

/** The pieces of a text, its line breaks taken for spaces. */
export const pieces = (text: string, maxColumns: number): ReadonlyArray<Piece> =>
  joinLines(text)
    .split(/[ \t]+/)
    .filter((word) => word !== "")
    .flatMap((word, index) => piecesOfWord(word, index > 0))
    .flatMap((part) => cut(part, maxColumns))
