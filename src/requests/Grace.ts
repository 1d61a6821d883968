import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/**
 * Runs an effect that, when interrupted, may still come to its end within the grace; it is aborted after that. What it
 * gave is passed on, so the caller keeps it if the caller itself is uninterruptible.
 */
export const withGrace = <A, E, R>(effect: Effect.Effect<A, E, R>, graceMillis: number): Effect.Effect<A, E, R> =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.interruptible(effect), { startImmediately: true })
      yield* Effect.interruptible(Fiber.await(fiber)).pipe(
        Effect.onInterrupt(() =>
          Effect.gen(function* () {
            const end = Effect.andThen(Effect.sleep(graceMillis), Fiber.interrupt(fiber))
            const timer = yield* Effect.forkChild(Effect.interruptible(end))
            yield* Fiber.await(fiber)
            yield* Fiber.interrupt(timer)
          })
        ),
        Effect.exit
      )
      return yield* Effect.flatten(Fiber.await(fiber))
    })
  )
