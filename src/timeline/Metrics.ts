import { type Interval, toSamples, toSeconds } from "../domain/Sound.ts"
import { loudnessWithin, silence } from "./Loudness.ts"

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

/**
 * How well the dub fits the source; over the lines that are heard (a failed line is not). Percentiles are by nearest rank:
 * the least value of a line that so many of the lines do not exceed. Definitions without a source are dubber's own.
 */
export interface FitMetrics {
  /** Tempo: percentiles over lines, and the highest; length of the clip by its length in the output. 1 where nothing is heard. */
  readonly tempoP50: number
  readonly tempoP95: number
  readonly tempoMax: number
  /**
   * Drift, |spokenStart − start| in seconds: 95th percentile over lines, and the largest; 0 where nothing is
   * heard.
   */
  readonly driftP95: number
  readonly driftMax: number
  /** Lines that begin before an earlier one has ended, to the sample. */
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
  /**
   * Seconds of the source's speech during which the output says nothing: isochrony as the IWSLT dubbing task of 2023 asks
   * for it, that speech is heard while a mouth moves.
   */
  readonly bareSpeechSeconds: number
}

/** How the dub sounds. All but `sourceLufs` and `speechToBed` are measured on what is given to the encoder. */
export interface SoundMetrics {
  /** Loudness of the whole, in LUFS: ITU-R BS.1770-4, blocks of 400 ms, gates at −70 LUFS and −10 LU (EBU R 128). */
  readonly integratedLufs: number
  /** Loudness range in LU: EBU Tech 3342. */
  readonly loudnessRange: number
  /** The highest true peak in dBTP: ITU-R BS.1770-4, annex 2, four times oversampled. */
  readonly truePeakDbtp: number
  /** Loudness of the source's own sound, as `integratedLufs`; undefined where there is none, or silence. */
  readonly sourceLufs: number | undefined
  /** See `speechToBed`; undefined where no voice is heard. */
  readonly speechToBed: number | undefined
}

/**
 * By how much the voices are louder than what lies under them while they speak, in LU: integrated loudness of the one
 * less that of the other, of both within the lines that are heard, from their K-weighted energies by frames. Silence is
 * −70 LUFS, so over nothing it is about 50. The loudness difference of Torcoli et al., Preferred Levels for Background
 * Ducking, JAES 67(12), 2019: at least 10 LU over music, 15 over other sound. Undefined where no voice is heard.
 */
export const speechToBed = (
  voices: Float32Array,
  bed: Float32Array,
  spoken: ReadonlyArray<Interval>
): number | undefined => {
  const speech = loudnessWithin(voices, spoken)
  return speech <= silence ? undefined : speech - loudnessWithin(bed, spoken)
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
