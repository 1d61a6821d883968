import { type Language, primary, writtenWithoutSpaces } from "../domain/Language.ts"
import { abbreviations, beforeNumbers } from "./Abbreviations.ts"

/** Full stops and their like of all scripts; those of `wide` need no space after them. */
const wide = "。！？｡．।॥۔؟։።፧፨។៕။།᠃᱾‼⁇⁈⁉"
const closers = `"'”’“»«›‹)\\]}」』）】〉》`
const finals = new RegExp(`[.!?…${wide}]+[${closers}]*(?:[\\u00a0\\u202f ]»)?`, "gu")
const greekFinals = new RegExp(`[.!?;…${wide}]+[${closers}]*`, "gu")
const trailingClosers = new RegExp(`[${closers}\\s]+$`, "u")
/** Characters on either side of a stop that are looked at, so that a long text costs no more than its length. */
const near = 100
const unspaced =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}\u3000-\u303f\uff00-\uffef…]/u

/** What decides where sentences end. `cased`: whether a small letter after a stop says that the sentence goes on. */
export interface SentenceRules {
  readonly language: Language
  readonly cased: boolean
}

/** Puts texts one after the other as the language writes them: with a space, or without. */
export const joinTexts = (texts: ReadonlyArray<string>, language: Language): string =>
  texts.reduce((joined, text) => {
    if (joined === "" || text === "") return joined + text
    const tight =
      writtenWithoutSpaces(language) &&
      (unspaced.test(joined.at(-1)!) || unspaced.test(String.fromCodePoint(text.codePointAt(0)!)))
    return tight ? joined + text : `${joined} ${text}`
  }, "")

/** A text on one line, single-spaced. */
export const oneLine = (text: string, language: Language): string =>
  joinTexts(
    text.split(/[\r\n\u2028\u2029]+/).map((line) => line.replaceAll(/\s+/gu, " ").trim()),
    language
  )

const firstLetter = (text: string): string => /[\p{L}\p{N}]/u.exec(text)?.[0] ?? ""
const startsLower = (text: string): boolean => /^\p{Ll}/u.test(firstLetter(text))
const startsUpper = (text: string): boolean => /^\p{Lu}/u.test(firstLetter(text))

const germanOrdinal =
  /(?:^|\s)(?:der|die|das|dem|den|des|am|im|vom|zum|zur|beim|ab|bis|seit|jeder|jedes|jeden)\s\d{1,2}\.$/iu

/** Whether the full stop that ends `before` belongs to a word: an abbreviation, an initial, a number of a list. */
const isPartOfWord = (before: string, after: string, atEnd: boolean, language: Language): boolean => {
  if (/^\s*(?:\d{1,3}|\p{L})\.$/u.test(before)) return true
  if (primary(language) === "de" && germanOrdinal.test(before)) return true
  const tail = /(?:^|[\s(["'“„«¿¡-])((?:\p{L}[\p{L}º°-]*\.\s?){1,4})$/u.exec(before)?.[1]
  if (tail === undefined) return false
  const words = tail
    .trim()
    .toLowerCase()
    .split(/(?<=\.)\s*/u)
    .map((word) => word.slice(0, -1))
  const next = /^\s*(\p{L}{1,3})\./u.exec(after)?.[1]?.toLowerCase()
  const last = words.at(-1)!
  if (beforeNumbers.has(last) && /^\s*[\p{N}#]/u.test(after)) return true
  for (const known of abbreviations(language)) {
    for (let count = 1; count <= words.length; count++) {
      const word = words.slice(-count).join(".")
      if (known.inside.has(word)) return true
      if (known.last.has(word) && after !== "" && !startsUpper(after)) return true
      if (known.last.has(word)) return false
      if (next === undefined || word.length > 5) continue
      const start = `${word}.${next}`
      for (const longer of [...known.inside, ...known.last])
        if (longer === start || longer.startsWith(`${start}.`)) return true
    }
  }
  if (last.length > 1) return false
  // "U.S.", "J. F.": a capital alone stands for a name, most of all inside a line.
  const capitals = /(?:\p{Lu}\.\s?)+$/u.exec(tail)?.[0]
  if (capitals === undefined) return false
  const isAcronym = /(?:\p{Lu}\.){2,}$/u.test(capitals)
  if (isAcronym) return !(atEnd && (after === "" || startsUpper(after)))
  return !atEnd || /\p{Lu}\p{L}+\s\p{Lu}\.$/u.test(before)
}

/**
 * Whether a sentence ends where `before` does, when `after` is what follows; `atEnd`: a cue ends there too.
 */
const closes = (before: string, after: string, atEnd: boolean, rules: SentenceRules): boolean => {
  const bare = before.replace(trailingClosers, "")
  const stops = (primary(rules.language) === "el" ? /[.!?;…]+$/u : /[.!?…]+$/u).exec(bare)?.[0]
  const isWide = stops === undefined && wide.includes(bare.at(-1) ?? "\u0000")
  if (stops === undefined && !isWide) return false
  if (isWide && /^と|^って/u.test(after) && bare !== before) return false
  if (!atEnd && /[．.]$/u.test(bare) && /^\p{N}/u.test(after)) return false
  if (!atEnd && stops !== undefined && !/^\s/u.test(after)) {
    const last = bare.slice(0, -stops.length).at(-1) ?? ""
    if (stops.includes("…") || stops.includes("..")) return false
    const neighbours = [last, after[0] ?? ""].filter((letter) => unspaced.test(letter))
    if (neighbours.length < (stops === "." ? 2 : 1)) return false
  }
  if (rules.cased && startsLower(after)) return false
  return stops !== "." || !isPartOfWord(bare, after, atEnd, rules.language)
}

/** The sentences of one cue's text, in order; what stands after the last full stop is one too. */
export const sentences = (text: string, rules: SentenceRules): ReadonlyArray<string> => {
  const found: Array<string> = []
  let from = 0
  for (const match of text.matchAll(primary(rules.language) === "el" ? greekFinals : finals)) {
    const end = match.index + match[0].length
    if (end >= text.length) break
    const before = text.slice(Math.max(from, end - near), end)
    if (!closes(before, text.slice(end, end + near), false, rules)) continue
    found.push(text.slice(from, end).trim())
    from = end
  }
  found.push(text.slice(from).trim())
  return found.filter((sentence) => sentence !== "")
}

/** Whether a sentence ends with this cue's text, when the next cue says `after`. */
export const endsSentence = (text: string, after: string, rules: SentenceRules): boolean =>
  closes(text.slice(-near), after.slice(0, near), true, rules)

/** Small letters after full stops are a continuation only where these texts begin most sentences with capitals. */
export const isCased = (texts: ReadonlyArray<string>): boolean => {
  let lower = 0
  let upper = 0
  const all = texts.join(" ")
  for (const match of all.matchAll(/[.!?…]["'”’»)\]]*\s+["'“‘«¿¡(\u2010-\u2015\s-]*(\p{Lu}|\p{Ll})/gu)) {
    if (/\p{Lu}/u.test(match[1]!)) upper++
    else lower++
  }
  return upper + lower === 0 ? /\p{Lu}/u.test(all) : upper >= lower
}

const dash = "[-\\u2010-\\u2015\\u2212]"
const leadingDash = new RegExp(`^${dash}+\\s*(?=[^\\d\\s])`, "u")
const laterDash = new RegExp(`(?:[\\r\\n]\\s*|(?<=[.!?…${wide}][${closers}]{0,5})\\s+)${dash}\\s*(?=[^\\d\\s])`, "u")

/** A text without the dash that dialogue begins with; the minus of a number stays. */
export const withoutDash = (text: string): string => text.replace(leadingDash, "")

/** What each of several people says in one cue, without the dashes: "- Hi. - Hello." is "Hi." and "Hello.". */
export const turns = (text: string): ReadonlyArray<string> => {
  const trimmed = text.trim()
  if (!leadingDash.test(trimmed)) return [trimmed]
  return trimmed
    .replace(leadingDash, "")
    .split(laterDash)
    .filter((turn) => turn.trim() !== "")
}

const clauseEnd = /[,;:،؛、，；：—–]["'”’»)\]]*$/u
const conjunction =
  /^(?:and|or|but|because|so|that|which|who|when|while|if|y|o|pero|porque|que|si|cuando|et|ou|mais|parce|car|und|oder|aber|weil|dass|wenn|e|ma|perché|che|mas|porque|и|или|но|что|потому|если)$/iu

/** How well a speaker may pause between two texts: above 0 after a comma or before a conjunction, below 0 after one. */
export const clauseBreak = (before: string, after: string): number => {
  const lastWord = /[\p{L}]+$/u.exec(before)?.[0] ?? ""
  const nextWord = /^\P{L}*(\p{L}+)/u.exec(after)?.[1] ?? ""
  return (
    (clauseEnd.test(before) ? 1 : 0) + (conjunction.test(nextWord) ? 0.5 : 0) - (conjunction.test(lastWord) ? 1 : 0)
  )
}

/** A text in pieces that end at commas and their like, else at words; none longer than `longest` characters where that can be. */
export const clauses = (text: string, longest: number, language: Language): ReadonlyArray<string> => {
  const pieces = text.split(/(?<=[,;:،؛、，；：—–]["'”’»)\]]*)(?=\s)|(?<=[、，；：])/u).map((piece) => piece.trim())
  return pieces.flatMap((piece) => {
    if (piece.length <= longest) return piece === "" ? [] : [piece]
    const words = writtenWithoutSpaces(language)
      ? Array.from(new Intl.Segmenter(language, { granularity: "word" }).segment(piece), (word) => word.segment)
      : piece.split(/(?<=\s)/u)
    const parts: Array<string> = []
    let part = ""
    for (const word of words) {
      if (part !== "" && (part + word).trim().length > longest) {
        parts.push(part.trim())
        part = ""
      }
      part += word
    }
    return [...parts, part.trim()].filter((rest) => rest !== "")
  })
}
