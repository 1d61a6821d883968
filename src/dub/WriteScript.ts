import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { counted } from "../domain/Counted.ts"
import type { Cue, Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import type { Source } from "../domain/Source.ts"
import { parseGlossary } from "../script/Glossary.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import { polish } from "../script/Polish.ts"
import { translate } from "../script/Translate.ts"
import * as Subtitles from "../transcript/Subtitles.ts"
import { findSubtitlesIn } from "../transcript/SubtitlesBeside.ts"
import { unreadable } from "../media/FileProblem.ts"
import { relabelled } from "./Labels.ts"
import type { Spoken } from "./Listen.ts"
import { amongOthers, linesToWrite } from "./PartOfScript.ts"
import { Progress } from "./Progress.ts"
import { readTranscript } from "./ReadTranscript.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import { warnOfShutdown } from "./ShutdownNotice.ts"
import { knownPace } from "./VoicePace.ts"
import * as Workdir from "./Workdir.ts"

/** The lines to speak, as subs.srt now holds them. */
export interface Script {
  readonly language: Language.Language
  readonly cues: Transcript
  readonly path: string
  /** The words are not the source's own language: a translation. */
  readonly translated: boolean
  /** What is spoken in the source, where that is known. */
  readonly from?: Language.Language | undefined
  /** The texts that a model wrote; lines with another text are a person's, or the source's own. */
  readonly written?: ReadonlySet<string> | undefined
  /** Ids of the lines that are to be spoken, where only a part was written; the others are as the source says them. */
  readonly only?: ReadonlySet<number> | undefined
}

/** A text whatever its breaks and spaces: what an editor program may change without changing a word. */
export const plainText = (text: string): string => text.replaceAll(/\s+/gu, " ").trim()

/** subs.srt: read as a player would, so that whatever an editor program made of it is understood. */
export const subtitleFormat: Workdir.Format<ReadonlyArray<Cue>> = {
  encode: Subtitles.formatSrt,
  decode: (bytes, path) => Effect.map(Subtitles.parse(bytes, path), ({ cues }) => cues)
}

/** The glossary of a run, where one is given. */
export const readGlossary = Effect.fnUntraced(function* (path: string | undefined) {
  if (path === undefined) return undefined
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString(path).pipe(Effect.mapError(unreadable(path)))
  return yield* parseGlossary(text, path)
})

const writtenOf = (cues: ReadonlyArray<Cue>): ReadonlyArray<string> => cues.map(({ text }) => plainText(text))

export const scriptName = (language: Language.Language): string => `${language}/subs.srt`

/** How the lines came about: the shape of <language>/script.json, which synth reads again. */
export const ScriptOrigin = Schema.Struct({
  by: Schema.String,
  from: Language.Language,
  translated: Schema.Boolean,
  warnings: Schema.Array(Schema.String),
  /** The texts as a model wrote them; none where they come from elsewhere. */
  written: Schema.optionalKey(Schema.Array(Schema.String)),
  /** There are only lines of a part. */
  part: Schema.optionalKey(Schema.Boolean)
})
export const scriptOriginName = (language: Language.Language): string => `${language}/script.json`

/** Hears of lines that a model has finished, in any order, while others are still being written. */
export type OnCues = (cues: ReadonlyArray<Cue>) => Effect.Effect<void>

/** Writes what will be said to subs.srt, for a person to look at and mend: the transcript, polished or translated. */
export const writeScript = Effect.fn("writeScript")(function* (
  source: Source,
  spoken: Spoken,
  settings: DubSettings,
  onCues?: OnCues | undefined
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const model = yield* LanguageModel
  const language = settings.to ?? spoken.language
  const translated = !Language.same(language, spoken.language)
  const given = settings.script ?? (translated ? yield* findSubtitlesIn(source.path, language) : undefined)
  const glossary = yield* readGlossary(settings.glossary)

  const usesModel = given === undefined && (translated || settings.polish)
  if (usesModel && model.provider.service === "none") return yield* missingModel(spoken.language, language, translated)

  if (usesModel) yield* warnOfShutdown(model.provider)
  const fs = yield* FileSystem.FileSystem
  const bytes = given === undefined ? undefined : yield* fs.readFile(given).pipe(Effect.mapError(unreadable(given)))
  const ofAll = {
    cues: spoken.cues,
    from: spoken.language,
    to: language,
    given: bytes === undefined ? null : Workdir.hash(bytes),
    polish: settings.polish,
    // How a term is said is no part of how it is written.
    glossary: glossary?.map(({ term, translation }) => [term, translation]) ?? null,
    model: usesModel ? [model.provider.address, model.provider.model] : null
  }
  const isPart = settings.part !== undefined && usesModel && !(yield* workdir.holds(scriptName(language), ofAll))
  const only = isPart ? yield* linesToWrite(source, spoken, settings, settings.part) : undefined
  const inputs = only === undefined ? ofAll : { ...ofAll, only: [...only] }

  const name = translated ? "translate" : settings.polish ? "polish" : "script"
  return yield* progress.stage(given === undefined ? name : "script", (advance) =>
    Effect.gen(function* () {
      // Where there is a subs.srt it may be the one that is spoken.
      const told = (yield* workdir.exists(scriptName(language))) ? undefined : onCues
      const concurrency = atOnce(settings.concurrency)
      const write = yield* Effect.cached(
        Effect.gen(function* () {
          if (bytes !== undefined) return { ...(yield* Subtitles.parse(bytes, given!)), written: [] }
          const polished = settings.polish
            ? yield* polish({
                cues: spoken.cues,
                only,
                language: spoken.language,
                glossary,
                concurrency,
                onProgress: advance,
                onCues: translated ? undefined : told
              })
            : { cues: spoken.cues, warnings: [] }
          if (!translated) return { ...polished, written: settings.polish ? writtenOf(polished.cues) : [] }
          const { cues, warnings } = yield* translate({
            cues: polished.cues,
            only,
            from: spoken.language,
            to: language,
            glossary,
            concurrency,
            charactersASecond: yield* knownPace(language, settings),
            onProgress: advance,
            onCues: told
          })
          // What stayed as it was is in the wrong language, or has no words.
          const written = writtenOf(cues.filter(({ text }, i) => text !== polished.cues[i]?.text))
          return { cues, warnings: [...polished.warnings, ...warnings], written }
        })
      )
      const by = given ?? (usesModel ? `${model.provider.service} ${model.provider.model}` : spoken.by)
      const origin = yield* workdir.artifact({
        name: scriptOriginName(language),
        inputs,
        format: Workdir.json(ScriptOrigin),
        make: Effect.map(write, ({ warnings, written }) => ({
          by,
          from: spoken.language,
          translated,
          warnings,
          ...(written.length === 0 ? {} : { written }),
          ...(only === undefined ? {} : { part: true })
        }))
      })
      const lines = yield* workdir.artifact({
        name: scriptName(language),
        inputs,
        format: subtitleFormat,
        make: Effect.map(write, ({ cues }) => (only === undefined ? cues : cues.filter(({ id }) => only.has(id))))
      })
      for (const warning of origin.value.warnings) yield* progress.warning(warning)
      const written = new Set(origin.value.written)
      const cues = relabelled(lines.value, spoken.cues)
      const among = only === undefined ? { cues } : amongOthers(cues, spoken.cues)
      const from = spoken.language
      const value: Script = { language, ...among, path: lines.path, translated, from, written }
      const summary = `${counted(cues.length, "line")} in ${Language.englishName(language)}, from ${by}${lines.edited ? ", edited by hand" : ""}`
      return { value, reused: lines.reused, summary }
    })
  )
})

const missingModel = (from: Language.Language, to: Language.Language, translated: boolean) =>
  translated
    ? new Problem({
        what: `Translating from ${Language.englishName(from)} to ${Language.englishName(to)} needs a language model, and none is set up.`,
        mend: `Set OPENAI_API_KEY or DUBBER_LLM_BASE_URL, or give the translation with --script, or beside the video as NAME.${to}.srt.`
      })
    : new Problem({
        what: "--polish needs a language model, and none is set up.",
        mend: "Set OPENAI_API_KEY or DUBBER_LLM_BASE_URL, or leave --polish out."
      })

/** subs.srt as it stands, for a run that starts from it. */
export const readScript = Effect.fn("readScript")(function* (language: Language.Language) {
  const workdir = yield* Workdir.Workdir
  const name = scriptName(language)
  const lines = yield* subtitleFormat.decode(yield* workdir.read(name), workdir.path(name))
  const cues = relabelled(lines, yield* readTranscript)
  const origin = yield* workdir
    .read(scriptOriginName(language))
    .pipe(Effect.flatMap((bytes) => Workdir.json(ScriptOrigin).decode(bytes, workdir.path(scriptOriginName(language)))))
  const { from, part = false, translated, written } = origin
  const among = part ? amongOthers(cues, yield* readTranscript) : { cues }
  return { language, ...among, path: workdir.path(name), translated, from, written: new Set(written) } satisfies Script
})
