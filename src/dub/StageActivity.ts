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
export const activityOf = Effect.fnUntraced(function* (
  kinds: ReadonlyArray<RequestKind> | undefined
): Effect.fn.Return<Effect.Effect<StageActivity> | undefined> {
  if (kinds === undefined) return undefined
  const counter = yield* RunActivity
  const part = yield* RequestsFor
  const log = Option.getOrUndefined(Context.getOption(yield* Effect.context(), RequestLog))
  const now = () => sumOf(kinds.map((kind) => counter.now(kind, part)))
  const refusedBefore = now().refused
  const spent = log === undefined ? Effect.succeed(0) : Effect.provideService(log.spentHereUsd, RequestsFor, part)
  return Effect.map(spent, (usd) => {
    const activity = now()
    return { ...activity, refused: activity.refused - refusedBefore, usd }
  })
})
