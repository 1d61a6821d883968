import { type Language, primary, writtenWithoutSpaces } from "../domain/Language.ts"
import { functionWords, hasFunctionWords } from "./FunctionWords.ts"

/** A word, or a few in a row, that a talk keeps coming back to. */
export interface TalkTerm {
  /** As it is written most often. */
  readonly text: string
  /** Written with capitals where nothing asks for them: who or what is called so. */
  readonly isName: boolean
  /** The ids of the lines in which it is. */
  readonly lines: ReadonlySet<number>
}

interface Line {
  readonly id: number
  readonly text: string
}

interface Token {
  readonly word: string
  readonly stem: string
  readonly isSmall: boolean
  readonly isCapital: boolean
  /** Something other than a space stands before it. */
  readonly isParted: boolean
}

/** What a word has in common with its other forms, roughly. */
export const stemOf = (word: string): string => {
  const lower = word.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "")
  if (lower.length < 5) return lower
  return lower.replace(/(?:en|es|er|os|as|[aeiousnm])$/u, "").slice(0, 7)
}

const segmenters = new Map<string, Intl.Segmenter>()

const segmented = (text: string, language: Language): ReadonlyArray<string> => {
  const segmenter = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: "word" })
  segmenters.set(language, segmenter)
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

const inPieces = (text: string, language: Language): ReadonlyArray<string> =>
  writtenWithoutSpaces(language)
    ? segmented(text, language)
    : (text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|\s+|[^\p{L}\p{N}\s]+/gu) ?? [])

export const tokensOf = (text: string, language: Language): ReadonlyArray<Token> => {
  const small = functionWords(language)
  const tokens: Array<Token> = []
  let isParted = true
  let startsSentence = true
  for (const piece of inPieces(text, language)) {
    if (!/[\p{L}\p{N}]/u.test(piece)) {
      if (piece.trim() !== "") isParted = true
      if (/[.!?…:¿¡"“„«]/u.test(piece)) startsSentence = true
      continue
    }
    const lower = piece.toLowerCase()
    tokens.push({
      word: piece,
      stem: stemOf(piece),
      isSmall: small.has(lower) || !/\p{L}/u.test(piece),
      isCapital: !startsSentence && /^\p{Lu}/u.test(piece),
      isParted
    })
    isParted = false
    startsSentence = false
  }
  return tokens
}

const longest = 3

/** Runs of one to three words that begin and end with one that means something, each with its words. */
export const runsOf = (tokens: ReadonlyArray<Token>): ReadonlyArray<ReadonlyArray<Token>> =>
  tokens.flatMap((_, from) => {
    const runs: Array<ReadonlyArray<Token>> = []
    for (let to = from; to < Math.min(tokens.length, from + longest); to++) {
      if (to > from && tokens[to]!.isParted) break
      if (!tokens[from]!.isSmall && !tokens[to]!.isSmall) runs.push(tokens.slice(from, to + 1))
    }
    return runs
  })

export const keyOfRun = (run: ReadonlyArray<Token>): string => run.map(({ stem }) => stem).join(" ")

export const textOfRun = (run: ReadonlyArray<Token>, language: Language): string =>
  run.map(({ word }) => word).join(writtenWithoutSpaces(language) ? "" : " ")

interface Counted {
  readonly lines: Set<number>
  readonly texts: Map<string, number>
  readonly words: number
  capitals: number
}

const mostFrequent = (texts: ReadonlyMap<string, number>): string =>
  [...texts].reduce((a, b) => (b[1] > a[1] ? b : a))[0]

const mostTerms = 40
/** A word in more of the lines than this is what the language is made of rather than the talk. */
const everywhere = { known: 0.35, unknown: 0.12 }

/**
 * The words that a talk keeps coming back to, the most telling first: names, then terms of several words, then long
 * words. A term that is nearly always part of a longer one is left to that.
 */
export const talkTerms = (lines: ReadonlyArray<Line>, language: Language): ReadonlyArray<TalkTerm> => {
  const counted = new Map<string, Counted>()
  for (const { id, text } of lines) {
    for (const run of runsOf(tokensOf(text, language))) {
      const key = keyOfRun(run)
      const one = counted.get(key) ?? { lines: new Set(), texts: new Map(), words: run.length, capitals: 0 }
      const written = textOfRun(run, language)
      one.lines.add(id)
      one.texts.set(written, (one.texts.get(written) ?? 0) + 1)
      if (run[0]!.isCapital) one.capitals++
      counted.set(key, one)
    }
  }
  const nounsAreCapital = primary(language) === "de"
  // In a short talk any word may be in many of the lines.
  const isRare = (count: number, most: number) => lines.length < 50 || count <= most
  const isTelling = (key: string, one: Counted): boolean => {
    const isName = one.capitals > one.lines.size / 2 && !nounsAreCapital
    const letters = mostFrequent(one.texts).length
    if (one.lines.size < (isName ? 2 : 3)) return false
    if (isName) return letters > 1
    if (writtenWithoutSpaces(language)) {
      const isGrammar = /^\p{sc=Hiragana}+$/u.test(key)
      return letters > 1 && one.words < 3 && !isGrammar && isRare(one.lines.size, everywhere.unknown * lines.length)
    }
    if (one.words > 1) return key.length > 6 && hasFunctionWords(language)
    const isKnown = hasFunctionWords(language)
    const most = (isKnown ? everywhere.known : everywhere.unknown) * lines.length
    return isRare(one.lines.size, most) && letters >= (isKnown ? 5 : 8)
  }
  const telling = [...counted].filter(([key, one]) => isTelling(key, one))
  const isPartOfAnother = (key: string, one: Counted): boolean =>
    telling.some(
      ([other, longer]) =>
        longer.words > one.words && ` ${other} `.includes(` ${key} `) && longer.lines.size >= 0.8 * one.lines.size
    )
  return telling
    .filter(([key, one]) => !isPartOfAnother(key, one))
    .map(([, one]) => {
      const text = mostFrequent(one.texts)
      const isName = one.capitals > one.lines.size / 2 && !nounsAreCapital
      const score = one.lines.size * (isName ? 3 : 1) * (one.words > 1 ? 2 : 1) * Math.sqrt(text.length)
      return { score, term: { text, isName, lines: one.lines } satisfies TalkTerm }
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostTerms)
    .map(({ term }) => term)
}
