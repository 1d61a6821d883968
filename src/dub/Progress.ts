import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** How far a stage is: `done` of `total`, in whatever it counts, and what else there is to say ("5 in flight"). */
export type Advance = (done: number, total: number, detail?: string) => Effect.Effect<void>

/** One stage of a run as it went: the `stages` of report.json. */
export interface Stage {
  readonly name: string
  readonly seconds: number
  /** Nothing was made: what was stored is used. */
  readonly reused: boolean
}

/** How progress is shown; `Progress` measures and remembers, this draws. */
export interface ProgressView {
  readonly started: (name: string) => Effect.Effect<void>
  readonly advanced: (name: string, done: number, total: number, detail: string | undefined) => Effect.Effect<void>
  readonly ended: (stage: Stage, outcome: "done" | "failed", summary: string | undefined) => Effect.Effect<void>
  /** A line for a person: "speaking with espeak". */
  readonly note: (text: string) => Effect.Effect<void>
  readonly warning: (text: string) => Effect.Effect<void>
}

/** What a stage gives: its value, whether it was there already, and a few words on it. */
export interface StageResult<A> {
  readonly value: A
  readonly reused: boolean
  readonly summary?: string | undefined
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
            yield* view.started(title)
            const result = yield* run((done, total, detail) => view.advanced(title, done, total, detail)).pipe(
              Effect.onError(() =>
                Effect.flatMap(elapsed, (seconds) =>
                  view.ended({ name: title, seconds, reused: false }, "failed", undefined)
                )
              ),
              Effect.withSpan(title)
            )
            const ended = { name, seconds: yield* elapsed, reused: result.reused }
            stages.push(ended)
            yield* Effect.logInfo(`${title} ${result.reused ? "reused" : "done"}`, { seconds: ended.seconds })
            yield* view.ended({ ...ended, name: title }, "done", result.summary)
            return result.value
          })
          return {
            stage,
            note: (text) => Effect.andThen(Effect.logInfo(said(text)), view.note(said(text))),
            warning: (text) =>
              Effect.suspend(() => {
                if (warnings.includes(text)) return Effect.void
                warnings.push(text)
                return Effect.andThen(Effect.logWarning(said(text)), view.warning(said(text)))
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
