import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** The longest that anybody waits for what is asked alongside, in seconds. */
const patience = 30

/** Waits for one thing until another is over; what is not needed any more is ended without waiting for its end. */
export const untilOver = <E, R>(asked: Effect.Effect<void, E, R>, over: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkDetach(asked)
    yield* Effect.raceFirst(Fiber.join(fiber), Effect.timeoutOption(over, `${patience} seconds`)).pipe(
      Effect.ensuring(Effect.forkDetach(Fiber.interrupt(fiber)))
    )
  })
