import { type Language, primary } from "../domain/Language.ts"
import { hasFunctionWords, readsAsOtherThan } from "./FunctionWords.ts"

/** ISO 15924 codes of the scripts that are told apart. */
const scripts = (
  "Latn Cyrl Grek Arab Hebr Deva Beng Guru Gujr Taml Telu Knda Mlym Sinh Thai Laoo Mymr Khmr Tibt Geor Armn Ethi " +
  "Hang Hani Hira Kana"
).split(" ")

/** What stands for several scripts in the tag of a language. */
const mixed: Readonly<Record<string, ReadonlyArray<string>>> = {
  Jpan: ["Hani", "Hira", "Kana"],
  Kore: ["Hang", "Hani"],
  Hans: ["Hani"],
  Hant: ["Hani"]
}

/** Languages that are written in more than one script, unless their tag says in which. */
const inSeveral = new Set("az bs cnr ha kk ks ku ky mn ms pa ro sd sh sr tg tk tt ug uz".split(" "))

const scriptsOf = (language: Language): ReadonlyArray<string> => {
  const locale = new Intl.Locale(language)
  if (locale.script === undefined && inSeveral.has(primary(language))) return []
  const { script } = locale.maximize()
  return script === undefined ? [] : (mixed[script] ?? [script])
}

/** Fewer letters tell nothing; more than this part of them in other letters is another script. */
const fewestLetters = 20
const mostly = 0.8

/** The script (ISO 15924) that most letters of a text are in, where `language` is written in another; else undefined. */
export const otherScriptThan = (text: string, language: Language): string | undefined => {
  const own = scriptsOf(language)
  if (own.length === 0) return undefined
  const counts = scripts.map((script) => ({
    script,
    count: text.match(new RegExp(`\\p{sc=${script}}`, "gu"))?.length ?? 0
  }))
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  const others = counts.filter(({ script }) => !own.includes(script))
  const foreign = others.reduce((sum, { count }) => sum + count, 0)
  if (all < fewestLetters || foreign < mostly * all) return undefined
  return others.reduce((most, one) => (one.count > most.count ? one : most)).script
}

/** Characters of a piece that is judged by itself: two or three sentences. */
const pieceLength = 140
/** So many of the pieces must be in the same other language. */
const share = 0.6

const piecesOf = (texts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  for (const text of texts) {
    const last = pieces.at(-1)
    if (last !== undefined && last.length < pieceLength) pieces[pieces.length - 1] = `${last} ${text}`
    else pieces.push(text)
  }
  return pieces
}

/**
 * The language that texts are in rather than in the one that they should be in, all together: told by small words, so that
 * names and what languages share say nothing. Undefined where they are in both, or where nothing can be told.
 */
export const readsLikeOther = (texts: ReadonlyArray<string>, language: Language): string | undefined => {
  // Where the small words of a language are not known, its nearest relations would be taken for it.
  if (!hasFunctionWords(language) && otherScriptThan(texts.join(" "), language) === undefined) return undefined
  const pieces = piecesOf(texts)
  const votes = new Map<string, number>()
  for (const piece of pieces) {
    const other = readsAsOtherThan(piece, language)
    if (other !== undefined) votes.set(other, (votes.get(other) ?? 0) + 1)
  }
  const [best] = [...votes].toSorted((a, b) => b[1] - a[1])
  return best !== undefined && best[1] >= share * pieces.length ? best[0] : undefined
}
