import * as Effect from "effect/Effect"
import type { ServiceError } from "../requests/ServiceError.ts"
import type { ScriptLine } from "./Batches.ts"
import type { AnsweredLine } from "./LanguageModel.ts"

/** What came of asking for some lines: texts by id, and the ids whose request failed, with the last error. */
export interface Asked {
  readonly texts: ReadonlyMap<number, string>
  readonly failed: ReadonlySet<number>
  readonly error?: ServiceError | undefined
}

/** One line of text without control characters: a blank line inside a cue would end it. */
export const tidy = (text: string): string =>
  text
    .replaceAll(/\s*[\r\n\u2028\u2029]+\s*/gu, " ")
    .replaceAll(/(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu, "")
    .trim()

/** The text of each line by its id alone. An id that came twice with different texts has none. */
const byId = (answers: ReadonlyArray<AnsweredLine>): ReadonlyMap<number, string> => {
  const texts = new Map<number, string>()
  const unclear = new Set<number>()
  for (const { id, text } of answers) {
    const clean = tidy(text)
    if (texts.has(id) && texts.get(id) !== clean) unclear.add(id)
    texts.set(id, clean)
  }
  for (const id of unclear) texts.delete(id)
  return texts
}

const both = (a: Asked, b: Asked): Asked => ({
  texts: new Map([...a.texts, ...b.texts]),
  failed: new Set([...a.failed, ...b.failed]),
  error: b.error ?? a.error
})

const isRefused = (one: Asked, other: Asked): boolean =>
  one.error?.reason._tag === "Refused" && other.error === undefined

/** Asks for lines with one request; what is final for the run is an error, any other failure is one of these lines. */
export const askOnce = <R>(
  lines: ReadonlyArray<ScriptLine>,
  send: (lines: ReadonlyArray<ScriptLine>) => Effect.Effect<ReadonlyArray<AnsweredLine>, ServiceError, R>
): Effect.Effect<Asked, ServiceError, R> =>
  send(lines).pipe(
    Effect.map((answers): Asked => ({ texts: byId(answers), failed: new Set() })),
    Effect.catchIf(
      (error) => !error.isFatal,
      (error) => Effect.succeed<Asked>({ texts: new Map(), failed: new Set(lines.map((line) => line.id)), error })
    )
  )

/**
 * Asks for lines, and once more in halves where that fails. Where only one half is refused, it is halved on, down to
 * the lines that are refused.
 */
export const ask = <R>(
  lines: ReadonlyArray<ScriptLine>,
  send: (lines: ReadonlyArray<ScriptLine>) => Effect.Effect<ReadonlyArray<AnsweredLine>, ServiceError, R>
): Effect.Effect<Asked, ServiceError, R> => {
  const inHalves = (whole: ReadonlyArray<ScriptLine>): Effect.Effect<Asked, ServiceError, R> =>
    Effect.gen(function* () {
      const middle = whole.length >> 1
      const halves = [whole.slice(0, middle), whole.slice(middle)] as const
      const first = yield* askOnce(halves[0], send)
      const second = yield* askOnce(halves[1], send)
      if (isRefused(first, second) && halves[0].length > 1) return both(yield* inHalves(halves[0]), second)
      if (isRefused(second, first) && halves[1].length > 1) return both(first, yield* inHalves(halves[1]))
      return both(first, second)
    })
  return askOnce(lines, send).pipe(
    Effect.filterOrElse(
      (whole) => whole.error === undefined || lines.length < 2,
      () => inHalves(lines)
    )
  )
}
