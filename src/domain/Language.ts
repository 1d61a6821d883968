import { iso6392 } from "iso-639-2"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * A language as a BCP 47 tag whose primary part is an ISO 639-1 code where there is one ("es", "pt-BR", "fil").
 */
export const Language = Schema.String.pipe(Schema.brand("Language"))
export type Language = typeof Language.Type

const otherNames = {
  castilian: "es",
  mandarin: "zh",
  cantonese: "yue",
  yue: "yue",
  // Of several languages that one code stands for, the one that is mostly meant.
  cmn: "zh",
  arb: "ar",
  pes: "fa",
  swh: "sw",
  zlm: "ms",
  zsm: "ms",
  uzn: "uz",
  azj: "az",
  npi: "ne",
  plt: "mg",
  ckb: "ku",
  pbu: "ps",
  farsi: "fa",
  greek: "el",
  "norwegian bokmål": "nb",
  "brazilian portuguese": "pt-BR"
}

let namesOnce: ReadonlyMap<string, string> | undefined

/** The code of every name and code that is known, made when it is first asked for. */
const names = (): ReadonlyMap<string, string> => {
  if (namesOnce !== undefined) return namesOnce
  const made = new Map<string, string>()
  for (const { iso6391, iso6392B, iso6392T, name } of iso6392) {
    const code = iso6391 ?? iso6392T ?? iso6392B
    for (const alias of [code, iso6391, iso6392B, iso6392T, ...name.split(";").map((part) => part.trim())]) {
      if (alias !== undefined) made.set(alias.toLowerCase(), code)
    }
  }
  for (const [alias, code] of Object.entries(otherNames)) made.set(alias, code)
  namesOnce = made
  return made
}

/**
 * Reads what people and services write for a language: "es", "ES", "es_MX", "spa", "Spanish", "english".
 * None where it names no language.
 */
export const parse = (text: string): Option.Option<Language> => {
  const trimmed = text.trim().toLowerCase()
  const whole = names().get(trimmed)
  if (whole !== undefined) return Option.some(Language.make(whole))
  const [primary = "", ...rest] = trimmed.split(/[-_]/)
  const code = names().get(primary)
  if (code === undefined || !/^[a-z]{2,3}$/.test(primary) || !rest.every((part) => /^[a-z0-9]{2,8}$/.test(part))) {
    return Option.none()
  }
  const subtags = rest.map((part) =>
    part.length === 4 ? part[0]!.toUpperCase() + part.slice(1) : part.length === 2 ? part.toUpperCase() : part
  )
  return Option.some(Language.make([code, ...subtags].join("-")))
}

/** The primary part of the tag: "pt" of "pt-BR". */
export const primary = (language: Language): string => language.split("-")[0]!

/** Whether two tags name one language, whatever the region: "en-GB" and "en". */
export const same = (a: Language, b: Language): boolean => primary(a) === primary(b)

/** The ISO 639-2/T code that containers carry ("spa"), that of ISO 639-3 where there is no other ("yue"), else "und". */
export const containerCode = (language: Language): string => {
  const code = primary(language)
  const found = iso6392.find((entry) => entry.iso6391 === code || entry.iso6392B === code || entry.iso6392T === code)
  if (found === undefined) return /^[a-z]{3}$/.test(code) ? code : "und"
  return found.iso6392T ?? found.iso6392B
}

let displayNames: Intl.DisplayNames | undefined

/** The English name, as a model or a person reads it: "Brazilian Portuguese". */
export const englishName = (language: Language): string => {
  displayNames ??= new Intl.DisplayNames(["en"], { type: "language" })
  return displayNames.of(language) ?? language
}

/** Languages written without spaces between words. */
export const writtenWithoutSpaces = (language: Language): boolean =>
  ["zh", "yue", "ja", "th", "lo", "km", "my", "bo"].includes(primary(language))
