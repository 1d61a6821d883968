import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { VideoOutcome } from "../dub/Batch.ts"
import type { ProgressView } from "../dub/Progress.ts"
import type { Ledger } from "../requests/Ledger.ts"
import type { BatchCounts } from "./BatchLines.ts"
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

/** What goes on in a batch: which stages of which videos run, how many videos are over, what was said. */
export const makeBatchState = Effect.fnUntraced(function* ({ budgetUsd, videos }: BatchShown) {
  const startedAt = yield* Clock.currentTimeMillis
  const running = new Map<number, ReturnType<typeof makeRunningStages>>()
  const said = new Set<string>()
  const total = videos.reduce((sum, { seconds }) => sum + seconds, 0)
  let ended = 0
  let whole: Ledger | undefined
  /** Seconds of video that were dubbed in this run, and those that are over in any way. */
  let dubbed = 0
  let over = 0
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
      over += videos[index]!.seconds
      if (!reused && (status === "complete" || status === "partial")) dubbed += videos[index]!.seconds
    },
    counts: Effect.fnUntraced(function* (now: number) {
      const seconds = (now - startedAt) / 1000
      const stages = yield* Effect.forEach([...running.values()], (one) => one.all(now))
      const counts: BatchCounts = {
        videos: videos.length,
        ended,
        running: running.size,
        inFlight: whole?.inFlight() ?? 0,
        usd: whole?.spentUsd() ?? 0,
        budgetUsd,
        seconds,
        secondsLeft: dubbed > 0 && over < total ? (seconds / dubbed) * (total - over) : undefined,
        waitMillis: Math.max(0, ...stages.flat().map(({ activity }) => activity?.waitMillis ?? 0))
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
