import * as Effect from "effect/Effect"
import stringWidth from "string-width"
import { englishName, Language } from "../domain/Language.ts"
import { countLines, lineName } from "../domain/Utterance.ts"
import type { Report, UtteranceReport } from "../dub/Report.ts"
import { type Look, lookOf, terminalOf } from "./Terminal.ts"
import { clock, cutEnd, dollars, duration, harmless, percent } from "./wording.ts"

/** What the lines are drawn with, and how wide they may be. */
export interface SummaryOptions {
  readonly look: Look
  readonly columns: number
}

/** As wide as the terminal, or as is well read in a file. */
export const summaryOptions = (stream: NodeJS.WriteStream) =>
  Effect.map(terminalOf(stream), (terminal): SummaryOptions => ({
    look: lookOf(terminal),
    columns: terminal.isLive ? terminal.columns() : 110
  }))

const comfortable = { least: 0.9, most: 1.15 }
/** What is this near to what it should be is not worth a line. */
const unremarkable = { tempo: 0.05, seconds: 0.3 }
const shownFailures = 10

/** How ill a line fits: 1 is just comfortable. */
const strain = ({ spokenStart, start, status, tempo }: UtteranceReport): number =>
  Math.max(tempo / comfortable.most, comfortable.least / tempo, Math.abs(spokenStart - start) / 0.5) +
  (status === "overflow" ? 10 : 0)

const worstOf = (heard: ReadonlyArray<UtteranceReport>): UtteranceReport | undefined => {
  const worst = heard.reduce<UtteranceReport | undefined>(
    (most, one) => (most === undefined || strain(one) > strain(most) ? one : most),
    undefined
  )
  if (worst === undefined) return undefined
  const isFine =
    worst.status === "ok" &&
    Math.abs(worst.tempo - 1) <= unremarkable.tempo &&
    Math.abs(worst.spokenStart - worst.start) <= unremarkable.seconds
  return isFine ? undefined : worst
}

const aboutWorst = (one: UtteranceReport, times: string): string => {
  const { spokenStart, start, status, tempo } = one
  const late = spokenStart - start
  return [
    `${tempo.toFixed(2)}${times}`,
    ...(Math.abs(late) > unremarkable.seconds ? [`${Math.abs(late).toFixed(1)} s ${late > 0 ? "late" : "early"}`] : []),
    ...(status === "overflow" ? ["no room"] : []),
    `${lineName(one)} at ${clock(spokenStart)}`
  ].join(", ")
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

const linesOf = ({ refit, utterances }: Report): string => {
  const spoken = countLines(utterances.filter((one) => one.key !== null))
  const failed = countLines(utterances.filter((one) => one.status === "failed"))
  const kept = countLines(utterances.filter((one) => one.key !== null && one.cached))
  return [
    `${spoken} spoken${kept > 0 ? `, ${kept === spoken ? "all" : kept} kept from before` : ""}`,
    ...(refit !== undefined && refit.rewritten > 0 ? [`${refit.rewritten} in other words, to fit`] : []),
    ...(failed > 0 ? [`${failed} failed`] : [])
  ].join(", ")
}

const fitOf = ({ fit, utterances }: Report): string => {
  const overflow = countLines(utterances.filter((one) => one.status === "overflow"))
  return [
    `${percent(fit.withinComfort)} at a comfortable tempo`,
    fit.driftP95 < 0.05 ? "on time" : `95 % late by less than ${fit.driftP95.toFixed(2)} s`,
    ...(overflow > 0 ? [counted(overflow, "line has no room", "lines have no room")] : [])
  ].join(", ")
}

const soundOf = ({ sound }: Report): string | undefined => {
  const { integratedLufs, loudnessRange, sourceLufs, truePeakDbtp } = sound
  if (integratedLufs === null || truePeakDbtp === null) return undefined
  return [
    `${integratedLufs.toFixed(1)} LUFS`,
    `true peak ${truePeakDbtp.toFixed(1)} dBTP`,
    ...(loudnessRange === null ? [] : [`range ${loudnessRange.toFixed(1)} LU`]),
    ...(sourceLufs === null ? [] : [`source ${sourceLufs.toFixed(1)} LUFS`])
  ].join(", ")
}

const costOf = ({ cost, requests }: Report): string | undefined => {
  const { actualUsd, estimatedUsd } = cost
  const sent = requests.speech.sent + requests.language.sent + requests.transcription.sent
  if (sent === 0) return "nothing was asked of any service"
  if (actualUsd === 0 && (estimatedUsd ?? 0) === 0) return undefined
  return `${dollars(actualUsd)}${estimatedUsd === null ? "" : `, estimated ${dollars(estimatedUsd)}`}`
}

const timeOf = ({ requestTime, wallSeconds }: Report): string => {
  const saved = requestTime === undefined ? 0 : requestTime.oneByOneSeconds - requestTime.takenSeconds
  if (saved < 1) return duration(wallSeconds)
  return `${duration(wallSeconds)} instead of ${duration(wallSeconds + saved)} one request at a time`
}

/** A fact: its name, what is told, and a text that may be cut to fit, before the rest. */
type Fact = readonly [name: string, told: string, text?: string, rest?: string]

/** What a person wants to know when a run is over, a fact a line. */
const factsOf = (report: Report, look: Look): ReadonlyArray<Fact> => {
  const { output, seconds, utterances } = report
  const heard = utterances.filter((one) => one.key !== null)
  const failed = utterances.filter((one) => one.status === "failed")
  const worst = worstOf(heard)
  const sound = soundOf(report)
  const cost = costOf(report)
  return [
    ...(output === null
      ? []
      : [["video", `${output}${seconds === undefined ? "" : ` (${duration(seconds)})`}`] as const]),
    ["lines", linesOf(report)],
    ...(heard.length === 0 ? [] : [["fit", fitOf(report)] as const]),
    ...(worst === undefined ? [] : [["worst", `${aboutWorst(worst, look.times)}: `, worst.text] as const]),
    ...(sound === undefined ? [] : [["sound", sound] as const]),
    ...(cost === undefined ? [] : [["cost", cost] as const]),
    ["time", timeOf(report)],
    ...failed
      .slice(0, shownFailures)
      .map(
        (one) =>
          [
            "failed",
            `${lineName(one)} at ${clock(one.start)}: `,
            one.text,
            `: ${one.error ?? "no reason given"}`
          ] as const
      ),
    ...(failed.length > shownFailures ? [["failed", `and ${failed.length - shownFailures} more`] as const] : [])
  ]
}

/** What a person wants to know when a run is over, a fact a line; what is said is cut to fit, paths never are. */
export const summary = (report: Report, { columns, look }: SummaryOptions): ReadonlyArray<string> =>
  factsOf(report, look).map(([name, told, text = "", rest = ""]) => {
    const label = name === "failed" ? look.paint("red", name.padEnd(9)) : name.padEnd(9)
    const start = look.plain(told)
    const end = look.plain(rest)
    const room = Math.max(16, columns - 13 - stringWidth(start) - stringWidth(end))
    return `${label} ${start}${cutEnd(harmless(text), room, look.ellipsis)}${end}`
  })

/** Whether all went well, and in which language. */
export const summaryTitle = (report: Report, { look }: SummaryOptions): string => {
  const language = `${englishName(Language.make(report.language))} (${report.language})`
  const failed = countLines(report.utterances.filter((one) => one.status === "failed"))
  if (report.status === "failed") return `${look.paint("red", "Failed")}: ${language}`
  return report.status === "complete"
    ? `${look.paint("green", "Done")}: ${language}`
    : `${look.paint("yellow", "Done")}, but ${counted(failed, "line", "lines")} could not be spoken: ${language}`
}
