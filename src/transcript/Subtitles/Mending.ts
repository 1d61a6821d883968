import { Problem } from "../../domain/Problem.ts"
import { type BrokenTiming, readBroken } from "./BrokenTimings.ts"
import { timestamp } from "./Timestamp.ts"

/** A cue as it stands in the file: its timing line (counting from 1), its times in milliseconds, its lines of text. */
export interface RawCue {
  readonly line: number
  readonly start: number
  readonly end: number
  readonly text: ReadonlyArray<string>
}

export type TimedFormat = "srt" | "vtt"

const time = String.raw`(-?\s?(?:\d+\s?:\s?)?\d{1,3}\s?:\s?\d{1,3}(?:\s?[.,;:]\s?\d{1,9})?)`
const timing = new RegExp(String.raw`^(?:\d+\s+)?${time}\s*(-{1,3}\s?>|[–—→]\s?>?)\s*${time}(?![\d:])(.*)$`)
const timingAttempt = /^-?\s?\d[\d\s:.,;]*.{0,4}-->|-->\s*-?\d+\s?:\s?\d/

/** No line with times is longer; what is, is text, and not worth a pattern's while. */
const longestTiming = 300

const looksLikeTiming = (line: string): boolean =>
  line.length <= longestTiming && line.includes("-->") && timingAttempt.test(line.trim())

const toMillis = (text: string): number => {
  const compact = text.replaceAll(/\s/g, "")
  const sign = compact.startsWith("-") ? -1 : 1
  // "00:00:01:500" has the milliseconds behind a colon.
  const [, whole = "", fraction = ""] = /^-?(\d+:\d+:\d+|\d+:\d+)(?:[.,;:](\d+))?$/.exec(compact) ?? []
  const seconds = whole.split(":").reduce((total, part) => total * 60 + Number(part), 0)
  return sign * (seconds * 1000 + Math.round(Number(`0.${fraction || 0}`) * 1000))
}

interface Timing {
  readonly start: number
  readonly end: number
  /** What stands behind the times: a place on the screen, or the text itself. */
  readonly behind: string
}

const wholeTime = new RegExp(`^${time}$`)

/** Milliseconds of what is a time and nothing else. */
const timeAlone = (text: string): number | undefined => (wholeTime.test(text) ? toMillis(text) : undefined)

const readTiming = (line: string): Timing | undefined => {
  const match = line.length > longestTiming ? null : timing.exec(line.trim())
  if (match === null) return undefined
  const [, start = "", arrow = "", end = "", behind = ""] = match
  // "10:30 -> 11:00" is something that people say.
  if (!/^--\s?>$/.test(arrow) && start.split(":").length < 3) return undefined
  return { start: toMillis(start), end: toMillis(end), behind }
}

/** Lines end with LF, CRLF, CR, or the CR CR LF that a conversion too many leaves. */
export const splitLines = (text: string): ReadonlyArray<string> => text.split(/\r*\n|\r/)

/** A line of a hostile file as it may stand in a message. */
export const quote = (line: string): string => {
  const plain = line.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()
  return `"${plain.length > 60 ? `${plain.slice(0, 60)}…` : plain}"`
}

const isNumber = (line: string) => /^\s*\d+\s*$/.test(line)
const isBlank = (line: string) => line.trim() === ""

const spoken = (behindTimes: string, lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const kept = lines.filter((line) => !isBlank(line)).map((line) => line.trim())
  const isPlace = behindTimes
    .trim()
    .split(/\s+/)
    .every((word) => word === "" || /^[A-Za-z]\w*[:=]/.test(word))
  return kept.length > 0 || isPlace ? kept : [behindTimes.trim()]
}

/**
 * Finds the cues of an SRT file by their timing lines alone, so that missing numbers and blank lines, and blank lines
 * too many, change nothing.
 */
const srtCues = (lines: ReadonlyArray<string>, timings: ReadonlyArray<readonly [number, Timing]>) => {
  const first = timings[0]![0]
  const numbered = first > 0 && isNumber(lines[first - 1]!)
  return timings.map(([index, { start, end, behind }], position): RawCue => {
    const next = timings[position + 1]?.[0] ?? lines.length
    let text = lines.slice(index + 1, next)
    const last = text.findLastIndex((line) => !isBlank(line))
    const blankAfter = text.length - 1 - last
    const blankBefore = last > 0 && isBlank(text[last - 1]!)
    const isNextNumber =
      last >= 0 &&
      isNumber(text[last]!) &&
      (next === lines.length
        ? blankBefore && Number(text[last]) === position + 2
        : (blankAfter === 0 && (numbered || blankBefore)) || (blankAfter === 1 && blankBefore))
    if (isNextNumber) text = text.slice(0, last)
    return { line: index + 1, start, end, text: spoken(behind, text) }
  })
}

/** Finds the cues of a WebVTT file: a cue ends at an empty line, or where the next begins. */
const vttCues = (lines: ReadonlyArray<string>, timings: ReadonlyArray<readonly [number, Timing]>) =>
  timings.map(([index, { start, end, behind }], position): RawCue => {
    const next = timings[position + 1]?.[0] ?? lines.length
    const empty = lines.indexOf("", index + 1)
    const stop = empty === -1 ? next : Math.min(empty, next)
    let text = lines.slice(index + 1, stop)
    if (stop === next && next < lines.length && text.length > 0 && isNumber(text.at(-1)!)) text = text.slice(0, -1)
    return { line: index + 1, start, end, text: spoken(behind, text) }
  })

/** Blots out NOTE, STYLE and REGION blocks, which an empty line or the next timing line ends. */
const withoutBlocks = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  let inBlock = false
  return lines.map((line, index) => {
    if (line === "" || readTiming(line) !== undefined) inBlock = false
    else if (/^(?:NOTE|STYLE|REGION)(?:\s|:|$)/.test(line) && (index === 0 || lines[index - 1] === "")) inBlock = true
    return inBlock ? " " : line
  })
}

/** Whether a timing line is expected: behind nothing, an empty line or the number of a cue. */
const isPlace = (lines: ReadonlyArray<string>, index: number): boolean =>
  index === 0 || isBlank(lines[index - 1]!) || isNumber(lines[index - 1]!)

/** The cues of a file, and what was done about times that cannot be read. */
export interface Mended {
  readonly cues: ReadonlyArray<RawCue>
  readonly warnings: ReadonlyArray<string>
}

/** Gives a cue the times that its broken timing line and its neighbour leave it; undefined where they leave none. */
const repaired = (cue: RawCue, { end, start }: BrokenTiming, before: RawCue | undefined): RawCue | undefined => {
  if (start !== undefined) return { ...cue, start, end: end ?? start }
  if (end === undefined) return undefined
  // As long as it takes to say, 15 characters a second.
  const millis = Math.max(1000, cue.text.join(" ").length * 67)
  return { ...cue, start: Math.min(end, Math.max(before?.end ?? 0, end - millis)), end }
}

const unreadable = (fileName: string, index: number, line: string, wrong: ReadonlyArray<string> = []): Problem => {
  const part = wrong.length === 0 || wrong.join("").length > 60 ? "" : ` (${wrong.map(quote).join(" and ")} is none)`
  return new Problem({
    what: `${fileName}:${index + 1}: this time cannot be read: ${quote(line)}${part}.`,
    mend: 'Write it as "00:00:01,000 --> 00:00:02,500".',
    exitCode: 2
  })
}

/**
 * Reads the cues of SRT or WebVTT text however untidy it is. A line that is meant as a time and is none is a Problem that
 * names it; with `repairs` its cue gets the times that are left to it, or is left out, with a warning. No cue at all gives
 * an empty list.
 */
export const mend = (text: string, format: TimedFormat, fileName: string, repairs = false): Mended | Problem => {
  const raw = splitLines(text)
  const lines = format === "vtt" ? withoutBlocks(raw) : raw
  const timings: Array<readonly [number, Timing]> = []
  const broken = new Map<number, BrokenTiming>()
  for (const [index, line] of lines.entries()) {
    const found = readTiming(line)
    if (found !== undefined) timings.push([index, found])
    else if (line.length <= longestTiming) {
      const slip = readBroken(line, isPlace(lines, index), timeAlone)
      if (slip === undefined && !looksLikeTiming(line)) continue
      if (!repairs) return unreadable(fileName, index, line, slip?.wrong)
      broken.set(index + 1, slip ?? { start: undefined, end: undefined, wrong: [] })
      timings.push([index, { start: 0, end: 0, behind: "" }])
    }
  }
  if (timings.length === 0) return { cues: [], warnings: [] }
  const [first] = broken.keys()
  if (first !== undefined && broken.size === timings.length) return unreadable(fileName, first - 1, lines[first - 1]!)
  const cues: Array<RawCue> = []
  const warnings: Array<string> = []
  for (const cue of format === "vtt" ? vttCues(lines, timings) : srtCues(lines, timings)) {
    const slip = broken.get(cue.line)
    const kept = slip === undefined ? cue : repaired(cue, slip, cues.at(-1))
    if (kept !== undefined) cues.push(kept)
    if (slip === undefined) continue
    const what = kept === undefined ? "its cue was left out" : "its cue was given the time that is likely"
    warnings.push(`${fileName}:${cue.line}: this time cannot be read, ${what}: ${quote(lines[cue.line - 1]!)}.`)
  }
  const more = warnings.length > 5 ? [`${fileName}: so it is with ${warnings.length - 5} more times.`] : []
  return { cues, warnings: [...warnings.slice(0, 5), ...more] }
}

/** Between the lines of a cue in mended text, where each cue has its text on one line. */
export const lineSeparator = "\u2028"

/** Cues as the SRT that every parser reads: numbered, one line of text each, blank lines between. */
export const mendedSrt = (cues: ReadonlyArray<RawCue>): string =>
  cues
    .map(
      ({ start, end, text }, index) =>
        `${index + 1}\n${timestamp(Math.max(0, start), ",")} --> ${timestamp(Math.max(0, end), ",")}\n${text.join(lineSeparator)}\n`
    )
    .join("\n")
