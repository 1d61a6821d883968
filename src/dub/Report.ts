import * as Schema from "effect/Schema"

const Requests = Schema.Struct({
  sent: Schema.Int,
  ok: Schema.Int,
  retried: Schema.Int,
  failed: Schema.Int,
  cached: Schema.Int,
  characters: Schema.Int,
  audioSeconds: Schema.Finite,
  seconds: Schema.Finite,
  peakConcurrency: Schema.Int,
  waitedSeconds: Schema.Finite,
  /** US dollars, as counted by the services' prices. */
  usd: Schema.optionalKey(Schema.Finite)
})

/** What a clip was got with and could not be mended: cut-off waves; a level far off its voice's other lines. */
export const Flaw = Schema.Literals(["clipped", "level"])
export type Flaw = typeof Flaw.Type

/**
 * How one utterance came out. `start` and `end` are where the source says it, `spokenStart` and `spokenEnd` where the
 * output does, to the sample; all in seconds from the start of the video. `tempo` above 1 is faster than it was spoken.
 */
export const UtteranceReport = Schema.Struct({
  id: Schema.Int,
  lines: Schema.Array(Schema.Int),
  speaker: Schema.NullOr(Schema.String),
  text: Schema.String,
  /** What the source says there, where that is another text. */
  sourceText: Schema.optionalKey(Schema.String),
  start: Schema.Finite,
  end: Schema.Finite,
  /** Where the next utterance starts in the source: up to there is its room. */
  slotEnd: Schema.optionalKey(Schema.Finite),
  spokenStart: Schema.Finite,
  spokenEnd: Schema.Finite,
  tempo: Schema.Finite,
  clipSeconds: Schema.Finite,
  key: Schema.NullOr(Schema.String),
  attempts: Schema.Int,
  cached: Schema.Boolean,
  status: Schema.Literals(["ok", "failed", "overflow"]),
  flaws: Schema.optionalKey(Schema.Array(Flaw)),
  error: Schema.optionalKey(Schema.String),
  /**
   * What speaks a failed line where the same command does not: other words for it, asking (without --cached-only), or time
   * before the end of the video.
   */
  mend: Schema.optionalKey(Schema.Literals(["words", "asking", "time"]))
})
export type UtteranceReport = typeof UtteranceReport.Type

/**
 * Loudness of the finished sound by BS.1770-4 / EBU R128: LUFS, LU and dBTP; null where there is no sound to measure. What
 * each is: `SoundMetrics` of timeline/Metrics.ts.
 */
export const SoundReport = Schema.Struct({
  integratedLufs: Schema.NullOr(Schema.Finite),
  loudnessRange: Schema.NullOr(Schema.Finite),
  truePeakDbtp: Schema.NullOr(Schema.Finite),
  sourceLufs: Schema.NullOr(Schema.Finite),
  speechToBed: Schema.optionalKey(Schema.NullOr(Schema.Finite))
})
export type SoundReport = typeof SoundReport.Type

/** How well the lines fit: `FitMetrics` of timeline/Metrics.ts says what each is. */
export const FitReport = Schema.Struct({
  tempoP50: Schema.Finite,
  tempoP95: Schema.Finite,
  tempoMax: Schema.Finite,
  driftP95: Schema.Finite,
  driftMax: Schema.Finite,
  overlaps: Schema.Int,
  underrunSeconds: Schema.Finite,
  withinComfort: Schema.Finite,
  speechOverlap: Schema.optionalKey(Schema.Finite),
  bareSpeechSeconds: Schema.optionalKey(Schema.Finite)
})

/** What a run did and what came out of it: the shape of report.json, version 1. */
export const Report = Schema.Struct({
  version: Schema.Literal(1),
  video: Schema.String,
  language: Schema.String,
  output: Schema.NullOr(Schema.String),
  /**
   * Where only a part was dubbed: its name, the file of the part as it was, and the stretches of the video that it holds,
   * one after the other, in seconds of the video. All other times are seconds from the start of the output then.
   */
  part: Schema.optionalKey(
    Schema.Struct({
      name: Schema.String,
      excerpt: Schema.String,
      stretches: Schema.Array(Schema.Struct({ start: Schema.Finite, end: Schema.Finite }))
    })
  ),
  status: Schema.Literals(["complete", "partial", "failed"]),
  /** Length of the video, in seconds. */
  seconds: Schema.optionalKey(Schema.Finite),
  wallSeconds: Schema.Finite,
  /** How long requests were under way, and how long they would have been one after another. */
  requestTime: Schema.optionalKey(Schema.Struct({ takenSeconds: Schema.Finite, oneByOneSeconds: Schema.Finite })),
  stages: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      seconds: Schema.Finite,
      reused: Schema.Boolean,
      /**
       * What its requests used, retries too, in US dollars. A line counts for the stage that is about it, also where it was
       * spoken while another one ran.
       */
      spent: Schema.optionalKey(
        Schema.Struct({
          requests: Schema.Int,
          characters: Schema.Finite,
          audioSeconds: Schema.Finite,
          usd: Schema.Finite
        })
      )
    })
  ),
  requests: Schema.Struct({ speech: Requests, transcription: Requests, language: Requests }),
  cost: Schema.Struct({ estimatedUsd: Schema.NullOr(Schema.Finite), actualUsd: Schema.Finite }),
  sound: SoundReport,
  fit: FitReport,
  /** How far the pace model is from this run's clips: mean of |estimated − measured| / measured. */
  pace: Schema.optionalKey(
    Schema.Struct({
      error: Schema.Finite,
      clips: Schema.Int,
      voices: Schema.optionalKey(
        Schema.Array(Schema.Struct({ voice: Schema.String, error: Schema.Finite, clips: Schema.Int }))
      )
    })
  ),
  /** Lines that did not fit when first spoken, how often one was asked for again, in how many requests, and the outcome. */
  refit: Schema.optionalKey(
    Schema.Struct({
      misfits: Schema.Int,
      asked: Schema.Int,
      requests: Schema.Int,
      rewritten: Schema.Int,
      left: Schema.Int
    })
  ),
  warnings: Schema.Array(Schema.String),
  utterances: Schema.Array(UtteranceReport)
})
export type Report = typeof Report.Type
