import * as Option from "effect/Option"
import { type Language, parse, same } from "../domain/Language.ts"

/** A voice as its service describes it; what it says nothing of is not here. */
export interface Voice {
  /** As `--voice` takes it. */
  readonly id: string
  readonly name?: string
  /** The languages that are its own. */
  readonly languages?: ReadonlyArray<Language>
  readonly gender?: "female" | "male" | "neutral"
  readonly description?: string
}

const genders = { f: "female", female: "female", m: "male", male: "male", n: "neutral", neutral: "neutral" } as const

/** "F", "Female", "male": what services write; undefined for anything else. */
export const genderOf = (text: unknown): Voice["gender"] => {
  const key = typeof text === "string" ? text.trim().toLowerCase() : ""
  return key in genders ? genders[key as keyof typeof genders] : undefined
}

/** The languages that these name, each once. */
export const languagesOf = (names: ReadonlyArray<unknown>): ReadonlyArray<Language> => [
  ...new Set(names.flatMap((name) => (typeof name === "string" ? Option.toArray(parse(name)) : [])))
]

/** A voice with only those parts that are known. */
export const asVoice = (parts: {
  readonly id: string
  readonly name?: string | undefined
  readonly languages?: ReadonlyArray<Language> | undefined
  readonly gender?: Voice["gender"] | undefined
  readonly description?: string | undefined
}): Voice => ({
  id: parts.id,
  ...(parts.name === undefined || parts.name === parts.id || parts.name === "" ? {} : { name: parts.name }),
  ...(parts.languages === undefined || parts.languages.length === 0 ? {} : { languages: parts.languages }),
  ...(parts.gender === undefined ? {} : { gender: parts.gender }),
  ...(parts.description === undefined || parts.description === "" ? {} : { description: parts.description })
})

const kokoroLanguages: Readonly<Record<string, string>> = {
  a: "en-US",
  b: "en-GB",
  e: "es",
  f: "fr",
  h: "hi",
  i: "it",
  j: "ja",
  p: "pt-BR",
  z: "zh"
}

/** What the name of a Kokoro voice says: "af_bella" is American and female. */
const ofKokoro = (id: string) => {
  const [, language, gender] = /^([abefhijpz])([fm])_[a-z0-9]+$/.exec(id) ?? []
  return language === undefined ? {} : { languages: languagesOf([kokoroLanguages[language]]), gender: genderOf(gender) }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

const ofEntry = (entry: unknown): ReadonlyArray<Voice> => {
  if (typeof entry === "string") return entry === "" ? [] : [asVoice({ id: entry, ...ofKokoro(entry) })]
  if (!isRecord(entry)) return []
  const id = text(entry["id"]) ?? text(entry["voice_id"]) ?? text(entry["name"])
  if (id === undefined) return []
  const told = languagesOf([entry["language"], entry["locale"], entry["lang"], ...[entry["languages"]].flat()])
  const known = ofKokoro(id)
  return [
    asVoice({
      id,
      name: text(entry["name"]),
      languages: told.length > 0 ? told : known.languages,
      gender: genderOf(entry["gender"]) ?? known.gender,
      description: text(entry["description"])
    })
  ]
}

/**
 * The voices in what an OpenAI-compatible server answers to `/audio/voices`: a list, or an object with a list under
 * "voices" or "data", of names or of objects. Where entries name models, those of `model` alone. None where it is none of
 * these.
 */
export const voicesOfAnswer = (answer: unknown, model: string): ReadonlyArray<Voice> => {
  const list = isRecord(answer) ? (answer["voices"] ?? answer["data"]) : answer
  if (!Array.isArray(list)) return []
  const entries: ReadonlyArray<unknown> = list
  const isOfModel = (entry: unknown) => isRecord(entry) && (entry["model_id"] ?? entry["model"]) === model
  const own = entries.filter((entry) => isOfModel(entry))
  return (own.length > 0 ? own : entries).flatMap((entry) => ofEntry(entry))
}

/** Whether a voice can be asked to speak a language: it is its own, or the service names none. */
export const speaks = ({ languages }: Voice, language: Language): boolean =>
  languages === undefined || languages.some((own) => same(own, language))
