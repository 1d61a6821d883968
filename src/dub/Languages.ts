import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { RequestsFor } from "../requests/RequestLog.ts"
import { Progress } from "./Progress.ts"
import { RenderTurn } from "./RenderVideo.ts"

/** What became of each language, in the order in which they were asked for. */
export interface Outcomes<A> {
  readonly done: ReadonlyArray<A>
  /** Each names its language. */
  readonly failures: ReadonlyArray<Problem>
}

/** Languages at once: what waits for an answer costs nothing, what is ready is rendered one after another. */
const atOnce = 8

/** An error as a Problem that begins with the language. */
export const named = (language: Language, error: unknown): Problem => {
  const what = (text: string) => `${language}: ${text}`
  if (error instanceof Problem) {
    const { exitCode, mend } = error
    return new Problem({ what: what(error.what), exitCode, ...(mend === undefined ? {} : { mend }) })
  }
  return new Problem({ what: what(error instanceof Error ? error.message : String(error)) })
}

/**
 * Does the same for several languages side by side, sharing rate and concurrency of the services. One that fails does not
 * stop the others. A single language fails as it does by itself.
 */
export const eachLanguage = Effect.fnUntraced(function* <A, E, R>(
  languages: ReadonlyArray<Language>,
  run: (language: Language) => Effect.Effect<A, E, R>
): Effect.fn.Return<Outcomes<A>, E, R | Progress> {
  const logged = (language: Language) => Effect.annotateLogs(run(language), { language })
  const [only] = languages
  if (only !== undefined && languages.length === 1) {
    return { done: [yield* logged(only)], failures: [] }
  }
  const progress = yield* Progress
  const turn = (yield* RenderTurn) ?? (yield* Semaphore.make(1))
  const exits = yield* Effect.forEach(
    languages,
    Effect.fnUntraced(function* (language: Language) {
      return yield* Effect.exit(logged(language)).pipe(
        Effect.provideService(Progress, yield* progress.part(language)),
        Effect.provideService(RequestsFor, language),
        Effect.provideService(RenderTurn, turn)
      )
    }),
    { concurrency: atOnce }
  )
  // A mistake of ours is reported as one, when the others are through.
  for (const exit of exits)
    if (Exit.isFailure(exit) && Cause.hasDies(exit.cause)) return yield* Effect.failCause(exit.cause)
  return {
    done: exits.flatMap((exit) => (Exit.isSuccess(exit) ? [exit.value] : [])),
    failures: exits.flatMap((exit, i) => (Exit.isFailure(exit) ? [named(languages[i]!, Cause.squash(exit.cause))] : []))
  }
})

/** Ends the command when something failed: with the exit code of the worst, 1 over 2 over 3, naming each. */
export const failWithWorst = Effect.fnUntraced(function* (failures: ReadonlyArray<Problem>) {
  const [first] = failures
  if (first === undefined) return
  if (failures.length === 1) return yield* first
  const exitCode = Math.min(...failures.map((problem) => problem.exitCode)) as Problem["exitCode"]
  const each = failures.map(({ mend, what }) => (mend === undefined ? what : `${what} ${mend}`))
  return yield* new Problem({ what: each.join(" "), exitCode })
})
