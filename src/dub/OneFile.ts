import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Language from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import type { Source } from "../domain/Source.ts"
import { unreadable } from "../media/FileProblem.ts"
import { mux } from "../media/Mux.ts"
import { RequestsFor } from "../requests/RequestLog.ts"
import { eachLanguage, type Outcomes } from "./Languages.ts"
import { besideOutput, tellBeside } from "./BesideOutput.ts"
import { asWritten, checkOutput, oneFilePath } from "./Output.ts"
import { noteOutput } from "./OutputFolders.ts"
import { keepWhole } from "./PartWorkdir.ts"
import { inExcerpt } from "./PlacePart.ts"
import { Progress, type Telling } from "./Progress.ts"
import { chooseBackground, containerFrom, renderSound, type ToMix } from "./RenderSound.ts"
import { inRenderTurn, isStill, look } from "./RenderVideo.ts"
import { type Report, SoundReport } from "./Report.ts"
import type { DubSettings } from "./Settings.ts"
import { writeSpokenSubtitles } from "./SpokenSubtitles.ts"
import { finishLanguage, placeScript, type Prepared } from "./Synthesize.ts"
import * as Workdir from "./Workdir.ts"

/** The finished file and how each language sounds: the shape of one-file.json. */
const RenderedTogether = Schema.Struct({
  output: Schema.String,
  size: Schema.Int,
  modified: Schema.Finite,
  sounds: Schema.Record(Schema.String, SoundReport)
})

/** Makes sure, before anything is paid for, that one file can hold what is wanted. */
const checkOneFile = Effect.fnUntraced(function* (
  source: Source,
  languages: ReadonlyArray<Language.Language>,
  settings: DubSettings
) {
  const output = yield* oneFilePath(source, languages, settings)
  const container = containerFrom(output, source)
  if (!container.tracks) {
    return yield* new Problem({
      what: `A .${container.extension} file holds one track of sound, not ${languages.length} languages.`,
      mend: "Name an output ending in .mkv or .mp4, or leave --one-file out.",
      exitCode: 2
    })
  }
  if (settings.part?.kind === "lines") {
    return yield* new Problem({
      what: "Lines are not equally long in all languages: --lines and --one-file do not go together.",
      mend: "Give a --range, or leave --one-file out.",
      exitCode: 2
    })
  }
  if (settings.subtitles === "hard") {
    return yield* new Problem({
      what: "There is one picture for all languages: --subtitles hard and --one-file do not go together.",
      mend: "Choose --subtitles soft, or leave --one-file out.",
      exitCode: 2
    })
  }
  yield* checkOutput(asWritten(source, settings), output, { force: settings.force, drawsSubtitles: false })
  yield* keepWhole(output, ["one-file.json"], settings)
  return output
})

/** Mixes and encodes each language, then writes them all into one copy of the video. */
const renderTogether = Effect.fn("renderTogether")(function* (
  source: Source,
  all: ReadonlyArray<ToMix>,
  output: string,
  settings: DubSettings
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const fs = yield* FileSystem.FileSystem
  const parts = yield* Effect.forEach(
    all,
    Effect.fnUntraced(function* (run) {
      const under = yield* chooseBackground(source, run.script, settings)
      return { run, under, language: run.script.language, subtitles: yield* writeSpokenSubtitles(run, settings) }
    })
  )
  const inputs = {
    source: source.fingerprint,
    output,
    settings: [settings.keepOriginal ? (parts[0]!.run.script.from ?? true) : false, settings.subtitles],
    languages: parts.map(({ run, under, subtitles }) => [
      run.script.language,
      run.timeline,
      under.inputs,
      Workdir.hash(subtitles.text)
    ])
  }
  return yield* progress.stage("render", (advance) =>
    Effect.gen(function* () {
      const total = source.duration * (parts.length + 0.25)
      const artifact = yield* workdir.artifact({
        name: "one-file.json",
        inputs,
        format: Workdir.json(RenderedTogether),
        stillHolds: (rendered) => isStill(fs, rendered),
        make: Effect.scoped(
          Effect.gen(function* () {
            const rendered = yield* Effect.forEach(parts, ({ language, run, under }, i) =>
              renderSound(run, under, output, settings, (seconds) =>
                advance(i * source.duration + seconds, total, `encoding ${language}`)
              )
            )
            const [first, ...others] = rendered.map(({ encoded }, i) => {
              const { language } = parts[i]!
              return { encoded, language, title: Language.englishName(language) }
            })
            yield* noteOutput(output)
            const beside = yield* besideOutput
            const written = yield* mux({
              source,
              sound: first!.encoded,
              soundLanguage: first!.language,
              soundTitle: first!.title,
              sounds: others,
              replaced: parts[0]!.under.audio?.index,
              keepOriginal: settings.keepOriginal,
              originalLanguage: parts[0]!.run.script.from,
              subtitles:
                settings.subtitles === "none"
                  ? []
                  : parts.map(({ language, subtitles }) => ({
                      path: subtitles.path,
                      language,
                      title: Language.englishName(language)
                    })),
              output,
              isOurs: beside.isOurs,
              onProgress: (seconds) => advance(parts.length * source.duration + seconds * 0.25, total, "writing")
            })
            yield* beside.remember(written.beside)
            for (const track of written.dropped) yield* progress.warning(`${output} cannot hold ${track}`)
            yield* tellBeside(written.beside, containerFrom(output, source))
            const seen = yield* Effect.mapError(look(fs, output), unreadable(output))
            const sounds = Object.fromEntries(rendered.map(({ measured }, i) => [parts[i]!.language, measured]))
            return { output, ...seen, sounds }
          })
        )
      })
      return { value: artifact.value, reused: artifact.reused, summary: output }
    })
  )
})

/** What a language tells in its report: its own stages, and the render that is of all of them. */
const together = (own: Telling, shared: Telling): Telling => ({
  ...own,
  stages: Effect.zipWith(own.stages, shared.stages, (mine, all) => [
    ...mine,
    ...all.filter(({ name }) => name === "render")
  ]),
  warnings: Effect.zipWith(own.warnings, shared.warnings, (mine, all) => [...new Set([...mine, ...all])])
})

/**
 * Several languages into one file: spoken side by side, then written with a track of sound and one of subtitles for each,
 * the first the default. A language that fails is left out, and named.
 */
export const synthesizeTogether = Effect.fn("synthesizeTogether")(function* <E, R>(
  source: Source,
  languages: ReadonlyArray<Language.Language>,
  prepared: (language: Language.Language) => Effect.Effect<Prepared, E, R>,
  settings: DubSettings
) {
  const planned = yield* checkOneFile(source, languages, settings)
  const { done, failures } = yield* eachLanguage(
    languages,
    Effect.fnUntraced(function* (to: Language.Language) {
      const placed = yield* placeScript(yield* prepared(to), { ...settings, to })
      return { placed, own: yield* Progress }
    })
  )
  const outcomes: Outcomes<Report> = { done: [], failures }
  if (done.length === 0) return outcomes
  const shared = yield* Progress
  // A name of ours says which languages a file holds.
  const output =
    failures.length === 0
      ? planned
      : yield* checkOneFile(
          source,
          done.map(({ placed }) => placed.script.language),
          settings
        )
  return yield* Effect.gen(function* () {
    const { sounds, ...written } = yield* inRenderTurn(
      renderTogether(
        done[0]!.placed.source,
        done.map(({ placed }) => placed),
        output,
        { ...settings, background: done[0]!.placed.background ?? settings.background }
      )
    )
    const reports = yield* Effect.forEach(done, ({ own, placed }) => {
      const { language } = placed.script
      return finishLanguage(placed, { ...written, sound: sounds[language]! }, settings).pipe(
        Effect.provideService(Progress, together(own, shared)),
        Effect.provideService(RequestsFor, language)
      )
    })
    return { ...outcomes, done: reports }
  }).pipe(inExcerpt(done[0]!.placed))
}, Effect.scoped)
