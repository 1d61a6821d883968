import * as Effect from "effect/Effect"
import type { StageActivity } from "../dub/Progress.ts"
import type { RunningStage } from "./ProgressLine.ts"
import { makeRecentRate, type RecentRate } from "./RecentRate.ts"

interface Running {
  stage: RunningStage
  /** When it last came further, and when it was last said that it does not. */
  movedAt: number
  toldAt: number
  readonly rate: RecentRate
  readonly activity: Effect.Effect<StageActivity> | undefined
}

/** What a stage is at, without how far: "2 of 9 pieces" and "3 of 9 pieces" are the same. */
const doing = (detail: string | undefined): string => detail?.replaceAll(/\d+/g, "") ?? ""

/** The stages that run now, in the order in which they began, and how far each is. */
export const makeRunningStages = () => {
  const stages = new Map<string, Running>()
  const seen = Effect.fnUntraced(function* (one: Running, now: number) {
    const activity = one.activity === undefined ? undefined : yield* one.activity
    one.stage = { ...one.stage, activity, perSecond: one.rate.perSecond(now) }
    return one.stage
  })
  return {
    begin: (
      name: string,
      startedAt: number,
      unit: string | undefined,
      activity: Effect.Effect<StageActivity> | undefined
    ): RunningStage => {
      const stage: RunningStage = {
        name,
        unit,
        startedAt,
        done: 0,
        total: 0,
        detail: undefined,
        perSecond: undefined,
        activity: undefined
      }
      stages.set(name, { stage, movedAt: startedAt, toldAt: startedAt, rate: makeRecentRate(startedAt), activity })
      return stage
    },
    advance: (name: string, now: number, done: number, total: number, detail: string | undefined): void => {
      const one = stages.get(name)
      if (one === undefined) return
      // What is done now may go faster or slower than what was done before.
      if (doing(detail) !== doing(one.stage.detail)) one.rate.begin(now, done)
      else one.rate.told(now, done)
      if (done !== one.stage.done || detail !== one.stage.detail) one.movedAt = now
      one.stage = { ...one.stage, done, total, detail }
    },
    /** A stage, or each, with what its requests do now. */
    at: (name: string, now: number): Effect.Effect<RunningStage | undefined> => {
      const one = stages.get(name)
      return one === undefined ? Effect.undefined : seen(one, now)
    },
    all: (now: number): Effect.Effect<ReadonlyArray<RunningStage>> =>
      Effect.suspend(() => Effect.forEach([...stages.values()], (one) => seen(one, now))),
    /** The stages in which nothing has moved for so long, each once in that time. */
    stalled: Effect.fnUntraced(function* (now: number, millis: number) {
      const still = [...stages.values()].filter((one) => now - Math.max(one.movedAt, one.toldAt) >= millis)
      return yield* Effect.forEach(still, (one) => {
        one.toldAt = now
        return Effect.map(seen(one, now), (stage) => ({ stage, seconds: (now - one.movedAt) / 1000 }))
      })
    }),
    /** What a stage waits for has been said. */
    told: (name: string, now: number): void => {
      const one = stages.get(name)
      if (one !== undefined) one.toldAt = now
    },
    end: (name: string): void => void stages.delete(name)
  }
}

/** Whether a stage has come to a further tenth of what it is to do; each tenth once, the last not at all. */
export const makeTenths = () => {
  const tenths = new Map<string, number>()
  return {
    begin: (name: string): void => void tenths.set(name, 0),
    isNew: (name: string, done: number, total: number): boolean => {
      const tenth = total > 0 ? Math.floor((done / total) * 10) : 0
      if (tenth <= (tenths.get(name) ?? 0) || tenth >= 10) return false
      tenths.set(name, tenth)
      return true
    }
  }
}
