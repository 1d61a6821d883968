import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import stringWidth from "string-width"
import type { ProgressView } from "../dub/Progress.ts"
import { liveLines } from "./LiveLines.ts"
import { endedLine, nameColumns, plainLine, type RunningStage, runningLine, stalledLine } from "./ProgressLine.ts"
import { makeRunningStages, makeTenths } from "./RunningStages.ts"
import type { Look, Terminal } from "./Terminal.ts"
import { terminalSurface } from "./TerminalSurface.ts"
import { wholeSeconds } from "./wording.ts"

/** A line that moves more often than this is not read but flickers. */
const redrawMillis = 200
/** A stage that is over sooner needs no lines in between. */
const longStageMillis = 3000
/** A pause so long is told where nothing is drawn. */
const toldWaitMillis = 10_000
/** Where nothing is drawn, a stage in which nothing moves says so as often. */
const stalledMillis = 30_000
/** The names of stages stand in a column of at least this width. */
const leastNames = 10

/** Says nothing. */
export const silent: ProgressView = {
  started: () => Effect.void,
  advanced: () => Effect.void,
  ended: () => Effect.void,
  note: () => Effect.void,
  warning: () => Effect.void
}

const linesOf = (terminal: Terminal) => (line: string) => terminal.write(`${line}\n`)

/** One plain line for each stage and each tenth of a long one: for log files and pipes. */
export const plainView = Effect.fnUntraced(function* (terminal: Terminal, look: Look) {
  const stages = makeRunningStages()
  const tenths = makeTenths()
  const keep = linesOf(terminal)
  const write = (line: string) => Effect.sync(() => keep(line))

  // Where nothing goes on for long, why is told once.
  let toldUntil = 0
  const tellWaits = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const { activity, name } of yield* stages.all(now)) {
      const millis = activity?.waitMillis ?? 0
      if (millis < toldWaitMillis || now + millis < toldUntil + toldWaitMillis) continue
      toldUntil = now + millis
      stages.told(name, now)
      const why = activity?.why === undefined ? "" : `: ${activity.why}`
      yield* write(look.plain(`  ${name} waits ${wholeSeconds(millis / 1000)} until it may ask again${why}`))
    }
    for (const { seconds, stage } of yield* stages.stalled(now, stalledMillis)) {
      yield* write(look.plain(`  ${stalledLine(stage, seconds)}`))
    }
  })
  yield* tellWaits.pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)

  const view: ProgressView = {
    started: (name, unit, activity) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        tenths.begin(name)
        stages.begin(name, now, unit, activity)
      }),
    advanced: Effect.fnUntraced(function* (name, done, total, detail) {
      const now = yield* Clock.currentTimeMillis
      stages.advance(name, now, done, total, detail)
      const stage = yield* stages.at(name, now)
      if (stage === undefined || now - stage.startedAt < longStageMillis || !tenths.isNew(name, done, total)) return
      yield* write(plainLine(stage, now, look))
    }),
    ended: (stage, outcome, summary) =>
      Effect.suspend(() => {
        stages.end(stage.name)
        return write(endedLine(stage, outcome, summary, look, { columns: undefined, names: leastNames }))
      }),
    note: (text) => write(`  ${look.plain(text)}`),
    warning: (text) => write(`${look.marks.warning} ${look.plain(text)}`)
  }
  return { view, keep }
})

/** A line for each stage that runs, redrawn as it goes on, that stays when the stage is done. */
export const liveView = Effect.fnUntraced(function* (terminal: Terminal, look: Look) {
  const surface = terminalSurface(terminal)
  const lines = liveLines(surface)
  const stages = makeRunningStages()
  let drawnAt = -Infinity
  let names = leastNames
  const room = (name: string) => {
    const columns = terminal.columns() - 1
    names = Math.max(leastNames, Math.min(nameColumns(columns), Math.max(names, stringWidth(name))))
    return { columns, names }
  }
  const set = (stage: RunningStage, now: number, isLast: boolean) => {
    if (isLast) drawnAt = now
    lines.set(stage.name, runningLine(stage, now, look, room(stage.name)), isLast)
  }
  const drawAll = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const all = yield* stages.all(now)
    all.forEach((stage, i) => set(stage, now, i === all.length - 1))
  })
  yield* drawAll.pipe(Effect.repeat(Schedule.spaced(redrawMillis)), Effect.forkScoped)
  yield* Effect.addFinalizer(() => Effect.sync(surface.finish))

  const keep = (line: string) => Effect.sync(() => lines.keep(line))
  const view: ProgressView = {
    started: (name, unit, activity) =>
      Effect.map(Clock.currentTimeMillis, (now) => set(stages.begin(name, now, unit, activity), now, true)),
    advanced: Effect.fnUntraced(function* (name, done, total, detail) {
      const now = yield* Clock.currentTimeMillis
      stages.advance(name, now, done, total, detail)
      // Work that leaves no room for others draws its own line.
      if (now - drawnAt >= redrawMillis) yield* drawAll
    }),
    ended: (stage, outcome, summary) =>
      Effect.suspend(() => {
        stages.end(stage.name)
        lines.end(stage.name)
        return keep(endedLine(stage, outcome, summary, look, room(stage.name)))
      }),
    note: (text) => keep(`  ${look.plain(text)}`),
    warning: (text) => keep(`${look.marks.warning} ${look.plain(text)}`)
  }
  return { view, keep: (line: string) => lines.keep(line) }
})

/** Nothing but what is wrong. */
export const quietView = (terminal: Terminal, look: Look) => {
  const keep = linesOf(terminal)
  const view: ProgressView = {
    ...silent,
    warning: (text) => Effect.sync(() => keep(`${look.marks.warning} ${look.plain(text)}`))
  }
  return { view, keep }
}

/** The name of a stage without the number before it. */
const nameOf = (key: string): string => key.slice(key.indexOf("/") + 1)

/**
 * What is told stands in the log, and the log is what is shown: only how far a stage is, or that it does not come
 * further, has to be said there too. A view for each of several whose stages have the same names.
 */
export const entriesView = Effect.fnUntraced(function* (terminal: Terminal) {
  const tenths = makeTenths()
  const stages = makeRunningStages()
  /** Where a stage writes its entries. */
  const contexts = new Map<string, Context.Context<never>>()
  const tellStalled = Effect.gen(function* () {
    for (const { seconds, stage } of yield* stages.stalled(yield* Clock.currentTimeMillis, stalledMillis)) {
      const { waitMillis = 0, why } = stage.activity ?? {}
      const name = nameOf(stage.name)
      yield* Effect.logInfo(stalledLine({ ...stage, name }, seconds)).pipe(
        Effect.annotateLogs({ stage: name, stalledSeconds: seconds, waitSeconds: waitMillis / 1000, why: why ?? "" }),
        Effect.provideContext(contexts.get(stage.name)!)
      )
    }
  })
  yield* tellStalled.pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)

  const viewOf = (index: number): ProgressView => {
    const keyOf = (name: string) => `${index}/${name}`
    return {
      ...silent,
      started: Effect.fnUntraced(function* (name, unit, activity) {
        contexts.set(keyOf(name), yield* Effect.context<never>())
        tenths.begin(keyOf(name))
        stages.begin(keyOf(name), yield* Clock.currentTimeMillis, unit, activity)
      }),
      advanced: Effect.fnUntraced(function* (name, done, total, detail) {
        stages.advance(keyOf(name), yield* Clock.currentTimeMillis, done, total, detail)
        if (!tenths.isNew(keyOf(name), done, total)) return
        const share = Math.floor((done / total) * 100)
        yield* Effect.logInfo(`${name} ${share} %`).pipe(
          Effect.annotateLogs({ stage: name, done, total, ...(detail === undefined ? {} : { detail }) })
        )
      }),
      ended: ({ name }) =>
        Effect.sync(() => {
          stages.end(keyOf(name))
          contexts.delete(keyOf(name))
        })
    }
  }
  return { viewOf, keep: linesOf(terminal) }
})
