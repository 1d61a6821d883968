import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

interface Waiting {
  readonly weight: number
  readonly turn: Deferred.Deferred<void>
}

/**
 * One at a time, the heaviest of those who wait first, and among equals who came first: the longest request is begun
 * before shorter ones, also when it is asked again.
 */
export const makeTurns = () => {
  const waiting = new Set<Waiting>()
  let isTaken = false

  const pass = () => {
    let next: Waiting | undefined
    for (const one of waiting) if (next === undefined || one.weight > next.weight) next = one
    if (next === undefined) isTaken = false
    else {
      waiting.delete(next)
      Deferred.doneUnsafe(next.turn, Effect.void)
    }
  }

  const take = (weight: number) =>
    Effect.suspend(() => {
      if (!isTaken) {
        isTaken = true
        return Effect.void
      }
      const one: Waiting = { weight, turn: Deferred.makeUnsafe() }
      waiting.add(one)
      return Effect.onInterrupt(Deferred.await(one.turn), () =>
        Effect.sync(() => {
          // Who had been given the turn already passes it on.
          if (!waiting.delete(one)) pass()
        })
      )
    })

  return {
    withTurn: <A, E, R>(weight: number, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(take(weight)), Effect.ensuring(restore(effect), Effect.sync(pass)))
      )
  }
}
