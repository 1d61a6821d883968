import stringWidth from "string-width"
import type { Stage, StageActivity, StageOutcome } from "../dub/Progress.ts"
import type { Look } from "./Terminal.ts"
import { cutEnd, cutMiddle, dollars, duration, harmless, padEnd, wholeSeconds } from "./wording.ts"

/** A stage while it runs. Times are milliseconds of the clock. */
export interface RunningStage {
  readonly name: string
  readonly unit: string | undefined
  readonly startedAt: number
  readonly done: number
  readonly total: number
  readonly detail: string | undefined
  /** How much is done in a second, of late; undefined where it cannot be told yet. */
  readonly perSecond: number | undefined
  readonly activity: StageActivity | undefined
}

/** A pause so short is over before it is read. */
const shownWaitMillis = 1500

const count = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1))

const rateOf = ({ perSecond, unit }: RunningStage): string | undefined => {
  if (perSecond === undefined || perSecond <= 0 || unit === undefined) return undefined
  if (unit === "seconds") return `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)} × real time`
  return perSecond >= 1
    ? `${perSecond.toFixed(1)} a second`
    : `${(perSecond * 60).toFixed(perSecond < 0.2 ? 1 : 0)} a minute`
}

/** Seconds that are left, the pause that holds all back included. */
const secondsLeft = ({ activity, done, perSecond, total }: RunningStage): number | undefined =>
  perSecond === undefined || perSecond <= 0 || done >= total
    ? undefined
    : (total - done) / perSecond + (activity?.waitMillis ?? 0) / 1000

/** What a stage waits for, each where it does. */
const waitOf = ({ inFlight, retrying, waitMillis, why }: StageActivity) => {
  const isHeld = waitMillis >= shownWaitMillis
  return {
    inFlight: inFlight > 0 ? `${inFlight} in flight` : undefined,
    waiting: isHeld ? `waiting ${wholeSeconds(waitMillis / 1000)}` : undefined,
    why,
    retrying: retrying > 0 && !isHeld ? `${retrying} to ask again` : undefined
  }
}

/** What there is to tell, in the order in which it is read, and how soon it is left out for lack of room. */
const factsOf = (stage: RunningStage, now: number): ReadonlyArray<readonly [text: string, leftOut: number]> => {
  const { activity, detail, done, total, unit } = stage
  const left = secondsLeft(stage)
  const facts: Array<readonly [string | undefined, number]> = [
    [unit !== undefined && unit !== "seconds" && total > 0 ? `${count(done)}/${count(total)} ${unit}` : undefined, 5],
    [detail === "" ? undefined : detail, 4],
    [rateOf(stage), 8],
    [
      left === undefined ? wholeSeconds((now - stage.startedAt) / 1000) : `${wholeSeconds(left)} left`,
      left === undefined || activity?.why !== undefined ? 3 : 0
    ]
  ]
  if (activity !== undefined) {
    const { refused, usd } = activity
    const { inFlight, retrying, waiting, why } = waitOf(activity)
    facts.push(
      [inFlight, 2],
      [refused > 0 ? `${refused} refused` : undefined, 6],
      [waiting, 1],
      [why, 1.5],
      [retrying, 7],
      [usd > 0 ? dollars(usd) : undefined, 3]
    )
  }
  return facts.flatMap(([text, leftOut]) => (text === undefined ? [] : [[text, leftOut] as const]))
}

const barOf = (stage: RunningStage, look: Look, width: number): string => {
  const share = stage.total > 0 ? Math.min(1, stage.done / stage.total) : 0
  const filled = Math.floor(share * width)
  return look.paint("green", look.bar[0].repeat(filled)) + look.paint("dim", look.bar[1].repeat(width - filled))
}

const shareOf = ({ done, total }: RunningStage): string =>
  `${String(Math.floor(Math.min(1, done / total) * 100)).padStart(3)} %`

/** How wide the names of stages are shown at most. */
export const nameColumns = (columns: number): number => Math.max(8, Math.floor(columns * 0.35))

/**
 * A stage that runs, in one line of at most so many columns; what matters least is left out first. `names` is how wide
 * the names of those around it are.
 */
export const runningLine = (
  stage: RunningStage,
  now: number,
  look: Look,
  { columns, names }: { readonly columns: number; readonly names: number }
): string => {
  const facts = factsOf(stage, now).map(([text, leftOut]) => [look.plain(text), leftOut] as const)
  const name = `  ${padEnd(cutMiddle(harmless(stage.name), nameColumns(columns), look.ellipsis), names)}`
  const hasBar = stage.total > 0
  const barWidth = columns >= 119 ? 30 : columns >= 59 ? 12 : 0
  const head = hasBar ? stringWidth(name) + (barWidth > 0 ? barWidth + 1 : 0) + 6 : stringWidth(name)
  const kept = [...facts]
  const width = () => kept.reduce((sum, [text]) => sum + stringWidth(text) + 2, head)
  while (kept.length > 1 && width() > columns) {
    const worst = kept.reduce((least, [, leftOut], i) => (leftOut > kept[least]![1] ? i : least), 0)
    kept.splice(worst, 1)
  }
  const told = kept.map(([text]) => text).join(", ")
  const room = columns - head - 2
  const rest = room > 3 ? `  ${cutEnd(told, room, look.ellipsis)}` : ""
  if (!hasBar) return `${name}${rest}`
  const bar = barWidth > 0 ? ` ${barOf(stage, look, barWidth)}` : ""
  return `${name}${bar} ${shareOf(stage)}${rest}`
}

/** The same for the log of a build: all there is to tell. */
export const plainLine = (stage: RunningStage, now: number, look: Look): string => {
  const facts = factsOf(stage, now).map(([text]) => look.plain(text))
  return `  ${harmless(stage.name)} ${shareOf(stage).trim()}${facts.length === 0 ? "" : `  ${facts.join(", ")}`}`
}

/** What is said of a stage in which nothing has happened for so many seconds. */
export const stalledLine = ({ activity, name }: RunningStage, seconds: number): string => {
  const waits = activity === undefined ? undefined : waitOf(activity)
  const facts = [waits?.waiting, waits?.why, waits?.inFlight, waits?.retrying].filter((fact) => fact !== undefined)
  return `${name}: nothing new for ${wholeSeconds(seconds)}${facts.length === 0 ? "" : `; ${facts.join(", ")}`}`
}

/** A stage that is over; with `columns`, in a line of so many at most. */
export const endedLine = (
  stage: Stage,
  outcome: StageOutcome,
  summary: string | undefined,
  look: Look,
  { columns, names }: { readonly columns: number | undefined; readonly names: number }
): string => {
  const whole = harmless(stage.name)
  const name = columns === undefined ? whole : cutMiddle(whole, nameColumns(columns), look.ellipsis)
  const time = stage.reused && outcome === "done" ? "as before" : duration(stage.seconds)
  const head = `${padEnd(name, names)} ${time.padStart(9)}`
  const told = look.plain(outcome === "interrupted" ? "interrupted" : (summary ?? ""))
  const room = columns === undefined ? undefined : columns - stringWidth(head) - 4
  const rest = told === "" ? "" : `  ${room === undefined ? told : cutMiddle(told, Math.max(8, room), look.ellipsis)}`
  return `${look.marks[outcome]} ${head}${rest}`
}
