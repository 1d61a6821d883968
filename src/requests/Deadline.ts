import * as Effect from "effect/Effect"
import { ServiceError, TimedOut } from "./ServiceError.ts"

/** Up to here a text takes no longer than `shortest`; each further character may take as much more, in seconds. */
const plainText = 300
const secondsPerCharacter = 0.2

/**
 * Seconds that a service has to speak a text of so many characters, `shortest` at least: three times as long as it is
 * heard, for a model on a machine that is slow.
 */
export const secondsToSpeak = (characters: number, shortest: number): number =>
  Math.ceil(shortest + secondsPerCharacter * Math.max(0, characters - plainText))

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
