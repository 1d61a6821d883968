import type { Language } from "../domain/Language.ts"
import { keyOfRun, runsOf, type TalkTerm, textOfRun, tokensOf } from "./TalkTerms.ts"

/** A line and its translation. */
export interface Pair {
  readonly id: number
  readonly text: string
}

/** A term that a line says otherwise than the others. */
export interface Stray {
  readonly term: string
  readonly translation: string
}

interface Run {
  readonly lines: Set<number>
  readonly text: string
  readonly words: number
}

/** Lines in which a term has been translated, before its translation counts as agreed. */
const fewest = 3
/** The part of a term's lines in which its translation is, and the part of the translation's lines in which the term is. */
const covering = 0.7
const exclusive = 0.5

const within = (run: Run | undefined, lines: ReadonlySet<number>): number => {
  let count = 0
  for (const line of run?.lines ?? []) if (lines.has(line)) count++
  return count
}

/** What lines have in the place of a term's translation: a run that is in two of them at least, and hardly elsewhere. */
const rivalIn = (
  without: ReadonlyMap<number, ReadonlySet<string>>,
  elsewhere: (key: string) => number
): string | undefined => {
  const counts = new Map<string, number>()
  for (const keys of without.values()) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  const rivals = [...counts].filter(
    ([key, count]) => count >= 2 && count >= 0.6 * without.size && elsewhere(key) <= count / 2
  )
  return rivals.toSorted(([a, m], [b, n]) => n - m || b.length - a.length)[0]?.[0]
}

/**
 * How the terms of a talk come to be translated, learned from lines as they are finished, by which words of the
 * translations keep company with which words of the source. It needs no dictionary and asks nobody; what does not
 * show clearly is not said.
 */
export const agreeing = (
  terms: ReadonlyArray<TalkTerm>,
  sources: ReadonlyArray<Pair>,
  { from, to: language }: { readonly from: Language; readonly to: Language }
) => {
  const sourceOf = new Map(sources.map(({ id, text }) => [id, text]))
  const runs = new Map<string, Run>()
  const runsOfLine = new Map<number, ReadonlyArray<string>>()

  const read = (text: string) =>
    new Map(runsOf(tokensOf(text, language)).map((run) => [keyOfRun(run), textOfRun(run, language)] as const))

  const learn = (pairs: ReadonlyArray<Pair>): void => {
    for (const { id, text } of pairs) {
      if (runsOfLine.has(id)) continue
      const found = read(text)
      runsOfLine.set(id, [...found.keys()])
      for (const [key, written] of found) {
        const run = runs.get(key) ?? { lines: new Set(), text: written, words: key.split(" ").length }
        run.lines.add(id)
        runs.set(key, run)
      }
    }
  }

  const linesOf = (term: TalkTerm): ReadonlySet<number> =>
    new Set([...term.lines].filter((line) => runsOfLine.has(line)))

  /** The run that is in most lines of a term and in few others; of those that are as good the longest. */
  const translationOf = (lines: ReadonlySet<number>): readonly [key: string, run: Run] | undefined => {
    if (lines.size < fewest) return undefined
    let best: readonly [string, Run] | undefined
    let bestScore = 0
    for (const key of new Set([...lines].flatMap((line) => runsOfLine.get(line)!))) {
      const run = runs.get(key)!
      const both = within(run, lines)
      if (both < fewest || both < covering * lines.size || both < exclusive * run.lines.size) continue
      const score = (2 * both) / (lines.size + run.lines.size) + 0.03 * run.words
      if (score <= bestScore) continue
      best = [key, run]
      bestScore = score
    }
    return best
  }

  /** Whether lines have something else in common than a term: then what their translations share may be that. */
  const haveMoreInCommon = (ids: ReadonlyArray<number>, term: TalkTerm): boolean => {
    const own = new Set(tokensOf(term.text, from).map(({ stem }) => stem))
    const [first = new Set<string>(), ...others] = ids.map(
      (id) => new Set(tokensOf(sourceOf.get(id) ?? "", from).flatMap(({ isSmall, stem }) => (isSmall ? [] : [stem])))
    )
    return [...first].some((stem) => !own.has(stem) && others.every((stems) => stems.has(stem)))
  }

  /** The translations that are agreed on for the terms in some lines. */
  const agreedIn = (ids: Iterable<number>): ReadonlyArray<{ readonly term: string; readonly translation: string }> => {
    const asked = new Set(ids)
    return terms.flatMap((term) => {
      if (![...asked].some((id) => term.lines.has(id))) return []
      const found = translationOf(linesOf(term))
      return found === undefined ? [] : [{ term: term.text, translation: found[1].text }]
    })
  }

  /** Lines that say a term otherwise than the lines learned so far, by id. */
  const straysIn = (pairs: ReadonlyArray<Pair>): ReadonlyMap<number, Stray> => {
    const found = new Map<number, Stray>()
    const texts = new Map(pairs.map(({ id, text }) => [id, new Set(read(text).keys())] as const))
    for (const term of terms) {
      const agreed = translationOf(linesOf(term))
      if (agreed === undefined) continue
      const here = [...texts].filter(([id]) => term.lines.has(id))
      const without = new Map(here.filter(([, keys]) => !keys.has(agreed[0])))
      if (without.size < 2) continue
      const rival = rivalIn(
        without,
        (key) =>
          [...texts].filter(([id, keys]) => !without.has(id) && keys.has(key)).length + (runs.get(key)?.lines.size ?? 0)
      )
      if (rival === undefined) continue
      const strays = [...without].filter(([, keys]) => keys.has(rival)).map(([id]) => id)
      if (haveMoreInCommon(strays, term)) continue
      for (const id of strays) found.set(id, { term: term.text, translation: agreed[1].text })
    }
    return found
  }

  /** Whether a text has the words of a translation, whatever their endings. */
  const says = (text: string, translation: string): boolean =>
    ` ${tokensOf(text, language)
      .map(({ stem }) => stem)
      .join(" ")} `.includes(
      ` ${tokensOf(translation, language)
        .map(({ stem }) => stem)
        .join(" ")} `
    )

  return { learn, agreedIn, straysIn, says }
}
