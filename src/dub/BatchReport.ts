import * as Schema from "effect/Schema"
import type { VideoOutcome } from "./Batch.ts"
import { countLines } from "../domain/Utterance.ts"
import { Report, type UtteranceReport } from "./Report.ts"
import { aboutStages } from "./StageActivity.ts"

const Status = Schema.Literals(["complete", "partial", "failed", "skipped", "interrupted"])

/**
 * What a batch did: the document of `dubber batch --json`, version 1. `status` is `complete` when every video is,
 * `failed` when none is complete or partial, else `partial`; `interrupted` when it was ended early. `oneByOneSeconds` is
 * what the same work takes one request and one video after the other.
 */
export const BatchReport = Schema.Struct({
  version: Schema.Literal(1),
  status: Schema.Literals(["complete", "partial", "failed", "interrupted"]),
  wallSeconds: Schema.Finite,
  oneByOneSeconds: Schema.Finite,
  costUsd: Schema.Finite,
  counts: Schema.Struct({
    videos: Schema.Int,
    complete: Schema.Int,
    /** Of those that are complete: everything was there already. */
    reused: Schema.Int,
    partial: Schema.Int,
    failed: Schema.Int,
    skipped: Schema.Int,
    interrupted: Schema.Int
  }),
  /** Lines of subs.srt, of all videos and languages. */
  lines: Schema.Struct({ spoken: Schema.Int, kept: Schema.Int, failed: Schema.Int }),
  videos: Schema.Array(
    Schema.Struct({
      video: Schema.String,
      workdir: Schema.String,
      status: Status,
      reused: Schema.Boolean,
      wallSeconds: Schema.Finite,
      costUsd: Schema.Finite,
      /** Why it is not complete, and what to do. */
      problems: Schema.Array(Schema.String),
      /** One report a language, as in report.json. */
      reports: Schema.Array(Report)
    })
  )
})
export type BatchReport = typeof BatchReport.Type

/** Seconds of the stages that ask no service, those that all languages share counted once. */
const ownSeconds = ({ reports }: VideoOutcome): number => {
  const [first, ...others] = reports
  const shared = new Set(["probe", "listen"])
  const seconds = (report: Report | undefined, isFirst: boolean) =>
    (report?.stages ?? [])
      .filter(({ name }) => aboutStages.get(name)?.requests === undefined && (isFirst || !shared.has(name)))
      .reduce((sum, stage) => sum + stage.seconds, 0)
  return others.reduce((sum, report) => sum + seconds(report, false), seconds(first, true))
}

const sumOf = (outcomes: ReadonlyArray<VideoOutcome>, value: (one: VideoOutcome) => number): number =>
  outcomes.reduce((sum, one) => sum + value(one), 0)

/** The report of a batch that took so many seconds. */
export const batchReport = (
  outcomes: ReadonlyArray<VideoOutcome>,
  wallSeconds: number,
  isInterrupted = false
): BatchReport => {
  const count = (status: VideoOutcome["status"]) => outcomes.filter((one) => one.status === status).length
  const reports = outcomes.flatMap((one) => one.reports)
  const linesOf = (is: (one: UtteranceReport) => boolean) =>
    reports.reduce((sum, report) => sum + countLines(report.utterances.filter(is)), 0)
  const [complete, partial] = [count("complete"), count("partial")]
  return {
    version: 1,
    status: isInterrupted
      ? "interrupted"
      : complete === outcomes.length
        ? "complete"
        : complete + partial === 0
          ? "failed"
          : "partial",
    wallSeconds,
    oneByOneSeconds: sumOf(outcomes, (one) => one.requestSeconds + ownSeconds(one)),
    costUsd: sumOf(outcomes, ({ usd }) => usd),
    counts: {
      videos: outcomes.length,
      complete,
      reused: outcomes.filter(({ reused }) => reused).length,
      partial,
      failed: count("failed"),
      skipped: count("skipped"),
      interrupted: count("interrupted")
    },
    lines: {
      spoken: linesOf(({ key }) => key !== null),
      kept: linesOf(({ cached, key }) => key !== null && cached),
      failed: linesOf(({ status }) => status === "failed")
    },
    videos: outcomes.map(({ problems, reports: own, reused, status, usd, video, wallSeconds: seconds, workdir }) => ({
      video,
      workdir,
      status,
      reused,
      wallSeconds: seconds,
      costUsd: usd,
      problems: problems.map(({ message }) => message),
      reports: own
    }))
  }
}
