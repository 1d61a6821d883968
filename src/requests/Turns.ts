import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

/** The place of a run among those that share a gate: the requests of the lower one go first. */
export const RequestRank = Context.Reference<number>("dubber/requests/RequestRank", { defaultValue: () => 0 })

/** The place of a request in the order in which a run wants its own begun; the longest first where none is given. */
export const RequestPlace = Context.Reference<number>("dubber/requests/RequestPlace", { defaultValue: () => Infinity })

/** Who goes before whom: the lower rank first, of those the lower place, and of those the heavier one. */
export interface Precedence {
  readonly rank: number
  readonly place: number
  readonly weight: number
}

interface Waiting extends Precedence {
  readonly turn: Deferred.Deferred<void>
}

const goesBefore = (a: Precedence, b: Precedence): boolean => {
  if (a.rank !== b.rank) return a.rank < b.rank
  return a.place === b.place ? a.weight > b.weight : a.place < b.place
}

/**
 * One at a time, in the order of precedence, and among equals who came first: what is asked again goes before what
 * comes after it by the plan, or is shorter where there is none.
 */
export const makeTurns = () => {
  const waiting = new Set<Waiting>()
  let isTaken = false

  const first = (): Waiting | undefined => {
    let found: Waiting | undefined
    for (const one of waiting) if (found === undefined || goesBefore(one, found)) found = one
    return found
  }

  const pass = () => {
    const next = first()
    isTaken = next !== undefined
    if (next === undefined) return
    waiting.delete(next)
    Deferred.doneUnsafe(next.turn, Effect.void)
  }

  const join = ({ place, rank, weight }: Precedence): Effect.Effect<void> => {
    const one: Waiting = { rank, place, weight, turn: Deferred.makeUnsafe() }
    waiting.add(one)
    return Effect.onInterrupt(Deferred.await(one.turn), () =>
      Effect.sync(() => {
        // Who had been given the turn already passes it on.
        if (!waiting.delete(one)) pass()
      })
    )
  }

  /** Runs `effect` in its turn; it is given what lets one that has come meanwhile and goes before it do so. */
  const withTurn = <A, E, R>(
    precedence: Precedence,
    effect: (giveWay: Effect.Effect<void>) => Effect.Effect<A, E, R>
  ) =>
    Effect.uninterruptibleMask((restore) => {
      let isMine = true
      const take = Effect.suspend(() => {
        if (isTaken) return join(precedence)
        isTaken = true
        return Effect.void
      })
      const giveWay = Effect.suspend(() => {
        const next = first()
        if (next === undefined || !goesBefore(next, precedence)) return Effect.void
        isMine = false
        const again = join(precedence)
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
