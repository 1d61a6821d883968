import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { RequestKind } from "./RequestLog.ts"
import type { ServiceError } from "./ServiceError.ts"

/** A request as the log and the traces know it: who is asked, and for what. Never what is said. */
export interface Asked {
  readonly service: string
  readonly model: string
  /** "line 12", "piece 3": as in the report. */
  readonly subject: string
  /** What else finds it again: the numbers of its lines, the key of its clip. */
  readonly [more: string]: string | number | undefined
}

/** How often the request that runs here was sent, and how long it waited to be sent the last time. */
export const Tries = Context.Reference<{ sent: number; waitedMillis: number }>("dubber/requests/Tries", {
  defaultValue: () => ({ sent: 0, waitedMillis: 0 })
})

const toSeconds = (millis: number): number => Math.round(millis) / 1000

/**
 * One request with all its attempts and waits: a span, and in every line that is logged below it. Where it was made says
 * nothing, all are made here, and thousands of stacks take their time.
 */
export const traced =
  (kind: RequestKind, asked: Asked) =>
  <A, E, R>(request: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      const known = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined && value !== ""))
      return request.pipe(
        Effect.provideService(Tries, { sent: 0, waitedMillis: 0 }),
        Effect.annotateLogs({ kind, ...known }),
        Effect.withSpan(`${kind} request`, { attributes: known }, { captureStackTrace: false })
      )
    })

type Said = Readonly<Record<string, string>>

/** What is said in a request and in its answer: logged for who looks for mistakes, never else. */
export const saying =
  <A>({ answered, asked }: { readonly asked?: Said; readonly answered?: (answer: A) => Said }) =>
  <E, R>(request: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    request.pipe(
      asked === undefined
        ? (unchanged) => unchanged
        : (answer) => Effect.andThen(Effect.logDebug("asked for").pipe(Effect.annotateLogs({ texts: asked })), answer),
      answered === undefined
        ? (unchanged) => unchanged
        : Effect.tap((answer) => Effect.logDebug("was answered").pipe(Effect.annotateLogs({ texts: answered(answer) })))
    )

/** So long a quotation in a server's message is what was sent rather than a name. */
const quotation = /(["'`“‘«])[^"'`”’»]{40,}["'`”’»]/gu

const failureOf = (error: ServiceError | undefined, cause: Cause.Cause<unknown>) => {
  if (error === undefined) return { outcome: Cause.hasInterruptsOnly(cause) ? "Interrupted" : "Defect" }
  const { reason } = error
  return {
    outcome: reason._tag,
    ...("status" in reason && reason.status !== undefined ? { status: reason.status } : {}),
    ...(reason._tag === "RateLimited" ? { status: 429 } : {}),
    ...(error.retryAfterMillis === undefined ? {} : { retryAfterSeconds: toSeconds(error.retryAfterMillis) }),
    error: reason.message.replaceAll(quotation, "$1…$1")
  }
}

/** How much came back, where it is bytes. */
const bytesOf = (answer: unknown): number | undefined => {
  if (answer instanceof Uint8Array) return answer.byteLength
  if (typeof answer !== "object" || answer === null || !("bytes" in answer)) return undefined
  return answer.bytes instanceof Uint8Array ? answer.bytes.byteLength : undefined
}

/** One attempt: a span, and a line in the log when it has ended that says how. */
export const tracedAttempt = <A, R>(
  kind: RequestKind,
  subject: string,
  request: Effect.Effect<A, ServiceError, R>
): Effect.Effect<A, ServiceError, R> =>
  Effect.gen(function* () {
    const { sent, waitedMillis } = yield* Tries
    const startedAt = yield* Clock.currentTimeMillis
    const before = {
      ...(sent > 0 ? { attempt: sent } : {}),
      ...(waitedMillis >= 1 ? { waitedSeconds: toSeconds(waitedMillis) } : {})
    }
    return yield* request.pipe(
      Effect.onExit((exit) =>
        Effect.gen(function* () {
          const seconds = toSeconds((yield* Clock.currentTimeMillis) - startedAt)
          if (Exit.isSuccess(exit)) {
            const bytes = bytesOf(exit.value)
            const facts = { outcome: "ok", ...before, seconds, ...(bytes === undefined ? {} : { bytes }) }
            yield* Effect.annotateCurrentSpan(facts)
            return yield* Effect.logInfo(`${subject}: answered`).pipe(Effect.annotateLogs({ kind, subject, ...facts }))
          }
          const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
          const facts = { ...failureOf(error, exit.cause), ...before, seconds }
          yield* Effect.annotateCurrentSpan(facts)
          yield* (error === undefined ? Effect.logInfo : Effect.logWarning)(`${subject}: not answered`).pipe(
            Effect.annotateLogs({ kind, subject, ...facts })
          )
        })
      ),
      Effect.withSpan("attempt", { kind: "client", attributes: { subject } }, { captureStackTrace: false })
    )
  })
