import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Look } from "./Terminal.ts"
import { duration, harmless } from "./wording.ts"

/** An entry of the log as it stands in the file: a line of JSON. */
export const LogEntry = Schema.Struct({
  timestamp: Schema.String,
  level: Schema.String,
  message: Schema.Unknown,
  annotations: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  cause: Schema.optionalKey(Schema.String)
})
export type LogEntry = typeof LogEntry.Type

const decodeLine = Schema.decodeOption(Schema.fromJsonString(LogEntry))

/** None where the line is no entry. */
export const entryOf = (line: string): Option.Option<LogEntry> => decodeLine(line)

const plain = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Array.isArray(value)
      ? value.map((part) => plain(part)).join(" ")
      : JSON.stringify(value)

export const messageOf = ({ message }: LogEntry): string => plain(message)

const bytes = (count: number): string =>
  count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`

const tag = (outcome: unknown): string =>
  String(outcome)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase()

/** How an attempt ended, in words: "refused with 429, 0.1 s, attempt 2 after waiting 3.0 s". */
const attemptOf = (about: Readonly<Record<string, unknown>>): string => {
  const {
    attempt,
    bytes: size,
    error,
    model,
    outcome,
    retryAfterSeconds,
    seconds,
    service,
    status,
    waitedSeconds
  } = about
  const end = outcome === "ok" ? "answered" : `${tag(outcome)}${status === undefined ? "" : ` (${plain(status)})`}`
  const parts = [
    `${end} in ${duration(Number(seconds))}`,
    ...(typeof size === "number" ? [bytes(size)] : []),
    ...(typeof attempt === "number" && attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(typeof waitedSeconds === "number" && waitedSeconds >= 0.05
      ? [`waited ${duration(waitedSeconds)} to be sent`]
      : []),
    ...(typeof retryAfterSeconds === "number" ? [`asked to wait ${duration(retryAfterSeconds)}`] : []),
    ...(service === undefined ? [] : [`${plain(service)} ${plain(model ?? "")}`.trim()])
  ]
  return parts.join(", ") + (typeof error === "string" && error !== "" ? `: ${error}` : "")
}

/** Annotations that the words of an attempt hold already. */
const attemptNames = new Set(
  "kind subject stage language service model outcome status error attempt bytes seconds waitedSeconds retryAfterSeconds clip texts".split(
    " "
  )
)

/** What is said in a request or an answer: a text, or those of several lines by their numbers. */
const textsOf = (entry: LogEntry, { texts }: Readonly<Record<string, unknown>>): string => {
  const all = typeof texts === "object" && texts !== null ? Object.entries(texts) : []
  return `${messageOf(entry)} ${all.map(([name, text]) => `${/^\d+$/.test(name) ? `${name} ` : ""}${JSON.stringify(text)}`).join(", ")}`
}

const rest = (about: Readonly<Record<string, unknown>>, known: (name: string) => boolean): string =>
  Object.entries(about)
    .filter(([name]) => !known(name))
    .map(
      ([name, value]) =>
        ` ${name}=${typeof value === "string" && !/\s/.test(value) ? value : JSON.stringify(typeof value === "number" ? Number(value.toFixed(4)) : value)}`
    )
    .join("")

const paintOf: Readonly<Record<string, "red" | "yellow" | "dim">> = {
  FATAL: "red",
  ERROR: "red",
  WARN: "yellow",
  DEBUG: "dim",
  TRACE: "dim"
}

/** The time of day of an entry, as the clock of this machine has it. */
const timeOf = (timestamp: string): string => {
  const known = DateTime.make(timestamp)
  if (Option.isNone(known)) return timestamp.slice(11, 23)
  const at = DateTime.toDateUtc(known.value)
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0"))
  return `${parts.join(":")}.${String(at.getMilliseconds()).padStart(3, "0")}`
}

/**
 * An entry as people read it: time, level, what, and what else is known of it; with the stack of what went wrong for who
 * looks into the program.
 */
export const readable = (entry: LogEntry, look: Look, withStack = false): string => {
  const { annotations: about = {}, cause, level, timestamp } = entry
  const what =
    "subject" in about && ("outcome" in about || "texts" in about)
      ? `${plain(about["subject"])}: ${"outcome" in about ? attemptOf(about) : textsOf(entry, about)}${rest(about, (name) => attemptNames.has(name))}`
      : `${messageOf(entry)}${rest(about, (name) => name === "language" || (name === "stage" && messageOf(entry).startsWith(plain(about["stage"]))))}`
  const language = about["language"] === undefined ? "" : ` [${plain(about["language"])}]`
  const why = !withStack || cause === undefined || cause === "" ? "" : ` ${cause}`
  const paint = paintOf[level]
  const time = look.paint("dim", timeOf(timestamp))
  const grade = paint === undefined ? level.padEnd(5) : look.paint(paint, level.padEnd(5))
  return `${time} ${grade} ${harmless(what + language + why)}`
}
