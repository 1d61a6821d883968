import * as Effect from "effect/Effect"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { checkNamedVoices } from "./CheckVoices.ts"
import { eachLanguage } from "./Languages.ts"
import { synthesizeTogether } from "./OneFile.ts"
import { asWritten, checkOutput, outputPath } from "./Output.ts"
import { inPart } from "./PartWorkdir.ts"
import { hear, prepareLanguage } from "./Prepare.ts"
import { Progress } from "./Progress.ts"
import { readSource } from "./ReadSource.ts"
import type { DubSettings } from "./Settings.ts"
import { prepareSpeaking } from "./SpeakAhead.ts"
import { prepared, synthesize, synthesizeScript } from "./Synthesize.ts"

const checkOneOutput = (settings: DubSettings, languages: ReadonlyArray<Language>) =>
  languages.length > 1 && settings.output !== undefined && !settings.oneFile
    ? Effect.fail(
        new Problem({
          what: `--output names one file, but there are ${languages.length} languages.`,
          mend: "Leave --output out: each language gets a file of its own; or put all into it with --one-file.",
          exitCode: 2
        })
      )
    : Effect.void

/** That a flag does nothing is better said than found out. */
const noteIdle = Effect.fnUntraced(function* (settings: DubSettings, languages: ReadonlyArray<Language>) {
  const progress = yield* Progress
  if (settings.oneFile && languages.length === 1) {
    yield* progress.note(`--one-file is for several languages, as in --to es,de; there is one, ${languages[0]!}`)
  }
  if (settings.youtube && settings.part !== undefined) {
    yield* progress.note("--youtube describes a whole video: of a part nothing is written")
  }
})

const dubAll = Effect.fn("dub")(function* (settings: DubSettings, languages: ReadonlyArray<Language>) {
  yield* checkOneOutput(settings, languages)
  if (languages.length > 1 && settings.script !== undefined) {
    return yield* new Problem({
      what: `--script names one file, but there are ${languages.length} languages.`,
      mend: "Put a file for each language beside the video instead, as talk.es.srt.",
      exitCode: 2
    })
  }
  yield* checkNamedVoices(settings)
  const heard = yield* hear({ ...settings, to: languages[0] }, languages.slice(1))
  const targets = languages.length === 0 ? [heard.spoken.language] : languages
  const prepare = (to: Language) =>
    settings.part === undefined
      ? prepareSpeaking(heard, { ...settings, to })
      : prepareLanguage(heard, { ...settings, to })
  yield* noteIdle(settings, targets)
  if (settings.oneFile && targets.length > 1) {
    return yield* synthesizeTogether(heard.source, targets, prepare, settings)
  }
  for (const to of targets) {
    const output = yield* outputPath(heard.source, to, settings)
    yield* checkOutput(asWritten(heard.source, settings), output, {
      force: settings.force,
      drawsSubtitles: settings.subtitles === "hard"
    })
  }
  return yield* eachLanguage(
    targets,
    Effect.fnUntraced(function* (to: Language) {
      return yield* synthesizeScript(yield* prepare(to), { ...settings, to })
    }, Effect.scoped)
  )
})

/**
 * `full`: from a video to the same video in other voices, once for each language. Probing and listening are done once,
 * the languages side by side; no languages: the video is re-voiced in its own. Of a part of the video nothing that
 * belongs to the whole is replaced.
 */
export const dub = (settings: DubSettings, languages: ReadonlyArray<Language>) =>
  dubAll(settings, languages).pipe(inPart(settings))

/** `synth`: from each subs.srt as it now stands to the finished videos, or to one of all languages. */
export const synthesizeAll = (settings: DubSettings, languages: ReadonlyArray<Language>) =>
  synthesizeEach(settings, languages).pipe(inPart(settings))

const synthesizeEach = Effect.fn("synthesizeAll")(function* (
  settings: DubSettings,
  languages: ReadonlyArray<Language>
) {
  yield* checkOneOutput(settings, languages)
  yield* noteIdle(settings, languages)
  if (!settings.oneFile || languages.length === 1) {
    return yield* eachLanguage(languages, (language) => synthesize(language, settings))
  }
  const source = yield* readSource(settings.video)
  return yield* synthesizeTogether(source, languages, (to) => prepared(source, to, settings), settings)
})
