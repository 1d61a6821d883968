import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import { type Ledger, LedgerOfRun, makeLedger } from "./Ledger.ts"
import { added, type Counters, type Counts, nothing, type RequestKind, type RequestTotals } from "./RequestCounters.ts"
import { tracedAttempt } from "./RequestTrace.ts"
import type { ServiceError } from "./ServiceError.ts"
import { makeStageUses, RequestsOfStage, type StageUse } from "./StageUse.ts"

export type { RequestKind } from "./RequestCounters.ts"

/** One attempt at one request, as it went. Times are milliseconds of the clock. */
export interface Attempt {
  readonly kind: RequestKind
  /** Which line, piece or batch it was for: "line 12", "batch 3". */
  readonly subject: string
  readonly startedAt: number
  readonly endedAt: number
  /** "ok", or the tag of the ServiceError's reason, or "Interrupted". */
  readonly outcome: string
  /** What the service said where it failed. */
  readonly error?: string
  /** Which of those under way at once it was: the lowest number, from 0, that no other of its kind had. */
  readonly slot: number
  /** The part of the run that it was for (`RequestsFor`), "" where for all. */
  readonly part: string
}

/** A time in which requests were ready and none could be sent: a rate, a pause or a lowered limit. Milliseconds. */
export interface Wait {
  readonly kind: RequestKind
  readonly from: number
  readonly to: number
  readonly part: string
}

/** What a request used, as the service says or as its price table gives. */
export interface Usage {
  readonly characters?: number
  readonly audioSeconds?: number
  readonly usd?: number
}

const outcomeOf = (exit: Exit.Exit<unknown, ServiceError>): Pick<Attempt, "outcome" | "error"> => {
  if (Exit.isSuccess(exit)) return { outcome: "ok" }
  const error = Cause.findErrorOption(exit.cause)
  if (Option.isSome(error)) return { outcome: error.value.reason._tag, error: error.value.message }
  return { outcome: Cause.hasInterruptsOnly(exit.cause) ? "Interrupted" : "Defect" }
}

/** Gives out the lowest number that is free, and takes it back. */
const makeSlots = () => {
  const taken = new Set<number>()
  return {
    take: () => {
      let slot = 0
      while (taken.has(slot)) slot++
      taken.add(slot)
      return slot
    },
    giveBack: (slot: number) => taken.delete(slot)
  }
}

/** Whom requests are for, where a run has several parts side by side, as a language each; "" is the whole run. */
export const RequestsFor = Context.Reference<string>("dubber/requests/RequestsFor", { defaultValue: () => "" })

/** Everything that was asked of the services in this run: counted once here, shown in the report. */
export class RequestLog extends Context.Service<
  RequestLog,
  {
    /** Runs one attempt and records when it ran and how it ended. Wrap the provider's single request in this. */
    attempt<A, R>(
      kind: RequestKind,
      subject: string,
      request: Effect.Effect<A, ServiceError, R>
    ): Effect.Effect<A, ServiceError, R>
    /** A failed attempt is going to be asked again. */
    retried(kind: RequestKind): Effect.Effect<void>
    /** A line, piece or batch was given up. */
    failed(kind: RequestKind): Effect.Effect<void>
    /** What would have been asked for was there already. */
    cached(kind: RequestKind): Effect.Effect<void>
    /** Adds to what was used. */
    used(kind: RequestKind, usage: Usage): Effect.Effect<void>
    /** Time spent waiting for a permit, a rate or a pause, in milliseconds, until now. */
    waited(kind: RequestKind, millis: number): Effect.Effect<void>
    /** In the order in which they ended, of what `totals` counts. */
    readonly attempts: Effect.Effect<ReadonlyArray<Attempt>>
    /** What `waited` was told, likewise. */
    readonly waits: Effect.Effect<ReadonlyArray<Wait>>
    /** Of the whole run; asked by one part of it (`RequestsFor`), its own and those that are for all parts. */
    totals(kind: RequestKind): Effect.Effect<RequestTotals>
    /** What the requests of a stage (`RequestsOfStage`) used, of what `totals` counts. */
    stageUse(stage: string): Effect.Effect<StageUse>
    /** Requests that are under way now. */
    inFlight(kind: RequestKind): Effect.Effect<number>
    /** Adds to what the run is expected to cost, in US dollars, before it is spent. */
    expected(usd: number): Effect.Effect<void>
    readonly expectedUsd: Effect.Effect<number>
    /** US dollars spent so far, all kinds together. */
    readonly spentUsd: Effect.Effect<number>
    /** The same for what `totals` counts. */
    readonly spentHereUsd: Effect.Effect<number>
    /** What the run adds up to, and the runs that it shares a budget with. */
    readonly ledger: Ledger
  }
>()("dubber/requests/RequestLog") {
  static readonly layer = Layer.effect(
    RequestLog,
    Effect.gen(function* () {
      const counters = yield* Ref.make<{ readonly all: Counts; readonly parts: ReadonlyMap<string, Counts> }>({
        all: nothing,
        parts: new Map()
      })
      const attempts: Array<Attempt> = []
      const waits: Array<Wait> = []
      const stageUses = makeStageUses()
      const slots = { speech: makeSlots(), transcription: makeSlots(), language: makeSlots() }
      const expected = yield* Ref.make(0)
      const ledger = (yield* LedgerOfRun) ?? makeLedger()
      const change = (kind: RequestKind, f: (counters: Counters) => Counters) =>
        Effect.flatMap(RequestsFor, (part) =>
          Ref.update(counters, ({ all, parts }) => {
            const own = parts.get(part) ?? nothing
            return {
              all: { ...all, [kind]: f(all[kind]) },
              parts: new Map(parts).set(part, { ...own, [kind]: f(own[kind]) })
            }
          })
        )
      const counted = Effect.flatMap(RequestsFor, (part) =>
        Effect.map(
          Ref.get(counters),
          ({ all, parts }) =>
            (kind: RequestKind) =>
              part === "" ? all[kind] : added((parts.get("") ?? nothing)[kind], (parts.get(part) ?? nothing)[kind])
        )
      )

      const ofThisPart = <A extends { readonly part: string }>(all: ReadonlyArray<A>) =>
        Effect.map(RequestsFor, (part) => all.filter((one) => part === "" || one.part === "" || one.part === part))

      const attempt = Effect.fnUntraced(function* <A, R>(
        kind: RequestKind,
        subject: string,
        request: Effect.Effect<A, ServiceError, R>
      ) {
        const part = yield* RequestsFor
        const startedAt = yield* Clock.currentTimeMillis
        const slot = slots[kind].take()
        yield* change(kind, (c) => ({
          ...c,
          sent: c.sent + 1,
          inFlight: c.inFlight + 1,
          peakConcurrency: Math.max(c.peakConcurrency, c.inFlight + 1)
        }))
        ledger.began()
        stageUses.add(part, yield* RequestsOfStage, { requests: 1 })
        return yield* Effect.onExit(tracedAttempt(kind, subject, request), (exit) =>
          Effect.gen(function* () {
            const endedAt = yield* Clock.currentTimeMillis
            slots[kind].giveBack(slot)
            ledger.ended((endedAt - startedAt) / 1000)
            attempts.push({ kind, subject, startedAt, endedAt, ...outcomeOf(exit), slot, part })
            yield* change(kind, (c) => ({
              ...c,
              inFlight: c.inFlight - 1,
              ok: c.ok + (Exit.isSuccess(exit) ? 1 : 0),
              seconds: c.seconds + (endedAt - startedAt) / 1000
            }))
          })
        )
      })

      return RequestLog.of({
        attempt,
        retried: (kind) => change(kind, (c) => ({ ...c, retried: c.retried + 1 })),
        failed: (kind) => change(kind, (c) => ({ ...c, failed: c.failed + 1 })),
        cached: (kind) => change(kind, (c) => ({ ...c, cached: c.cached + 1 })),
        used: Effect.fnUntraced(function* (kind, usage) {
          yield* change(kind, (c) => ({
            ...c,
            characters: c.characters + (usage.characters ?? 0),
            audioSeconds: c.audioSeconds + (usage.audioSeconds ?? 0),
            usd: c.usd + (usage.usd ?? 0)
          }))
          stageUses.add(yield* RequestsFor, yield* RequestsOfStage, usage)
          ledger.spend(usage.usd ?? 0)
        }),
        waited: Effect.fnUntraced(function* (kind, millis) {
          const part = yield* RequestsFor
          const to = yield* Clock.currentTimeMillis
          waits.push({ kind, from: to - millis, to, part })
          yield* change(kind, (c) => ({ ...c, waitedSeconds: c.waitedSeconds + millis / 1000 }))
        }),
        attempts: ofThisPart(attempts),
        waits: ofThisPart(waits),
        totals: (kind) =>
          Effect.map(counted, (of) => {
            const { inFlight: _inFlight, ...totals } = of(kind)
            return totals
          }),
        stageUse: (stage) => Effect.map(RequestsFor, (part) => stageUses.of(part, stage)),
        inFlight: (kind) => Effect.map(Ref.get(counters), ({ all }) => all[kind].inFlight),
        expected: (usd) => Ref.update(expected, (sum) => sum + usd),
        expectedUsd: Ref.get(expected),
        spentUsd: Effect.map(Ref.get(counters), ({ all }) => all.speech.usd + all.transcription.usd + all.language.usd),
        spentHereUsd: Effect.map(counted, (of) => of("speech").usd + of("transcription").usd + of("language").usd),
        ledger
      })
    })
  )
}
