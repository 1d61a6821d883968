import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import type { Cue, Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import type { Source } from "../domain/Source.ts"
import { LanguageModel } from "../script/LanguageModel.ts"
import { polish } from "../script/Polish.ts"
import { translate } from "../script/Translate.ts"
import * as Subtitles from "../transcript/Subtitles.ts"
import { shown } from "../media/FileProblem.ts"
import { warnOfBudget } from "./BudgetNotice.ts"
import { checkScript } from "./CheckScript.ts"
import { checkScriptTimes } from "./CheckScriptTimes.ts"
import { withHeardTimes } from "./HeardTimes.ts"
import { relabelled } from "./Labels.ts"
import type { Spoken } from "./Listen.ts"
import { namesInLines, noteOfNames } from "./NamesInLines.ts"
import { amongOthers, linesToWrite } from "./PartOfScript.ts"
import { checkModel, planScript, scriptName, scriptOriginFormat, scriptOriginName } from "./PlanScript.ts"
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
  decode: (bytes, path) => Effect.map(Subtitles.parse(bytes, path, { keepsRepeats: true }), ({ cues }) => cues)
}

/** Lines of subs.srt with what the transcript knows of them: their exact times, and whose they are. */
const asHeard = (lines: ReadonlyArray<Cue>, transcript: Transcript): ReadonlyArray<Cue> =>
  relabelled(withHeardTimes(lines, transcript), transcript)

const writtenOf = (cues: ReadonlyArray<Cue>): ReadonlyArray<string> => cues.map(({ text }) => plainText(text))

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
  const plan = yield* planScript(source, spoken, settings)
  const { given, glossary, inputs: ofAll, kept, language, translated, usesModel } = plan
  yield* checkModel(plan, spoken.language)
  if (usesModel) {
    yield* warnOfShutdown(model.provider)
    yield* warnOfBudget(model.provider, settings)
  }
  const parsed = given === undefined ? undefined : yield* Subtitles.parse(given.bytes, given.path)
  if (given !== undefined && parsed !== undefined) {
    const saidBy = !translated ? "video" : given.isNamed ? "--to" : "name"
    yield* checkScript({ path: given.path, cues: parsed.cues, language, saidBy })
    const background = settings.background ?? (translated ? "duck" : "drop")
    yield* checkScriptTimes(given.path, parsed.cues, spoken.cues, background === "duck" || background === "keep")
  }
  const isPart = settings.part !== undefined && usesModel && !(yield* workdir.holds(scriptName(language), ofAll))
  const only = isPart ? yield* linesToWrite(source, spoken, settings, settings.part) : undefined
  const inputs = only === undefined ? ofAll : { ...ofAll, only: [...only] }

  const name = translated ? "translate" : settings.polish ? "polish" : "script"
  return yield* progress.stage(given === undefined && kept === undefined ? name : "script", (advance) =>
    Effect.gen(function* () {
      // Where there is a subs.srt it may be the one that is spoken.
      const told = (yield* workdir.exists(scriptName(language))) ? undefined : onCues
      const concurrency = atOnce(settings.concurrency)
      const write = yield* Effect.cached(
        Effect.gen(function* () {
          if (parsed !== undefined) return { ...parsed, written: [], fallbacks: 0 }
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
            : { cues: spoken.cues, warnings: [], fallbacks: 0 }
          if (!translated) return { ...polished, written: settings.polish ? writtenOf(polished.cues) : [] }
          const { cues, fallbacks, warnings } = yield* translate({
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
          return { cues, warnings: [...polished.warnings, ...warnings], written, fallbacks }
        })
      )
      const by = given?.path ?? (usesModel ? `${model.provider.service} ${model.provider.model}` : spoken.by)
      const origin = yield* workdir.artifact({
        name: scriptOriginName(language),
        inputs,
        format: scriptOriginFormat,
        make: Effect.map(write, ({ fallbacks, warnings, written }) => ({
          by,
          from: spoken.language,
          translated,
          warnings,
          writer: { given: ofAll.given, model: ofAll.model, said: plan.said },
          ...(written.length === 0 ? {} : { written }),
          ...(fallbacks === 0 ? {} : { fallbacks }),
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
      if (kept !== undefined) {
        yield* progress.note(
          `going on with ${scriptName(language)} of the workdir, which an earlier run made from ${shown(kept)}; to have it made anew, remove it`
        )
      }
      const written = new Set(origin.value.written)
      const cues = asHeard(lines.value, spoken.cues)
      const names = namesInLines(cues)
      if (names !== undefined) {
        yield* progress.note(noteOfNames(names, cues.length, `${scriptName(language)} of the workdir`))
      }
      const among = only === undefined ? { cues } : amongOthers(cues, spoken.cues)
      const from = spoken.language
      const value: Script = { language, ...among, path: lines.path, translated, from, written }
      const { fallbacks = 0 } = origin.value
      const left =
        lines.edited || fallbacks === 0 ? "" : `, ${fallbacks} left ${translated ? "untranslated" : "as they were"}`
      const summary = `${counted(cues.length, "line")} in ${Language.englishName(language)}, from ${origin.value.by}${lines.edited ? ", edited by hand" : ""}${left}`
      return { value, reused: lines.reused, summary, outcome: left === "" ? "done" : "partial" }
    })
  )
})

/** subs.srt as it stands, for a run that starts from it. */
export const readScript = Effect.fn("readScript")(function* (language: Language.Language) {
  const workdir = yield* Workdir.Workdir
  const name = scriptName(language)
  const lines = yield* subtitleFormat.decode(yield* workdir.read(name), workdir.path(name))
  const transcript = yield* readTranscript
  const cues = asHeard(lines, transcript)
  const origin = yield* workdir
    .read(scriptOriginName(language))
    .pipe(
      Effect.flatMap((bytes) => Workdir.decodeMade(scriptOriginFormat, bytes, workdir.path(scriptOriginName(language))))
    )
  const { from, part = false, translated, written } = origin
  const among = part ? amongOthers(cues, transcript) : { cues }
  return { language, ...among, path: workdir.path(name), translated, from, written: new Set(written) } satisfies Script
})
