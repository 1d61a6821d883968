import { type Language, primary } from "../../domain/Language.ts"
import { number, pluralOf, valueOf } from "./Numbers.ts"
import { entries, escaped } from "./Tables.ts"

/** Signs of units and their names as Intl knows them. What a single letter stands for is certain only after a space. */
const units: Readonly<Record<string, string>> = {
  km: "kilometer",
  m: "meter",
  cm: "centimeter",
  mm: "millimeter",
  kg: "kilogram",
  g: "gram",
  l: "liter",
  L: "liter",
  ml: "milliliter",
  mL: "milliliter",
  ha: "hectare",
  "°C": "celsius",
  "°F": "fahrenheit",
  "°": "degree",
  kB: "kilobyte",
  KB: "kilobyte",
  MB: "megabyte",
  GB: "gigabyte",
  TB: "terabyte",
  PB: "petabyte",
  Mb: "megabit",
  Gb: "gigabit",
  Mbit: "megabit",
  Gbit: "gigabit",
  ns: "nanosecond",
  µs: "microsecond",
  μs: "microsecond",
  ms: "millisecond",
  s: "second",
  min: "minute",
  h: "hour",
  "km/h": "kilometer-per-hour",
  "m/s": "meter-per-second",
  "Mbit/s": "megabit-per-second",
  "Mb/s": "megabit-per-second",
  Mbps: "megabit-per-second",
  "Gbit/s": "gigabit-per-second",
  "Gb/s": "gigabit-per-second",
  Gbps: "gigabit-per-second",
  "MB/s": "megabyte-per-second",
  "GB/s": "gigabyte-per-second",
  км: "kilometer",
  см: "centimeter",
  мм: "millimeter",
  кг: "kilogram",
  мл: "milliliter",
  КБ: "kilobyte",
  МБ: "megabyte",
  ГБ: "gigabyte",
  ТБ: "terabyte",
  мс: "millisecond",
  мин: "minute",
  "км/ч": "kilometer-per-hour"
}

/** Signs that are words of other languages. */
const onlyIn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: {
    mph: "mile-per-hour",
    kph: "kilometer-per-hour",
    mi: "mile",
    ft: "foot",
    lb: "pound",
    lbs: "pound",
    oz: "ounce",
    sec: "second",
    hrs: "hour"
  },
  fr: { Ko: "kilobyte", Mo: "megabyte", Go: "gigabyte", To: "terabyte" }
}

const prefixes: Readonly<Record<string, string>> = { k: "kilo", M: "mega", G: "giga" }

/** Units that Intl does not know, by language: for one and for many. */
const others: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  Hz: new Map(
    entries(
      "en hertz; de Hertz; es hercio/hercios; fr hertz; pt hertz; it hertz; nl hertz; sv hertz; da hertz; nb hertz"
    )
  ),
  W: new Map(
    entries(
      "en watt/watts; de Watt; es vatio/vatios; fr watt/watts; pt watt/watts; it watt; nl watt; sv watt; da watt; nb watt"
    )
  ),
  "m²": new Map(
    entries(
      "en square meter/square meters; de Quadratmeter; es metro cuadrado/metros cuadrados; fr mètre carré/mètres carrés; " +
        "pt metro quadrado/metros quadrados; it metro quadrato/metri quadrati; nl vierkante meter; sv kvadratmeter; " +
        "da kvadratmeter; nb kvadratmeter"
    )
  ),
  dB: new Map(
    entries(
      "en decibel/decibels; de Dezibel; es decibelio/decibelios; fr décibel/décibels; pt decibel/decibéis; it decibel; " +
        "nl decibel; sv decibel; da decibel; nb decibel"
    )
  )
}

const ofOthers = (sign: string, value: number, language: Language): string | undefined => {
  const code = primary(language)
  const [, prefix = "", base = ""] = /^([kMG]?)(Hz|W|m²|dB)$/u.exec(sign) ?? []
  if (base === "" || (prefix !== "" && base !== "Hz" && base !== "W")) return undefined
  const forms = others[base]?.get(code)?.split("/")
  if (forms === undefined) return undefined
  const name = pluralOf(forms, value, language)
  if (prefix === "") return ` ${name}`
  const whole = `${code === "fr" && prefix === "M" ? "méga" : prefixes[prefix]!}${name.toLowerCase()}`
  return ` ${code === "de" ? `${whole[0]!.toUpperCase()}${whole.slice(1)}` : whole}`
}

/** What Intl says after a number for a unit, with the space before it; undefined where it is not simply after it. */
const afterNumber = (unit: string, value: number, language: Language): string | undefined => {
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" })
  if (primary(format.resolvedOptions().locale as Language) !== primary(language)) return undefined
  const parts = format.formatToParts(value)
  const at = parts.findIndex(({ type }) => type === "unit")
  const isPlain = parts[0]?.type === "integer" && at === parts.length - 1
  const name = parts[at]?.value ?? ""
  // Nobody says them in Chinese words.
  const isChineseByte = primary(language) === "zh" && /b(?:yte|it)/u.test(unit)
  if (!isPlain || isChineseByte || /[/\d.]/u.test(name)) return undefined
  return `${parts[at - 1]?.type === "literal" ? " " : ""}${name.trim()}`
}

const patterns = new Map<string, RegExp>()

const patternOf = (code: string): RegExp => {
  const known = patterns.get(code)
  if (known !== undefined) return known
  const signs = [
    ...Object.keys(units),
    ...Object.keys(onlyIn[code] ?? {}),
    ...["", "k", "M", "G"].flatMap((prefix) => [`${prefix}Hz`, `${prefix}W`]),
    "m²",
    "dB"
  ].toSorted((a, b) => b.length - a.length)
  // A letter by itself may belong to the number: "5G", "90s", "5m".
  const after = signs.map((sign) =>
    /^\p{L}$/u.test(sign) ? String.raw`[ \u00a0\u202f]${sign}` : String.raw`[ \u00a0\u202f]?${escaped(sign)}`
  )
  const pattern = new RegExp(
    String.raw`(${number})(${after.join("|")})(?![\p{L}\p{N}²³/'’_°])(?:\.(?=\s+\p{Ll}))?`,
    "gu"
  )
  patterns.set(code, pattern)
  return pattern
}

/** "100 km/h" as "100 kilometers per hour": units in words, in the right plural, the number as it is. */
export const measuresWritten = (text: string, language: Language): string => {
  if (!/\d[ \u00a0\u202f]?[\p{L}°µμ]/u.test(text)) return text
  const code = primary(language)
  return text.replaceAll(patternOf(code), (whole, written: string, sign: string) => {
    const value = valueOf(written, language)
    if (value === undefined) return whole
    const unit = units[sign.trim()] ?? onlyIn[code]?.[sign.trim()]
    const name = unit === undefined ? ofOthers(sign.trim(), value, language) : afterNumber(unit, value, language)
    return name === undefined ? whole : `${written}${name}`
  })
}
