import stringWidth from "string-width"
import { countLines } from "../domain/Utterance.ts"
import type { VideoOutcome } from "../dub/Batch.ts"
import type { UtteranceReport } from "../dub/Report.ts"
import { nameColumns, type RunningStage, runningLine } from "./ProgressLine.ts"
import type { Look } from "./Terminal.ts"
import { cutEnd, cutMiddle, dollars, duration, padEnd, wholeSeconds } from "./wording.ts"

/** How wide the columns of a batch's table are. */
export interface TableWidths {
  /** Of a whole line; undefined where lines may be as long as they are. */
  readonly columns: number | undefined
  /** Of the names of the videos. */
  readonly titles: number
}

const leastTitles = 8
const stageColumns = 10

/** How wide the widest of the names is. */
export const widestOf = (titles: ReadonlyArray<string>): number =>
  titles.reduce((most, title) => Math.max(most, stringWidth(title)), leastTitles)

export const tableWidths = (widest: number, columns: number | undefined): TableWidths => {
  if (columns === undefined) return { columns, titles: Math.min(widest, 60) }
  return { columns, titles: Math.max(leastTitles, Math.min(widest, nameColumns(columns) - 2 - stageColumns)) }
}

const titleOf = (title: string, { titles }: TableWidths, look: Look): string =>
  padEnd(cutMiddle(look.plain(title), titles, look.ellipsis), titles)

const marks = {
  complete: "done",
  partial: "partial",
  failed: "failed",
  skipped: "interrupted",
  interrupted: "interrupted"
} as const

const words = { partial: "partial: ", failed: "failed: ", skipped: "", interrupted: "interrupted" } as const

/** How many lines are spoken, of how many. */
const spokenLines = ({ reports }: Pick<VideoOutcome, "reports">): { spoken: number; all: number } => {
  const linesOf = (is: (one: UtteranceReport) => boolean) =>
    reports.reduce((sum, { utterances }) => sum + countLines(utterances.filter(is)), 0)
  return { spoken: linesOf(({ key }) => key !== null), all: linesOf(() => true) }
}

const linesText = (outcome: VideoOutcome): string => {
  const { all, spoken } = spokenLines(outcome)
  if (all === 0) return ""
  return `${spoken === all ? all : `${spoken}/${all}`} ${all === 1 ? "line" : "lines"}`
}

/** A video that is not there, or was not started, took no time and no money. */
const wasBegun = ({ reports, usd, wallSeconds }: VideoOutcome): boolean =>
  reports.length > 0 || usd > 0 || wallSeconds > 0

const costText = (outcome: VideoOutcome): string =>
  wasBegun(outcome) ? (outcome.usd > 0 ? dollars(outcome.usd) : outcome.isUnpriced === true ? "no price" : "free") : ""

const timeText = (outcome: VideoOutcome): string =>
  wasBegun(outcome) ? (outcome.reused ? "as before" : duration(outcome.wallSeconds)) : ""

/** Where the dubs are; those that differ by their language only as "out/talk.{es,de}.mp4". */
const outputsText = (reports: VideoOutcome["reports"], placed: (path: string) => string): string => {
  const written = reports.flatMap(({ language, output }) => (output === null ? [] : [{ language, output }]))
  const [first] = written
  if (first === undefined) return ""
  const outputs = new Set(written.map(({ output }) => output))
  if (outputs.size === 1) return placed(first.output)
  const at = first.output.lastIndexOf(`.${first.language}.`)
  const [head, tail] = [first.output.slice(0, at + 1), first.output.slice(at + 1 + first.language.length)]
  const isAlike = at >= 0 && written.every(({ language, output }) => output === `${head}${language}${tail}`)
  return isAlike
    ? placed(`${head}{${written.map(({ language }) => language).join(",")}}${tail}`)
    : `${placed(first.output)} and ${outputs.size - 1} more`
}

const resultText = ({ problems, reports, status }: VideoOutcome, placed: (path: string) => string): string =>
  status === "complete" ? outputsText(reports, placed) : `${words[status]}${problems[0]?.message ?? ""}`

/** What became of a video, in one line: lines, cost, time, and where it is or why it is not. */
export const endedVideo = (
  title: string,
  outcome: VideoOutcome,
  look: Look,
  widths: TableWidths,
  placed: (path: string) => string
): string => {
  const columns = [linesText(outcome).padStart(13), costText(outcome).padStart(8), timeText(outcome).padStart(9)]
  const numbers = columns.join("  ")
  const head = `${titleOf(title, widths, look)}  ${numbers}  `
  const rest = look.plain(resultText(outcome, placed))
  const room = widths.columns === undefined ? undefined : Math.max(8, widths.columns - stringWidth(head) - 2)
  const cut = outcome.status === "complete" ? cutMiddle : cutEnd
  return `${look.marks[marks[outcome.status]]} ${head}${room === undefined ? rest : cut(rest, room, look.ellipsis)}`
}

/** Whether a line holds all that is to be said of a video that is not complete. */
export const tellsAll = (line: string, { problems, status }: VideoOutcome, look: Look): boolean =>
  problems.length === 0 ? status !== "partial" : problems.every(({ message }) => line.includes(look.plain(message)))

/** A stage of a video that runs, or a video between two stages. */
export const runningVideo = (
  title: string,
  stage: RunningStage | undefined,
  now: number,
  look: Look,
  widths: TableWidths & { readonly columns: number }
): string => {
  const name = titleOf(title, widths, look)
  if (stage === undefined) return look.paint("dim", `  ${name}  ${look.ellipsis}`)
  const room = nameColumns(widths.columns) - widths.titles - 2
  const stageName = padEnd(cutMiddle(stage.name, Math.max(4, room), look.ellipsis), stageColumns)
  const both = `${name}  ${stageName}`
  return runningLine({ ...stage, name: both }, now, look, { columns: widths.columns, names: stringWidth(both) })
}

/** How the whole batch is. */
export interface BatchCounts {
  readonly videos: number
  readonly ended: number
  readonly running: number
  readonly inFlight: number
  readonly usd: number
  readonly budgetUsd: number | undefined
  readonly seconds: number
  /** Undefined where it cannot be told yet. */
  readonly secondsLeft: number | undefined
  /** How long everybody waits for a service. */
  readonly waitMillis: number
  /** What a service says in place of answers. */
  readonly why?: string | undefined
}

const longWaitMillis = 5000

export const batchLine = (state: BatchCounts, look: Look): string => {
  const { budgetUsd, ended, inFlight, running, seconds, secondsLeft, usd, videos, waitMillis, why } = state
  const waiting = videos - ended - running
  const facts = [
    `${ended} of ${videos} videos`,
    ...(running > 0 ? [`${running} running`] : []),
    ...(waiting > 0 ? [`${waiting} to come`] : []),
    ...(inFlight > 0 ? [`${inFlight} in flight`] : []),
    ...(waitMillis >= longWaitMillis ? [`waiting ${wholeSeconds(waitMillis / 1000)} for a service`] : []),
    ...(why === undefined ? [] : [why]),
    ...(usd > 0 || budgetUsd !== undefined
      ? [`${usd === 0 ? "$0" : dollars(usd)}${budgetUsd === undefined ? "" : ` of ${dollars(budgetUsd)}`}`]
      : []),
    secondsLeft === undefined ? wholeSeconds(seconds) : `about ${wholeSeconds(secondsLeft)} left`
  ]
  return look.plain(`  ${facts.join(", ")}`)
}
