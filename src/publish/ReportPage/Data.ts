import type { Peaks } from "../../media/Peaks.ts"

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
  /** What speaks it, having failed, where the same command does not. */
  readonly mend?: "words" | "asking" | "time" | undefined
}

export type PageKind = "speech" | "transcription" | "language"

/** One attempt at one request; milliseconds of any clock. */
export interface PageAttempt {
  readonly kind: PageKind
  readonly subject: string
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: string
  readonly error?: string | undefined
  /** Which of those under way at once it was, from 0. */
  readonly slot: number
}

/** A time in which requests were ready and none could be sent; milliseconds of the same clock. */
export interface PageWait {
  readonly kind: PageKind
  readonly from: number
  readonly to: number
}

interface Totals {
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
  readonly usd?: number | undefined
}

/** A stage of the run, and what its requests used where it sent some. */
export interface PageStage {
  readonly name: string
  readonly seconds: number
  readonly reused: boolean
  readonly spent?:
    | {
        readonly requests: number
        readonly characters: number
        readonly audioSeconds: number
        readonly usd: number
      }
    | undefined
}

/** A language: its BCP 47 tag, and its name for people. */
export interface PageLanguage {
  readonly tag: string
  readonly name: string
}

/** A file, and where it lies as seen from the page: a relative URL. */
export interface PageFile {
  readonly path: string
  readonly url: string
}

/** What the page is made of: a run's report, and what belongs to it. */
export interface PageData {
  readonly title: string
  readonly spoken: PageLanguage
  /** Of the source, where it is another one. */
  readonly source: PageLanguage | undefined
  /** The pages of all languages of this video. */
  readonly languages: ReadonlyArray<PageLanguage & { readonly url: string; readonly isThis: boolean }>
  /** Milliseconds since 1970. */
  readonly endedAt: number | undefined
  readonly output: string | null
  readonly media: { readonly kind: "video" | "audio"; readonly dub: PageFile; readonly original: PageFile } | undefined
  readonly duration: number
  readonly status: "complete" | "partial" | "failed"
  readonly wallSeconds: number
  readonly stages: ReadonlyArray<PageStage>
  readonly requests: Readonly<Record<PageKind, Totals>>
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
  readonly waits: ReadonlyArray<PageWait>
  /** Requests at once, at most; undefined where nothing bounds them beforehand. */
  readonly concurrency: number | undefined
  readonly waves: { readonly original: Peaks | undefined; readonly dub: Peaks | undefined }
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

/** When something is heard, as players and the terminal show it: the second that it begins in. */
export const moment = (seconds: number): string => clock(Math.floor(seconds))

/** A number as people write it, with a real minus. */
export const number = (value: number, digits: number): string => value.toFixed(digits).replace("-", "−")

/** How late a line is heard: seconds, below 0 where it is early. */
export const driftOf = (one: PageUtterance): number => one.spokenStart - one.start

/** Whether anything is heard of it. */
export const isHeard = (one: PageUtterance): boolean => one.status !== "failed" && one.spokenEnd > one.spokenStart

/** "1 line", "2 lines". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`
