import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Source, videoStream } from "../domain/Source.ts"
import type { Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { fitMetrics } from "../timeline/Metrics.ts"
import { sourceTexts } from "./BilingualSubtitles.ts"
import { flawsOf } from "./ClipFlaws.ts"
import { CommandLine } from "./CommandLine.ts"
import type { ExcerptOf } from "./PlacePart.ts"
import { Progress, type Stage } from "./Progress.ts"
import type { Rendered } from "./RenderVideo.ts"
import { readTranscript } from "./ReadTranscript.ts"
import type { Report, UtteranceReport } from "./Report.ts"
import { reportFormat, reportName } from "./ReportFile.ts"
import { requestTime } from "./RequestTime.ts"
import { type RunRecord, runRecordFormat, runRecordName } from "./RunRecord.ts"
import type { Voiced } from "./SpeakUtterances.ts"
import type { MeasuredPace } from "./VoicePace.ts"
import * as Workdir from "./Workdir.ts"
import { writeReportPage } from "./WriteReportPage.ts"
import { ScriptOrigin, scriptOriginName } from "./PlanScript.ts"
import { isPastTheEnd, noTimeLeft } from "./PastTheEnd.ts"
import { type Script } from "./WriteScript.ts"

/** What the source says while each utterance is said, where that is in another language. */
const originals = Effect.fnUntraced(function* (script: Script, utterances: ReadonlyArray<Utterance>) {
  return script.translated ? sourceTexts(utterances, yield* readTranscript) : []
})

const originFormat = Workdir.json(ScriptOrigin)

/** The language of the source, where it is translated from one. */
const sourceLanguage = Effect.fnUntraced(function* ({ language, translated }: Script) {
  if (!translated) return null
  const workdir = yield* Workdir.Workdir
  const name = scriptOriginName(language)
  return yield* workdir.read(name).pipe(
    Effect.flatMap((bytes) => originFormat.decode(bytes, name)),
    Effect.map(({ from }) => from),
    Effect.orElseSucceed(() => null)
  )
})

/** A language's record holds what is its own. */
const withoutPart = <A extends { readonly part: string }>({ part: _part, ...rest }: A): Omit<A, "part"> => rest

/** Stages, each with what its requests used, if there were any. */
const withSpent = Effect.fnUntraced(function* (stages: ReadonlyArray<Stage>) {
  const log = yield* RequestLog
  return yield* Effect.forEach(stages, (stage, at) =>
    Effect.map(log.stageUse(stage.name), (spent) => {
      const isFirst = stages.findIndex(({ name }) => name === stage.name) === at
      return isFirst && spent.requests > 0 ? { ...stage, spent } : stage
    })
  )
})

/** Writes report.json, what was planned and what was measured, and report.html, the same for the eye. */
export const writeReport = Effect.fn("writeReport")(function* (run: {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly timeline: Timeline | undefined
  readonly rendered: Rendered | undefined
  readonly pace?: MeasuredPace | undefined
  readonly refit?: Report["refit"] | undefined
  /** Requests at once, at most. */
  readonly concurrency?: number | "auto" | undefined
  /** Where this is an excerpt of a video, what of which. */
  readonly excerpt?: ExcerptOf | undefined
}) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const log = yield* RequestLog
  const { concurrency, excerpt, script } = run
  const texts = yield* originals(script, run.utterances)
  const utterances = reportUtterances(run.utterances, run.voiced, run.timeline, texts)
  const stages = yield* withSpent(yield* progress.stages)
  const attempts = yield* log.attempts
  const failed = utterances.filter((utterance) => utterance.status === "failed").length
  const heard = utterances.filter((utterance) => utterance.key !== null)
  const report: Report = {
    version: 1,
    video: excerpt?.video ?? run.source.path,
    language: script.language,
    output: run.rendered?.output ?? null,
    ...(excerpt === undefined
      ? {}
      : { part: { name: excerpt.name, excerpt: excerpt.path, stretches: excerpt.stretches } }),
    status: run.rendered === undefined ? "failed" : failed > 0 ? "partial" : "complete",
    seconds: run.source.duration,
    wallSeconds: yield* progress.wallSeconds,
    requestTime: requestTime(attempts),
    stages,
    requests: {
      speech: yield* log.totals("speech"),
      transcription: yield* log.totals("transcription"),
      language: yield* log.totals("language")
    },
    cost: { estimatedUsd: yield* log.expectedUsd, actualUsd: yield* log.spentHereUsd },
    sound: run.rendered?.sound ?? { integratedLufs: null, loudnessRange: null, truePeakDbtp: null, sourceLufs: null },
    fit: fitMetrics(heard, heard),
    ...(run.pace === undefined
      ? {}
      : { pace: { error: run.pace.error, clips: run.pace.clips, voices: run.pace.voices } }),
    ...(run.refit === undefined ? {} : { refit: run.refit }),
    warnings: yield* progress.warnings,
    utterances
  }
  const waits = yield* log.waits
  const record: RunRecord = {
    endedAt: yield* Clock.currentTimeMillis,
    hasPicture: videoStream(run.source) !== undefined,
    sourceLanguage: yield* sourceLanguage(script),
    workdir: workdir.root,
    script: script.path,
    command: (yield* CommandLine) ?? null,
    concurrency: typeof concurrency === "number" ? concurrency : null,
    attempts: attempts.map(withoutPart),
    waits: waits.map(withoutPart)
  }
  yield* workdir.write(runRecordName(script.language), runRecordFormat.encode(record))
  yield* workdir.write(reportName(script.language), reportFormat.encode(report))
  yield* writeReportPage(workdir.root, script.language)
  return report
})

const reportUtterances = (
  utterances: ReadonlyArray<Utterance>,
  voiced: ReadonlyMap<number, Voiced>,
  timeline: Timeline | undefined,
  texts: ReadonlyArray<string>
): ReadonlyArray<UtteranceReport> => {
  const flaws = flawsOf(utterances, voiced)
  return utterances.map((utterance, i) => {
    const one = voiced.get(utterance.id)!
    const placement = timeline?.placements[i]
    const { end, id, lines, slotEnd, speaker, start, text } = utterance
    const sourceText = texts[i]
    const isLost = one.kind === "clip" && placement?.status === "failed"
    const error = one.kind === "failed" ? one.error : isLost ? noTimeLeft : undefined
    const mend = isPastTheEnd({ error }) ? "time" : one.kind === "failed" ? one.mend : undefined
    return {
      id,
      lines,
      speaker,
      text,
      ...(sourceText === undefined || sourceText === "" ? {} : { sourceText }),
      start,
      end,
      slotEnd,
      spokenStart: placement?.spokenStart ?? start,
      spokenEnd: placement?.spokenEnd ?? start,
      tempo: placement?.tempo ?? 1,
      clipSeconds: placement?.clipSeconds ?? 0,
      key: placement?.key ?? null,
      attempts: one.kind === "nothing" ? 0 : one.attempts,
      cached: one.kind === "clip" && one.cached,
      status: placement?.status ?? (one.kind === "failed" ? "failed" : "ok"),
      ...(flaws.has(id) ? { flaws: flaws.get(id)! } : {}),
      ...(error === undefined ? {} : { error }),
      ...(mend === undefined ? {} : { mend })
    }
  })
}
