import { fromDecibels, toSamples } from "../domain/Sound.ts"
import { fadeEnds } from "./Fade.ts"

/** Sample positions between which speech is heard; `end` is the first one after it. */
export interface Bounds {
  readonly start: number
  readonly end: number
}

const frame = toSamples(0.005)
const keptBefore = toSamples(0.005)
const keptAfter = toSamples(0.015)

/** Speech is what is at most this far under the clip's own loud frames (their 98th percentile). */
const range = 38
/** Nothing under this is speech, however quiet the clip: −66 dBFS. */
const floor = fromDecibels(-66)

/** A sound this short that stands this far from the rest, at an edge, is a click. */
const clickFrames = 2
const clickDistance = 20

/** The mean and the spread (root mean square around it) of each 5 ms. */
const frames = (samples: Float32Array): { readonly means: Float64Array; readonly spreads: Float64Array } => {
  const means = new Float64Array(Math.ceil(samples.length / frame))
  const spreads = new Float64Array(means.length)
  for (let k = 0; k < means.length; k++) {
    const from = k * frame
    const count = Math.min(samples.length, from + frame) - from
    let sum = 0
    let squares = 0
    for (let i = from; i < from + count; i++) {
      sum += samples[i]!
      squares += samples[i]! ** 2
    }
    means[k] = sum / count
    spreads[k] = Math.sqrt(Math.max(0, squares / count - means[k]! ** 2))
  }
  return { means, spreads }
}

const average = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length

/**
 * The constant that all samples are off by: what the quietest frames and the whole clip agree on, for speech itself is
 * not quite even about zero.
 */
const dcOffset = (means: Float64Array, spreads: Float64Array): number => {
  if (means.length === 0) return 0
  const quiet = spreads.toSorted()[Math.floor(means.length / 10)]!
  const inQuiet = average(means.filter((_, k) => spreads[k]! <= quiet))
  const overall = average(means)
  return inQuiet * overall <= 0 ? 0 : Math.sign(overall) * Math.min(Math.abs(overall), Math.abs(inQuiet))
}

/** Frames that are looked at together for noise, and how many such blocks it must last at an edge. */
const block = 4
const noiseBlocks = 8
/** A shorter clip does not show whether there is noise all through it; frames. */
const noiseFrames = 240
/** Noise keeps its level, also wherever nobody speaks. It is well under speech, and speech stands out of it. */
const steady = fromDecibels(5)
const constant = fromDecibels(4)
const belowSpeech = fromDecibels(-24)
const standsOut = fromDecibels(5)

const blockLevels = (levels: Float64Array): Float64Array =>
  Float64Array.from(
    { length: Math.floor(levels.length / block) },
    (_, k) => Math.hypot(...levels.subarray(k * block, (k + 1) * block)) / Math.sqrt(block)
  )

/**
 * The level of a noise that lies under a whole clip, by its frames from the first sound to the last; 0 where there is
 * none. It is heard alone and steady at the start or the end, and nothing in between is quieter, as it would be if this
 * were a soft consonant.
 */
const noiseLevel = (levels: Float64Array, loud: number): number => {
  if (levels.length < noiseFrames) return 0
  const blocks = blockLevels(levels)
  const quietest = blocks.subarray(noiseBlocks, -noiseBlocks).reduce((least, level) => Math.min(least, level), Infinity)
  const found = [blocks.subarray(0, noiseBlocks), blocks.subarray(-noiseBlocks)].map((edge) => {
    const mean = average(edge)
    const isNoise =
      Math.max(...edge) < steady * Math.min(...edge) && mean < loud * belowSpeech && quietest * constant > mean
    return isNoise ? mean : 0
  })
  return Math.max(...found)
}

/** The level of each frame around the offset. */
const frameLevels = (samples: Float32Array): Float64Array => {
  const { means, spreads } = frames(samples)
  const offset = dcOffset(means, spreads)
  return spreads.map((spread, k) => Math.hypot(spread, means[k]! - offset))
}

/** Runs of frames that are loud enough, without clicks at the edges. */
const audibleRuns = (levels: Float64Array, threshold: number): Array<Bounds> => {
  const runs: Array<{ start: number; end: number }> = []
  for (let k = 0; k < levels.length; k++) {
    if (levels[k]! < threshold) continue
    const last = runs.at(-1)
    if (last !== undefined && last.end === k) last.end = k + 1
    else runs.push({ start: k, end: k + 1 })
  }
  const short = (run: Bounds | undefined) => run !== undefined && run.end - run.start <= clickFrames
  while (runs.length > 1 && short(runs[0]) && runs[1]!.start - runs[0]!.end >= clickDistance) runs.shift()
  while (runs.length > 1 && short(runs.at(-1)) && runs.at(-1)!.start - runs.at(-2)!.end >= clickDistance) runs.pop()
  return runs
}

/**
 * Where speech starts and ends in a 48 kHz clip, measured against the clip's own level and its noise, with a few
 * milliseconds kept on either side. A clip in which nothing is heard is speech from start to end.
 */
export const speechBounds = (samples: Float32Array): Bounds => {
  const levels = frameLevels(samples)
  const loud = levels.toSorted()[Math.floor(0.98 * (levels.length - 1))] ?? 0
  const audible = audibleRuns(levels, Math.max(floor, loud * fromDecibels(-range)))
  if (audible.length === 0) return { start: 0, end: samples.length }
  const noise = noiseLevel(levels.subarray(audible[0]!.start, audible.at(-1)!.end), loud)
  const runs = noise === 0 ? audible : audibleRuns(levels, noise * standsOut)
  return {
    start: Math.max(0, runs[0]!.start * frame - keptBefore),
    end: Math.min(samples.length, runs.at(-1)!.end * frame + keptAfter)
  }
}

/** The part of a clip in which speech is heard: a copy without DC offset, faded at both ends (2 and 8 ms). */
export const trim = (samples: Float32Array, bounds: Bounds = speechBounds(samples)): Float32Array => {
  const { means, spreads } = frames(samples)
  const offset = dcOffset(means, spreads)
  const speech = samples.slice(bounds.start, bounds.end)
  if (Math.abs(offset) > 1e-5) for (let i = 0; i < speech.length; i++) speech[i]! -= offset
  fadeEnds(speech, toSamples(0.002), toSamples(0.008))
  return speech
}
