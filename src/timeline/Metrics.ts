import * as Result from "effect/Result"
import { Problem } from "../domain/Problem.ts"
import { type Interval, toSamples, toSeconds } from "../domain/Sound.ts"

/** What the metrics read of a line of the report: seconds from the start of the video, tempo as a factor. */
export interface FitRow {
  /** Where the source says it. */
  readonly start: number
  readonly end: number
  /** Where the output says it. */
  readonly spokenStart: number
  readonly spokenEnd: number
  readonly tempo: number
  readonly status: "ok" | "failed" | "overflow"
}

/** Tempos that listeners take as natural: faster than 1.15 is noticed, slower than 0.9 drags. */
export const comfort = { lowest: 0.9, highest: 1.15 }

/** How well the dub fits the source; over the lines that are heard (a failed line is not). */
export interface FitMetrics {
  /** Tempo: nearest-rank percentiles over lines, and the highest. 1 where nothing is heard. */
  readonly tempoP50: number
  readonly tempoP95: number
  readonly tempoMax: number
  /** Drift, |spokenStart − start| in seconds: nearest-rank 95th percentile over lines, and the largest. */
  readonly driftP95: number
  readonly driftMax: number
  /** Lines that begin before an earlier one has ended. */
  readonly overlaps: number
  /** Sum over lines of the seconds by which a line is heard for less long than the source says it. */
  readonly underrunSeconds: number
  /** Share of lines within `comfort`, 0 to 1 (as Descript counts comfortable speech rates). 1 where nothing is heard. */
  readonly withinComfort: number
  /**
   * Mean over lines of min(d, d′) / max(d, d′), d and d′ the lengths in the source and in the output: speech overlap as
   * in the IWSLT dubbing task (human dubs reach about 0.70). 1 where nothing is heard.
   */
  readonly speechOverlap: number
  /** Seconds of the source's speech during which the output says nothing. */
  readonly bareSpeechSeconds: number
}

/** Measures lines of a report against themselves and against where the source speaks (any order, may overlap). */
export const fitMetrics = (rows: ReadonlyArray<FitRow>, sourceSpeech: ReadonlyArray<Interval>): FitMetrics => {
  const heard = rows.filter(({ spokenEnd, spokenStart, status }) => status !== "failed" && spokenEnd > spokenStart)
  const tempos = ascending(heard.map(({ tempo }) => tempo))
  const drifts = ascending(heard.map(({ spokenStart, start }) => Math.abs(spokenStart - start)))
  const lengths = heard.map(({ end, spokenEnd, spokenStart, start }) => ({
    source: Math.max(0, end - start),
    output: spokenEnd - spokenStart
  }))
  const comfortable = tempos.filter(
    (tempo) => tempo >= comfort.lowest - rounding && tempo <= comfort.highest + rounding
  )
  return {
    tempoP50: percentile(tempos, 0.5) ?? 1,
    tempoP95: percentile(tempos, 0.95) ?? 1,
    tempoMax: tempos.at(-1) ?? 1,
    driftP95: percentile(drifts, 0.95) ?? 0,
    driftMax: drifts.at(-1) ?? 0,
    overlaps: overlapsOf(heard),
    underrunSeconds: sum(lengths.map(({ output, source }) => Math.max(0, source - output))),
    withinComfort: heard.length === 0 ? 1 : comfortable.length / heard.length,
    speechOverlap:
      heard.length === 0
        ? 1
        : sum(lengths.map(({ output, source }) => Math.min(source, output) / Math.max(source, output))) / heard.length,
    bareSpeechSeconds: uncovered(
      sourceSpeech,
      heard.map(({ spokenEnd, spokenStart }) => ({ start: spokenStart, end: spokenEnd }))
    )
  }
}

// A clip's length is whole samples, so its tempo may miss a limit in the last digits.
const rounding = 1e-4

const ascending = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)

const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)

const percentile = (sorted: ReadonlyArray<number>, share: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]

const overlapsOf = (rows: ReadonlyArray<FitRow>): number => {
  let lastEnd = -Infinity
  let overlaps = 0
  for (const row of rows.toSorted((a, b) => a.spokenStart - b.spokenStart)) {
    if (toSamples(row.spokenStart) < lastEnd) overlaps++
    lastEnd = Math.max(lastEnd, toSamples(row.spokenEnd))
  }
  return overlaps
}

const merged = (intervals: ReadonlyArray<Interval>): ReadonlyArray<Interval> => {
  const result: Array<Interval> = []
  for (const { end, start } of intervals.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (end <= start) continue
    if (last !== undefined && start <= last.end) {
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, end) }
    } else {
      result.push({ start, end })
    }
  }
  return result
}

const uncovered = (speech: ReadonlyArray<Interval>, cover: ReadonlyArray<Interval>): number => {
  const covers = merged(cover)
  let bare = 0
  let from = 0
  for (const { end, start } of merged(speech)) {
    bare += end - start
    while (from < covers.length && covers[from]!.end <= start) from++
    for (let i = from; i < covers.length && covers[i]!.start < end; i++) {
      bare -= Math.min(end, covers[i]!.end) - Math.max(start, covers[i]!.start)
    }
  }
  return toSeconds(toSamples(bare))
}

/** What a gate may ask about: the fit, and the sound of the report. */
export const gateNames = [
  "tempoP50",
  "tempoP95",
  "tempoMax",
  "driftP95",
  "driftMax",
  "overlaps",
  "underrunSeconds",
  "withinComfort",
  "speechOverlap",
  "bareSpeechSeconds",
  "integratedLufs",
  "truePeakDbtp",
  "sourceLufs"
] as const
export type GateName = (typeof gateNames)[number]

/** One condition of a gate: `tempoMax <= 1.3`. */
export interface Condition {
  readonly name: GateName
  readonly operator: "<=" | ">=" | "<" | ">" | "="
  readonly limit: number
}

const holds: Record<Condition["operator"], (value: number, limit: number) => boolean> = {
  "<=": (value, limit) => value <= limit,
  ">=": (value, limit) => value >= limit,
  "<": (value, limit) => value < limit,
  ">": (value, limit) => value > limit,
  "=": (value, limit) => value === limit
}

const wrong = (what: string, mend: string) => Result.fail(Problem.make({ what, mend, exitCode: 2 }))

const parseCondition = (text: string): Result.Result<Condition, Problem> => {
  const match = /^\s*(\w+)\s*(<=|>=|==|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  if (match === null) {
    return wrong(
      `The gate has "${text.trim().slice(0, 60)}", which is no condition.`,
      'Write it like "tempoMax<=1.3,withinComfort>=0.9".'
    )
  }
  const name = gateNames.find((known) => known === match[1])
  if (name === undefined) {
    return wrong(
      `The gate asks for "${match[1]!.slice(0, 40)}", which is not measured.`,
      `Use ${gateNames.join(", ")}.`
    )
  }
  const operator = match[2] === "==" ? "=" : (match[2] as Condition["operator"])
  return Result.succeed({ name, operator, limit: Number(match[3]) })
}

/** Reads a gate, conditions with commas between them: `tempoMax<=1.3,withinComfort>=0.9`. */
export const parseGate = (text: string): Result.Result<ReadonlyArray<Condition>, Problem> =>
  Result.all(text.split(",").map(parseCondition))

/** The conditions that don't hold, a line each; none where the gate is passed. What was not measured does not hold. */
export const checkGate = (
  metrics: { readonly [name in GateName]?: number | null },
  gate: ReadonlyArray<Condition>
): ReadonlyArray<string> =>
  gate.flatMap(({ limit, name, operator }) => {
    const value = metrics[name]
    if (value === undefined || value === null) return [`${name} was not measured (${name} ${operator} ${limit})`]
    return holds[operator](value, limit) ? [] : [`${name} is ${Number(value.toFixed(4))}, not ${operator} ${limit}`]
  })
