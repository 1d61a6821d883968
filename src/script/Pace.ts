import { type Language, primary } from "../domain/Language.ts"

/** Characters a voice says in a second, spaces counted. */
const charactersPerSecond: Readonly<Record<string, number>> = {
  en: 15.5,
  de: 15.5,
  fr: 15.5,
  it: 15.5,
  nl: 15.5,
  es: 15,
  pt: 15,
  ru: 14.5,
  uk: 14.5,
  pl: 14,
  tr: 14,
  ar: 13,
  fa: 13,
  he: 13,
  ur: 13,
  hi: 13,
  th: 13,
  zh: 5.5,
  yue: 5.5,
  ja: 5.5,
  ko: 5.5
}
const secondsPerSyllable: Readonly<Record<string, number>> = { en: 0.225, fr: 0.22, es: 0.22 }

const wideSeconds = 1 / 5.5
const digitSeconds = 0.28
const symbolSeconds = 0.3
const markSeconds = 0.1

const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu
const tokens =
  /(?<word>[\p{L}\p{M}'’]+)|(?<digit>\p{N})|(?<symbol>[%$€£¥&@+=°])|(?<mark>[.,;:!?…—–،؛؟।。、，！？：；]{1,4}(?=\s|$|\P{ASCII}))/gu

const rate = (language: Language): number => charactersPerSecond[primary(language)] ?? 15

/** Syllables of a word by its vowels; undefined in scripts that don't write them, or not apart. */
const syllables = (word: string, language: string): number | undefined => {
  if (/^\p{Lu}{2,5}$/u.test(word)) return word.length
  const plain = word.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "")
  if (/\p{sc=Cyrillic}/u.test(plain)) return Math.max(1, plain.match(/[аеёиоуыэюяієў]/gu)?.length ?? 0)
  if (!/\p{sc=Latin}|\p{sc=Greek}/u.test(plain)) return undefined
  const silent = language === "en" ? /(?<=[^aeiouyl])e[ds]?$/u : language === "fr" ? /(?<=.[^e])e(?:s|nt)?$/u : /$^/u
  return Math.max(1, plain.replace(silent, "").match(/[aeiouyæœøαεηιουω]+/gu)?.length ?? 0)
}

/** What of a text takes time to say: its words in seconds by the tables, and how many of what else. */
export interface SpokenParts {
  readonly words: number
  readonly digits: number
  readonly symbols: number
  readonly marks: number
}

/** The parts of a text that take time to say. */
export const spokenParts = (text: string, language: Language): SpokenParts => {
  const code = primary(language)
  const perCharacter = 1 / (rate(language) < 10 ? 15 : rate(language))
  const perSyllable = secondsPerSyllable[code] ?? 0.22
  let words = (text.match(wide)?.length ?? 0) * wideSeconds
  let digits = 0
  let symbols = 0
  let marks = 0
  for (const { groups } of text.replaceAll(wide, " ").matchAll(tokens)) {
    const word = groups!["word"]
    if (word !== undefined) {
      const byCharacters = ([...word].length + 1) * perCharacter
      const count = syllables(word, code)
      words += count === undefined ? byCharacters : (byCharacters + count * perSyllable) / 2
    } else if (groups!["digit"] !== undefined) digits++
    else if (groups!["symbol"] === undefined) marks++
    else symbols++
  }
  return { words, digits, symbols, marks }
}

/** How a voice speaks, against the tables: seconds = fixed + words × its words + digit × its digits, and so on. */
export interface Pace {
  readonly fixed: number
  /** Above 1: slower than the tables. */
  readonly words: number
  readonly digit: number
  readonly symbol: number
  readonly mark: number
}

/** The pace of the tables, for a voice of which nothing is known yet. */
export const tablePace: Pace = { fixed: 0, words: 1, digit: digitSeconds, symbol: symbolSeconds, mark: markSeconds }

/**
 * About how many seconds a voice takes for a text at its own pace: by its syllables and characters, with something for
 * digits, symbols and the pauses at punctuation.
 */
export const estimateSeconds = (text: string, language: Language, pace: Pace = tablePace): number => {
  const { digits, marks, symbols, words } = spokenParts(text, language)
  const seconds = pace.words * words + pace.digit * digits + pace.symbol * symbols + pace.mark * marks
  return seconds === 0 ? 0 : Math.max(0, pace.fixed + seconds)
}

/** The most characters that a voice says in `seconds` at its own pace, where known so many a second. */
export const characterBudget = (seconds: number, language: Language, charactersASecond = rate(language)): number =>
  Math.max(1, Math.floor(Math.max(0, seconds) * charactersASecond))
