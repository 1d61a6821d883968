import { primary } from "../domain/Language.ts"
import { hasFunctionWords, readsAsOtherThan, smallWordsOnlyIn } from "./FunctionWords.ts"
import type { Complaint, Languages } from "./LineChecks.ts"

const untranslated: Complaint = { what: "the model gave back the same words", used: "never" }
const another: Complaint = { what: "the model gave another language", used: "never" }
const anotherInAll: Complaint = { what: "the model gave another language", used: "asked again" }

/** Where so many lines that can be told are all in one other language, it is no single line's mistake. */
const manyLines = 5

/** "[es] " before a text is no word of it. */
const label = /^\P{L}*\p{L}{2,3}[\]):>]+\s*/u

/** Small words that tell what all lines together are in. */
const enough = 3

/**
 * What lines are in, by the small words of all of them: as was asked for, in the source's language still (which is what
 * a stand-in for a model gives), or neither for certain. `rest` are those that are in no other language for certain,
 * `untouched` those that are in the source's.
 */
const readingOfAll = (
  rest: ReadonlyArray<string>,
  untouched: ReadonlyArray<string>,
  foreign: number,
  { from, to }: Languages
) => {
  const isMost = rest.length > foreign
  if (!hasFunctionWords(to)) {
    return isMost && rest.filter((text) => text.split(/\s+/u).length >= 6).length > 2 * foreign
      ? "as wanted"
      : "unclear"
  }
  const text = rest.join("\n")
  const isTranslating = from !== undefined && primary(from) !== primary(to) && hasFunctionWords(from)
  const wanted = smallWordsOnlyIn(text, to, isTranslating ? from : undefined)
  const left = isTranslating ? smallWordsOnlyIn(text, from, to) : 0
  if (isMost && wanted >= enough && wanted > 2 * left) return "as wanted"
  const source = isTranslating ? left + smallWordsOnlyIn(untouched.join("\n"), from, to) : 0
  return source >= enough && source > 2 * wanted ? "the source's" : "unclear"
}

/**
 * Texts that are in another language than the rest of their batch, and than was asked for. `given` are those to be
 * judged, for `sources`; `beside` those near them that were found good. Told by small words, so that names, code and
 * what languages share say nothing. Where nothing can be told of the rest, they are believed.
 */
export const complaintsOfLanguage = (
  sources: ReadonlyArray<string>,
  given: ReadonlyArray<string | undefined>,
  beside: ReadonlyArray<string>,
  languages: Languages
): ReadonlyMap<number, Complaint> => {
  const { from, to } = languages
  const texts = given.map((text) => text?.replace(label, ""))
  const others = beside.map((text) => text.replace(label, ""))
  const found = new Map<number, Complaint>()
  const source = from === undefined ? undefined : primary(from)
  // Of a language whose small words are not known only the source's own can be told apart.
  const among = hasFunctionWords(to) ? undefined : source === undefined ? [] : [source]
  const readings = texts.map((text) => (text === undefined ? undefined : readsAsOtherThan(text, to, among)))
  const foreign = readings.filter((language) => language !== undefined)
  if (foreign.length === 0) return found
  const rest = texts.filter((text, i) => text !== undefined && readings[i] === undefined) as ReadonlyArray<string>
  const untouched = texts.filter((_, i) => readings[i] !== undefined && readings[i] === source) as ReadonlyArray<string>
  const all = readingOfAll([...rest, ...others], untouched, foreign.length, languages)
  const isAllForeign = foreign.length >= manyLines && foreign.length > 0.6 * (texts.length + others.length)
  for (const [index, language] of readings.entries()) {
    if (language === undefined) continue
    const isSource = language === source && source !== primary(to)
    if (!isSource && readsAsOtherThan(sources[index]!, to, among) === language) continue
    if (all === "as wanted") found.set(index, isSource ? untranslated : another)
    else if (all === "the source's" && !isSource) found.set(index, another)
    else if (all === "unclear" && isAllForeign && !foreign.includes(source ?? "")) found.set(index, anotherInAll)
  }
  return found
}
