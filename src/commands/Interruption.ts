import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { Progress } from "../dub/Progress.ts"
import { RunActivity } from "../requests/Activity.ts"

const kinds = ["speech", "transcription", "language"] as const

/** How many requests of this run are under way now. */
const requestsInFlight = Effect.map(RunActivity, (activity) =>
  kinds.reduce((sum, kind) => sum + activity.now(kind, "").inFlight, 0)
)

const stopping = (requests: number): string =>
  requests === 0
    ? "stopping …"
    : `stopping: ${requests} ${requests === 1 ? "request has" : "requests have"} 5 s to end; Ctrl-C again stops at once`

/** Says at once when a run is interrupted what it still waits for, and when it has ended that nothing is lost. */
export const sayingWhenInterrupted = <A, E, R>(
  run: Effect.Effect<A, E, R>,
  inFlight: Effect.Effect<number> = requestsInFlight
) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    let isOver = false
    const notice = Effect.flatMap(inFlight, (requests) => progress.note(stopping(requests)))
    // Interrupted at the same time as the run, it does not wait for the run to end.
    const beside = Effect.onInterrupt(Effect.never, () => (isOver ? Effect.void : notice))
    const watched = Effect.onExit(run, () => Effect.sync(() => (isOver = true)))
    return yield* Effect.raceFirst(watched, beside).pipe(
      Effect.onError((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? progress.note("interrupted: what was made is kept, the same command goes on from there")
          : Effect.void
      )
    )
  })
