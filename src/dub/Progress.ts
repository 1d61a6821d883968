import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Activity } from "../requests/Activity.ts"
import { RequestsOfStage } from "../requests/StageUse.ts"
import { aboutStages, activityOf } from "./StageActivity.ts"

/** How far a stage is: `done` of `total`, in whatever it counts, and what else there is to say ("encoding"). */
export type Advance = (done: number, total: number, detail?: string) => Effect.Effect<void>

/** One stage of a run as it went: the `stages` of report.json. */
export interface Stage {
  readonly name: string
  readonly seconds: number
  /** Nothing was made: what was stored is used. */
  readonly reused: boolean
}

/** What the requests of a stage are doing now, and what they have cost so far, in US dollars. */
export interface StageActivity extends Activity {
  readonly usd: number
}

/** How a stage ended: `partial` and `failed` though it gave a value, where some or all of what it was to make is missing. */
export type StageOutcome = "done" | "partial" | "failed" | "interrupted"

/** Set around entries of the log that say what a `ProgressView` shows as well: who looks at both needs them once. */
export const IsShown = Context.Reference<boolean>("dubber/dub/Progress/IsShown", { defaultValue: () => false })

const shownToo = Effect.provideService(IsShown, true)

/** How progress is shown; `Progress` measures and remembers, this draws. */
export interface ProgressView {
  /** `activity` may be asked as often as the line is drawn. */
  readonly started: (name: string, unit?: string, activity?: Effect.Effect<StageActivity>) => Effect.Effect<void>
  readonly advanced: (name: string, done: number, total: number, detail: string | undefined) => Effect.Effect<void>
  readonly ended: (stage: Stage, outcome: StageOutcome, summary: string | undefined) => Effect.Effect<void>
  /** A line for a person: "speaking with espeak". */
  readonly note: (text: string) => Effect.Effect<void>
  readonly warning: (text: string) => Effect.Effect<void>
}

/** What a stage gives: its value, whether it was there already, and a few words on it. */
export interface StageResult<A> {
  readonly value: A
  readonly reused: boolean
  readonly summary?: string | undefined
  /** "done" unless said otherwise. */
  readonly outcome?: "done" | "partial" | "failed" | undefined
}

/** How a run, or one part of it, tells how it is going. */
export interface Telling {
  /** Runs a stage under a name, timed and shown. */
  stage<A, E, R>(name: string, run: (advance: Advance) => Effect.Effect<StageResult<A>, E, R>): Effect.Effect<A, E, R>
  readonly note: (text: string) => Effect.Effect<void>
  /** Something a person should know; also in the report. */
  readonly warning: (text: string) => Effect.Effect<void>
  readonly stages: Effect.Effect<ReadonlyArray<Stage>>
  readonly warnings: Effect.Effect<ReadonlyArray<string>>
  /** Since the run began. */
  readonly wallSeconds: Effect.Effect<number>
  /**
   * The progress of one of several parts that run side by side, as a language each: its stages are shown with its name,
   * and it remembers its own and those that were over before it began.
   */
  part(name: string): Effect.Effect<Telling>
}

/** Tells how a run is going, and remembers it for the report. */
export class Progress extends Context.Service<Progress, Telling>()("dubber/dub/Progress") {
  static readonly layerView = (view: ProgressView) =>
    Layer.effect(
      Progress,
      Effect.gen(function* () {
        const began = yield* Clock.currentTimeMillis
        const make = (part: string | undefined, stages: Array<Stage>, warnings: Array<string>): Progress["Service"] => {
          const shown = (text: string) => (part === undefined ? text : `${text} ${part}`)
          const said = (text: string) => (part === undefined ? text : `${part}: ${text}`)
          const stage = Effect.fnUntraced(function* <A, E, R>(
            name: string,
            run: (advance: Advance) => Effect.Effect<StageResult<A>, E, R>
          ) {
            const startedAt = yield* Clock.currentTimeMillis
            const elapsed = Effect.map(Clock.currentTimeMillis, (now) => (now - startedAt) / 1000)
            const title = shown(name)
            const { requests, unit } = aboutStages.get(name) ?? {}
            yield* view.started(title, unit, yield* activityOf(requests))
            const result = yield* run((done, total, detail) => view.advanced(title, done, total, detail)).pipe(
              Effect.onError((cause) =>
                Effect.gen(function* () {
                  const outcome = Cause.hasInterruptsOnly(cause) ? "interrupted" : "failed"
                  const seconds = yield* elapsed
                  // A run may go on without it; what it took, it took.
                  stages.push({ name, seconds, reused: false })
                  yield* Effect.logInfo(`${title} ${outcome}`).pipe(
                    Effect.annotateLogs({ stage: title, seconds }),
                    shownToo
                  )
                  yield* view.ended({ name: title, seconds, reused: false }, outcome, undefined)
                })
              ),
              Effect.provideService(RequestsOfStage, name),
              Effect.annotateLogs({ stage: title }),
              Effect.withSpan(title)
            )
            const ended = { name, seconds: yield* elapsed, reused: result.reused }
            stages.push(ended)
            const outcome = result.outcome ?? "done"
            yield* Effect.logInfo(`${title} ${result.reused && outcome === "done" ? "reused" : outcome}`).pipe(
              Effect.annotateLogs({ stage: title, seconds: ended.seconds, summary: result.summary ?? "" }),
              shownToo
            )
            yield* view.ended({ ...ended, name: title }, outcome, result.summary)
            return result.value
          })
          return {
            stage,
            note: (text) => Effect.andThen(shownToo(Effect.logInfo(said(text))), view.note(said(text))),
            warning: (text) =>
              Effect.suspend(() => {
                if (warnings.includes(text)) return Effect.void
                warnings.push(text)
                return Effect.andThen(shownToo(Effect.logWarning(said(text))), view.warning(said(text)))
              }),
            stages: Effect.sync(() => stages.slice()),
            warnings: Effect.sync(() => warnings.slice()),
            wallSeconds: Effect.map(Clock.currentTimeMillis, (now) => (now - began) / 1000),
            part: (name) => Effect.sync(() => make(name, stages.slice(), warnings.slice()))
          }
        }
        return Progress.of(make(undefined, [], []))
      })
    )

  /** Shows nothing: for libraries and tests. */
  static readonly layerSilent = this.layerView({
    started: () => Effect.void,
    advanced: () => Effect.void,
    ended: () => Effect.void,
    note: () => Effect.void,
    warning: () => Effect.void
  })
}
