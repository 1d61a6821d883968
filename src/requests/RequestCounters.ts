export type RequestKind = "speech" | "transcription" | "language"

/** Totals of one kind of request over a run: `requests.<kind>` of report.json. */
export interface RequestTotals {
  readonly sent: number
  readonly ok: number
  readonly retried: number
  readonly failed: number
  readonly cached: number
  readonly characters: number
  readonly audioSeconds: number
  readonly seconds: number
  readonly peakConcurrency: number
  readonly waitedSeconds: number
  /** US dollars. */
  readonly usd: number
}

export interface Counters extends RequestTotals {
  readonly inFlight: number
}

const zero: Counters = {
  sent: 0,
  ok: 0,
  retried: 0,
  failed: 0,
  cached: 0,
  characters: 0,
  audioSeconds: 0,
  seconds: 0,
  peakConcurrency: 0,
  waitedSeconds: 0,
  inFlight: 0,
  usd: 0
}

/** What was counted, by kind. */
export type Counts = Readonly<Record<RequestKind, Counters>>

export const nothing: Counts = { speech: zero, transcription: zero, language: zero }

/** Two counts that did not run at the same time as one. */
export const added = (a: Counters, b: Counters): Counters => ({
  sent: a.sent + b.sent,
  ok: a.ok + b.ok,
  retried: a.retried + b.retried,
  failed: a.failed + b.failed,
  cached: a.cached + b.cached,
  characters: a.characters + b.characters,
  audioSeconds: a.audioSeconds + b.audioSeconds,
  seconds: a.seconds + b.seconds,
  peakConcurrency: Math.max(a.peakConcurrency, b.peakConcurrency),
  waitedSeconds: a.waitedSeconds + b.waitedSeconds,
  inFlight: a.inFlight + b.inFlight,
  usd: a.usd + b.usd
})
