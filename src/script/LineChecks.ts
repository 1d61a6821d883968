import { type Language, primary, same } from "../domain/Language.ts"
import { hasFunctionWords, smallWordsOnlyIn } from "./FunctionWords.ts"
import { estimateSeconds } from "./Pace.ts"

/**
 * What is wrong with a line that a model gave, and whether it is used all the same when asking again brings nothing
 * better: `never`; once it was `asked again` with few others or alone; or as a `last resort` whenever it came.
 */
export interface Complaint {
  readonly what: string
  readonly used: "never" | "asked again" | "last resort"
}

/** What lines are in, and are to be in: the same where they are only polished. */
export interface Languages {
  readonly from: Language | undefined
  readonly to: Language
}

const unusable = (what: string): Complaint => ({ what, used: "never" })
const doubtful = (what: string): Complaint => ({ what, used: "asked again" })

const cyrillic = /\p{sc=Cyrillic}/gu
const arabic = /\p{sc=Arabic}/gu
const devanagari = /\p{sc=Devanagari}/gu
/** Scripts of languages that are written in one only, other than Latin. */
const scripts: Readonly<Record<string, RegExp>> = {
  ru: cyrillic,
  uk: cyrillic,
  be: cyrillic,
  bg: cyrillic,
  mk: cyrillic,
  el: /\p{sc=Greek}/gu,
  he: /\p{sc=Hebrew}/gu,
  ar: arabic,
  fa: arabic,
  ur: arabic,
  hi: devanagari,
  mr: devanagari,
  ne: devanagari,
  bn: /\p{sc=Bengali}/gu,
  ta: /\p{sc=Tamil}/gu,
  te: /\p{sc=Telugu}/gu,
  th: /\p{sc=Thai}/gu,
  ko: /[\p{sc=Hangul}\p{sc=Han}]/gu,
  ja: /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/gu,
  zh: /\p{sc=Han}/gu,
  yue: /\p{sc=Han}/gu,
  hy: /\p{sc=Armenian}/gu,
  ka: /\p{sc=Georgian}/gu,
  am: /\p{sc=Ethiopic}/gu
}
const latin =
  "en es fr de it pt nl sv da nb nn no fi pl cs sk hu ro tr id ms vi ca hr sl et lv lt is ga cy eu gl tl fil sw af".split(
    " "
  )

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** Words that would not be the same in another language: not names, numbers, addresses or code. */
const ordinaryWords = (text: string): number =>
  text
    .split(/\s+/u)
    .filter((word) => !/[/@_\d]|\w\.\w/u.test(word))
    .reduce((sum, word) => sum + count(word, /(?<![\p{L}\p{M}])\p{Ll}[\p{Ll}\p{M}'’]{2,}/gu), 0)

const isInWrongScript = (text: string, source: string, to: Language): boolean => {
  const letters = count(text, /\p{L}/gu)
  if (letters < 4) return false
  const wanted = scripts[primary(to)]
  if (wanted === undefined) {
    if (!latin.includes(primary(to))) return false
    return count(text, /\p{sc=Latin}/gu) < letters * 0.6 && text !== source
  }
  if (primary(to) === "zh" && count(text, /[\p{sc=Hiragana}\p{sc=Katakana}]/gu) > 2) return true
  const inWanted = count(text, wanted)
  const inOthers = letters - inWanted - count(text, /\p{sc=Latin}/gu)
  return inWanted < letters * 0.2 && (inOthers > letters / 2 || ordinaryWords(text) >= 2)
}

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "")

const sorry =
  "i['’]?m sorry|i am sorry|sorry|i apologi[sz]e|unfortunately|lo siento|desculpe|mi dispiace|(?:je suis )?désolée?|es tut mir leid|leider|извините"
const unable =
  "can['’]?t|can ?not|unable to|not able to|won['’]?t|no puedo|não posso|non posso|ne peux pas|kann(?:\\s\\S+){0,4} nicht|не могу"
const help =
  "help|assist|translate|provide|fulfill|comply|continue|process|engage|do (?:that|this)|ayudar|traducir|ajudar|traduzir|aiutar|tradurre|aider|traduire|helfen|übersetzen|помочь|перевести"
/** What a model says instead of doing what it was asked. */
const refusal = new RegExp(
  [
    String.raw`^(?:(?:${sorry})[,.!]?\s.{0,30}|(?:i|ich|je|eu|yo|io|я)\s)?(?:${unable})\s(?:\S+\s){0,3}(?:${help})`,
    String.raw`\bas an ai\b`,
    String.raw`\b(?:language model|openai|content policy)\b.{0,40}\b(?:can['’]?t|cannot|unable|not able)\b`
  ].join("|"),
  "iu"
)

/** Whether a text is what a model says where it will not do what it was asked. */
export const isRefusal = (text: string): boolean => refusal.test(text)

/** Whether most of a text is one run of at most eight words over and over, four times or more. */
const repeatsItself = (text: string): boolean => {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  for (let length = 1; length <= 8 && length * 4 <= words.length; length++) {
    let run = 0
    for (let at = length; at < words.length; at++) {
      run = words[at] === words[at - length] ? run + 1 : 0
      if (run >= 3 * length && run + length > 0.6 * words.length) return true
    }
  }
  return false
}

/** What is wrong with one line by itself; undefined where nothing is. */
export const complaintAbout = (source: string, text: string, { from, to }: Languages): Complaint | undefined => {
  if (text === "") return unusable("the model gave no text")
  if (isRefusal(text) && !isRefusal(source)) return unusable("the model refused")
  const expected = estimateSeconds(source, from ?? to)
  const seconds = estimateSeconds(text, to)
  if (seconds > 4 * Math.max(expected, 0.6)) return unusable("the model gave far too much text")
  if (repeatsItself(text) && !repeatsItself(source)) return unusable("the model repeated itself")
  const translating = from === undefined || !same(from, to)
  if (!translating) {
    return isInWrongScript(text, source, to) && !isInWrongScript(source, "", to)
      ? unusable("the model gave another language")
      : undefined
  }
  if (from !== undefined && bare(text) === bare(source)) {
    const words = ordinaryWords(source)
    const isTelling = hasFunctionWords(from) && hasFunctionWords(to) && smallWordsOnlyIn(source, from, to) > 0
    if (words > 2 || (words > 1 && isTelling) || isInWrongScript(source, "", to)) {
      return unusable("the model gave back the same words")
    }
    // A word or two may be the same in both languages: "total control".
    if (words > 0) return doubtful("the model gave back the same words")
  }
  return isInWrongScript(text, source, to) ? unusable("the model gave another language") : undefined
}

/** Numbers and addresses: what stands in a line in every language. */
const anchors = (text: string): ReadonlyArray<string> =>
  text.match(/\d{2,}|\b[\w-]{1,60}\.(?:com|org|net|io|dev)\b/giu) ?? []

/** How much better texts must fit the lines beside their own, a line and in all, for them to count as shifted. */
const shiftMargin = 0.15
const shiftGain = 1.2
/** The same where a line is missing, so that the rest may well have moved up. */
const shiftGainAfterLoss = 0.7

/**
 * Whether some texts in a row have the lengths of the lines after (or before) their own: what a model does once it has
 * merged two lines and goes on counting.
 */
const isShifted = (
  expected: ReadonlyArray<number>,
  given: ReadonlyArray<number>,
  median: number,
  by: number
): boolean => {
  const misfit = (seconds: number, place: number) =>
    Math.abs(Math.log((seconds + 0.4) / (median * expected[place]! + 0.4)))
  const enough = given.every((seconds) => seconds > 0) ? shiftGain : shiftGainAfterLoss
  let gain = 0
  let lines = 0
  for (const [index, seconds] of given.entries()) {
    if (seconds === 0 || expected[index + by] === undefined) continue
    gain += misfit(seconds, index) - misfit(seconds, index + by) - shiftMargin
    lines++
    if (gain <= 0) gain = lines = 0
    else if (gain > enough && lines >= 3) return true
  }
  return false
}

/**
 * What is wrong between neighbouring lines: one that swallowed the next, one text twice, a text on another's line.
 * Gives a complaint for each line that should be asked for again; `undefined` texts were not given.
 */
export const complaintsBetween = (
  sources: ReadonlyArray<string>,
  texts: ReadonlyArray<string | undefined>,
  { from, to }: Languages
): ReadonlyMap<number, Complaint> => {
  const found = new Map<number, Complaint>()
  const expected = sources.map((source) => Math.max(0.3, estimateSeconds(source, from ?? to)))
  const seconds = texts.map((text) => (text === undefined ? 0 : estimateSeconds(text, to)))
  const ratios = seconds.map((one, index) => one / expected[index]!)
  const given = ratios.filter((ratio) => ratio > 0).toSorted((a, b) => a - b)
  const median = given[given.length >> 1] ?? 1
  for (let index = 0; index + 1 < sources.length; index++) {
    const next = index + 1
    for (const [short, long] of [
      [index, next],
      [next, index]
    ] as const) {
      const room = expected[short]! + expected[long]!
      const isShort = expected[short]! > 0.8 && ratios[short]! < 0.3 * median
      const holdsBoth = ratios[long]! * expected[long]! > 0.75 * median * room && ratios[long]! > 1.5 * median
      if (isShort && holdsBoth) {
        found.set(short, doubtful("the model merged it with its neighbour"))
        found.set(long, doubtful("the model merged it with its neighbour"))
      }
      const [text, other] = [texts[short], texts[long]]
      if (text === undefined || other === undefined) continue
      const misplaced = anchors(sources[short]!).filter(
        (anchor) => !sources[long]!.includes(anchor) && !text.includes(anchor) && other.includes(anchor)
      )
      // Not for sure: within a sentence the other language may have another order.
      if (misplaced.length > 0) {
        found.set(short, doubtful("the model gave its text to another line"))
        found.set(long, doubtful("the model gave it another line's text"))
      }
    }
    const [text, other] = [texts[index], texts[next]]
    if (
      text !== undefined &&
      other !== undefined &&
      bare(text).length > 8 &&
      bare(text) === bare(other) &&
      bare(sources[index]!) !== bare(sources[next]!)
    ) {
      found.set(index, doubtful("the model gave one text for two lines"))
      found.set(next, doubtful("the model gave one text for two lines"))
    }
  }
  // Where the shift begins and ends can't be told for sure, so that none of them is believed.
  if ([1, -1].some((by) => isShifted(expected, seconds, median, by))) {
    for (const index of sources.keys()) found.set(index, unusable("the model gave it another line's text"))
  }
  return found
}
