/** One utterance as the page shows it; seconds from the start of the video. */
export interface PageUtterance {
  readonly id: number
  readonly lines: ReadonlyArray<number>
  readonly speaker: string | null
  readonly text: string
  /** What the source says there, where that is another text. */
  readonly sourceText?: string | undefined
  readonly start: number
  readonly end: number
  /** Where the next one starts in the source. */
  readonly slotEnd: number
  readonly spokenStart: number
  readonly spokenEnd: number
  readonly tempo: number
  readonly attempts: number
  readonly cached: boolean
  readonly status: "ok" | "failed" | "overflow"
  readonly error?: string | undefined
}

/** One attempt at one request; milliseconds of any clock. */
export interface PageAttempt {
  readonly kind: "speech" | "transcription" | "language"
  readonly subject: string
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: string
}

interface Totals {
  readonly sent: number
  readonly ok: number
  readonly retried: number
  readonly failed: number
  readonly cached: number
  readonly seconds: number
  readonly peakConcurrency: number
  readonly waitedSeconds: number
}

/** What the page is made of: a run's report, and what belongs to it. */
export interface PageData {
  readonly title: string
  /** BCP 47, of what is spoken. */
  readonly language: string
  readonly languageName: string
  /** The finished file, and where it lies as seen from the page: a relative URL. */
  readonly output: string | null
  readonly media: { readonly url: string; readonly kind: "video" | "audio" } | undefined
  readonly duration: number
  readonly status: "complete" | "partial" | "failed"
  readonly wallSeconds: number
  readonly stages: ReadonlyArray<{ readonly name: string; readonly seconds: number; readonly reused: boolean }>
  readonly requests: { readonly speech: Totals; readonly transcription: Totals; readonly language: Totals }
  readonly cost: { readonly estimatedUsd: number | null; readonly actualUsd: number }
  readonly sound: {
    readonly integratedLufs: number | null
    readonly truePeakDbtp: number | null
    readonly sourceLufs: number | null
  }
  readonly fit: {
    readonly tempoP50: number
    readonly tempoP95: number
    readonly tempoMax: number
    readonly driftP95: number
    readonly driftMax: number
    readonly withinComfort: number
  }
  readonly warnings: ReadonlyArray<string>
  readonly utterances: ReadonlyArray<PageUtterance>
  readonly attempts: ReadonlyArray<PageAttempt>
  /** Requests at once, at most; undefined where nothing bounds them beforehand. */
  readonly concurrency: number | undefined
  /** For a shell: speaks again what failed or was changed; and the file in which lines are changed. */
  readonly mend: { readonly command: string; readonly file: string }
}

/** "0:07", "12:34.5" with tenths, "1:02:03". */
export const clock = (seconds: number, digits = 0): string => {
  const at = Math.max(0, Number(seconds.toFixed(digits)))
  const hours = Math.floor(at / 3600)
  const minutes = String(Math.floor((at % 3600) / 60)).padStart(hours > 0 ? 2 : 1, "0")
  const rest = (at % 60).toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, "0")
  return `${hours > 0 ? `${hours}:` : ""}${minutes}:${rest}`
}

/** How late a line is heard: seconds, below 0 where it is early. */
export const driftOf = (one: PageUtterance): number => one.spokenStart - one.start

/** Whether anything is heard of it. */
export const isHeard = (one: PageUtterance): boolean => one.status !== "failed" && one.spokenEnd > one.spokenStart
