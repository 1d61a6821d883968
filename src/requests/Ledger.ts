import * as Context from "effect/Context"

/** What the requests of a run add up to, told and asked while it goes on. Plain state; US dollars and seconds. */
export interface Ledger {
  readonly spentUsd: () => number
  /** What requests under way are expected to cost. */
  readonly reservedUsd: () => number
  readonly inFlight: () => number
  /** Of all requests that have ended, one after the other. */
  readonly requestSeconds: () => number
  readonly spend: (usd: number) => void
  /** A negative amount gives back. */
  readonly reserve: (usd: number) => void
  readonly began: () => void
  readonly ended: (seconds: number) => void
  /** A service is asked whose price is not known. */
  readonly asksUnpriced: () => void
  readonly isUnpriced: () => boolean
  /** Whether a text is said for the first time. */
  readonly saysFirst: (text: string) => boolean
  /** What this is a part of, where several runs have one budget; else itself. */
  readonly whole: Ledger
}

/** A ledger; whatever is told to it is told to the one that it is a part of too. */
export const makeLedger = (partOf?: Ledger): Ledger => {
  let spentUsd = 0
  let reservedUsd = 0
  let inFlight = 0
  let requestSeconds = 0
  let unpriced = false
  const said = new Set<string>()
  const ledger: Ledger = {
    spentUsd: () => spentUsd,
    reservedUsd: () => reservedUsd,
    inFlight: () => inFlight,
    requestSeconds: () => requestSeconds,
    spend: (usd) => {
      spentUsd += usd
      partOf?.spend(usd)
    },
    reserve: (usd) => {
      reservedUsd += usd
      partOf?.reserve(usd)
    },
    began: () => {
      inFlight++
      partOf?.began()
    },
    ended: (seconds) => {
      inFlight--
      requestSeconds += seconds
      partOf?.ended(seconds)
    },
    asksUnpriced: () => {
      unpriced = true
      partOf?.asksUnpriced()
    },
    isUnpriced: () => unpriced,
    saysFirst: (text) => !said.has(text) && said.add(text).has(text),
    get whole() {
      return partOf?.whole ?? ledger
    }
  }
  return ledger
}

/** The ledger of a run that is one of several; without it each RequestLog has one of its own. */
export const LedgerOfRun = Context.Reference<Ledger | undefined>("dubber/requests/Ledger", {
  defaultValue: () => undefined
})
