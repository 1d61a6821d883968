import type { BatchReport } from "../dub/BatchReport.ts"
import type { Look } from "./Terminal.ts"
import { dollars, duration } from "./wording.ts"

const counted = (count: number, what: string): ReadonlyArray<string> => (count === 0 ? [] : [`${count} ${what}`])

/** "10 of 12 videos are complete, 1 is partial, 1 failed." */
const headline = ({ counts }: BatchReport): string => {
  const { complete, failed, interrupted, partial, reused, skipped, videos } = counts
  const before = reused > 0 ? ` (${reused === complete && reused > 1 ? "all" : reused} as before)` : ""
  const others = [
    ...counted(partial, "partial"),
    ...counted(failed, "failed"),
    ...counted(interrupted, "interrupted"),
    ...counted(skipped, "not started")
  ]
  const all = videos === 1 ? "1 video" : `${videos} videos`
  if (complete === videos) return `Done: ${all}, complete${before}.`
  return `${complete} of ${all} complete${before}, ${others.join(", ")}.`
}

const mostListed = 20

/** What a person wants to know when a batch is over; `again`: the command that goes on with it. */
export const batchSummary = (
  report: BatchReport,
  look: Look,
  more: {
    readonly minutes: number
    readonly budgetUsd: number | undefined
    readonly again: string | undefined
    readonly titles: ReadonlyArray<string>
  }
): ReadonlyArray<string> => {
  const { costUsd, counts, lines, oneByOneSeconds, videos, wallSeconds } = report
  const failed = lines.failed > 0 ? `, ${lines.failed} failed` : ""
  const kept = lines.kept > 0 ? `, ${lines.kept} of them kept from before` : ""
  const saved = oneByOneSeconds - wallSeconds
  const limit = more.budgetUsd === undefined ? "" : ` of the ${dollars(more.budgetUsd)} that may be spent`
  const facts = [
    ...(lines.spoken + lines.failed > 0 ? [`lines     ${lines.spoken} spoken${kept}${failed}`] : []),
    ...(more.minutes > 0 ? [`video     ${more.minutes.toFixed(1)} minutes`] : []),
    ...(costUsd > 0 || more.budgetUsd !== undefined ? [`cost      ${dollars(costUsd)}${limit}`] : []),
    ...(counts.reused === counts.videos ? ["cost      nothing: all is as before"] : []),
    `time      ${duration(wallSeconds)}${saved > 1 && saved > wallSeconds / 20 ? `; one at a time it takes ${duration(oneByOneSeconds)}` : ""}`
  ]
  const open = videos.flatMap(({ problems, status }, i) => (status === "complete" ? [] : [{ i, problems, status }]))
  const reasons = open.slice(0, mostListed).flatMap(({ i, problems, status }) => {
    const mark = look.marks[status === "partial" ? "partial" : status === "failed" ? "failed" : "interrupted"]
    const title = more.titles[i] ?? ""
    if (problems.length === 0) return [`${mark} ${title}: ${status}`]
    return problems.slice(0, 3).map((problem) => `${mark} ${title}: ${problem}`)
  })
  const rest = open.length > mostListed ? [`  and ${open.length - mostListed} more`] : []
  return [
    headline(report),
    ...facts.map((fact) => `  ${fact}`),
    ...(reasons.length === 0 ? [] : ["", ...reasons, ...rest]),
    ...(more.again === undefined || open.length === 0
      ? []
      : ["", `The same command goes on with what is missing, and asks for nothing that is there:`, `  ${more.again}`])
  ].map((line) => look.plain(line))
}
