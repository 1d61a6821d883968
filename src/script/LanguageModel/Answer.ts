import * as Option from "effect/Option"
import type { AnsweredLine } from "../LanguageModel.ts"

const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const idOf = (value: unknown): number | undefined => {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined
  const digits = typeof value === "string" ? /^\s*(?:\p{L}+[\s_#-]*)?(\d{1,9})\s*$/u.exec(value)?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
}

const textNames = ["text", "translation", "translated", "translated_text", "content", "line", "output"]

const lineOf = (value: unknown): AnsweredLine | undefined => {
  if (!isFields(value)) return undefined
  const id = idOf(value["id"] ?? value["line_id"] ?? value["index"])
  const name = textNames.find((key) => typeof value[key] === "string")
  return id === undefined || name === undefined ? undefined : { id, text: value[name] as string }
}

const isLine = (line: AnsweredLine | undefined): line is AnsweredLine => line !== undefined

const linesOf = (value: unknown, depth = 0): ReadonlyArray<AnsweredLine> | undefined => {
  if (Array.isArray(value)) {
    const lines = value.map(lineOf).filter(isLine)
    return lines.length > 0 || value.length === 0 ? lines : undefined
  }
  if (!isFields(value) || depth > 2) return undefined
  const single = lineOf(value)
  if (single !== undefined) return [single]
  const pairs = Object.entries(value).map(([id, text]) => lineOf({ id, text }))
  if (pairs.length > 0 && pairs.every(isLine)) return pairs
  const named = value["lines"]
  for (const inner of named === undefined ? Object.values(value) : [named, ...Object.values(value)]) {
    const lines = typeof inner === "object" ? linesOf(inner, depth + 1) : undefined
    if (lines !== undefined) return lines
  }
  return undefined
}

/** Where JSON may stand in an answer: all of it, in a fence, or from its first to its last bracket. */
const candidates = (content: string): ReadonlyArray<string> => {
  const fenced = Array.from(content.matchAll(/```[a-z]*\s*([\s\S]*?)(?:```|$)/giu), (match) => match[1]!)
  const end = Math.max(content.lastIndexOf("}"), content.lastIndexOf("]")) + 1
  const starts = Array.from(content.matchAll(/\{(?=\s*["'}])|\[(?=\s*[[{\]])/gu), (match) => match.index).slice(0, 8)
  const spans = starts.flatMap((start) => (end > start ? [content.slice(start, end)] : []))
  const cut = starts[0] === undefined ? [] : [content.slice(starts[0])]
  return [content, ...fenced, ...spans, ...cut]
}

/**
 * Digs lines with ids out of what a model wrote, be it clean JSON, JSON in prose or fences, a bare array, ids as
 * strings, or JSON that is half broken, which `repair` mends. None where there are no such lines.
 */
export const readAnswer = (
  content: string,
  repair: (text: string) => string
): Option.Option<ReadonlyArray<AnsweredLine>> => {
  const said = content.replaceAll(/<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/giu, "").trim()
  const repaired = Option.liftThrowable(repair)
  const texts = candidates(said)
  for (const read of [parseJson, (text: string) => Option.flatMap(repaired(text), parseJson)]) {
    for (const text of texts) {
      const lines = linesOf(Option.getOrUndefined(read(text)))
      if (lines !== undefined) return Option.some(lines)
    }
  }
  return Option.none()
}
