import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { RequestKind } from "./RequestLog.ts"

/** What requests are doing at this moment: shown while they run, kept nowhere. */
export interface Activity {
  readonly inFlight: number
  /** Waiting for their turn to be sent. */
  readonly queued: number
  /** Failed, and waiting to be asked again. */
  readonly retrying: number
  /** So often the service has said that it was too much. */
  readonly refused: number
  /** Milliseconds until the next may be sent, where rate, pause or failure hold back what waits. */
  readonly waitMillis: number
  /** What the service said in place of an answer, while it has given none since: "openai: too many requests (429)". */
  readonly why?: string | undefined
}

type Counts = Omit<Activity, "waitMillis" | "why">

const none: Counts = { inFlight: 0, queued: 0, retrying: 0, refused: 0 }

export const sumOf = (all: ReadonlyArray<Activity>): Activity => ({
  inFlight: all.reduce((sum, one) => sum + one.inFlight, 0),
  queued: all.reduce((sum, one) => sum + one.queued, 0),
  retrying: all.reduce((sum, one) => sum + one.retrying, 0),
  refused: all.reduce((sum, one) => sum + one.refused, 0),
  waitMillis: all.reduce((most, one) => Math.max(most, one.waitMillis), 0),
  why: all.find(({ why }) => why !== undefined)?.why
})

/** Counts by kind of request and by the part of the run that they are for; "" is what is for all parts. */
export interface ActivityCounter {
  readonly change: (kind: RequestKind, part: string, by: Partial<Counts>) => void
  /** Tells where to ask how long requests of a kind are held back, and why. */
  readonly heldBy: (kind: RequestKind, waitMillis: () => number, why?: () => string | undefined) => void
  /** Of one part and of what is for all; asked for "", of everything. */
  readonly now: (kind: RequestKind, part: string) => Activity
}

export const makeActivityCounter = (): ActivityCounter => {
  const counts = new Map<RequestKind, Map<string, Counts>>()
  const held = new Map<RequestKind, { readonly waitMillis: () => number; readonly why: () => string | undefined }>()
  return {
    change: (kind, part, { inFlight = 0, queued = 0, retrying = 0, refused = 0 }) => {
      const parts = counts.get(kind) ?? new Map<string, Counts>()
      const before = parts.get(part) ?? none
      counts.set(kind, parts)
      parts.set(part, {
        inFlight: before.inFlight + inFlight,
        queued: before.queued + queued,
        retrying: before.retrying + retrying,
        refused: before.refused + refused
      })
    },
    heldBy: (kind, waitMillis, why = () => undefined) => void held.set(kind, { waitMillis, why }),
    now: (kind, part) => {
      const parts = [...(counts.get(kind) ?? [])].flatMap(([name, one]) =>
        part === "" || name === "" || name === part ? [{ ...one, waitMillis: 0 }] : []
      )
      const counted = sumOf(parts)
      const by = held.get(kind)
      const waitMillis = counted.queued + counted.retrying > 0 ? (by?.waitMillis() ?? 0) : 0
      const isAsking = counted.inFlight + counted.queued + counted.retrying > 0
      return { ...counted, waitMillis, why: isAsking ? by?.why() : undefined }
    }
  }
}

/** Where the requests of a run are counted while they run: one for each run, and one for whoever provides none. */
export const RunActivity = Context.Reference<ActivityCounter>("dubber/requests/Activity", {
  defaultValue: makeActivityCounter
})

/** Counts an effect among those that are so, while it runs. */
export const whileCounted = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  change: (by: 1 | -1) => void
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    change(1)
    return Effect.ensuring(
      effect,
      Effect.sync(() => change(-1))
    )
  })
