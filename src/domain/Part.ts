import * as Option from "effect/Option"

/** The first and last of lines that follow each other, by their numbers in subs.srt; `last` is Infinity for "to the end". */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** A part of a video: a stretch of it (seconds, `to` Infinity for "to the end"), or some of its lines. */
export type Part =
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "lines"; readonly lines: ReadonlyArray<LineRange> }

const spelled = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/i
const clocked = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:[.,]\d+)?)$/

/** Seconds of "90", "1:30", "1:02:03.250" or "1m30s"; none where it is no time. */
export const parseTime = (text: string): Option.Option<number> => {
  const trimmed = text.trim()
  const [, hours, minutes, rest] = clocked.exec(trimmed) ?? spelled.exec(trimmed) ?? []
  if (trimmed === "" || [hours, minutes, rest].every((one) => one === undefined)) return Option.none()
  const isClock = clocked.test(trimmed) && minutes !== undefined
  const seconds = Number((rest ?? "0").replace(",", "."))
  if (isClock && (seconds >= 60 || (hours !== undefined && Number(minutes) >= 60))) return Option.none()
  return Option.some(Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + seconds)
}

/** "1:00-2:00", "1:00-" or "-0:30" as a part; none where it is not written so. Whether it makes sense is not asked. */
export const parseRange = (text: string): Option.Option<Part> => {
  const [first, second, ...more] = text.split(/[-–]/)
  if (first === undefined || second === undefined || more.length > 0) return Option.none()
  if (first.trim() === "" && second.trim() === "") return Option.none()
  const from = first.trim() === "" ? Option.some(0) : parseTime(first)
  const to = second.trim() === "" ? Option.some(Infinity) : parseTime(second)
  return Option.all([from, to]).pipe(Option.map(([start, end]): Part => ({ kind: "range", from: start, to: end })))
}

const oneLineRange = (text: string): Option.Option<LineRange> => {
  const [, first = "", dash = "", last = ""] = /^\s*(\d*)\s*([-–]?)\s*(\d*)\s*$/.exec(text) ?? []
  if (first === "" && last === "") return Option.none()
  const start = first === "" ? 1 : Number(first)
  return Option.some({ first: start, last: dash === "" ? start : last === "" ? Infinity : Number(last) })
}

/** "10-20", "10", "10-" or "3,7-9" as a part, sorted and without what stands in it twice; none where it is not written so. */
export const parseLines = (text: string): Option.Option<Part> =>
  Option.all(text.split(",").map((one) => oneLineRange(one))).pipe(
    Option.map((ranges): Part => {
      const lines: Array<LineRange> = []
      for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
        const before = lines.at(-1)
        if (before !== undefined && range.first <= before.last + 1 && range.last >= range.first) {
          lines[lines.length - 1] = { first: before.first, last: Math.max(before.last, range.last) }
        } else lines.push(range)
      }
      return { kind: "lines", lines }
    })
  )

/** A time as people write it: "1:02", "1:02:03.25"; fractions to the millisecond where there are any. */
export const clock = (seconds: number): string => {
  const millis = Math.round(seconds * 1000)
  const [hours, minutes] = [Math.floor(millis / 3_600_000), Math.floor(millis / 60_000) % 60]
  const rest = (millis % 60_000) / 1000
  const whole = `${String(Math.floor(rest)).padStart(2, "0")}${String(rest % 1 === 0 ? "" : (rest % 1).toFixed(3).slice(1)).replace(/0+$/, "")}`
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${whole}` : `${minutes}:${whole}`
}

const timeInName = (seconds: number): string => {
  if (seconds === Infinity) return "end"
  const parts = clock(seconds).split(":")
  return parts.map((part, i) => `${part}${["h", "m", "s"].slice(-parts.length)[i]!}`).join("")
}

const lineRange = ({ first, last }: LineRange): string =>
  first === last ? `${first}` : `${first}-${last === Infinity ? "end" : last}`

/** What a part is called in the names of files: "1m00s-2m00s", "lines-3+7-9". */
export const partName = (part: Part): string => {
  if (part.kind === "range") return `${timeInName(part.from)}-${timeInName(part.to)}`
  const all = part.lines.map((one) => lineRange(one))
  if (all.length <= 8) return `lines-${all.join("+")}`
  // Names of files have an end; which lines stand between is told by their sum.
  const sum = part.lines.reduce(
    (value, { first, last }) => (value * 31 + first * 7 + (last === Infinity ? 3 : last)) % 1e6,
    0
  )
  return `lines-${all.slice(0, 3).join("+")}+${all.length - 3}more-${sum}`
}

/** A part as the flag that asks for it. */
export const partFlag = (part: Part): string =>
  part.kind === "range"
    ? `--range ${clock(part.from)}-${part.to === Infinity ? "" : clock(part.to)}`
    : `--lines ${part.lines.map(({ first, last }) => (last === Infinity ? `${first}-` : lineRange({ first, last }))).join(",")}`

/** Whether a line of this number is asked for. */
export const hasLine = (lines: ReadonlyArray<LineRange>, id: number): boolean =>
  lines.some(({ first, last }) => id >= first && id <= last)
