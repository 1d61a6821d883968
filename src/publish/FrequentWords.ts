import type { TalkLine } from "./Chapters.ts"

export interface KeywordOptions {
  /** Words of the language that tell nothing by themselves, in small letters; without them long words are taken to tell. */
  readonly stopWords?: ReadonlySet<string> | undefined
  /** What the video is called: words of it count more. */
  readonly title?: string | undefined
}

/** A word of a line. `joins`: nothing but a space stands between it and the word before. */
interface Word {
  readonly key: string
  readonly shown: string
  /** As it stands in the line, with what is stuck to it. */
  readonly whole: string
  readonly joins: boolean
  /** Written as a name is, though no sentence begins here. */
  readonly isName: boolean
}

/** A word or a few that belong together. */
interface Term {
  readonly keys: ReadonlyArray<string>
  readonly shown: string
  /** Lines it stands in, and how many of them write it as a name. */
  readonly lines: number
  readonly names: number
}

const most = 20
const longest = 30

/** Written without spaces, so that short words tell much. */
const isWide = (word: string): boolean =>
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Hangul}ー]+$/u.test(word)

/** Kana of one kind alone are endings and particles more often than words. */
const isHiragana = (word: string): boolean => /^[\p{sc=Hiragana}ー]+$/u.test(word)

/** Loans, which are cut into pieces that are none. */
const isKatakana = (word: string): boolean => /^[\p{sc=Katakana}ー]+$/u.test(word)

/** A word without what is stuck to it: "l'eau", "Rome's". */
const bare = (segment: string): string => segment.replace(/^\p{L}{1,2}['’](?=\p{L}{3})/u, "").replace(/['’]s$/u, "")

const wordsOf = (text: string, segmenter: Intl.Segmenter): ReadonlyArray<Word> => {
  const words: Array<Word> = []
  let begins = true
  let joins = false
  for (const { isWordLike, segment } of segmenter.segment(text)) {
    if (isWordLike !== true) {
      if (/[.!?¿¡:"“„«。！？]/u.test(segment)) begins = true
      if (!/^[ \u00a0-]+$/u.test(segment)) joins = false
      continue
    }
    const last = words.at(-1)
    const isOne = joins && last !== undefined && isKatakana(last.shown) && isKatakana(segment)
    const shown = isOne ? last.shown + segment : bare(segment)
    const isName = !begins && /^\p{Lu}/u.test(shown)
    const word = { key: shown.toLowerCase(), shown, whole: isOne ? shown : segment, joins, isName }
    if (isOne) words[words.length - 1] = { ...word, joins: last.joins }
    else words.push(word)
    begins = false
    joins = true
  }
  return words
}

/** Languages in which every noun has a capital: there a capital tells nouns, not names. */
const capitalisesNouns = (language: string): boolean => /^(?:de|lb)\b/.test(language)

const tells = (word: Word, language: string, stopWords: ReadonlySet<string> | undefined): boolean => {
  const { key, shown } = word
  if (!/^\p{L}/u.test(key) || stopWords?.has(key) === true) return false
  if (isWide(key)) return [...key].length > 1 && !isHiragana(key)
  if (key.length < 3) return word.isName || /^\p{Lu}{2}$/u.test(shown)
  if (capitalisesNouns(language)) return /^\p{Lu}/u.test(shown)
  return stopWords !== undefined || key.length > 4 || word.isName
}

/** Words that stand together in a line: two or three that tell something, or two with a small word between ("base de datos"). */
const phrasesIn = (
  words: ReadonlyArray<Word>,
  isTelling: (word: Word) => boolean
): ReadonlyArray<ReadonlyArray<Word>> =>
  words.flatMap((_, at) =>
    [2, 3].flatMap((length) => {
      const run = words.slice(at, at + length)
      const stands =
        run.length === length &&
        run.slice(1).every(({ joins }) => joins) &&
        isTelling(run[0]!) &&
        isTelling(run.at(-1)!) &&
        (length === 2 || isTelling(run[1]!) || run[1]!.key.length <= 3)
      return stands ? [run] : []
    })
  )

const joined = (words: ReadonlyArray<Word>, nouns: boolean): string =>
  words
    .map(({ isName, shown, whole }, at) => {
      const word = at === 0 ? shown : whole
      return isName || nouns ? word : word.toLowerCase()
    })
    .reduce((text, word) => (isWide(text.at(-1) ?? "") && isWide(word) ? text + word : `${text} ${word}`))

/** Two forms of one word, as far as their letters tell: "roof" and "roofs", "tejado" and "tejados". */
const isForm = (a: string, b: string): boolean => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return (
    short.length >= 4 &&
    long.length - short.length <= 2 &&
    long.startsWith(short.slice(0, Math.max(4, short.length - 1)))
  )
}

/**
 * Words and phrases that a talk keeps coming back to, the most telling first: what stands in many lines, phrases before
 * their words, names above all; of several forms of a word the one that is used most.
 */
export const frequentWords = (
  lines: ReadonlyArray<TalkLine>,
  language: string,
  { stopWords, title = "" }: KeywordOptions = {}
): ReadonlyArray<string> => {
  const segmenter = new Intl.Segmenter(language, { granularity: "word" })
  const isTelling = (word: Word) => tells(word, language, stopWords)
  const nouns = capitalisesNouns(language)
  const terms = new Map<string, Term>()
  for (const line of lines) {
    const words = wordsOf(line.text, segmenter)
    const found = [...words.filter(isTelling).map((word) => [word]), ...phrasesIn(words, isTelling)]
    const inLine = new Map(found.map((run) => [run.map(({ key }) => key).join(" "), run]))
    for (const [key, run] of inLine) {
      const isName = run.every((word) => word.isName)
      const known = terms.get(key) ?? { keys: run.map((word) => word.key), shown: "", lines: 0, names: 0 }
      const shown = isName || known.shown === "" ? joined(run, nouns) : known.shown
      terms.set(key, { ...known, shown, lines: known.lines + 1, names: known.names + (isName ? 1 : 0) })
    }
  }
  const called = new Set(wordsOf(title.replaceAll(/[_.-]+/g, " "), segmenter).map(({ key }) => key))
  const isName = ({ lines: count, names }: Term) => !nouns && names > count / 2
  const score = (term: Term): number =>
    term.lines *
    (isName(term) ? 2.5 : 1) *
    (term.keys.length > 1 ? 2.2 : 1) *
    (term.keys.some((key) => called.has(key)) ? 1.5 : 1) *
    Math.sqrt(isWide(term.keys[0]!) ? 6 : Math.min(12, term.keys[0]!.length))
  const ranked = [...terms.values()]
    .filter((term) => term.shown.length <= longest && (term.lines > 1 || isName(term)))
    .toSorted((a, b) => score(b) - score(a) || b.keys.length - a.keys.length)
  const chosen: Array<Term> = []
  const holds = (other: Term, key: string) => other.keys.some((one) => one === key || isForm(one, key))
  for (const term of ranked) {
    const form = chosen.findIndex(
      ({ keys }) =>
        keys.length === term.keys.length && term.keys.every((key, i) => key === keys[i] || isForm(key, keys[i]!))
    )
    if (form !== -1) {
      chosen[form] = { ...chosen[form]!, lines: chosen[form]!.lines + term.lines }
      continue
    }
    // A word that stands mostly in phrases which are there already.
    const within = chosen
      .filter((other) => other.keys.length > term.keys.length && term.keys.every((key) => holds(other, key)))
      .reduce((sum, other) => sum + other.lines, 0)
    if (within < term.lines * 0.6) chosen.push(term)
    if (chosen.length === most) break
  }
  return chosen.map(({ shown }) => shown)
}
