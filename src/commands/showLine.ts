import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { englishName, type Language } from "../domain/Language.ts"
import { lineName } from "../domain/Utterance.ts"
import { Problem } from "../domain/Problem.ts"
import { type LineHistory, lineHistory } from "../dub/LineHistory.ts"
import { preparedLanguages } from "../dub/PreparedLanguages.ts"
import { isInRanges } from "../requests/Ranges.ts"
import type { LogLine } from "./LogFiles.ts"
import { type LogEntry, messageOf, readable } from "./LogLine.ts"
import { languagesOf } from "./settings.ts"
import type { Look } from "./Terminal.ts"
import { harmless } from "./wording.ts"

/** A position in the video, to the hundredth. */
const position = (seconds: number): string => {
  const hundredths = Math.round(seconds * 100)
  const minutes = Math.floor(hundredths / 6000)
  return `${minutes}:${((hundredths % 6000) / 100).toFixed(2).padStart(5, "0")}`
}

const span = ({ end, start }: { readonly start: number; readonly end: number }): string =>
  `${position(start)} to ${position(end)}`

const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN)

/** Whether an entry of a log is about a line: its requests, those of its utterance, and warnings that name it. */
export const isAbout = (entry: LogEntry, { heard, language, line, outcome }: LineHistory): boolean => {
  const about = entry.annotations ?? {}
  const { clip, from, kind, language: spoken, lines, subject, to } = about
  if (spoken !== undefined && spoken !== language) return false
  if (typeof subject === "string") {
    if (clip !== undefined && clip === outcome?.key) return true
    const [, of] = /^lines? ([\d, -]+)/.exec(subject) ?? []
    if (of !== undefined) return isInRanges(of, line.id)
    if (kind === "transcription") {
      const { end, start } = heard ?? line
      return number(from) < end && number(to) > start
    }
    return typeof lines === "string" && isInRanges(lines, line.id)
  }
  const named = [...messageOf(entry).matchAll(/\blines? (\d+(?:(?:, |-| to )\d+)*)|\blines\b[^()]*\((\d[\d, -]*)/gi)]
  return named.some(([, direct, listed = ""]) => isInRanges((direct ?? listed).replaceAll(" to ", "-"), line.id))
}

const fact = (name: string, told: string): string => `  ${name.padEnd(11)} ${harmless(told)}`

const spokenAt = ({ outcome, utterance }: LineHistory): ReadonlyArray<string> => {
  if (outcome === undefined || utterance === undefined) return []
  if (outcome.status === "failed") return [fact("not spoken", outcome.error ?? "no reason given")]
  if (outcome.key === null) return []
  const late = outcome.spokenStart - outcome.start
  const shift = Math.abs(late) < 0.005 ? "" : `, ${Math.abs(late).toFixed(2)} s ${late > 0 ? "late" : "early"}`
  const fit = outcome.status === "overflow" ? ", does not fit" : ""
  return [
    fact(
      "heard",
      `${span({ start: outcome.spokenStart, end: outcome.spokenEnd })}, tempo ${outcome.tempo.toFixed(2)}${shift}${fit}`
    ),
    fact(
      "clip",
      `clips/${outcome.key}.wav, ${outcome.clipSeconds.toFixed(2)} s, ${outcome.cached ? "kept from before" : `${outcome.attempts} ${outcome.attempts === 1 ? "attempt" : "attempts"}`}`
    )
  ]
}

/** What is known of a line, from what was heard to how it is heard. */
export const historyLines = (history: LineHistory): ReadonlyArray<string> => {
  const { by, heard, heardBy, isEdited, line, rewritten, utterance } = history
  return [
    ...(heard === undefined
      ? []
      : [fact("said", `${span(heard)} ${heard.text}`), ...(heardBy === undefined ? [] : [fact("", `by ${heardBy}`)])]),
    fact("to speak", `${span(line)} ${line.text}`),
    ...(by === undefined ? [] : [fact("", `by ${by}${isEdited ? ", edited by hand" : ""}`)]),
    ...(utterance === undefined
      ? []
      : [
          fact(
            "at one go",
            `${lineName(utterance)}, ${span(utterance)}, room until ${position(utterance.slotEnd)}${utterance.speaker === null ? "" : `, ${utterance.speaker}`}`
          )
        ]),
    ...(rewritten === undefined ? [] : [fact("rewritten", rewritten)]),
    ...spokenAt(history)
  ]
}

/** Prints all that happened to a line, in each language: what it is, and every entry of the logs that is about it. */
export const showLine = Effect.fnUntraced(function* (
  root: string,
  line: number,
  flags: { readonly to: Option.Option<string>; readonly video: string; readonly json: boolean; readonly look: Look },
  log: ReadonlyArray<LogLine>
) {
  const asked = yield* languagesOf(flags.to)
  const languages = asked.length > 0 ? asked : yield* preparedLanguages(root)
  const found = yield* Effect.forEach(languages, (language) => lineHistory(root, language, line))
  const histories = found.flatMap(Option.toArray)
  if (histories.length === 0) {
    const where =
      languages.length === 0 ? "there are no scripts yet" : `the scripts in ${languages.join(", ")} have none`
    return yield* new Problem({ what: `There is no line ${line} in ${root}: ${where}.` })
  }
  const title = (language: Language) =>
    flags.look.paint("bold", `line ${line} of ${flags.video} in ${englishName(language)} (${language})`)
  for (const history of histories) {
    const entries = log.filter(({ entry }) => Option.isSome(entry) && isAbout(entry.value, history))
    if (flags.json) {
      yield* Console.log(JSON.stringify({ ...history, log: entries.map(({ entry }) => Option.getOrUndefined(entry)) }))
      continue
    }
    const told = entries.flatMap(({ entry }) => Option.toArray(entry).map((one) => `  ${readable(one, flags.look)}`))
    yield* Console.log([title(history.language), ...historyLines(history), ...told].join("\n"))
  }
})
