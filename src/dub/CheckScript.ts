import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Cue } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { shown } from "../media/FileProblem.ts"
import { otherScriptThan, readsLikeOther } from "../script/WrittenIn.ts"
import { contradicts, detectLanguage } from "./DetectLanguage.ts"
import { Progress } from "./Progress.ts"

/** Lines that somebody wrote, to be spoken as they are. */
export interface GivenLines {
  readonly path: string
  readonly cues: ReadonlyArray<Cue>
  /** What they are to be in, and who says so: a flag, the name of the file, or the video that is re-voiced. */
  readonly language: Language.Language
  readonly saidBy: "--to" | "name" | "video"
}

const wanted = ({ language, saidBy }: GivenLines): string => {
  const name = Language.englishName(language)
  if (saidBy === "--to") return `${name} as --to asks`
  return saidBy === "name" ? `${name} as its name says` : `${name} as the video is`
}

const mendOf = ({ language, saidBy }: GivenLines, other: Language.Language | undefined): string => {
  if (saidBy === "name")
    return `Give the ${Language.englishName(language)} words with --script FILE, or rename the file.`
  const to = other === undefined ? "the language that it is in with --to" : `--to ${other}`
  return `Give another file with --script, or ${to}.`
}

const languageOf = (found: string | undefined) =>
  found === undefined ? undefined : Option.getOrUndefined(Language.parse(found))

const lettersOf = (script: string): string => {
  const name = new Intl.DisplayNames(["en"], { type: "script" }).of(script) ?? script
  return script === "Hani" ? "Chinese characters" : `${name} letters`
}

/**
 * Makes sure that lines which somebody wrote are in the language in which they are to be spoken. In letters of another
 * script they are refused, since its voices cannot say them; what only reads like another language is a warning. Latin
 * letters may be any language's, written as it sounds: they are refused where all signs are those of another one.
 */
export const checkScript = Effect.fnUntraced(function* (lines: GivenLines) {
  const progress = yield* Progress
  const { cues, language, path } = lines
  const texts = cues.map(({ text }) => text)
  const all = texts.join(" ")
  const script = otherScriptThan(all, language)
  const reads = languageOf(readsLikeOther(texts, language))
  if (script !== undefined) {
    const byLetters = yield* detectLanguage(all)
    const other = reads ?? (script === "Latn" ? undefined : byLetters)
    const isTold = other !== undefined && byLetters !== undefined && Language.same(other, byLetters)
    if (script !== "Latn" || isTold) {
      const name = other === undefined ? "" : ` (it looks like ${Language.englishName(other)})`
      return yield* new Problem({
        what: `${shown(path)} is written in ${lettersOf(script)}${name}, not in ${wanted(lines)}.`,
        mend: mendOf(lines, other),
        exitCode: 2
      })
    }
  }
  const other = reads ?? (yield* contradicts(all, language))
  if (other === undefined) return
  yield* progress.warning(
    `${shown(path)} reads like ${Language.englishName(other)}, not ${wanted(lines)}; it is spoken as it is. ${mendOf(lines, other)}`
  )
})
