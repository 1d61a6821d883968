import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import type { Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import type { Source } from "../domain/Source.ts"
import { shown, unreadable } from "../media/FileProblem.ts"
import { type Glossary, parseGlossary } from "../script/Glossary.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import { findSubtitlesIn } from "../transcript/SubtitlesBeside.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"

export const scriptName = (language: Language.Language): string => `${language}/subs.srt`

/** Who wrote the lines: the content of a file by its hash, or a model by its address and name. */
const Writer = Schema.Struct({
  given: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.Array(Schema.String)),
  /** What was said then, by its hash. */
  said: Schema.optionalKey(Schema.String)
})

/** How the lines came about: the shape of <language>/script.json, which synth reads again. */
export const ScriptOrigin = Schema.Struct({
  by: Schema.String,
  from: Language.Language,
  translated: Schema.Boolean,
  warnings: Schema.Array(Schema.String),
  /** The texts as a model wrote them; none where they come from elsewhere. */
  written: Schema.optionalKey(Schema.Array(Schema.String)),
  /** How many lines have their own text still, because the model gave none that can be used. */
  fallbacks: Schema.optionalKey(Schema.Int),
  /** There are only lines of a part. */
  part: Schema.optionalKey(Schema.Boolean),
  writer: Schema.optionalKey(Writer)
})
export const scriptOriginName = (language: Language.Language): string => `${language}/script.json`
export const scriptOriginFormat = Workdir.json(ScriptOrigin)

/** The glossary of a run, where one is given. */
export const readGlossary = Effect.fnUntraced(function* (path: string | undefined) {
  if (path === undefined) return undefined
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString(path).pipe(Effect.mapError(unreadable(path)))
  return yield* parseGlossary(text, path)
})

interface ScriptInputs {
  readonly given: string | null
  readonly model: ReadonlyArray<string> | null
  readonly [more: string]: unknown
}

/** What the lines to speak will be made from, decided before any is written. */
export interface ScriptPlan {
  readonly language: Language.Language
  readonly translated: boolean
  /** A file of lines that are spoken as they are: named, or found beside the video. */
  readonly given: { readonly path: string; readonly bytes: Uint8Array; readonly isNamed: boolean } | undefined
  readonly usesModel: boolean
  /** The script of an earlier run that goes on to hold, though what wrote it is not there now: by whom it is. */
  readonly kept: string | undefined
  /** A file that was given once and holds no more, and what changed since. */
  readonly lost?: { readonly script: string; readonly changed: string } | undefined
  /** The hash of what is said, for a later run to tell whether it changed. */
  readonly said: string
  readonly glossary: Glossary | undefined
  /** What subs.srt depends on. */
  readonly inputs: ScriptInputs
}

/**
 * What will be said comes from a file, from the script of an earlier run for which one was given (or which a model wrote,
 * where none is set up now), from a language model, or is what the source says.
 */
export const planScript = Effect.fnUntraced(function* (
  source: Source,
  spoken: { readonly language: Language.Language; readonly cues: Transcript; readonly by?: string },
  settings: DubSettings
) {
  const fs = yield* FileSystem.FileSystem
  const workdir = yield* Workdir.Workdir
  const { provider } = yield* LanguageModel
  const language = settings.to ?? spoken.language
  const translated = !Language.same(language, spoken.language)
  const path = settings.script ?? (translated ? yield* findSubtitlesIn(source.path, language) : undefined)
  const given =
    path === undefined
      ? undefined
      : {
          path,
          bytes: yield* fs.readFile(path).pipe(Effect.mapError(unreadable(path))),
          isNamed: settings.script !== undefined
        }
  const glossary = yield* readGlossary(settings.glossary)
  const usesModel = given === undefined && (translated || settings.polish)
  const writtenBy = (writer: typeof Writer.Type) => ({
    cues: spoken.cues,
    from: spoken.language,
    to: language,
    given: writer.given,
    polish: settings.polish,
    // How a term is said is no part of how it is written.
    glossary: glossary?.map(({ term, translation }) => [term, translation]) ?? null,
    model: writer.model
  })
  const said = Workdir.hash(JSON.stringify([spoken.language, spoken.cues]))
  const plan = { language, translated, given, glossary, said }
  const name = scriptOriginName(language)
  const before = yield* workdir.read(name).pipe(
    Effect.flatMap((bytes) => scriptOriginFormat.decode(bytes, name)),
    Effect.option,
    Effect.map(Option.getOrUndefined)
  )
  const writer = before?.writer
  const isWanted = writer?.given != null || (writer?.model != null && provider.service === "none")
  if (given === undefined && before !== undefined && writer !== undefined && isWanted) {
    const inputs = writtenBy(writer)
    if (yield* workdir.holds(scriptName(language), inputs)) {
      return { ...plan, usesModel: false, kept: before.by, inputs } satisfies ScriptPlan
    }
  }
  const inputs = writtenBy({
    given: given === undefined ? null : Workdir.hash(given.bytes),
    model: usesModel ? [provider.address, provider.model] : null
  })
  const changed =
    writer?.said === said ? "--polish or the glossary" : (spoken.by?.replace(/^subtitles /, "") ?? "What is said")
  const isLost = given === undefined && writer?.given != null && (yield* workdir.exists(scriptName(language)))
  const lost = isLost ? { script: before!.by, changed } : undefined
  return { ...plan, usesModel, kept: undefined, inputs, lost } satisfies ScriptPlan
})

/** Makes sure that there is a language model where one is needed. */
export const checkModel = Effect.fnUntraced(function* (
  { language, lost, translated, usesModel }: Pick<ScriptPlan, "language" | "translated" | "usesModel" | "lost">,
  from: Language.Language | undefined
) {
  const { provider } = yield* LanguageModel
  if (!usesModel || provider.service !== "none") return
  if (!translated) {
    return yield* new Problem({
      what: "--polish needs a language model, and none is set up.",
      mend: "Set OPENAI_API_KEY or DUBBER_LLM_BASE_URL, or leave --polish out."
    })
  }
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  // That of the whole video, also where a part of it is asked for.
  const whole = paths.join((yield* Workdir.Workdir).home, scriptName(language))
  const isThere = yield* fs.exists(whole).pipe(Effect.orElseSucceed(() => false))
  const asItIs = isThere ? `dubber synth speaks ${shown(whole)} as it is.` : ""
  if (lost !== undefined) {
    return yield* new Problem({
      what: `${shown(lost.changed)} has changed since ${shown(lost.script)} was given.`,
      mend: `Give --script ${shown(lost.script)} again, or set OPENAI_API_KEY to have it translated${isThere ? `; ${asItIs}` : "."}`
    })
  }
  const before = isThere ? `; ${asItIs}` : `, or beside the video as NAME.${language}.srt.`
  return yield* new Problem({
    what: `Translating ${from === undefined ? "" : `from ${Language.englishName(from)} `}to ${Language.englishName(language)} needs a language model, and none is set up.`,
    mend: `Set OPENAI_API_KEY or DUBBER_LLM_BASE_URL, or give the translation with --script${before}`
  })
})
