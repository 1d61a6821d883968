import * as Effect from "effect/Effect"
import { type Cue, withOneSpelling } from "../domain/Cue.ts"
import { Problem } from "../domain/Problem.ts"
import { parseAss } from "./Subtitles/Ass.ts"
import { decode } from "./Subtitles/Encoding.ts"
import { readMarkup } from "./Subtitles/Markup.ts"
import { lineSeparator, mend, mendedSrt, quote, splitLines, type TimedFormat } from "./Subtitles/Mending.ts"
import { tidy, type Line } from "./Subtitles/Tidy.ts"

export { formatSrt, formatVtt } from "./Subtitles/Format.ts"
export { optionsFor, paced, readable, readableDefaults, type ReadableOptions } from "./Subtitles/Readable.ts"
export { parseSegments } from "./Subtitles/Segments.ts"
export { columns } from "./Subtitles/Columns.ts"
export { splitText, wrapLines, type WrapOptions } from "./Subtitles/Wrapping.ts"

export type SubtitleFormat = TimedFormat | "ass"

/** What a subtitle file says. Warnings name the line of the file that they are about. */
export interface Subtitles {
  readonly format: SubtitleFormat
  readonly cues: ReadonlyArray<Cue>
  readonly warnings: ReadonlyArray<string>
}

const accepted = "Give subtitles as SRT, WebVTT or ASS."

const formatOf = (text: string, fileName: string): SubtitleFormat => {
  if (/^\s*WEBVTT(?:\s|$)/.test(text)) return "vtt"
  const ass = text.search(/^\s*(?:\[(?:script info|events|v4\+? styles)\]|dialogue\s*:\s*[^,]*,)/im)
  const arrow = text.indexOf("-->")
  if (ass !== -1 && (arrow === -1 || ass < arrow)) return "ass"
  return /\.(?:web)?vtt$/i.test(fileName) ? "vtt" : "srt"
}

/** What a text file is that holds no times, as far as its beginning tells. */
const otherKind = (text: string): string => {
  const start = text.trimStart().slice(0, 500)
  if (/^(?:<\?xml[^>]*>\s*)?<tt[\s:>]/i.test(start)) return "TTML, which is not read"
  if (/^<sami/i.test(start)) return "SAMI, which is not read"
  if (/^(?:<!doctype html|<html|<head|<body)/i.test(start)) return "a web page"
  if (/^\{\d+\}\{\d+\}/.test(start)) return "MicroDVD, whose times are frames"
  if (/^[[{]/.test(start)) return "JSON; that is what --segments is for"
  return "no subtitles"
}

/** Names of files are anybody's: no controls, and not so long that the message is lost. */
const shownName = (fileName: string): string => {
  const plain = fileName.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ")
  return plain.length > 100 ? `…${plain.slice(-99)}` : plain
}

/** How much longer the speakers of one cue speak one after another is shared by the length of what they say. */
const shareTime = (cue: Omit<Line, "text" | "speaker">, said: ReturnType<typeof readMarkup>): ReadonlyArray<Line> => {
  const total = said.reduce((sum, { text }) => sum + text.length, 0)
  let start = cue.start
  return said.map(({ speaker, text }, index) => {
    const end = index === said.length - 1 ? cue.end : start + ((cue.end - cue.start) * text.length) / total
    const line = { line: cue.line, start, end, text, speaker }
    start = end
    return line
  })
}

const readTimed = Effect.fnUntraced(function* (
  text: string,
  format: TimedFormat,
  fileName: string,
  repairs: boolean | undefined
) {
  const mended = mend(text, format, fileName, repairs)
  if (mended instanceof Problem) return yield* mended
  const { cues: raw, warnings } = mended
  const { parseSync } = yield* Effect.promise(() => import("subtitle"))
  const nodes = parseSync(mendedSrt(raw)).flatMap((node) => (node.type === "cue" ? [node.data] : []))
  const lines = raw.flatMap(({ line, start, end }, index) => {
    const said = readMarkup((nodes[index]?.text ?? "").replaceAll(lineSeparator, "\n"), format)
    return shareTime({ line, start: start / 1000, end: end / 1000 }, said)
  })
  return { lines, warnings }
})

/**
 * Reads SRT, WebVTT or ASS/SSA subtitles in any encoding, mending what players put up with. Gives the words without markup,
 * in order of time, each once. `fileName` is for the messages; the content decides the format. A time that cannot be read
 * is a Problem; with `repairs` a warning: for files that nobody is at work on. With `keepsRepeats` words that are there
 * twice stay so: for files that were written from what had been read in this way.
 */
export const parse = Effect.fn("Subtitles.parse")(function* (
  bytes: Uint8Array,
  fileName: string,
  options: { readonly repairs?: boolean; readonly keepsRepeats?: boolean } = {}
) {
  const name = shownName(fileName)
  if (bytes.length === 0) return yield* new Problem({ what: `${name} is empty.`, mend: accepted })
  const decoded = yield* decode(bytes)
  if (decoded === undefined) {
    return yield* new Problem({ what: `${name} is not a text file.`, mend: accepted })
  }
  const text = decoded.text.replaceAll("\0", "").replace(/^\ufeff+/, "")
  if (text.trim() === "") return yield* new Problem({ what: `${name} is empty.`, mend: accepted })
  const format = formatOf(text, fileName)
  const warnings: Array<string> = []
  if (!["utf-8", "utf-16le", "utf-16be"].includes(decoded.encoding)) {
    warnings.push(`${name}: read as ${decoded.encoding}; save it as UTF-8 if letters are wrong.`)
  } else if (text.includes("\ufffd")) {
    warnings.push(`${name}: some letters are broken and were left out.`)
  }
  let lines: ReadonlyArray<Line>
  if (format === "ass") {
    const { dialogues, effects } = yield* parseAss(text, name)
    lines = dialogues
    if (effects > 0) warnings.push(`${name}: ${effects} lines of karaoke effects were left out.`)
  } else {
    const timed = yield* readTimed(text, format, name, options.repairs)
    lines = timed.lines
    warnings.push(...timed.warnings)
  }
  const tidied = tidy(lines, name, options.keepsRepeats)
  if (tidied.cues.length === 0) {
    const given = splitLines(text)
    const first = given.findIndex((line) => line.trim() !== "")
    const kind = format === "srt" && lines.length === 0 ? otherKind(text) : "subtitles without a single word"
    return yield* new Problem({
      what: `${name}:${first + 1}: this is ${kind}: ${quote(given[first] ?? "")}.`,
      mend: accepted
    })
  }
  return { format, cues: withOneSpelling(tidied.cues), warnings: [...warnings, ...tidied.warnings] } satisfies Subtitles
})
