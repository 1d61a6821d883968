import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { type Gate, type GateSettings, type Known, makeGate } from "./RequestGate.ts"
import type { RequestKind } from "./RequestCounters.ts"
import type { ServiceError } from "./ServiceError.ts"

/**
 * The gates that several runs go through: one for each kind of request to each service, so that number at once, rate,
 * pauses and the end of asking are those of all runs together. The settings of who comes first count.
 */
export interface SharedGates {
  readonly gate: (settings: GateSettings, known: Known) => Effect.Effect<Gate>
  /** Why a service is asked nothing any more, once it is so. */
  readonly stopped: (kind: RequestKind, known: Known) => ServiceError | undefined
  /** The request that would have passed the budget, once there was one. */
  readonly overBudget: () => ServiceError | undefined
}

const nameOf = (kind: RequestKind, { address = "", service }: Known) => `${kind} ${service} ${address}`

export const makeSharedGates = Effect.gen(function* () {
  const gates = new Map<string, Gate>()
  const turn = yield* Semaphore.make(1)
  const gate = Effect.fnUntraced(function* (settings: GateSettings, known: Known) {
    const name = nameOf(settings.kind, known)
    const made = gates.get(name) ?? (yield* makeGate(settings))
    gates.set(name, made)
    return made
  }, turn.withPermits(1))
  return {
    gate,
    stopped: (kind, known) => gates.get(nameOf(kind, known))?.stopped(),
    overBudget: () => [...gates.values()].find((one) => one.overBudget() !== undefined)?.overBudget()
  } satisfies SharedGates
})

/** The gates of runs that share them; without it each run has its own. */
export const GatesOfRuns = Context.Reference<SharedGates | undefined>("dubber/requests/SharedGates", {
  defaultValue: () => undefined
})
