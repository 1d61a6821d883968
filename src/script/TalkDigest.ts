import { type TalkTerm } from "./TalkTerms.ts"

/** What a talk is about, in its own words: how it begins, a telling line of each part, and what it keeps coming back to. */
export interface TalkDigest {
  readonly opening: string
  readonly excerpts: ReadonlyArray<string>
  readonly terms: ReadonlyArray<string>
}

interface Line {
  readonly id: number
  readonly text: string
}

const openingCharacters = 240
const parts = 6
/** Of an excerpt; shorter lines say little, longer ones cost much. */
const [shortest, longest] = [30, 200]
const mostTerms = 24

/** A text up to the end of a word within so many characters. */
const cut = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${text
        .slice(0, most)
        .toWellFormed()
        .replace(/\s+\S*$/u, "")} …`

/**
 * A short account of a talk of any length, about 1,500 characters, made without asking anybody: the same for each
 * request of a run.
 */
export const digestOf = (lines: ReadonlyArray<Line>, terms: ReadonlyArray<TalkTerm>): TalkDigest => {
  const weights = new Map<number, number>()
  for (const [rank, term] of terms.entries()) {
    for (const id of term.lines) weights.set(id, (weights.get(id) ?? 0) + 1 / (1 + rank / 8))
  }
  const size = Math.max(1, Math.ceil(lines.length / parts))
  const excerpts = Array.from({ length: parts }, (_, part) => {
    const candidates = lines
      .slice(part * size, (part + 1) * size)
      .filter(({ text }) => text.length >= shortest && text.length <= longest)
    const scores = new Map(candidates.map(({ id, text }) => [id, (weights.get(id) ?? 0) / Math.sqrt(text.length)]))
    return candidates.toSorted((a, b) => scores.get(b.id)! - scores.get(a.id)!)[0]?.text
  })
  return {
    opening: cut(
      lines
        .slice(0, 8)
        .map(({ text }) => text)
        .join(" "),
      openingCharacters
    ),
    excerpts: [...new Set(excerpts.filter((text) => text !== undefined))],
    terms: terms.slice(0, mostTerms).map(({ text }) => text)
  }
}

const excerptCharacters = 8000

/** A talk in so many characters at most: how it begins and ends, and stretches at even distances in between. */
export const sampleOf = (texts: ReadonlyArray<string>, most = excerptCharacters): string => {
  const whole = texts.join("\n")
  if (whole.length <= most) return whole
  const stretches = 6
  const each = Math.floor(most / stretches)
  return Array.from({ length: stretches }, (_, i) => {
    const from = Math.round((i * (whole.length - each)) / (stretches - 1))
    return whole.slice(from, from + each).toWellFormed()
  }).join("\n…\n")
}
