import * as Option from "effect/Option"

/** What a server said of a failure, whichever of the usual shapes it has. Empty strings where it said nothing. */
export interface ServerMessage {
  readonly message: string
  readonly type: string
  readonly code: string
  readonly param: string
}

const longest = 160

/** One short line without control characters and without anything that looks like a key. */
export const oneLine = (text: string): string => {
  const line = text
    .slice(0, 4000)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/\b(?:bearer|basic)\s+\S+/gi, "…")
    .replace(/\b(?:sk|xi|pk|rk|gsk|key|token)[-_][\w*.-]{4,}/gi, "…")
    .replace(/[\w*+/=-]{24,}/g, (word) => (/\d/.test(word) || word.includes("*") ? "…" : word))
    .trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1).trimEnd()}…`
}

const string = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : ""

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined

const decodeJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const parseJson = (text: string): unknown => {
  if (!/^\s*[{["]/.test(text)) return undefined
  return Option.getOrUndefined(decodeJson(text))
}

/** The field that a validator found fault with: `loc: ["body", "voice"]`, also where it is written out in a message. */
const faultyField = (loc: unknown, message: string): string =>
  (Array.isArray(loc) ? string(loc.at(-1)) : "") || (/'loc': \((?:'\w+', )*'(\w+)',?\)/.exec(message)?.[1] ?? "")

const read = (value: unknown, depth: number): ServerMessage | undefined => {
  if (typeof value === "string") return { message: value, type: "", code: "", param: "" }
  if (Array.isArray(value)) return value.length === 0 ? undefined : read(value[0], depth)
  const fields = record(value)
  if (fields === undefined || depth > 3) return undefined
  const inner = fields["error"] ?? fields["detail"]
  const nested = inner === undefined || inner === null ? undefined : read(inner, depth + 1)
  const message = string(fields["message"]) || string(fields["msg"])
  return {
    message: message || nested?.message || "",
    type: string(fields["type"]) || nested?.type || "",
    code: string(fields["code"]) || string(fields["status"]) || nested?.code || "",
    param: string(fields["param"]) || nested?.param || faultyField(fields["loc"], message)
  }
}

/**
 * Reads `{error: {message, type, code}}` (OpenAI), `{detail: {status, message}}` (ElevenLabs), `{detail: [{msg}]}`
 * (FastAPI), `{error: "…"}`, or plain text. A page of HTML says nothing.
 */
export const parseServerMessage = (bodyText: string): ServerMessage => {
  const none = { message: "", type: "", code: "", param: "" }
  const parsed = parseJson(bodyText)
  if (parsed !== undefined) return read(parsed, 0) ?? none
  return /^\s*</.test(bodyText) ? none : { ...none, message: bodyText }
}
