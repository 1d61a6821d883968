import stringWidth from "string-width"
import type { BatchReport } from "../dub/BatchReport.ts"
import { asksAnew } from "../dub/FailedLines.ts"
import type { Look } from "./Terminal.ts"
import { dollars, duration } from "./wording.ts"

const counted = (count: number, what: string): ReadonlyArray<string> => (count === 0 ? [] : [`${count} ${what}`])

/** "Done: 10 of 12 videos complete (4 as before), 1 partial, 1 failed". */
const headline = ({ counts, status }: BatchReport, look: Look): string => {
  const { complete, failed, interrupted, partial, reused, skipped, videos } = counts
  const before = reused > 0 ? ` (${reused === complete && reused > 1 ? "all" : reused} as before)` : ""
  const others = [
    ...counted(partial, "partial"),
    ...counted(failed, "failed"),
    ...counted(interrupted, "interrupted"),
    ...counted(skipped, "not started")
  ]
  const all = videos === 1 ? "1 video" : `${videos} videos`
  const done = complete === videos ? all : complete === 0 ? `none of ${all}` : `${complete} of ${all}`
  const word = status === "failed" ? "Failed" : status === "interrupted" ? "Interrupted" : "Done"
  const how = status === "failed" ? "red" : status === "complete" ? "green" : "yellow"
  return `${look.paint(how, word)}: ${[`${done} complete${before}`, ...others].join(", ")}`
}

const goesOn = "The same command goes on with what is missing, and pays for nothing twice:"

/** What is not there is not there the next time either, and words that were refused are refused again. */
const goesOnAgain = ({ problems, reports, status, workdir }: BatchReport["videos"][number]): boolean => {
  if (status === "complete" || workdir === "") return false
  const partial = reports.filter((one) => one.status === "partial")
  return status !== "partial" || problems.length > partial.length || partial.some(asksAnew)
}

/** More rows than this are no longer in sight when the last video is over. */
const rowsInSight = 10
const mostReasons = 20
const mostNamed = 3

const marks = { partial: "partial", failed: "failed", skipped: "interrupted", interrupted: "interrupted" } as const

/** Why videos are not complete; what holds for many is told once. */
const reasonsOf = ({ videos }: BatchReport, titles: ReadonlyArray<string>, toldWhole: ReadonlySet<number>) => {
  const reasons = videos.flatMap(({ problems, status }, i) => {
    if (status === "complete" || (toldWhole.has(i) && videos.length <= rowsInSight)) return []
    const texts = problems.length > 0 ? problems : [status === "skipped" ? "not started" : status]
    return texts.map((text) => ({ title: titles[i] ?? "", text, mark: marks[status] }))
  })
  return [...Map.groupBy(reasons, ({ mark, text }) => `${mark} ${text}`).values()].map((same) => {
    const { mark, text } = same[0]!
    const named = same.length > mostNamed + 1 ? mostNamed : same.length
    const rest = same.length > named ? ` and ${same.length - named} more` : ""
    const who = same.slice(0, named).map(({ title }) => title)
    return { mark, text, who: `${who.join(", ")}${rest}` }
  })
}

/** A text in lines of so many columns, broken between words. */
const wrapped = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const line = lines.at(-1)
    if (line === undefined || stringWidth(line) + 1 + stringWidth(word) > columns) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}

/** What a person wants to know when a batch is over; `again`: the command that goes on with it. */
export const batchSummary = (
  report: BatchReport,
  look: Look,
  more: {
    readonly minutes: number
    readonly budgetUsd: number | undefined
    /** Something was asked whose price is not known. */
    readonly isUnpriced?: boolean | undefined
    readonly again: string | undefined
    readonly titles: ReadonlyArray<string>
    /** The videos whose row says all that there is to say of them. */
    readonly toldWhole?: ReadonlySet<number> | undefined
    /** How long lines may be. */
    readonly columns: number
  }
): ReadonlyArray<string> => {
  const { costUsd, counts, lines, oneByOneSeconds, wallSeconds } = report
  const spoken = [
    `${lines.spoken} spoken${lines.kept > 0 ? `, ${lines.kept === lines.spoken ? "all" : lines.kept} kept from before` : ""}`,
    ...counted(lines.failed, "failed")
  ].join(", ")
  const limit = more.budgetUsd === undefined ? "" : ` of ${dollars(more.budgetUsd)} at most`
  const saved = oneByOneSeconds - wallSeconds
  const instead = saved < 1 ? "" : ` instead of ${duration(oneByOneSeconds)}, one request and one video at a time`
  const facts = [
    ...(lines.spoken + lines.failed > 0 ? [`lines     ${spoken}`] : []),
    ...(more.minutes > 0 ? [`length    ${more.minutes.toFixed(1)} minutes of video`] : []),
    ...(counts.reused === counts.videos
      ? ["cost      nothing was asked of any service"]
      : costUsd > 0 || more.budgetUsd !== undefined
        ? [`cost      ${costUsd === 0 && more.isUnpriced === true ? "no price" : `${dollars(costUsd)}${limit}`}`]
        : []),
    `time      ${duration(wallSeconds)}${instead}`
  ]
  const reasons = reasonsOf(report, more.titles, more.toldWhole ?? new Set())
  const told = reasons
    .slice(0, mostReasons)
    .flatMap(({ mark, text, who }) =>
      wrapped(look.plain(`${who}: ${text}`), more.columns - 3).map(
        (line, i) => `${i === 0 ? look.marks[mark] : " "} ${line}`
      )
    )
  const again =
    more.again === undefined || !report.videos.some(goesOnAgain) ? [] : [goesOn, `  ${look.plain(more.again)}`]
  return [
    headline(report, look),
    ...facts.map((fact) => `  ${look.plain(fact)}`),
    ...(reasons.length === 0 ? [] : ["", ...told]),
    ...(reasons.length > mostReasons ? [`  and ${reasons.length - mostReasons} more`] : []),
    ...(again.length === 0 ? [] : ["", ...again])
  ]
}
