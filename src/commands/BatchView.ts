import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { notStarted, type VideoOutcome } from "../dub/Batch.ts"
import type { ProgressView } from "../dub/Progress.ts"
import type { Ledger } from "../requests/Ledger.ts"
import { batchLine, endedVideo, runningVideo, tableWidths, tellsAll, widestOf } from "./BatchLines.ts"
import { type BatchShown, makeBatchState, videoView } from "./BatchState.ts"
import { endedLine } from "./ProgressLine.ts"
import { entriesView } from "./ProgressViews.ts"
import type { Look, Terminal } from "./Terminal.ts"
import { terminalSurface } from "./TerminalSurface.ts"

const redrawMillis = 200
/** Where nothing is drawn, how things are is said so often. */
const heartbeat = "1 minute"
/** A stage that is over sooner is not worth a line of its own. */
const longStageSeconds = 5

/** How a batch, and each of its videos, is told of. */
export interface BatchView {
  readonly video: (index: number) => ProgressView
  readonly started: (index: number, ledger: Ledger) => Effect.Effect<void>
  readonly ended: (outcome: VideoOutcome, index: number) => Effect.Effect<void>
  /** Of the batch itself. */
  readonly note: (text: string) => Effect.Effect<void>
  /** Writes a line that stays. */
  readonly keep: (line: string) => void
  /** The videos whose line tells all that there is to say of them. */
  readonly toldWhole: ReadonlySet<number>
}

/** A table that is redrawn in place, a line for each stage that runs and one for the whole; what is over stays above. */
export const liveBatch = Effect.fnUntraced(function* (terminal: Terminal, look: Look, shown: BatchShown) {
  const surface = terminalSurface(terminal)
  const state = yield* makeBatchState(shown)
  const titles = shown.videos.map(({ title }) => title)
  const widest = widestOf(titles)
  const toldWhole = new Set<number>()
  let drawn = ""
  const widths = () => {
    const columns = terminal.columns() - 1
    return { ...tableWidths(widest, columns), columns }
  }
  const draw = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const lines: Array<string> = []
    for (const [index, running] of state.running) {
      const stages = yield* running.all(now)
      for (const stage of stages.length === 0 ? [undefined] : stages) {
        lines.push(runningVideo(titles[index]!, stage, now, look, widths()))
      }
    }
    drawn = [...lines, batchLine(yield* state.counts(now), look)].join("\n")
    surface.draw(drawn)
  })
  const keep = (line: string) => {
    surface.keep(line)
    if (drawn !== "") surface.draw(drawn)
  }
  yield* draw.pipe(Effect.repeat(Schedule.spaced(redrawMillis)), Effect.forkScoped)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      surface.clear()
      surface.finish()
    })
  )
  const view: BatchView = {
    video: (index) => videoView(index, shown, state, look, keep),
    started: (index, ledger) => Effect.sync(() => state.started(index, ledger)),
    ended: Effect.fnUntraced(function* (outcome, index) {
      state.ended(outcome, index)
      const line = endedVideo(titles[index]!, outcome, look, widths(), shown.placed)
      if (tellsAll(line, outcome, look)) toldWhole.add(index)
      surface.keep(line)
      yield* draw
    }),
    note: (text) => Effect.sync(() => keep(`  ${look.plain(text)}`)),
    keep,
    toldWhole
  }
  return view
})

/** A plain line for each video that is over and each long stage, and how things are every minute: for logs and pipes. */
export const plainBatch = Effect.fnUntraced(function* (terminal: Terminal, look: Look, shown: BatchShown) {
  const state = yield* makeBatchState(shown)
  const titles = shown.videos.map(({ title }) => title)
  const widths = tableWidths(widestOf(titles), undefined)
  const toldWhole = new Set<number>()
  const keep = (line: string) => terminal.write(`${line}\n`)
  const beat = Effect.gen(function* () {
    keep(batchLine(yield* state.counts(yield* Clock.currentTimeMillis), look))
  })
  yield* beat.pipe(Effect.delay(heartbeat), Effect.repeat(Schedule.forever), Effect.forkScoped)
  const stageEnded =
    (title: string): ProgressView["ended"] =>
    (stage, outcome, summary) =>
      Effect.sync(() => {
        if (stage.reused || stage.seconds < longStageSeconds) return
        const room = { columns: undefined, names: Math.min(widths.titles, 24) + 12 }
        keep(endedLine({ ...stage, name: `${title}: ${stage.name}` }, outcome, summary, look, room))
      })
  const view: BatchView = {
    video: (index) => videoView(index, shown, state, look, keep, stageEnded(titles[index]!)),
    started: (index, ledger) => Effect.sync(() => state.started(index, ledger)),
    ended: (outcome, index) =>
      Effect.sync(() => {
        state.ended(outcome, index)
        const line = endedVideo(titles[index]!, outcome, look, widths, shown.placed)
        if (tellsAll(line, outcome, look)) toldWhole.add(index)
        keep(line)
      }),
    note: (text) => Effect.sync(() => keep(`  ${look.plain(text)}`)),
    keep,
    toldWhole
  }
  return view
})

/** Warnings, and why videos are not complete: each reason once. */
export const quietBatch = Effect.fnUntraced(function* (terminal: Terminal, look: Look, shown: BatchShown) {
  const state = yield* makeBatchState(shown)
  const keep = (line: string) => terminal.write(`${line}\n`)
  const view: BatchView = {
    video: (index) => ({ ...videoView(index, shown, state, look, keep), note: () => Effect.void }),
    started: () => Effect.void,
    ended: ({ problems, status }, index) =>
      Effect.sync(() => {
        const mark = status === "partial" ? look.marks.partial : look.marks.failed
        for (const { message } of problems) {
          const isError = status !== "skipped" || (message !== notStarted && state.isNew(message))
          if (isError) keep(`${mark} ${look.plain(`${shown.videos[index]!.title}: ${message}`)}`)
        }
      }),
    note: () => Effect.void,
    keep,
    toldWhole: new Set()
  }
  return view
})

/** Entries of the log tell everything: what became of a video is one of them. */
export const entriesBatch = Effect.fnUntraced(function* (terminal: Terminal, { videos }: BatchShown) {
  const { keep, viewOf } = yield* entriesView(terminal)
  const view: BatchView = {
    video: viewOf,
    started: (index) => Effect.logInfo(`video begins: ${videos[index]!.title}`),
    ended: ({ problems, status, usd, wallSeconds }, index) =>
      (status === "complete" ? Effect.logInfo : Effect.logWarning)(`video ${status}: ${videos[index]!.title}`).pipe(
        Effect.annotateLogs({ status, seconds: wallSeconds, usd, problems: problems.map(({ message }) => message) })
      ),
    note: (text) => Effect.logInfo(text),
    keep,
    toldWhole: new Set()
  }
  return view
})
