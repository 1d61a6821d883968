import { type Language, primary } from "../../domain/Language.ts"

/** A number as people write it, groups and fraction parted by stops, commas or narrow spaces. */
export const number = String.raw`(?<![\p{L}\d.,]|\d[\u00a0\u202f])\d+(?:[.,\u00a0\u202f]\d+)*`

/** Whether a number is written in a language's own way, not that of English: "3,5". */
const decimalComma = new Map<string, boolean>()

const hasDecimalComma = (language: Language): boolean => {
  const known = decimalComma.get(language)
  if (known !== undefined) return known
  const comma = new Intl.NumberFormat(language)
    .formatToParts(1.5)
    .some(({ type, value }) => type === "decimal" && value === ",")
  decimalComma.set(language, comma)
  return comma
}

/** What a written number says; undefined where that is not certain enough to choose a plural by. */
export const valueOf = (written: string, language: Language): number | undefined => {
  const digits = written.replaceAll(/[\u00a0\u202f]/gu, "")
  const [decimal, group] = hasDecimalComma(language) ? [",", "."] : [".", ","]
  const parts = digits.split(group)
  const isGrouped = parts.length > 1 && parts.slice(1).every((part) => /^\d{3}(?:\D|$)/u.test(part))
  const plain = isGrouped ? parts.join("") : digits.replaceAll(group, decimal)
  const value = Number(plain.replace(decimal, "."))
  return Number.isFinite(value) ? value : undefined
}

const rules = new Map<string, Intl.PluralRules>()

/** The form for so many of a thing: `forms` from the one for 1 to the one for many; the last where there are fewer. */
export const pluralOf = (forms: ReadonlyArray<string>, value: number, language: Language): string => {
  const code = primary(language)
  const known = rules.get(code) ?? new Intl.PluralRules(code)
  rules.set(code, known)
  const order = ["one", "few", "many", "other"]
  const category = known.select(value)
  if (forms.length <= 2) return forms[category === "one" ? 0 : forms.length - 1]!
  return forms[Math.min(order.indexOf(category) === -1 ? 3 : order.indexOf(category), forms.length - 1)]!
}
