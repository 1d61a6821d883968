import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { RunActivity, sumOf } from "../requests/Activity.ts"
import { RequestLog, type RequestKind, RequestsFor } from "../requests/RequestLog.ts"
import type { StageActivity } from "./Progress.ts"

/** What a stage counts ("seconds" are those of the sound or picture), and which requests it sends. */
interface StageAbout {
  readonly unit?: string
  readonly requests?: ReadonlyArray<RequestKind>
}

/** By the names of the stages; what is spoken ahead belongs to the stage that writes. */
export const aboutStages: ReadonlyMap<string, StageAbout> = new Map([
  ["listen", { requests: ["transcription"] }],
  ["translate", { unit: "lines", requests: ["language", "speech"] }],
  ["polish", { unit: "lines", requests: ["language", "speech"] }],
  ["speak", { unit: "lines", requests: ["speech"] }],
  ["refit", { unit: "lines", requests: ["language", "speech"] }],
  ["youtube", { requests: ["language"] }],
  ["render", { unit: "seconds" }],
  ["burn", { unit: "seconds" }]
])

/**
 * What requests of these kinds do for the part of the run that asks here, from now on: to be run from anywhere, as often
 * as it is shown.
 */
export const activityOf = (
  kinds: ReadonlyArray<RequestKind> | undefined
): Effect.Effect<Effect.Effect<StageActivity> | undefined> =>
  kinds === undefined
    ? Effect.undefined
    : Effect.contextWith((context: Context.Context<never>) => {
        const counter = Context.get(context, RunActivity)
        const part = Context.get(context, RequestsFor)
        const log = Context.getOption(context, RequestLog)
        const now = () => sumOf(kinds.map((kind) => counter.now(kind, part)))
        const refusedBefore = now().refused
        const spent = Option.isNone(log)
          ? Effect.succeed(0)
          : Effect.provideService(log.value.spentHereUsd, RequestsFor, part)
        return Effect.succeed(
          Effect.map(spent, (usd) => {
            const activity = now()
            return { ...activity, refused: activity.refused - refusedBefore, usd }
          })
        )
      })
