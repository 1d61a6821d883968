import * as Effect from "effect/Effect"
import { Problem } from "../../domain/Problem.ts"
import { quote, splitLines } from "./Mending.ts"
import { tidyName, tidyText } from "./Markup.ts"

/** A line of dialogue: its line in the file (counting from 1), its times in seconds. */
export interface Dialogue {
  readonly line: number
  readonly start: number
  readonly end: number
  readonly text: string
  readonly speaker: string | null
}

const events = /^\s*\[events\]/i
const dialogue = /^\s*dialogue\s*:/i
const format = /^\s*format\s*:/i
const assFields = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"

/** Gives a file without them the section and the field names that its dialogue has by convention. */
const mendAss = (lines: ReadonlyArray<string>): { readonly text: string; readonly numbers: ReadonlyArray<number> } => {
  const mended: Array<string> = []
  const numbers: Array<number> = []
  let section = ""
  let hasFormat = false
  for (const [index, line] of lines.entries()) {
    if (/^\s*\[[^\]]*\]\s*$/.test(line)) section = events.test(line) ? "events" : line
    if (section === "events" && format.test(line)) hasFormat = true
    if (dialogue.test(line)) {
      if (section !== "events") {
        mended.push("[Events]")
        section = "events"
      }
      if (!hasFormat) {
        mended.push(assFields)
        hasFormat = true
      }
      numbers.push(index + 1)
    }
    mended.push(line)
  }
  return { text: mended.join("\n"), numbers }
}

/** \N and \n break the line, \h is a hard space; drawings and comments in braces are gone already. */
const spokenText = (combined: string): string =>
  tidyText(combined.replaceAll(/\\[Nn]/g, "\n").replaceAll(String.raw`\h`, " "))

/**
 * Reads the dialogue of an ASS or SSA file without comments, drawings and the syllables of karaoke effects. A Problem
 * names the line whose time cannot be read.
 */
export const parseAss = Effect.fnUntraced(function* (text: string, fileName: string) {
  const { parse } = yield* Effect.promise(() => import("ass-compiler"))
  const { text: mended, numbers } = mendAss(splitLines(text))
  const lines = mended.split("\n")
  const found: Array<Dialogue> = []
  let effects = 0
  const dialogues = parse(mended).events.dialogue
  for (const [index, event] of dialogues.entries()) {
    const line = numbers[index] ?? 0
    if (!Number.isFinite(event.Start) || !Number.isFinite(event.End)) {
      const written = lines.filter((candidate) => dialogue.test(candidate))[index] ?? ""
      return yield* new Problem({
        what: `${fileName}:${line}: this time cannot be read: ${quote(written)}.`,
        mend: 'Write it as "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,text".'
      })
    }
    if (event.Effect?.name === "fx") {
      effects++
      continue
    }
    const speaker = tidyName(event.Name ?? "")
    found.push({
      line,
      start: event.Start,
      end: event.End,
      text: spokenText(event.Text?.combined ?? ""),
      speaker: speaker === "" ? null : speaker
    })
  }
  return { dialogues: found, effects }
})
