import { type Language, primary } from "../../domain/Language.ts"
import { number, pluralOf, valueOf } from "./Numbers.ts"
import { entries } from "./Tables.ts"

const codes: Readonly<Record<string, string>> = {
  $: "USD",
  US$: "USD",
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY",
  "₹": "INR",
  R$: "BRL",
  USD: "USD",
  EUR: "EUR",
  GBP: "GBP",
  CHF: "CHF"
}

/** Where people say it shorter than Intl does: from the form for one to that for many. */
const spoken: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  USD: new Map(
    entries(
      "en dollar/dollars; de Dollar; es dólar/dólares; fr dollar/dollars; pt dólar/dólares; it dollaro/dollari; nl dollar; " +
        "sv dollar; da dollar; nb dollar; pl dolar/dolary/dolarów/dolara; cs dolar/dolary/dolaru/dolarů; " +
        "ru доллар/доллара/долларов/доллара; uk долар/долари/доларів/долара; tr dolar; id dolar; ca dòlar/dòlars; " +
        "ja ドル; zh 美元; ko 달러"
    )
  ),
  GBP: new Map(
    entries("en pound/pounds; de Pfund; es libra/libras; fr livre/livres; pt libra/libras; it sterlina/sterline")
  ),
  BRL: new Map(entries("pt real/reais; es real/reales; en real/reais"))
}

/** Languages in which the small part is said after the name: "3 euros 50". */
const small: ReadonlySet<string> = new Set(["USD", "EUR", "GBP", "BRL"])
const joined: Readonly<Record<string, string>> = {
  en: " and % cents",
  de: " %",
  fr: " %",
  es: " con %",
  pt: " e %",
  it: " e %",
  nl: " %"
}

/** Thousands and millions as they stand between a number and its currency, and what joins them to it. */
const scales: Readonly<Record<string, readonly [words: string, join: string]>> = {
  en: ["hundred|thousand|million|billion|trillion", " "],
  de: ["Tausend|tausend|Millionen?|Milliarden?|Billionen?", " "],
  es: ["millón|millones|billón|billones", " de "],
  fr: ["millions?|milliards?", " de "],
  pt: ["milhão|milhões|bilhão|bilhões|mil milhões", " de "],
  it: ["milione|milioni|miliardo|miliardi", " di "],
  nl: ["duizend|miljoen|miljard", " "]
}
const letters: Readonly<Record<string, string>> = {
  k: "thousand",
  K: "thousand",
  M: "million",
  m: "million",
  bn: "billion",
  B: "billion"
}

const nameOf = (code: string, value: number, language: Language): string | undefined => {
  const forms = spoken[code]?.get(primary(language))?.split("/")
  if (forms !== undefined) return pluralOf(forms, value, language)
  if (code === "USD" || code === "BRL") return undefined
  const format = new Intl.NumberFormat(language, { style: "currency", currency: code, currencyDisplay: "name" })
  if (primary(format.resolvedOptions().locale as Language) !== primary(language)) return undefined
  const parts = format.formatToParts(value)
  const name = parts.at(-1)?.type === "currency" ? parts.at(-1)!.value : undefined
  return name === undefined || primary(language) === "de" ? name : name.toLowerCase()
}

const sign = String.raw`US\$|R\$|[$€£¥₹]`
const space = String.raw`[ \u00a0\u202f]?`

const patterns = new Map<string, RegExp>()

const patternOf = (code: string): RegExp => {
  const known = patterns.get(code)
  if (known !== undefined) return known
  const scale = scales[code]?.[0]
  const scaled = scale === undefined ? "" : String.raw`(?:[ \u00a0](?<scale>${scale})(?!\p{L}))?`
  const short = code === "en" ? "(?<letter>k|K|M|m|bn|B)?" : ""
  const before = String.raw`(?<![\p{L}\p{N}$])(?<before>${sign})${space}(?<one>${number})${short}${scaled}`
  const after = String.raw`(?<two>${number})${scaled.replace("scale>", "scaled>")}${space}(?<after>${sign}|(?<=\s)(?:USD|EUR|GBP|CHF))`
  const pattern = new RegExp(String.raw`(?:${before}|${after})(?![\p{L}\p{N}$%]|[.,]\d)`, "gu")
  patterns.set(code, pattern)
  return pattern
}

const withParts = (written: string, name: string, currency: string, language: Language): string => {
  const [, whole, cents] = /^(.*\d)[.,](\d\d)$/u.exec(written) ?? []
  if (whole === undefined || cents === undefined) return `${written} ${name}`
  if (cents === "00") return `${whole} ${name}`
  const pattern = currency === "GBP" ? " %" : joined[primary(language)]
  if (pattern === undefined || cents.startsWith("0") || !small.has(currency)) return `${written} ${name}`
  return `${whole} ${name}${pattern.replace("%", cents)}`
}

/** In Latin America the sign is that of a country's own money. */
const isOwnDollar = (language: Language): boolean => /^(?:es|pt)-(?!ES|PT|US)/u.test(language)

/** "$3.50" as "3 dollars and 50": currencies in words, where people say them, in the right plural. */
export const moneyWritten = (text: string, language: Language): string => {
  if (!/[$€£¥₹]|\b(?:USD|EUR|GBP|CHF)\b/u.test(text)) return text
  const code = primary(language)
  return text.replaceAll(patternOf(code), (whole, ...rest) => {
    const { before, one, letter, scale, two, scaled, after } = rest.at(-1) as Readonly<
      Record<string, string | undefined>
    >
    const written = (one ?? two)!
    const symbol = (before ?? after)!
    const value = valueOf(written, language)
    if (value === undefined || (symbol === "$" && isOwnDollar(language))) return whole
    const large = scale ?? scaled ?? (letter === undefined ? undefined : letters[letter])
    const name = nameOf(codes[symbol]!, large === undefined ? value : 1_000_000, language)
    if (name === undefined) return whole
    return large === undefined
      ? withParts(written, name, codes[symbol]!, language)
      : `${written} ${large}${scales[code]![1]}${name}`.replace(/\bde (?=[aeiou])/u, code === "fr" ? "d'" : "de ")
  })
}
