import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Language from "../domain/Language.ts"

const load = Effect.promise(() => import("franc-min"))

const fromCode = (code: string): Language.Language | undefined =>
  code === "und" ? undefined : Option.getOrUndefined(Language.parse(code))

/** Parts from all over a long text: what is looked at is no more than two thousand letters. */
const sampled = (text: string): string => {
  const part = 680
  if (text.length <= 3 * part) return text
  const middle = Math.floor(text.length / 2)
  return [text.slice(0, part), text.slice(middle, middle + part), text.slice(-part)].join(" ")
}

/** The language that a text is written in, by its letters' statistics; undefined where it cannot be told. */
export const detectLanguage = Effect.fnUntraced(function* (text: string) {
  const { franc } = yield* load
  return fromCode(franc(sampled(text), { minLength: /[^\p{sc=Latin}\P{L}]/u.test(text) ? 4 : 20 }))
})

/** Languages that are known by their letters; of others nothing can be said. */
const known = new Set(
  (
    "es en pt id fr de jv vi it tr pl sw su ro ha bs hr nl sr ku yo uz ms ig ceb tl hu az cs rn mg ny rw zu sv ln so " +
    "ilo ru uk be bg kk ar ur fa ps hi mr mai bho ne mag zh bn ja ko te ta gu kn ml my pa am th si el"
  ).split(" ")
)

/** Characters of a part that is looked at by itself, and how many of them. */
const part = { characters: 250, most: 12 }
/** Letters that it takes to be sure; those of another script tell more. */
const fewest = { sameScript: 150, otherScript: 20 }
/** Of the parts, how many must read like the other language, and may like the one that was told. */
const share = { other: 0.6, own: 0.1 }
/** How well the language that was told may fit a text of a part or two, from 0 to 1. */
const closest = 0.85

/** Parts of a text from all over it, about as long as each other. */
const partsOf = (text: string): ReadonlyArray<string> => {
  const count = Math.max(1, Math.min(part.most, Math.floor(text.length / part.characters)))
  const step = text.length / count
  return Array.from({ length: count }, (_, i) => text.slice(i * step, i * step + Math.min(step, 2 * part.characters)))
}

/**
 * The language that a text is clearly written in where that is not `language`; undefined where they agree, or where
 * nothing is clear: a short text, a mixed one, a language that is not known by its letters.
 */
export const contradicts = Effect.fnUntraced(function* (text: string, language: Language.Language) {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  if (!known.has(Language.primary(language)) || letters < fewest.otherScript) return undefined
  const { francAll } = yield* load
  const parts = partsOf(text).map((one) => {
    const scores = francAll(one, { minLength: 4 }).map(([code, score]) => [fromCode(code), score] as const)
    const own = scores.find(([found]) => found !== undefined && Language.same(found, language))?.[1]
    return { first: scores[0]?.[0], own }
  })
  const votes = new Map<Language.Language, number>()
  for (const { first } of parts) if (first !== undefined) votes.set(first, (votes.get(first) ?? 0) + 1)
  const [best] = [...votes].toSorted((a, b) => b[1] - a[1])
  if (best === undefined || Language.same(best[0], language) || best[1] < parts.length * share.other) return undefined
  const own = parts.filter(({ first }) => first !== undefined && Language.same(first, language)).length
  if (own > parts.length * share.own) return undefined
  if (parts.every((one) => one.own === undefined)) return best[0]
  if (letters < fewest.sameScript) return undefined
  return parts.length > 2 || parts.every((one) => (one.own ?? 0) < closest) ? best[0] : undefined
})
