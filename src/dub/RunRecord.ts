import * as Schema from "effect/Schema"
import { CommandLineSchema } from "./CommandLine.ts"
import * as Workdir from "./Workdir.ts"

const RequestKind = Schema.Literals(["speech", "transcription", "language"])

/**
 * How the last run of a language went, besides its report: what was typed, when it ended, and every request. Times are
 * milliseconds since 1970. From it and report.json the page is made again.
 */
export const RunRecord = Schema.Struct({
  endedAt: Schema.Finite,
  /** Whether the source has a picture, and what it speaks where that is not what the dub does. */
  hasPicture: Schema.Boolean,
  sourceLanguage: Schema.NullOr(Schema.String),
  /** Where the workdir was, for what lay beside it is found beside it again when both were moved. */
  workdir: Schema.optionalKey(Schema.String),
  /** Where the lines are changed. */
  script: Schema.String,
  /** Null where it was no command of ours that ran. */
  command: Schema.NullOr(CommandLineSchema),
  /** Requests at once, at most; null where nothing bounded them beforehand. */
  concurrency: Schema.NullOr(Schema.Int),
  attempts: Schema.Array(
    Schema.Struct({
      kind: RequestKind,
      subject: Schema.String,
      startedAt: Schema.Finite,
      endedAt: Schema.Finite,
      outcome: Schema.String,
      error: Schema.optionalKey(Schema.String),
      slot: Schema.Int
    })
  ),
  /** When requests were ready and none could be sent. */
  waits: Schema.Array(Schema.Struct({ kind: RequestKind, from: Schema.Finite, to: Schema.Finite }))
})
export type RunRecord = typeof RunRecord.Type

export const runRecordName = (language: string): string => `${language}/run.json`

const readable = Workdir.json(RunRecord)

/** Without indentation: there is a line for every request. */
export const runRecordFormat: Workdir.Format<RunRecord> = {
  ...readable,
  encode: (record) => `${JSON.stringify(Schema.encodeSync(RunRecord)(record))}\n`
}
