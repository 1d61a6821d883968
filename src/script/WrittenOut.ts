import { Language, primary } from "../domain/Language.ts"
import { addressesWritten, identifiersWritten } from "./WrittenOut/Addresses.ts"
import { measuresWritten } from "./WrittenOut/Measures.ts"
import { moneyWritten } from "./WrittenOut/Money.ts"
import { shortened } from "./WrittenOut/Shortened.ts"
import { type SignWords, signWords } from "./WrittenOut/SignWords.ts"
import { entries, escaped } from "./WrittenOut/Tables.ts"
import { datesWritten, timesWritten } from "./WrittenOut/Times.ts"

type Rewrite = (text: string) => string

/** A shortened word as it may be written: a space after each full stop within it. */
const spaced = (short: string): string => escaped(short).replaceAll(/\\\.(?=[\p{L}-])/gu, String.raw`\.\s?`)

const alternatives = (words: ReadonlyMap<string, string>): string =>
  [...words.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map(spaced)
    .join("|")

const tight = (short: string): string => short.replaceAll(/(?<=\.)\s/gu, "")

const asMap = (table: string | undefined): ReadonlyMap<string, string> =>
  new Map(entries(table ?? "").map(([key, value]) => [tight(key), value]))

const capitalized = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`

/** Keys of a table as they are, in small letters, and with a capital. */
const eitherCase = (table: string): ReadonlyMap<string, string> =>
  new Map(
    [...asMap(table)].flatMap(([key, value]) => [
      [key.toLowerCase(), value],
      [capitalized(key), key === capitalized(key) ? value : capitalized(value)],
      [key, value]
    ])
  )

/** What shortened words of a language stand for. */
const shortenedWritten = (language: string): Rewrite => {
  const table = shortened[language]
  if (table === undefined) return (text) => text
  const before = String.raw`(?<![\p{L}\p{N}.])`
  const closing = eitherCase(table.closing ?? "")
  const all = new Map([...eitherCase(table.anywhere), ...closing])
  const numbered = asMap(table.beforeNumber)
  const named = asMap(table.beforeName)
  const anywhere = new RegExp(String.raw`${before}(?:${alternatives(all)})(?![\p{L}\p{N}])`, "gu")
  const beforeNumber = new RegExp(String.raw`${before}(?:${alternatives(numbered)})(?=\s?\d)`, "gu")
  const beforeName = new RegExp(String.raw`${before}(?:${alternatives(named)})(?=\s\p{Lu})`, "gu")
  return (text) => {
    const whole = text.replaceAll(anywhere, (found, offset: number) => {
      const key = tight(found)
      const long = all.get(key) ?? found
      const rest = text.slice(offset + found.length)
      // Its stop is that of the sentence as well.
      const ends = found.endsWith(".") && (rest === "" || (closing.has(key) && /^\s+\p{Lu}/u.test(rest)))
      return `${long}${ends ? "." : ""}`
    })
    const withNumbers =
      numbered.size === 0 ? whole : whole.replaceAll(beforeNumber, (found) => `${numbered.get(tight(found)) ?? found} `)
    const withNames =
      named.size === 0 ? withNumbers : withNumbers.replaceAll(beforeName, (found) => named.get(tight(found)) ?? found)
    return withNames.replaceAll(/ {2,}/gu, " ")
  }
}

const range =
  /(?<![\p{L}\p{N}.,/:–-])(\d{1,4}(?:[.,]\d+)?)(\s?–\s?|-)(\d{1,4}(?:[.,]\d+)?)(?=\s?[%°€$£\p{L}]|[\s,;.!?)]|$)(?![-–]\d|\.\d)/gu

/** Ranges that rise: "10–20". What falls may be a score, what has many digits a telephone number. */
const rangesWritten = (text: string, { to }: SignWords): string => {
  if (to === "-") return text
  return text.replaceAll(range, (whole, from: string, dash: string, until: string) => {
    const isCode = dash === "-" && from.length + until.length > 6 && !/^[12]\d{3}-[12]\d{3}$/u.test(whole)
    return isCode || Number(from.replace(",", ".")) >= Number(until.replace(",", "."))
      ? whole
      : `${from} ${to} ${until}`
  })
}

const signsWritten = (text: string, words: SignWords): string =>
  text
    .replaceAll(/(?<=\d)\s?×\s?(?=\d)/gu, ` ${words.times} `)
    .replaceAll(/±\s?(?=\d)/gu, `${words.plusMinus} `)
    .replaceAll(/≈\s?(?=\d)/gu, `${words.about} `)
    .replaceAll(/\s?≥\s?(?=\d)/gu, ` ${words.atLeast} `)
    .replaceAll(/\s?≤\s?(?=\d)/gu, ` ${words.atMost} `)
    .replaceAll(/(?<![\p{L}\p{N})])−\s?(?=\d)/gu, `${words.minus} `)
    .replaceAll(/(?<=\s)&(?=\s)/gu, words.and)
    .replaceAll(/(?<![\p{L}\p{N}#&])#(?=\d{1,6}(?![\p{L}\p{N}]))/gu, `${words.number} `)
    .replaceAll(/(?<=\d)½/gu, ` ${words.andHalf}`)
    .replaceAll(/(?<![\p{L}\p{N}])(\p{L})²(?![\p{L}\p{N}])/gu, `$1 ${words.squared}`)
    .replaceAll(
      /(?<![\p{L}\p{N}.])[vV]?(\d{1,4}(?:\.\d{1,4}){2,3})(?![\p{L}\p{N}]|\.\d)/gu,
      (whole, digits: string) => {
        const numbers = digits.replaceAll(".", ` ${words.point} `)
        if (/^v/iu.test(whole)) return `${words.version} ${numbers}`
        // "1.234.567" is one number in many languages.
        return /^\d{1,3}(?:\.\d{3})+$/u.test(digits) ? whole : numbers
      }
    )
    .replaceAll(/(?<![\p{L}\p{N}.])[vV](\d+\.\d+)(?![\p{L}\p{N}]|\.\d)/gu, `${words.version} $1`)
    .replace(/^\s+/u, "")

/** "and/or": the stroke between two small words is not said. */
const either = /(?<!\p{L})(and|und|y|e|et|en|och|og|i|и)\/(or|oder|o|ou|of|eller|lub|или)(?!\p{L})/giu

const rewrites = new Map<string, Rewrite>()

const rewriteOf = (language: Language): Rewrite => {
  const code = primary(language)
  const words = signWords[code]
  const shorter = shortenedWritten(code)
  const signs =
    words === undefined ? (text: string) => text : (text: string) => signsWritten(rangesWritten(text, words), words)
  return (text) => {
    const plain = identifiersWritten(text)
    const times = timesWritten(datesWritten(plain, language), language)
    const measured = measuresWritten(moneyWritten(times, language), language)
    return signs(shorter(measured)).replaceAll(either, "$1 $2")
  }
}

/** Norwegian is written as Bokmål unless it says otherwise. */
const written = (language: Language): Language => (primary(language) === "no" ? Language.make("nb") : language)

/** Addresses as they are read aloud: before anything else is taken out of the text. */
export const addressesOut = (text: string, language: Language): string => {
  const words = signWords[primary(written(language))]
  return words === undefined ? text : addressesWritten(text, words, primary(language) === "en")
}

/**
 * What voices read badly, written out in the words of the language: units, currencies, dates, full hours, ranges,
 * signs, shortened words, names in code, versions. Numbers stay in digits: every voice reads those, and bends them as
 * the words around them ask. What is not certain stays as it is.
 */
export const writtenOut = (text: string, spoken: Language): string => {
  const language = written(spoken)
  if (
    !/[\p{N}\p{S}_&#./@]|\p{Ll}\p{Lu}|\p{L}\./u.test(text) &&
    shortened[primary(language)]?.beforeName === undefined
  ) {
    return text
  }
  const rewrite = rewrites.get(language) ?? rewriteOf(language)
  rewrites.set(language, rewrite)
  return rewrite(text)
}
