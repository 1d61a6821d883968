import { primary } from "../domain/Language.ts"
import { hasFunctionWords, readsAsOtherThan, smallWordsOf } from "./FunctionWords.ts"
import type { Complaint, Languages } from "./LineChecks.ts"

const untranslated: Complaint = { what: "the model left it untranslated", used: "never" }
const another: Complaint = { what: "the model gave another language", used: "never" }
const anotherInAll: Complaint = { what: "the model gave another language", used: "asked again" }

/** Where so many lines that can be told are all in one other language, it is no single line's mistake. */
const manyLines = 5

/**
 * Texts that are in another language than the rest of their batch, and than was asked for. `texts` are those to be
 * judged, for `sources`; `others` those beside them that were found good. Told by small words, so that names, code and
 * what languages share say nothing. Where most lines are in the source's language in some disguise, or nothing can be
 * told, they are believed: there is nothing to compare with.
 */
export const complaintsOfLanguage = (
  sources: ReadonlyArray<string>,
  texts: ReadonlyArray<string | undefined>,
  others: ReadonlyArray<string>,
  { from, to }: Languages
): ReadonlyMap<number, Complaint> => {
  const found = new Map<number, Complaint>()
  const source = from === undefined ? undefined : primary(from)
  // Of a language whose small words are not known only the source's own can be told apart.
  const among = hasFunctionWords(to) ? undefined : source === undefined ? [] : [source]
  const isAsWanted = (text: string) =>
    hasFunctionWords(to) ? smallWordsOf(text, to) >= 3 : text.split(/\s+/u).length >= 6
  const readings = texts.map((text) => (text === undefined ? undefined : readsAsOtherThan(text, to, among)))
  if (readings.every((reading) => reading === undefined)) return found
  const beside = others.map((text) => readsAsOtherThan(text, to, among))
  const wanted = [
    ...texts.filter((text, i) => readings[i] === undefined && text !== undefined && isAsWanted(text)),
    ...others.filter((text, i) => beside[i] === undefined && isAsWanted(text))
  ].length
  const foreign = [...readings, ...beside].filter((language) => language !== undefined)
  const ofSource = foreign.filter((language) => language === source).length
  for (const [index, language] of readings.entries()) {
    if (language === undefined) continue
    if (language !== source && readsAsOtherThan(sources[index]!, to, among) === language) continue
    if (wanted > foreign.length)
      found.set(index, language === source && source !== primary(to) ? untranslated : another)
    else if (ofSource > foreign.length / 2 && ofSource > 1 && language !== source) found.set(index, another)
    else if (wanted === 0 && ofSource === 0 && foreign.length >= manyLines) found.set(index, anotherInAll)
  }
  return found
}
