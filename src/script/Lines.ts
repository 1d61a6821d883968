import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { BadAnswer, ServiceError } from "../requests/ServiceError.ts"
import { ask, askOnce, tidy, type Asked } from "./AskLines.ts"
import { inBatches, inPlaces, isWorthBrief, linesARequest, type ScriptLine } from "./Batches.ts"
import { LanguageModel } from "./LanguageModel.ts"
import { judge, type Measure, missing, warningsOf } from "./JudgeLines.ts"
import { type Complaint, complaintAbout } from "./LineChecks.ts"
import { keysOf } from "./LineKeys.ts"
import { TranslationCache } from "./TranslationCache.ts"
import { untilOver } from "./UntilOver.ts"

export type { ScriptLine } from "./Batches.ts"

/** A line's text as it came. */
export interface LineText {
  readonly id: number
  readonly text: string
}

/** What is told by all lines together rather than by one batch. */
export interface Review {
  /** What is wrong, by id, with lines as they came when they were first asked for, and are otherwise good. */
  complaints(lines: ReadonlyArray<LineText>): ReadonlyMap<number, Complaint>
  /** Hears of what was found good. */
  learn(lines: ReadonlyArray<LineText>): void
}

export interface RewriteOptions extends Measure {
  /** What is done, in the log: "translation". */
  readonly task: string
  /** The task in words, for the model. */
  readonly instructions: string
  readonly lines: ReadonlyArray<ScriptLine>
  /** The ids of those that are asked for; the others are what they stand among, and stay as they are. All unless given. */
  readonly only?: ReadonlySet<number> | undefined
  /** Further fields for the request that asks for these lines. */
  readonly context?: ((lines: ReadonlyArray<ScriptLine>) => Readonly<Record<string, unknown>>) | undefined
  /** What else a line's text depends on besides the task, the model, its seconds and the lines beside it. */
  readonly dependsOn?: ((line: ScriptLine) => unknown) | undefined
  readonly review?: Review | undefined
  /** What is asked besides the batches: as the first of them, so that the later ones know of it, but none waits for it. */
  readonly alongside?: Effect.Effect<void, ServiceError, LanguageModel> | undefined
  /** Batches asked for at once, at most. */
  readonly concurrency: number
  readonly onProgress?: ((done: number, total: number) => Effect.Effect<void>) | undefined
  /** Hears of lines as soon as their texts are those they will have; not of those that may stay as they were. */
  readonly onLines?: ((lines: ReadonlyArray<LineText>) => Effect.Effect<void>) | undefined
}

export interface RewrittenLine extends LineText {
  /** It is the line's own text, because the model gave none that can be used. */
  readonly fallback: boolean
}

export interface Rewritten {
  /** One for each line that was given, in the same order. */
  readonly lines: ReadonlyArray<RewrittenLine>
  readonly warnings: ReadonlyArray<string>
}

/** How many lines have their own text still, because there is none that can be used. */
export const fallbacksIn = (lines: ReadonlyArray<RewrittenLine>): number => lines.filter((one) => one.fallback).length

/** Lines of context on either side of those that are asked for. */
const neighbours = 4
/** Lines in one request when they are asked for again. */
const againAtOnce = 10
/** So few lines are asked for one by one the second time. */
const aloneAtMost = 6
const rounds = 2

const inChunks = <A>(items: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

const textsOf = (lines: ReadonlyArray<ScriptLine>): ReadonlyArray<string> => lines.map((line) => line.text)

/**
 * Has a model rewrite lines: in batches that end at pauses, several at once, with the lines around them as context.
 * Results are matched by id only, so that no text slips onto another line's time. What is missing, empty, merged,
 * untranslated, in another language, absurdly long or refused is asked for again, at most twice, and then stays as it
 * was, with a warning that names the lines and the reason. A batch that fails is asked for once more in halves. What the
 * TranslationCache holds is not asked for, and what is used is put into it.
 *
 * Fails with what is final for the run (the key, the quota, the model), or when nothing that was asked for came back.
 */
export const rewriteLines = Effect.fn("rewriteLines")(function* (options: RewriteOptions) {
  const model = yield* LanguageModel
  const all = options.lines.map(({ id, text, start, end, fields }) => ({ id, text: tidy(text), start, end, fields }))
  const wordy = all.filter((line) => /\p{L}/u.test(line.text))
  const places = new Map(wordy.map((line, index) => [line.id, index]))
  const isWanted = ({ id }: { readonly id: number }) => options.only?.has(id) ?? true
  const cache = yield* TranslationCache
  const keys = keysOf(wordy, model.provider, options)
  const kept = new Map<number, string>()
  yield* Effect.forEach(
    wordy,
    Effect.fnUntraced(function* (line, index) {
      if (!isWanted(line)) return
      const text = Option.map(yield* cache.get(keys[index]!), tidy)
      if (Option.isNone(text)) return
      if (complaintAbout(line.text, text.value, options.languages)?.used !== "never") kept.set(line.id, text.value)
    }),
    { concurrency: 16, discard: true }
  )
  const toAsk = wordy.filter((line) => !kept.has(line.id) && isWanted(line))
  const batches = inPlaces(toAsk, places).flatMap(inBatches)
  options.review?.learn(Array.from(kept, ([id, text]) => ({ id, text })))
  const alongside = options.alongside !== undefined && isWorthBrief(batches.length, toAsk.length, options.concurrency)
  let reviews = Math.max(0, Math.floor(toAsk.length / linesARequest) - batches.length - (alongside ? 1 : 0))

  const send = (subject: string) => (lines: ReadonlyArray<ScriptLine>) => {
    const first = places.get(lines[0]!.id)!
    const last = places.get(lines.at(-1)!.id)!
    const asked = new Set(lines.map((line) => line.id))
    const between = wordy.slice(first, last + 1).filter((line) => !asked.has(line.id))
    return model.lines({
      subject,
      instructions: options.instructions,
      lines: lines.map((line) => Object.assign({}, line.fields, { id: line.id, text: line.text })),
      context: {
        ...options.context?.(lines),
        before: textsOf(wordy.slice(Math.max(0, first - neighbours), first)),
        ...(between.length === 0 ? {} : { between: textsOf(between.slice(0, 2 * neighbours)) }),
        after: textsOf(wordy.slice(last + 1, last + 1 + neighbours))
      }
    })
  }

  // Kept while the next batch is being answered rather than before it is asked for.
  const keeping: Array<Fiber.Fiber<void>> = []
  const keep = (texts: ReadonlyMap<number, string>) =>
    Effect.forEach(texts, ([id, text]) => cache.set(keys[places.get(id)!]!, text), {
      concurrency: 16,
      discard: true
    }).pipe(
      Effect.uninterruptible,
      Effect.forkDetach,
      Effect.map((fiber) => void keeping.push(fiber))
    )

  const rewriteBatch = Effect.fnUntraced(function* (batch: ReadonlyArray<ScriptLine>, number: number) {
    const good = new Map<number, string>()
    const spare = new Map<number, string>()
    const reasons = new Map<number, string>()
    const from = places.get(batch[0]!.id)!
    const beside = wordy.slice(Math.max(0, from - againAtOnce), from + batch.length + againAtOnce)
    const reviewed = (complaints: ReadonlyArray<Complaint | undefined>, { texts }: Asked) => {
      if (options.review === undefined || reviews === 0) return complaints
      const fine = batch.flatMap(({ id }, i) => (complaints[i] === undefined ? [{ id, text: texts.get(id)! }] : []))
      const found = options.review.complaints(fine)
      if (found.size === 0 || found.size > againAtOnce) return complaints
      reviews--
      return batch.map(({ id }, i) => complaints[i] ?? found.get(id))
    }
    const sort = (lines: ReadonlyArray<ScriptLine>, asked: Asked, round: number): ReadonlyArray<ScriptLine> => {
      const known = beside.flatMap(({ id }) => good.get(id) ?? kept.get(id) ?? [])
      const judged = judge(lines, asked, known, options)
      const complaints = round === 0 ? reviewed(judged, asked) : judged
      return lines.filter((line, index) => {
        const complaint = complaints[index]
        const text = asked.texts.get(line.id)
        if (complaint === undefined) return void good.set(line.id, text!)
        if (complaint.used === "last resort" || (complaint.used === "asked again" && round > 0))
          spare.set(line.id, text!)
        reasons.set(line.id, asked.failed.has(line.id) ? asked.error!.message : complaint.what)
        return true
      })
    }
    const subject = `${options.task} batch ${number}`
    const first = yield* ask(batch, send(subject))
    let bad = sort(batch, first, 0)
    // Lines whose request failed were asked for as often as it is worth.
    let again = bad.filter((line) => !first.failed.has(line.id))
    for (let round = 1; round <= rounds && again.length > 0; round++) {
      const size = round > 1 && again.length <= aloneAtMost ? 1 : againAtOnce
      const still = yield* Effect.forEach(inChunks(again, size), (lines) =>
        Effect.map(askOnce(lines, send(`${subject}, again`)), (asked) => sort(lines, asked, round))
      )
      again = still.flat()
    }
    options.review?.learn(Array.from(good, ([id, text]) => ({ id, text })))
    for (const [id, text] of spare) if (!good.has(id)) good.set(id, text)
    yield* keep(good)
    bad = bad.filter((line) => !good.has(line.id))
    return { good, bad: bad.map((line) => [line.id, reasons.get(line.id)!] as const), error: first.error }
  })

  const asked = new Set(toAsk.map((line) => line.id))
  const tell = (lines: ReadonlyArray<LineText>) =>
    options.onLines === undefined || lines.length === 0 ? Effect.void : options.onLines(lines)
  yield* tell(
    options.lines
      .filter(isWanted)
      .flatMap(({ id, text }) => (asked.has(id) ? [] : [{ id, text: kept.get(id) ?? text }]))
  )

  let done = kept.size
  const report = (lines: number) =>
    Effect.suspend(() => options.onProgress?.((done += lines), wordy.filter(isWanted).length) ?? Effect.void)
  yield* report(0)
  const over = yield* Deferred.make<void>()
  let left = batches.length
  const jobs = batches.map((batch, index) =>
    rewriteBatch(batch, index + 1).pipe(
      Effect.tap(({ good }) =>
        Effect.andThen(tell(Array.from(good, ([id, text]) => ({ id, text }))), report(batch.length))
      ),
      Effect.tap(() => (--left === 0 ? Deferred.succeed(over, undefined) : Effect.void))
    )
  )
  const brief = Effect.as(untilOver(options.alongside ?? Effect.void, Deferred.await(over)), undefined)
  const outcomes = (yield* Effect.forEach(alongside ? [brief, ...jobs] : jobs, (job) => job, {
    concurrency: Math.max(1, options.concurrency)
  }).pipe(Effect.ensuring(Effect.suspend(() => Fiber.awaitAll(keeping))))).filter((outcome) => outcome !== undefined)
  const bad = outcomes.flatMap((outcome) => outcome.bad)
  if (bad.length === toAsk.length && bad.length > 0 && kept.size === 0) {
    const failed = outcomes.find((outcome) => outcome.error !== undefined)?.error
    if (failed !== undefined) return yield* failed
    if (bad.every(([, what]) => what === missing.what)) {
      const reason = new BadAnswer({ message: "its answers hold none of the lines that were asked for" })
      return yield* new ServiceError({ service: model.provider.service, reason })
    }
  }

  const texts = new Map([...kept, ...outcomes.flatMap(({ good }) => Array.from(good))])
  const fallen = new Set(bad.map(([id]) => id))
  return {
    lines: options.lines.map(({ id, text }) => ({ id, text: texts.get(id) ?? text, fallback: fallen.has(id) })),
    warnings: warningsOf(bad, options.languages)
  } satisfies Rewritten
})
