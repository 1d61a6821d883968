import * as Effect from "effect/Effect"
import type { Source } from "../domain/Source.ts"
import type { Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { fitMetrics } from "../timeline/Metrics.ts"
import { Progress } from "./Progress.ts"
import type { Rendered } from "./RenderVideo.ts"
import { Report, type UtteranceReport } from "./Report.ts"
import type { Voiced } from "./SpeakUtterances.ts"
import type { MeasuredPace } from "./VoicePace.ts"
import * as Workdir from "./Workdir.ts"
import { writeReportPage } from "./WriteReportPage.ts"
import type { Script } from "./WriteScript.ts"

export const reportName = (language: string): string => `${language}/report.json`
export const reportFormat = Workdir.json(Report)

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
}) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const log = yield* RequestLog
  const utterances = reportUtterances(run.utterances, run.voiced, run.timeline)
  const stages = yield* progress.stages
  const failed = utterances.filter((utterance) => utterance.status === "failed").length
  const heard = utterances.filter((utterance) => utterance.key !== null)
  const report: Report = {
    version: 1,
    video: run.source.path,
    language: run.script.language,
    output: run.rendered?.output ?? null,
    status: run.rendered === undefined ? "failed" : failed > 0 ? "partial" : "complete",
    wallSeconds: yield* progress.wallSeconds,
    stages,
    requests: {
      speech: yield* log.totals("speech"),
      transcription: yield* log.totals("transcription"),
      language: yield* log.totals("language")
    },
    cost: { estimatedUsd: yield* log.expectedUsd, actualUsd: yield* log.spentHereUsd },
    sound: run.rendered?.sound ?? { integratedLufs: null, loudnessRange: null, truePeakDbtp: null, sourceLufs: null },
    fit: fitMetrics(heard, run.utterances),
    ...(run.pace === undefined ? {} : { pace: { error: run.pace.error, clips: run.pace.clips } }),
    ...(run.refit === undefined ? {} : { refit: run.refit }),
    warnings: yield* progress.warnings,
    utterances
  }
  yield* workdir.write(reportName(run.script.language), reportFormat.encode(report))
  yield* writeReportPage(run, report)
  return report
})

const reportUtterances = (
  utterances: ReadonlyArray<Utterance>,
  voiced: ReadonlyMap<number, Voiced>,
  timeline: Timeline | undefined
): ReadonlyArray<UtteranceReport> =>
  utterances.map((utterance, i) => {
    const one = voiced.get(utterance.id)!
    const placement = timeline?.placements[i]
    const { end, id, lines, speaker, start, text } = utterance
    return {
      id,
      lines,
      speaker,
      text,
      start,
      end,
      spokenStart: placement?.spokenStart ?? start,
      spokenEnd: placement?.spokenEnd ?? start,
      tempo: placement?.tempo ?? 1,
      clipSeconds: placement?.clipSeconds ?? 0,
      key: placement?.key ?? null,
      attempts: one.kind === "nothing" ? 0 : one.attempts,
      cached: one.kind === "clip" && one.cached,
      status: placement?.status ?? (one.kind === "failed" ? "failed" : "ok"),
      ...(one.kind === "failed" ? { error: one.error } : {})
    }
  })
