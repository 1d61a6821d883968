import type { TalkLine } from "./Chapters.ts"

interface Counted {
  readonly word: string
  /** Lines it stands in, and how often it stands there as a name does. */
  readonly lines: number
  readonly names: number
}

/** Written without spaces, so that short words tell much. */
const isWide = (word: string): boolean =>
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Hangul}]+$/u.test(word)

const isName = ({ lines, names }: Counted): boolean => names > lines / 2

const isTelling = (one: Counted): boolean => {
  const { lines, word } = one
  if (isWide(word)) return word.length > 1 && lines > 1
  return /^\p{L}/u.test(word) && (isName(one) ? word.length > 2 : word.length > 6 && lines > 1)
}

const score = (one: Counted): number =>
  one.lines * (isName(one) ? 3 : 1) * (isWide(one.word) ? 2 : 1) * Math.sqrt(one.word.length)

/** Words that a talk keeps coming back to, the most telling first: names above all, then long words. */
export const frequentWords = (lines: ReadonlyArray<TalkLine>, language: string): ReadonlyArray<string> => {
  const words = new Map<string, Counted>()
  const segmenter = new Intl.Segmenter(language, { granularity: "word" })
  for (const line of lines) {
    const seen = new Set<string>()
    let isFirst = true
    for (const { segment, isWordLike } of segmenter.segment(line.text)) {
      if (isWordLike !== true) {
        if (/[.!?¿¡:"“„«]/u.test(segment)) isFirst = true
        continue
      }
      const lower = segment.toLowerCase()
      const known = words.get(lower) ?? { word: lower, lines: 0, names: 0 }
      const asName = !isFirst && /^\p{Lu}/u.test(segment)
      words.set(lower, {
        word: asName ? segment : known.word,
        lines: known.lines + (seen.has(lower) ? 0 : 1),
        names: known.names + (asName ? 1 : 0)
      })
      seen.add(lower)
      isFirst = false
    }
  }
  return [...words.values()]
    .filter(isTelling)
    .toSorted((a, b) => score(b) - score(a))
    .slice(0, 15)
    .map(({ word }) => word)
}
