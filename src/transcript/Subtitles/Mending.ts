import { Problem } from "../../domain/Problem.ts"
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

/**
 * Reads the cues of SRT or WebVTT text however untidy it is; a Problem names the line that looks like a time and is
 * none. No cue at all gives an empty list.
 */
export const mend = (text: string, format: TimedFormat, fileName: string): ReadonlyArray<RawCue> | Problem => {
  const raw = splitLines(text)
  const lines = format === "vtt" ? withoutBlocks(raw) : raw
  const timings: Array<readonly [number, Timing]> = []
  for (const [index, line] of lines.entries()) {
    const found = readTiming(line)
    if (found !== undefined) timings.push([index, found])
    else if (looksLikeTiming(line)) {
      return new Problem({
        what: `${fileName}:${index + 1}: this time cannot be read: ${quote(line)}.`,
        mend: 'Write it as "00:00:01,000 --> 00:00:02,500".'
      })
    }
  }
  if (timings.length === 0) return []
  return format === "vtt" ? vttCues(lines, timings) : srtCues(lines, timings)
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
