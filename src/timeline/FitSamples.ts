import { sampleRate, toSamples } from "../domain/Sound.ts"
import { highestTempo, overlapInSource, type PlanOptions, type Prepared, type ToPlan } from "./FitLines.ts"
import { type Fit, frees } from "./PlanCosts.ts"

/** Where one line is heard: sample positions at 48 kHz, and the tempo that gives exactly this length. */
export interface Placed {
  start: number
  length: number
  tempo: number
}

const lengthAt = (clip: number, tempo: number) => Math.round((clip * sampleRate) / tempo)

// The solver comes near to natural tempo and own time without quite touching them: a difference this small is none.
const tempoOf = (pace: number) => (Math.abs(pace - 1) < 1e-4 ? 1 : 1 / pace)
const startOf = (start: number, own: number) => toSamples(Math.abs(start - own) < 5e-4 ? own : start)

// What a solver's rounded corners may leave past the end, in samples.
const roundedAway = 0.01 * sampleRate

// The first sample that is not before `seconds`.
const notBefore = (seconds: number) => Math.ceil(seconds * sampleRate - 1e-6)

/**
 * Puts a fit onto samples, so that nothing rounds into an overlap: each line starts at its time to the nearest sample,
 * but not before what it must follow. What then ends a few samples after the video moves back by as much.
 * The result is by position in `utterances`; lines without sound are left out.
 */
export const place = (
  utterances: ReadonlyArray<ToPlan>,
  options: PlanOptions,
  { aside, chain, lines }: Prepared,
  fit: Fit
): Map<number, Placed> => {
  const highest = highestTempo(options)
  const placed = chain.map((_, i) => {
    const tempo = Math.min(highest, tempoOf(fit.paces[i]!))
    return { start: 0, length: lengthAt(lines.clip[i]!, tempo), tempo }
  })
  const gaps = placed.map((_, i) => {
    if (i === 0) return 0
    const gap = fit.starts[i]! - frees(lines, i - 1, fit.starts[i - 1]!, fit.paces[i - 1]!)
    return toSamples(Math.min(lines.breath, Math.max(0, gap)))
  })
  const freeAfter = (i: number) => placed[i]!.start + Math.ceil(placed[i]!.length * (1 - lines.shared[i]!))
  const follow = (i: number) => (i === 0 ? 0 : freeAfter(i - 1) + gaps[i]!)
  placed.forEach((line, i) => {
    line.start = Math.max(startOf(fit.starts[i]!, lines.own[i]!), notBefore(lines.earliest[i]!), follow(i))
  })

  let latestEnd = Math.floor(options.duration * sampleRate + 1e-6)
  for (let i = placed.length - 1; i >= 0; i--) {
    const line = placed[i]!
    const over = () => line.start + line.length - latestEnd
    if (over() <= 0 || over() > roundedAway || lines.shared[i]! > 0) break
    line.start -= Math.max(0, Math.min(over(), line.start - notBefore(lines.earliest[i]!)))
    const shortest = Math.ceil((lines.clip[i]! * sampleRate) / highest - 1e-6)
    if (over() > 0 && line.length > shortest) {
      line.length = Math.max(shortest, line.length - over())
      line.tempo = Math.min(highest, (lines.clip[i]! * sampleRate) / line.length)
    }
    latestEnd = line.start - gaps[i]!
  }
  placed.forEach((line, i) => {
    line.start = Math.max(line.start, follow(i))
  })

  const all = new Map(chain.map((position, i) => [position, placed[i]!]))
  if (options.allowOverlapOfSpeakers !== true) return all
  return settle(utterances, options, new Set(aside), all, toSamples(lines.breath))
}

// Where speakers may overlap: puts in the lines said within another's, and keeps apart all that did not overlap.
const settle = (
  utterances: ReadonlyArray<ToPlan>,
  options: PlanOptions,
  aside: ReadonlySet<number>,
  chain: ReadonlyMap<number, Placed>,
  breath: number
): Map<number, Placed> => {
  const all = new Map<number, Placed>()
  let sounding: Array<number> = []
  let host: number | undefined
  let lastStart = 0
  utterances.forEach((utterance, position) => {
    let line = chain.get(position)
    if (line !== undefined) host = position
    else if (aside.has(position) && host !== undefined) {
      const window = Math.max(utterance.end - utterance.start, 1e-3)
      const tempo = Math.min(highestTempo(options), Math.max(1, utterance.clipSeconds / window))
      const late = Math.max(0, all.get(host)!.start - toSamples(utterances[host]!.start))
      line = {
        start: toSamples(utterance.start) + late,
        length: lengthAt(utterance.clipSeconds, tempo),
        tempo
      }
    } else return
    let start = Math.max(line.start, lastStart)
    for (const other of sounding) {
      const end = all.get(other)!.start + all.get(other)!.length
      if (!overlapInSource(utterances[other]!, utterance) && end > start) start = end + breath
    }
    lastStart = start
    all.set(position, { ...line, start })
    sounding = sounding.filter((other) => all.get(other)!.start + all.get(other)!.length > start)
    sounding.push(position)
  })
  return all
}
