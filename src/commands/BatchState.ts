import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { VideoOutcome } from "../dub/Batch.ts"
import type { ProgressView } from "../dub/Progress.ts"
import type { Ledger } from "../requests/Ledger.ts"
import type { BatchCounts } from "./BatchLines.ts"
import type { RunningStage } from "./ProgressLine.ts"
import { makeRunningStages } from "./RunningStages.ts"
import type { Look } from "./Terminal.ts"

/** What is shown of a batch. */
export interface BatchShown {
  /** What each video is called, and how long it is in seconds. */
  readonly videos: ReadonlyArray<{ readonly title: string; readonly seconds: number }>
  readonly budgetUsd: number | undefined
  /** A path as it is shown. */
  readonly placed: (path: string) => string
}

/** How far a video is when a stage begins, about; stages that are not named are short. */
const shares: ReadonlyArray<readonly [stage: string, begins: number, ends: number]> = [
  ["listen", 0, 0.15],
  ["translate", 0.15, 0.3],
  ["polish", 0.15, 0.3],
  ["speak", 0.3, 0.8],
  ["refit", 0.8, 0.85],
  ["render", 0.85, 1]
]

/** The share of a video that is done, by the stage that is least far where several languages are made. */
const shareOf = (stages: ReadonlyArray<RunningStage>): number => {
  const known = stages.flatMap(({ done, name, total }) => {
    const share = shares.find(([stage]) => name.startsWith(stage))
    return share === undefined ? [] : [share[1] + (total > 0 ? done / total : 0) * (share[2] - share[1])]
  })
  return known.length === 0 ? 0 : Math.min(...known)
}

/** Less than this, of the work or of the time, says nothing about the rest. */
const leastShare = 0.05
const leastSeconds = 10

/** What goes on in a batch: which stages of which videos run, how many videos are over, what was said. */
export const makeBatchState = Effect.fnUntraced(function* ({ budgetUsd, videos }: BatchShown) {
  const startedAt = yield* Clock.currentTimeMillis
  const running = new Map<number, ReturnType<typeof makeRunningStages>>()
  const shareBefore = new Map<number, number>()
  const said = new Set<string>()
  let ended = 0
  let whole: Ledger | undefined
  /** Seconds of the videos that are to be dubbed or were in this run, without those that were there or failed. */
  let total = videos.reduce((sum, { seconds }) => sum + seconds, 0)
  let dubbed = 0
  return {
    running: running as ReadonlyMap<number, ReturnType<typeof makeRunningStages>>,
    /** Whether a text is new: what one video says of all is not said again by the others. */
    isNew: (text: string): boolean => !said.has(text) && said.add(text).size > 0,
    started: (index: number, ledger: Ledger): void => {
      whole = ledger.whole
      running.set(index, makeRunningStages())
    },
    ended: ({ reused, status }: VideoOutcome, index: number): void => {
      running.delete(index)
      ended++
      if (!reused && (status === "complete" || status === "partial")) dubbed += videos[index]!.seconds
      else total -= videos[index]!.seconds
    },
    counts: Effect.fnUntraced(function* (now: number) {
      const seconds = (now - startedAt) / 1000
      let done = dubbed
      let waitMillis = 0
      let why: string | undefined
      for (const [index, one] of running) {
        const stages = yield* one.all(now)
        // Between two stages it is as far as it was.
        const share = Math.max(shareOf(stages), shareBefore.get(index) ?? 0)
        shareBefore.set(index, share)
        done += share * videos[index]!.seconds
        waitMillis = stages.reduce((most, { activity }) => Math.max(most, activity?.waitMillis ?? 0), waitMillis)
        why ??= stages.find(({ activity }) => activity?.why !== undefined)?.activity?.why
      }
      const isTold = seconds >= leastSeconds && total > done && done >= leastShare * total
      const counts: BatchCounts = {
        videos: videos.length,
        ended,
        running: running.size,
        inFlight: whole?.inFlight() ?? 0,
        usd: whole?.spentUsd() ?? 0,
        budgetUsd,
        seconds,
        secondsLeft: isTold ? (seconds / done) * (total - done) : undefined,
        waitMillis,
        why
      }
      return counts
    })
  }
})
export type BatchState = Effect.Success<ReturnType<typeof makeBatchState>>

/** How one video is told of: its stages go into the state of the batch, what it says is kept with its name. */
export const videoView = (
  index: number,
  { videos }: BatchShown,
  state: BatchState,
  look: Look,
  keep: (line: string) => void,
  ended: ProgressView["ended"] = () => Effect.void
): ProgressView => {
  const { title } = videos[index]!
  const stages = () => state.running.get(index)
  const say = (mark: string, text: string) =>
    Effect.sync(() => {
      if (state.isNew(text)) keep(`${mark} ${look.plain(`${title}: ${text}`)}`)
    })
  return {
    started: (name, unit, activity) =>
      Effect.map(Clock.currentTimeMillis, (now) => void stages()?.begin(name, now, unit, activity)),
    advanced: (name, done, total, detail) =>
      Effect.map(Clock.currentTimeMillis, (now) => stages()?.advance(name, now, done, total, detail)),
    ended: (stage, outcome, summary) =>
      Effect.suspend(() => {
        stages()?.end(stage.name)
        return ended(stage, outcome, summary)
      }),
    note: (text) => say(" ", text),
    warning: (text) => say(look.marks.warning, text)
  }
}
