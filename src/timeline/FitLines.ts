import { sampleRate } from "../domain/Sound.ts"
import { kinshipOver, type Lines, returnTime, weightOf } from "./PlanCosts.ts"

/**
 * One utterance as the plan sees it: where the source says it (seconds from the start of the video) and how long its
 * clip naturally is, outer silence trimmed. `spoken: false` has no sound and occupies nothing, unless the source itself is
 * heard in its place.
 */
export interface ToPlan {
  readonly id: number
  readonly speaker: string | null
  readonly start: number
  readonly end: number
  readonly clipSeconds: number
  readonly spoken: boolean
  /** Of a line that is not spoken: the original voice is heard from `start` to `end`, and nobody talks over it. */
  readonly original?: boolean
}

/** Times in seconds; tempo as a factor (1.3 is 30 % faster). */
export interface PlanOptions {
  /** Length of the video. */
  readonly duration: number
  readonly maxTempo: number
  readonly minTempo: number
  /** Tempo never above 1. */
  readonly noSpeedup?: boolean
  /** Each line in its own window, `start` to `end`. */
  readonly strict?: boolean
  /** How far before its own time a line may start; 0.1. */
  readonly leadIn?: number
  /** Least silence between neighbours; 0.08. */
  readonly breath?: number
  /** Lines of different speakers who overlap in the source may overlap. */
  readonly allowOverlapOfSpeakers?: boolean
}

/**
 * Where the end of the video leaves no other way, a line of its last seven seconds may start up to three before its time;
 * less the further it is from the end, and not at all from ten seconds on.
 */
const rescue = { within: 10, early: 3 }

const rescueAt = (own: number, duration: number): number =>
  own >= duration ? 0 : Math.min(rescue.early, Math.max(0, rescue.within - (duration - own)))

/**
 * The utterances that make a sound, as arrays for the solver, and which they are.
 * `chain` are the positions (in the given order) of the lines that follow one another; `aside` those that lie wholly
 * within another speaker's line and may be heard together with it (only where overlap of speakers is allowed).
 */
export interface Prepared {
  readonly lines: Lines
  readonly chain: ReadonlyArray<number>
  readonly aside: ReadonlyArray<number>
}

/** The highest tempo a line may take. */
export const highestTempo = (options: PlanOptions): number =>
  options.noSpeedup === true ? 1 : Math.max(1, options.maxTempo)

/** Whether the source has the two, of different speakers, speak at the same time. */
export const overlapInSource = (a: ToPlan, b: ToPlan): boolean =>
  a.speaker !== b.speaker && a.start < b.end && b.start < a.end

// A rounding error is not a sound.
const sounds = (utterance: ToPlan) => utterance.spoken && utterance.clipSeconds * sampleRate >= 0.5

const split = (utterances: ReadonlyArray<ToPlan>, options: PlanOptions) => {
  const chain: Array<number> = []
  const aside: Array<number> = []
  utterances.forEach((utterance, position) => {
    if (!sounds(utterance)) return
    const before = chain.length === 0 ? undefined : utterances[chain.at(-1)!]!
    const within =
      options.allowOverlapOfSpeakers === true &&
      before !== undefined &&
      overlapInSource(before, utterance) &&
      utterance.end <= before.end
    ;(within ? aside : chain).push(position)
  })
  return { chain, aside }
}

/** For each utterance, when the original voice is heard the next time after it has begun. */
export const originalAfter = (utterances: ReadonlyArray<ToPlan>): ReadonlyArray<number> => {
  const after = Array.from({ length: utterances.length }, () => Infinity)
  let next = Infinity
  for (let position = utterances.length - 1; position >= 0; position--) {
    const { original, spoken, start } = utterances[position]!
    if (next > start) after[position] = next
    if (!spoken && original === true) next = start
  }
  return after
}

/** Lays out what the solver needs to know of each line. Linear in the number of utterances. */
export const prepare = (utterances: ReadonlyArray<ToPlan>, options: PlanOptions): Prepared => {
  const { chain, aside } = split(utterances, options)
  const original = originalAfter(utterances)
  const count = chain.length
  const leadIn = options.leadIn ?? 0.1
  const breath = options.breath ?? 0.08
  const lowest = Math.min(1, options.minTempo)
  const array = () => new Float64Array(count)
  const lines = {
    count,
    own: array(),
    clip: array(),
    window: array(),
    earliest: array(),
    leadIn: array(),
    fastest: array().fill(1 / highestTempo(options)),
    slowest: array(),
    weight: array(),
    kinship: array(),
    returned: array(),
    covered: array(),
    limit: array(),
    shared: array(),
    breath
  }

  let lastEnd = -Infinity
  chain.forEach((position, i) => {
    const { clipSeconds: clip, end, speaker, start } = utterances[position]!
    const window = Math.max(0, end - start)
    const own = Math.max(0, start)
    const strict = options.strict === true && end < options.duration
    lines.own[i] = own
    lines.clip[i] = clip
    lines.window[i] = window
    lines.leadIn[i] = Math.max(0, own - leadIn)
    lines.slowest[i] = Math.max(1, Math.min(1 / lowest, window / clip))
    lines.weight[i] = weightOf(clip)
    lines.returned[i] = returnTime(own, lastEnd)
    lines.covered[i] = window > clip ? end : Infinity
    // Lines follow one another: who minds the end is the last to begin before it, and what begins after it.
    const next = i + 1 < count ? utterances[chain[i + 1]!]!.start : Infinity
    const last = next < options.duration ? Infinity : options.duration
    lines.limit[i] = Math.min(original[position]!, strict ? end : last)
    if (i > 0) {
      const before = utterances[chain[i - 1]!]!
      lines.kinship[i] = before.speaker === speaker ? kinshipOver(start - lastEnd) : 0
      const together = options.allowOverlapOfSpeakers === true && overlapInSource(before, utterances[position]!)
      if (together) lines.shared[i - 1] = Math.min(1, (before.end - start + breath) / (before.end - before.start))
    }
    lastEnd = Math.max(lastEnd, end, start)
  })

  // From the end backwards: only where even the highest tempo does not save the end may a line begin before its lead-in.
  let latestEnd = options.duration
  for (let i = count - 1; i >= 0; i--) {
    const latestStart = latestEnd - lines.clip[i]! * lines.fastest[i]!
    const early = rescueAt(lines.own[i]!, options.duration)
    const excused = early > 0 ? Math.max(0, Math.min(lines.leadIn[i]!, lines.own[i]! - early)) : lines.leadIn[i]!
    lines.earliest[i] = Math.min(lines.leadIn[i]!, Math.max(excused, latestStart))
    latestEnd = Math.max(lines.earliest[i]!, latestStart) - breath
  }
  return { lines, chain, aside }
}
