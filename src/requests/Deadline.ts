import * as Effect from "effect/Effect"
import { ServiceError, TimedOut } from "./ServiceError.ts"

/** Interrupts an attempt that takes longer than `seconds` from its start to its last byte, and fails with TimedOut. */
export const withDeadline =
  (service: string, seconds: number) =>
  <A, E, R>(attempt: Effect.Effect<A, E, R>): Effect.Effect<A, E | ServiceError, R> =>
    Effect.timeoutOrElse(attempt, {
      duration: seconds * 1000,
      orElse: () => {
        const message = `no whole answer within ${seconds} s`
        return Effect.fail(new ServiceError({ service, reason: new TimedOut({ seconds, message }) }))
      }
    })
