import type { Cue } from "../../domain/Cue.ts"
import type { Language } from "../../domain/Language.ts"
import { decodeEntities, readMarkup, tidyName, tidyText } from "./Markup.ts"
import { timestamp } from "./Timestamp.ts"

const stamp = (seconds: number, separator: "," | ".") => timestamp(Math.max(0, Math.round(seconds * 1000)), separator)

const times = (cue: Cue, separator: "," | ".") =>
  `${stamp(cue.start, separator)} --> ${stamp(Math.max(cue.start, cue.end), separator)}`

const tidied = (cues: ReadonlyArray<Cue>): ReadonlyArray<Cue> =>
  cues.flatMap((cue) => {
    const text = tidyText(cue.text)
    return text === "" ? [] : [{ ...cue, text }]
  })

const code = (character: string) => `&#${character.codePointAt(0)};`

/** Most players show SRT's text as it is, so only what would be read as something else is written otherwise. */
const srtText = (text: string): string => {
  const safe = decodeEntities(text) === text ? text : text.replaceAll("&", "&amp;")
  const arrows = safe.replaceAll("-->", "--&gt;")
  const [read] = readMarkup(arrows, "srt")
  return read?.text === text && read.speaker === null
    ? arrows
    : arrows.replaceAll(/[<{[]/g, (character) => (character === "<" ? "&lt;" : code(character)))
}

const srtSpeaker = (speaker: string): string => {
  const name = tidyName(speaker)
  if (/^speaker[ _-]?[^\]:\s]{1,30}$/i.test(name) && decodeEntities(name) === name) return `[${name}] `
  return `[speaker: ${name.replaceAll(/[&\]]/g, code)}] `
}

/** Cues as SubRip: milliseconds exact, speakers as "[speaker 1] " before the text. Cues without text are left out. */
export const formatSrt = (cues: ReadonlyArray<Cue>): string =>
  tidied(cues)
    .map((cue, index) => {
      const speaker = cue.speaker === null || tidyName(cue.speaker) === "" ? "" : srtSpeaker(cue.speaker)
      return `${index + 1}\n${times(cue, ",")}\n${speaker}${srtText(cue.text)}\n`
    })
    .join("\n")

const escapeVtt = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** What a reader would take for a speaker or for overrides of another format. */
const vttText = (text: string): string => {
  const escaped = escapeVtt(text)
  const [read] = readMarkup(escaped, "vtt")
  return read?.text === text && read.speaker === null ? escaped : escaped.replaceAll(/[{[]/g, code)
}

/** Cues as WebVTT: milliseconds exact, speakers as voice tags. Cues without text are left out. */
export const formatVtt = (cues: ReadonlyArray<Cue>, language?: Language): string => {
  const header = language === undefined ? "WEBVTT\n" : `WEBVTT\nLanguage: ${language}\n`
  const blocks = tidied(cues).map((cue) => {
    const speaker = tidyName(cue.speaker ?? "")
    const voice = speaker === "" ? "" : `<v ${escapeVtt(speaker)}>`
    return `${times(cue, ".")}\n${voice}${vttText(cue.text)}\n`
  })
  return [header, ...blocks].join("\n")
}
