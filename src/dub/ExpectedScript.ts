import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Source } from "../domain/Source.ts"
import { unreadable } from "../media/FileProblem.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import * as Subtitles from "../transcript/Subtitles.ts"
import { findSubtitlesIn } from "../transcript/SubtitlesBeside.ts"
import { heardFormat, languageOfLines, planListening, readLines } from "./PlanListening.ts"
import type { Origin } from "./Origin.ts"
import { checkModel, planScript, scriptName } from "./PlanScript.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"
import { readScript, type Script } from "./WriteScript.ts"

type Speech = Extract<Origin, { readonly kind: "speech" }>

/** What a run would speak, as far as that is known before anybody is asked anything. */
export interface ExpectedScript {
  readonly language: Language.Language
  /** Its lines; until they are translated or polished those that will be. Undefined where they are to be heard first. */
  readonly script: Script | undefined
  /** What is said has to be transcribed. */
  readonly transcribes: boolean
  /** The sound that would be; undefined where nobody would transcribe it, too. */
  readonly speech: Speech | undefined
  readonly translates: boolean
  readonly polishes: boolean
  /** What would stop the run: a service that it needs and that is not set up. */
  readonly missing: ReadonlyArray<Problem>
}

const transcriptFormat = Workdir.json(Transcript)

/** What is said, from files and from earlier runs; no cues where it has to be transcribed. */
const expectedSpeech = Effect.fnUntraced(function* (
  source: Source,
  settings: DubSettings,
  alsoTo: ReadonlyArray<Language.Language>
) {
  const workdir = yield* Workdir.Workdir
  const { provider } = yield* SpeechToText
  const planned = yield* Effect.result(planListening(source, settings, alsoTo))
  if (planned._tag === "Failure") {
    const isGiven = settings.subs !== undefined || settings.segments !== undefined
    if (provider.service !== "none" || isGiven || planned.failure.exitCode === 2) return yield* planned.failure
    return { cues: undefined, language: settings.from, speech: undefined, missing: [planned.failure] }
  }
  const { bytes, inputs, origin } = planned.success
  if (yield* workdir.holds("transcription.json", inputs)) {
    const read = <A>(name: string, format: Workdir.Format<A>) =>
      Effect.flatMap(workdir.read(name), (content) => format.decode(content, workdir.path(name)))
    const heard = yield* read("transcription.json", heardFormat)
    const cues = yield* read("transcript.json", transcriptFormat)
    return { cues, language: settings.from ?? heard.language ?? undefined, speech: undefined, missing: [] }
  }
  if (origin.kind === "speech") return { cues: undefined, language: settings.from, speech: origin, missing: [] }
  const { cues } = yield* readLines(source, origin, bytes)
  const language = origin.language ?? (yield* languageOfLines(source, origin, cues)) ?? undefined
  return { cues, language, speech: undefined, missing: [] }
})

const readGiven = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const bytes = yield* fs.readFile(path).pipe(Effect.mapError(unreadable(path)))
  return (yield* Subtitles.parse(bytes, path)).cues
})

const english = Language.Language.make("en")

/** Fails where a run would; what it would only find out later is returned as `missing`. */
export const expectedScript = Effect.fn("expectedScript")(function* (
  source: Source,
  settings: DubSettings,
  alsoTo: ReadonlyArray<Language.Language>
) {
  const workdir = yield* Workdir.Workdir
  const { cues, language: from, missing: unheard, speech } = yield* expectedSpeech(source, settings, alsoTo)
  const { polish, to } = settings
  if (cues !== undefined && from !== undefined) {
    const plan = yield* planScript(source, { language: from, cues }, settings)
    const isWritten = yield* workdir.holds(scriptName(plan.language), plan.inputs)
    const usesModel = plan.usesModel && !isWritten
    const stopped = yield* Effect.result(checkModel(plan, from))
    const { given, language, translated } = plan
    const lines = given === undefined ? cues : yield* readGiven(given.path)
    const script: Script = isWritten
      ? yield* readScript(language)
      : { language, cues: lines, path: "", translated, from }
    const expected: ExpectedScript = {
      language,
      script,
      transcribes: false,
      speech: undefined,
      translates: usesModel && translated,
      polishes: usesModel && polish,
      missing: [...unheard, ...(stopped._tag === "Failure" ? [stopped.failure] : [])]
    }
    return expected
  }
  const language = to ?? from ?? english
  const translated = to !== undefined && !(from !== undefined && Language.same(to, from))
  const given = settings.script ?? (to === undefined ? undefined : yield* findSubtitlesIn(source.path, to))
  const usesModel = given === undefined && (translated || polish)
  const stopped = yield* Effect.result(checkModel({ language, translated, usesModel }, from))
  const expected: ExpectedScript = {
    language,
    script: given === undefined ? undefined : { language, cues: yield* readGiven(given), path: "", translated },
    transcribes: true,
    speech,
    translates: usesModel && translated,
    polishes: usesModel && polish,
    missing: [...unheard, ...(stopped._tag === "Failure" ? [stopped.failure] : [])]
  }
  return expected
})
