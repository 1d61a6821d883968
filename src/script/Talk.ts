import * as Effect from "effect/Effect"
import { Language } from "../domain/Language.ts"
import { tidy } from "./AskLines.ts"
import { agreeing, type Stray } from "./AgreedTerms.ts"
import type { Glossary } from "./Glossary.ts"
import type { Complaint } from "./LineChecks.ts"
import type { LineText, Review } from "./Lines.ts"
import { askBrief, type TalkBrief } from "./TalkBrief.ts"
import { digestOf } from "./TalkDigest.ts"
import { type TalkTerm, talkTerms } from "./TalkTerms.ts"

/** What all requests about one talk share, and learn from one another. */
export interface Talk {
  /** Fields for a request about some lines: what the talk is about, and how its terms in these lines are translated. */
  context(lines: ReadonlyArray<LineText>): Readonly<Record<string, unknown>>
}

/** Of so few lines each knows the others as those beside it. */
const besideEachOther = 12

/** Terms that one request is told of. */
const mostTerms = 20

const unknown = Language.make("und")

const termsOf = (lines: ReadonlyArray<LineText>, language: Language | undefined, glossary: Glossary | undefined) => {
  const given = (glossary ?? []).map(({ term }) => term.toLowerCase())
  return talkTerms(lines, language ?? unknown).filter(
    ({ text }) => !given.some((term) => text.toLowerCase().includes(term))
  )
}

const tidied = (lines: ReadonlyArray<LineText>): ReadonlyArray<LineText> =>
  lines.map(({ id, text }) => ({ id, text: tidy(text) })).filter(({ text }) => /\p{L}/u.test(text))

/** For each line the first that says the same: what is said again and again says nothing new of its words. */
const firstOf = (lines: ReadonlyArray<LineText>): ReadonlyMap<number, number> => {
  const first = new Map<string, number>()
  return new Map(
    lines.map(({ id, text }) => {
      const known = first.get(text) ?? id
      first.set(text, known)
      return [id, known] as const
    })
  )
}

/** A talk that stays in its language; undefined where it is short. */
export const talkOf = (
  all: ReadonlyArray<LineText>,
  language: Language | undefined,
  glossary: Glossary | undefined
): Talk | undefined => {
  const said = tidied(all)
  if (said.length <= besideEachOther) return undefined
  const firsts = firstOf(said)
  const lines = said.filter(({ id }) => firsts.get(id) === id)
  const talk = digestOf(lines, termsOf(lines, language, glossary))
  // A request that has all lines needs no account of them.
  return { context: (some) => (some.length < said.length ? { talk } : {}) }
}

const otherwise = (term: string): Complaint => ({
  what: `${JSON.stringify(term)} is translated otherwise in other lines`,
  used: "last resort"
})

/** A name that stays as it is needs no saying. */
const isWorthSaying = (term: TalkTerm, translation: string): boolean => !term.isName || term.text !== translation

/** A talk that is translated; undefined where it is short. */
export const translatedTalkOf = (
  all: ReadonlyArray<LineText>,
  from: Language | undefined,
  to: Language,
  glossary: Glossary | undefined
) => {
  const said = tidied(all)
  if (said.length <= besideEachOther) return undefined
  const firsts = firstOf(said)
  const isFirst = ({ id }: LineText) => firsts.get(id) === id
  const lines = said.filter(isFirst)
  const terms = termsOf(lines, from, glossary)
  const byText = new Map(terms.map((term) => [term.text, term]))
  const digest = digestOf(lines, terms)
  const agreed = agreeing(terms, lines, { from: from ?? unknown, to })
  const asked = new Map<number, Stray>()
  let brief: TalkBrief = { summary: "", terms: [] }

  const translationsIn = (ids: ReadonlySet<number>) => {
    const found = new Map(
      brief.terms
        .filter(({ term }) => [...(byText.get(term)?.lines ?? [])].some((id) => ids.has(id)))
        .map(({ term, translation }) => [term, translation])
    )
    // What the finished lines say goes before what was proposed.
    for (const { term, translation } of agreed.agreedIn(ids)) found.set(term, translation)
    return [...found]
      .filter(([term, translation]) => isWorthSaying(byText.get(term)!, translation))
      .slice(0, mostTerms)
      .map(([term, translation]) => ({ term, translation }))
  }

  return {
    context: (some: ReadonlyArray<LineText>) => {
      const translations = translationsIn(new Set(some.map(({ id }) => firsts.get(id) ?? id)))
      const talk = brief.summary === "" ? digest : { summary: brief.summary, terms: digest.terms }
      return {
        // A request that has all lines needs no account of them.
        ...(some.length < said.length ? { talk } : {}),
        ...(translations.length === 0 ? {} : { terms: translations })
      }
    },
    review: {
      learn: (some: ReadonlyArray<LineText>) => agreed.learn(some.filter(isFirst)),
      complaints: (some: ReadonlyArray<LineText>) => {
        const strays = agreed.straysIn(some.filter(isFirst))
        for (const [id, stray] of strays) asked.set(id, stray)
        return new Map([...strays].map(([id, { term }]) => [id, otherwise(term)] as const))
      }
    } satisfies Review,
    /** Has a model sum it up; what is not final for the run is no failure. */
    brief: askBrief({ lines: said, terms, from, to }).pipe(
      Effect.map((answer) => void (brief = answer)),
      Effect.catchIf(
        (error) => !error.isFatal,
        (error) => Effect.logDebug(`The talk was not summed up: ${error.message}`)
      )
    ),
    /** Warnings of lines that were asked for again because they had other words than the rest, and have them still. */
    warnings: (final: ReadonlyArray<LineText>): ReadonlyArray<string> => {
      const left = new Map<string, { readonly translation: string; readonly ids: Array<number> }>()
      for (const { id, text } of final) {
        const stray = asked.get(id)
        if (stray === undefined || agreed.says(text, stray.translation)) continue
        const known = left.get(stray.term) ?? { translation: stray.translation, ids: [] }
        known.ids.push(id)
        left.set(stray.term, known)
      }
      return [...left].map(
        ([term, { ids, translation }]) =>
          `${JSON.stringify(term)} is translated otherwise in ${ids.length === 1 ? "line" : "lines"} ${ids.slice(0, 5).join(", ")} than in the others (${JSON.stringify(translation)}): a glossary would settle it.`
      )
    }
  }
}
