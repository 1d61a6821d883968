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

  const heaviest = (): Waiting | undefined => {
    let found: Waiting | undefined
    for (const one of waiting) if (found === undefined || one.weight > found.weight) found = one
    return found
  }

  const pass = () => {
    const next = heaviest()
    isTaken = next !== undefined
    if (next === undefined) return
    waiting.delete(next)
    Deferred.doneUnsafe(next.turn, Effect.void)
  }

  const join = (weight: number): Effect.Effect<void> => {
    const one: Waiting = { weight, turn: Deferred.makeUnsafe() }
    waiting.add(one)
    return Effect.onInterrupt(Deferred.await(one.turn), () =>
      Effect.sync(() => {
        // Who had been given the turn already passes it on.
        if (!waiting.delete(one)) pass()
      })
    )
  }

  /** Runs `effect` in its turn; it is given what lets a heavier one that has come meanwhile go before it. */
  const withTurn = <A, E, R>(weight: number, effect: (giveWay: Effect.Effect<void>) => Effect.Effect<A, E, R>) =>
    Effect.uninterruptibleMask((restore) => {
      let isMine = true
      const take = Effect.suspend(() => {
        if (isTaken) return join(weight)
        isTaken = true
        return Effect.void
      })
      const giveWay = Effect.suspend(() => {
        if ((heaviest()?.weight ?? 0) <= weight) return Effect.void
        isMine = false
        const again = join(weight)
        pass()
        return Effect.map(again, () => void (isMine = true))
      })
      const passOn = Effect.sync(() => {
        if (isMine) pass()
      })
      return Effect.andThen(restore(take), Effect.ensuring(restore(effect(giveWay)), passOn))
    })

  return { withTurn }
}
