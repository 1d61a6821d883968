import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Language } from "../domain/Language.ts"
import { partFlag, partName } from "../domain/Part.ts"
import { Problem } from "../domain/Problem.ts"
import { dub, synthesizeAll } from "../dub/Dub.ts"
import { eachLanguage, failWithWorst } from "../dub/Languages.ts"
import { inPart, partFolder } from "../dub/PartWorkdir.ts"
import { hear, prepareLanguage } from "../dub/Prepare.ts"
import { preparedLanguages } from "../dub/PreparedLanguages.ts"
import { Progress } from "../dub/Progress.ts"
import type { DubSettings } from "../dub/Settings.ts"
import { Workdir } from "../dub/Workdir.ts"
import * as Sonic from "../timeline/Stretch/Sonic.ts"
import { finish } from "./finishing.ts"
import { runOnVideo } from "./run.ts"
import * as Services from "./Services.ts"
import { type DubFlags, languagesOf, notGiven, settingsOf } from "./settings.ts"

interface Common {
  readonly video: string
  readonly workdir: Option.Option<string>
  readonly debug: boolean
  readonly to: Option.Option<string>
}

interface Writing extends Common {
  readonly output: Option.Option<string>
  readonly force: boolean
  readonly json: boolean
}

/** `full` */
export const runFull = Effect.fnUntraced(function* (flags: Writing & DubFlags) {
  const settings = yield* settingsOf(flags.video, flags, flags)
  const languages = yield* languagesOf(flags.to)
  const layers = Layer.mergeAll(
    Services.speech(flags, settings),
    Services.transcription(flags, settings),
    Services.language(flags, settings),
    Sonic.layer
  )
  const program = Effect.flatMap(Effect.provide(dub(settings, languages), layers), (outcomes) =>
    finish(outcomes, { part: settings.part, json: flags.json })
  )
  yield* runOnVideo({ command: "full", ...flags }, program)
})

/** `prep` */
export const runPrep = Effect.fnUntraced(function* (given: Common & Partial<DubFlags>) {
  const flags: DubFlags = { ...notGiven, ...given }
  const settings = yield* settingsOf(given.video, flags, { output: notGiven.voice, force: false })
  const languages = yield* languagesOf(given.to)
  const layers = Layer.mergeAll(Services.transcription(flags, settings), Services.language(flags, settings))
  const program = Effect.gen(function* () {
    const progress = yield* Progress
    const heard = yield* hear({ ...settings, to: languages[0] }, languages.slice(1))
    const targets = languages.length === 0 ? [heard.spoken.language] : languages
    const { failures } = yield* eachLanguage(
      targets,
      Effect.fnUntraced(function* (to: Language) {
        const { script } = yield* prepareLanguage(heard, { ...settings, to })
        const part = settings.part === undefined ? "" : ` ${partFlag(settings.part)}`
        yield* progress.note(
          `edit ${script.path} as you like, then run: dubber synth ${given.video} --to ${script.language}${part}`
        )
      })
    )
    yield* failWithWorst(failures)
  }).pipe(inPart(settings))
  yield* runOnVideo({ command: "prep", ...given }, Effect.provide(program, layers))
})

/** The language that synth speaks: the one asked for, else the only one that is prepared. */
const preparedLanguage = Effect.fnUntraced(function* (
  asked: ReadonlyArray<Language>,
  { part, video }: Pick<DubSettings, "part" | "video">
) {
  const workdir = yield* Workdir
  const ofPart = part === undefined ? [] : yield* preparedLanguages(workdir.path(partFolder(partName(part))))
  const prepared = [...new Set([...(yield* preparedLanguages(workdir.root)), ...ofPart])]
  if (prepared.length === 0) {
    return yield* new Problem({
      what: `There is nothing to speak yet in ${workdir.root}.`,
      mend: `Run "dubber prep ${video}" first, or "dubber full" for everything at once.`
    })
  }
  if (asked.length === 0 && prepared.length === 1) return prepared
  if (asked.length === 0) {
    return yield* new Problem({
      what: `${workdir.root} holds scripts in ${prepared.join(", ")}.`,
      mend: `Say which to speak with --to, as in --to ${prepared[0]!}.`,
      exitCode: 2
    })
  }
  const missing = asked.find((language) => !prepared.includes(language))
  if (missing !== undefined) {
    return yield* new Problem({
      what: `${workdir.root} holds no script in ${missing}, only in ${prepared.join(", ")}.`,
      mend: `Run "dubber prep ${video} --to ${missing}" first.`
    })
  }
  return asked
})

/** `synth` */
export const runSynth = Effect.fnUntraced(function* (given: Writing & Partial<DubFlags>) {
  const flags: DubFlags = { ...notGiven, ...given }
  const settings = yield* settingsOf(given.video, flags, given)
  const asked = yield* languagesOf(given.to)
  const layers = Layer.mergeAll(Services.speech(flags, settings), Services.language(flags, settings), Sonic.layer)
  const program = Effect.gen(function* () {
    const languages = yield* preparedLanguage(asked, settings)
    const outcomes = yield* synthesizeAll(settings, languages)
    yield* finish(outcomes, { part: settings.part, json: given.json })
  })
  yield* runOnVideo({ command: "synth", ...given }, Effect.provide(program, layers))
})
