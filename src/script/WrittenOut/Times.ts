import { type Language, primary } from "../../domain/Language.ts"

/** Languages that write a day before its month, and so say which is which in "12/05/2024" and "12.05.2024". */
const dayFirst: ReadonlySet<string> = new Set(
  "de es fr pt it nl sv da nb no pl cs sk ru uk tr ro id ca fi hr el".split(" ")
)
/** Languages whose calendar is this one, and whose long dates voices read well. */
const withDates: ReadonlySet<string> = new Set([...dayFirst, "en", "ja", "zh", "ko"])

const formats = new Map<string, Intl.DateTimeFormat>()

const longDate = (year: number, month: number, day: number, language: Language): string | undefined => {
  const at = Date.UTC(year, month - 1, day)
  const days = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / 86_400_000
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > days) return undefined
  const format =
    formats.get(language) ??
    new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC", calendar: "gregory" })
  formats.set(language, format)
  // "2024 г." is an abbreviation again.
  return format.format(at).replace(/\s(?:г|р)\.$/u, primary(language) === "ru" ? " года" : " року")
}

const isoDate = /(?<![\p{L}\p{N}.\-/])(\d{4})-(\d{2})-(\d{2})(?![\p{L}\p{N}\-/])/gu
const dayMonthYear = /(?<![\p{L}\p{N}.\-/])(\d{1,2})([./])(\d{1,2})\2(\d{4})(?![\p{L}\p{N}\-/])/gu

/** "2024-05-12" as people say it in the language; where the order of day and month is not certain it stays. */
export const datesWritten = (text: string, language: Language): string => {
  const code = primary(language)
  if (!withDates.has(code) || !/\d[-./]\d/u.test(text)) return text
  const iso = text.replaceAll(
    isoDate,
    (whole, year: string, month: string, day: string) =>
      longDate(Number(year), Number(month), Number(day), language) ?? whole
  )
  if (!dayFirst.has(code)) return iso
  return iso.replaceAll(
    dayMonthYear,
    (whole, day: string, _, month: string, year: string) =>
      longDate(Number(year), Number(month), Number(day), language) ?? whole
  )
}

/** How a full hour is said where voices say both noughts of "10:00". */
const fullHours: Readonly<Record<string, string>> = {
  en: "h o'clock",
  de: "h Uhr",
  es: "h",
  fr: "h heures",
  pt: "h horas",
  it: "h",
  nl: "h uur",
  sv: "h",
  da: "h",
  nb: "h"
}

const hour = String.raw`(?<![\p{L}\p{N}.,:/–-])([01]?\d|2[0-3])`
const end = String.raw`(?![\p{L}\p{N}:/–-]|[.,]\d)`
const fullHour = new RegExp(String.raw`${hour}:00(?:[ \u00a0\u202f]?(?:Uhr|uur|heures|horas|h)(?!\p{L}))?${end}`, "gu")
/** "10h30", "10 h 30": French, and Portuguese. */
const hoursAndMinutes = new RegExp(String.raw`${hour}(?:h|[ \u00a0\u202f]h[ \u00a0\u202f])([0-5]\d)${end}`, "gu")
const hasItsHour = /^\s?(?:[ap]m\b|[ap]\.\s?m\.|o'clock|hours|UTC|GMT)/iu

/** Times of day as people say them; what voices read well ("10:30") stays as it is. */
export const timesWritten = (text: string, language: Language): string => {
  const code = primary(language)
  const said = fullHours[code]
  if (said === undefined || !/\d\s?[:h]\s?\d/u.test(text)) return text
  const full = text.replaceAll(fullHour, (whole, hours: string, offset: number) => {
    const rest = text.slice(offset + whole.length)
    if (code === "en" && hasItsHour.test(rest)) return String(Number(hours))
    return said.replace("h", String(Number(hours)))
  })
  if (code !== "fr" && code !== "pt") return full
  return full.replaceAll(hoursAndMinutes, (_, hours: string, minutes: string) => {
    const h = Number(hours)
    const m = Number(minutes)
    const name = code === "fr" ? (h > 1 ? "heures" : "heure") : h > 1 ? "horas e" : "hora e"
    return m === 0 ? `${h} ${name.replace(" e", "")}` : `${h} ${name} ${m}`
  })
}
