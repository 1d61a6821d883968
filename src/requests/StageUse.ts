import * as Context from "effect/Context"

/** The stage of the run that requests are for, by its name; "" where for none. */
export const RequestsOfStage = Context.Reference<string>("dubber/requests/RequestsOfStage", { defaultValue: () => "" })

/** What the requests of a stage used; the money in US dollars. Those that failed count as requests. */
export interface StageUse {
  readonly requests: number
  readonly characters: number
  readonly audioSeconds: number
  readonly usd: number
}

const none: StageUse = { requests: 0, characters: 0, audioSeconds: 0, usd: 0 }

const sum = (a: StageUse, b: Partial<StageUse>): StageUse => ({
  requests: a.requests + (b.requests ?? 0),
  characters: a.characters + (b.characters ?? 0),
  audioSeconds: a.audioSeconds + (b.audioSeconds ?? 0),
  usd: a.usd + (b.usd ?? 0)
})

/** Counts what stages use, in each part of the run by itself; "" is what is for all parts. Plain state. */
export const makeStageUses = () => {
  const parts = new Map<string, Map<string, StageUse>>()
  const ofPart = (part: string, stage: string) => parts.get(part)?.get(stage) ?? none
  return {
    add: (part: string, stage: string, use: Partial<StageUse>): void => {
      const stages = parts.get(part) ?? new Map<string, StageUse>()
      parts.set(part, stages.set(stage, sum(ofPart(part, stage), use)))
    },
    /** Asked by a part, its own and what is for all; asked for all, of every part. */
    of: (part: string, stage: string): StageUse =>
      part === ""
        ? [...parts.keys()].reduce((all, one) => sum(all, ofPart(one, stage)), none)
        : sum(ofPart("", stage), ofPart(part, stage))
  }
}
