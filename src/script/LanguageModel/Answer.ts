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

/** Where JSON may stand in an answer: all of it, in a fence, or from one of its first brackets to one of its last. */
const candidates = (content: string): ReadonlyArray<string> => {
  const fenced = Array.from(content.matchAll(/```[a-z]*\s*([\s\S]*?)(?:```|$)/giu), (match) => match[1]!)
  const starts = Array.from(content.matchAll(/\{(?=\s*["'}\w])|\[(?=\s*[[{\]])/gu), (match) => match.index).slice(0, 6)
  const ends = Array.from(content.matchAll(/[}\]]/gu), (match) => match.index + 1).slice(-6)
  const spans = starts.flatMap((start) =>
    [...ends.toReversed(), content.length].filter((end) => end > start).map((end) => content.slice(start, end))
  )
  return [content, ...fenced, ...spans]
}

/**
 * Digs lines with ids out of what a model wrote, be it clean JSON, JSON in prose or fences, a bare array, ids as
 * strings, or JSON that is half broken, which `repair` mends where fewer than `wanted` lines are there without. Of an
 * answer that was cut the lines before the cut. None where there are no such lines.
 */
export const readAnswer = (
  content: string,
  wanted: number,
  repair: (text: string) => string,
  wasCut = false
): Option.Option<ReadonlyArray<AnsweredLine>> => {
  const said = content.replaceAll(/<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/giu, "").trim()
  const repaired = Option.liftThrowable(repair)
  // Mended or not, a text that stops in its middle is not the line's text.
  const isCut = wasCut || !/[}\]"'`]$/u.test(said)
  const mended = (text: string) => Option.flatMap(repaired(text), parseJson)
  let best: ReadonlyArray<AnsweredLine> | undefined
  for (const read of [parseJson, mended]) {
    for (const text of candidates(said)) {
      const found = linesOf(Option.getOrUndefined(read(text)))
      const lines = read === mended && isCut ? found?.slice(0, -1) : found
      if (lines !== undefined && (best === undefined || lines.length > best.length)) best = lines
      if (best !== undefined && best.length >= wanted) return Option.some(best)
    }
  }
  return Option.fromUndefinedOr(best)
}
