import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { dub, synthesizeAll } from "../dub/Dub.ts"
import { eachLanguage, failWithWorst, named, type Outcomes } from "../dub/Languages.ts"
import { hear, prepareLanguage } from "../dub/Prepare.ts"
import { preparedLanguages } from "../dub/PreparedLanguages.ts"
import { Progress } from "../dub/Progress.ts"
import type { Report } from "../dub/Report.ts"
import { partialProblem } from "../dub/Synthesize.ts"
import { Workdir } from "../dub/Workdir.ts"
import * as Sonic from "../timeline/Stretch/Sonic.ts"
import { runOnVideo } from "./run.ts"
import * as Services from "./Services.ts"
import { type DubFlags, languagesOf, notGiven, settingsOf } from "./settings.ts"
import { summary } from "./summary.ts"

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

/** What came out, on stderr for people, or as JSON on stdout; then the exit code of the worst. */
const finish = Effect.fnUntraced(function* ({ done, failures }: Outcomes<Report>, json: boolean) {
  const isOne = done.length + failures.length === 1
  if (json) yield* Console.log(JSON.stringify(isOne ? done[0] : done, null, 2))
  else {
    for (const report of done) {
      const title = report.status === "complete" ? "Done." : "Done, but not every line could be spoken."
      yield* Console.error(["", title, ...summary(report).map((line) => `  ${line}`)].join("\n"))
    }
  }
  const partial = done.flatMap((report) => {
    const problem = partialProblem(report)
    return problem === undefined ? [] : [isOne ? problem : named(Language.make(report.language), problem)]
  })
  yield* failWithWorst([...failures, ...partial])
})

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
    finish(outcomes, flags.json)
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
        yield* progress.note(
          `edit ${script.path} as you like, then run: dubber synth ${given.video} --to ${script.language}`
        )
      })
    )
    yield* failWithWorst(failures)
  })
  yield* runOnVideo({ command: "prep", ...given }, Effect.provide(program, layers))
})

/** The language that synth speaks: the one asked for, else the only one that is prepared. */
const preparedLanguage = Effect.fnUntraced(function* (asked: ReadonlyArray<Language>, video: string) {
  const workdir = yield* Workdir
  const prepared = yield* preparedLanguages(workdir.root)
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
    const languages = yield* preparedLanguage(asked, given.video)
    const outcomes = yield* synthesizeAll(settings, languages)
    yield* finish(outcomes, given.json)
  })
  yield* runOnVideo({ command: "synth", ...given }, Effect.provide(program, layers))
})
