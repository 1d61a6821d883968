import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import type { Language } from "../domain/Language.ts"
import { clock } from "../domain/Part.ts"
import { Problem } from "../domain/Problem.ts"
import type { Source } from "../domain/Source.ts"
import { countLines, type Utterance } from "../domain/Utterance.ts"
import { checkNamedVoices } from "./CheckVoices.ts"
import { checkPart, chooseFrom } from "./ChoosePart.ts"
import { byMend, mendingOf, namesOf, numbersOf } from "./FailedLines.ts"
import { groupUtterances } from "./GroupUtterances.ts"
import { renamed } from "./Labels.ts"
import { asWritten, checkInputs, checkOutput, outputPath } from "./Output.ts"
import { inPart, keepWhole } from "./PartWorkdir.ts"
import { cutEarly, type ExcerptOf, inExcerpt, placePart } from "./PlacePart.ts"
import { placeUtterances } from "./PlaceUtterances.ts"
import { hasNoTimeLeft, startsPastTheEnd } from "./PastTheEnd.ts"
import { readSource } from "./ReadSource.ts"
import { readTranscript } from "./ReadTranscript.ts"
import type { ToMix } from "./RenderSound.ts"
import { refitUtterances } from "./RefitUtterances.ts"
import { type Rendered, renderVideo } from "./RenderVideo.ts"
import type { Report, UtteranceReport } from "./Report.ts"
import type { DubSettings } from "./Settings.ts"
import type { SpokenAhead } from "./SpeakAhead.ts"
import { speakUtterances, speechRequests } from "./SpeakUtterances.ts"
import { type MeasuredPace, measurePace } from "./VoicePace.ts"
import { withVoices } from "./Voices.ts"
import { keepVoiceSamples } from "./VoiceSamples.ts"
import { sourcePeaks } from "./Waveforms.ts"
import { readGlossary } from "./PlanScript.ts"
import { readScript, type Script } from "./WriteScript.ts"
import { writeReport } from "./WriteReport.ts"
import { writeYouTube } from "./WriteYouTube.ts"

/** A video, the lines to speak and how they are grouped. */
export interface Prepared {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  /** What was spoken already while the script was being written. */
  readonly ahead?: SpokenAhead | undefined
  /** The ids of those that are spoken, where it is a part of the video. */
  readonly chosen?: ReadonlySet<number> | undefined
}

/** Lines as they are spoken, in other words where those fit better, and when each is heard. */
export interface Placed extends ToMix {
  readonly pace?: MeasuredPace | undefined
  readonly refit?: Report["refit"] | undefined
  /** Where this is an excerpt of a video: what it was cut from, and what it says. */
  readonly excerpt?: ExcerptOf | undefined
  /** The file under its voices, where it is another than that of the video. */
  readonly background?: string | undefined
}

/** Speaks a script as it now stands, a voice for each speaker, and decides when each line is heard. */
export const placeScript = Effect.fn("placeScript")(function* (
  { ahead, chosen, script, source, utterances }: Prepared,
  given: DubSettings
) {
  // Beside the speaking, which mostly waits; whoever needs it waits for it.
  if (chosen === undefined) yield* Effect.forkScoped(Effect.ignore(sourcePeaks(source, given)))
  const settings = yield* withVoices(utterances, script.language, given)
  yield* keepVoiceSamples(source, script.cues, renamed(script.cues, yield* readTranscript), given)
  const glossary = yield* readGlossary(settings.glossary)
  const early = yield* cutEarly(source, given)
  const voiced = yield* speakUtterances(source, script, utterances, settings, glossary, ahead, chosen)
  const first = { source, script, utterances, voiced }

  const failures = [...voiced.values()].flatMap((one) => (one.kind === "failed" ? [one.error] : []))
  const spoken = [...voiced.values()].filter((one) => one.kind === "clip").length
  if (spoken === 0) {
    const own = { ...first, utterances: utterances.filter(({ id }) => chosen?.has(id) ?? true) }
    yield* writeReport({ ...own, timeline: undefined, rendered: undefined, concurrency: settings.concurrency })
    return yield* failures.length === 0
      ? new Problem({ what: `There is nothing to speak in ${script.path}.`, mend: "Check the lines in it." })
      : new Problem({
          what: `No line could be spoken: ${commonest(failures)}.`,
          mend: "Nothing was written; what was made is kept."
        })
  }
  if (chosen !== undefined) return yield* placePart({ ...first, chosen }, settings, glossary, early)
  const requests = speechRequests(source, script, utterances, settings, glossary)
  const pace = yield* measurePace(script.language, requests, voiced)
  const { refit, ...fitting } = yield* refitUtterances({ ...first, pace }, settings, glossary)
  const timeline = yield* placeUtterances(source, script.language, fitting.utterances, fitting.voiced, settings)
  return {
    source,
    script,
    ...fitting,
    timeline,
    pace,
    refit,
    excerpt: undefined,
    background: undefined
  } satisfies Placed
})

/** What is written beside a video that is finished: its texts for YouTube where they are wanted, and its report. */
export const finishLanguage = Effect.fnUntraced(function* (placed: Placed, rendered: Rendered, settings: DubSettings) {
  const { script, source, timeline, utterances } = placed
  if (settings.youtube && placed.excerpt === undefined) {
    const lines = utterances.map((one, i) => ({ ...one, spokenStart: timeline.placements[i]!.spokenStart }))
    yield* writeYouTube({ source, language: script.language, lines })
  }
  yield* Effect.ignore(sourcePeaks(source, settings))
  return yield* writeReport({ ...placed, rendered, concurrency: settings.concurrency })
})

/** Speaks a script as it now stands, places it on the timeline and writes the video and its report. */
export const synthesizeScript = Effect.fn("synthesizeScript")(function* (prepared: Prepared, settings: DubSettings) {
  const { script, source } = prepared
  const output = yield* outputPath(source, script.language, settings)
  yield* checkOutput(asWritten(source, settings), output, {
    force: settings.force,
    drawsSubtitles: settings.subtitles === "hard"
  })
  yield* keepWhole(output, [`${script.language}/output.json`], settings)
  const placed = yield* placeScript(prepared, settings)
  return yield* Effect.gen(function* () {
    const rendered = yield* renderVideo(
      { ...placed, output },
      { ...settings, background: placed.background ?? settings.background }
    )
    return yield* finishLanguage(placed, rendered, settings)
  }).pipe(inExcerpt(placed))
}, Effect.scoped)

/** subs.srt as it now stands, grouped. */
export const prepared = Effect.fnUntraced(function* (source: Source, language: Language, settings: DubSettings) {
  yield* checkInputs(settings)
  yield* checkNamedVoices(settings)
  yield* checkPart(source, settings.part)
  const script = yield* readScript(language)
  const { utterances } = yield* groupUtterances(source, script, settings)
  const chosen = yield* chooseFrom(source, script, utterances, settings)
  return { source, script, utterances, chosen } satisfies Prepared
})

/** `synth`: from subs.srt as it now stands to the finished video. */
export const synthesize = Effect.fn("synthesize")((language: Language, settings: DubSettings) =>
  Effect.gen(function* () {
    const source = yield* readSource(settings.video)
    return yield* synthesizeScript(yield* prepared(source, language, settings), settings)
  }).pipe(inPart(settings))
)

/** The reason that most have; the first of those that as many have. */
const commonest = (reasons: ReadonlyArray<string>): string => {
  const counts = Map.groupBy(reasons, (reason) => reason)
  return [...counts.values()].reduce((most, same) => (same.length > most.length ? same : most))[0]!
}

/** What is said of lines that no run will ever speak. */
const neverHeard = (past: ReadonlyArray<UtteranceReport>, seconds: number | undefined): string => {
  const end = seconds === undefined ? "" : ` (${clock(Math.floor(seconds))})`
  const told = (
    which: ReadonlyArray<UtteranceReport>,
    [one, many]: readonly [string, string],
    mend: (them: string) => string
  ): ReadonlyArray<string> => {
    if (which.length === 0) return []
    const isOne = countLines(which) === 1
    return [
      `${isOne ? "Line" : "Lines"} ${numbersOf(which)} ${isOne ? one : many} the video's end${end} and cannot be heard: ${mend(isOne ? "it" : "them")} subs.srt or the subtitles.`
    ]
  }
  return [
    ...told(past.filter(startsPastTheEnd), ["begins after", "begin after"], (them) => `remove ${them} from`),
    ...told(
      past.filter(hasNoTimeLeft),
      ["has no time left before", "have no time left before"],
      (them) => `shorten ${them} and the lines before in`
    )
  ].join(" ")
}

/** What is said of a run in which lines are missing: a partial success, with their numbers. */
export const partialProblem = (report: Report): Problem | undefined => {
  if (report.status !== "partial") return undefined
  const missing = report.utterances.filter((utterance) => utterance.status === "failed")
  const past = byMend(missing).time
  const failed = missing.filter((one) => !past.includes(one))
  if (failed.length === 0) return new Problem({ what: neverHeard(past, report.seconds), exitCode: 3 })
  const reasons = failed.map(({ error }) => error ?? "no reason given")
  const others = new Set(reasons).size === 1 ? "" : "; some for other reasons, see the report"
  const count = countLines(failed)
  return new Problem({
    what: `${counted(count, "line")} of ${countLines(report.utterances)} could not be spoken (${namesOf(failed)}): ${commonest(reasons)}${others}.`,
    mend: [
      `The original sound is kept under ${count === 1 ? "it" : "them"}. ${mendingOf(failed)}`,
      ...(past.length === 0 ? [] : [neverHeard(past, report.seconds)])
    ].join(" "),
    exitCode: 3
  })
}

/** A report of a run in which lines are missing ends the command as a partial success. */
export const failIfPartial = (report: Report): Effect.Effect<void, Problem> => {
  const problem = partialProblem(report)
  return problem === undefined ? Effect.void : Effect.fail(problem)
}
