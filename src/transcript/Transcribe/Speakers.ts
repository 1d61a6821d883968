import type { Interval } from "../../domain/Sound.ts"
import type { TimedSegment } from "./Tokens.ts"

/** A speaker heard so far: how long, and where alone for long enough to be known again by. */
export interface HeardSpeaker {
  readonly name: string
  readonly seconds: number
  readonly sample: Interval | undefined
}

/** What is taken as a sample of a voice; services take 2 to 10 seconds. */
const sampleSeconds = { least: 2.2, most: 8 }
/** How many known speakers a service takes. */
const mostKnown = 4

/** How a known speaker is called in a request: a word that no service has labels of its own for. */
export const tokenOf = (name: string): string => name.replace(/^speaker /, "known-")

const generic = /^speaker (?:[A-Z]|\d+)$/

/**
 * The segments of one piece with speakers named over all pieces: those whom the service knew again by their samples keep
 * their names, others are numbered on. What it calls by a name of its own stays.
 */
export const nameSpeakers = (segments: ReadonlyArray<TimedSegment>, known: ReadonlyArray<HeardSpeaker>) => {
  const names = new Map(known.map(({ name }) => [tokenOf(name), name]))
  let count = known.filter(({ name }) => generic.test(name)).length
  let knownAgain = 0
  const named = segments.map((segment): TimedSegment => {
    const label = segment.speaker
    if (label === null) return segment
    if (names.get(label) === undefined) names.set(label, generic.test(label) ? `speaker ${++count}` : label)
    else if (label.startsWith("known-")) knownAgain++
    return { ...segment, speaker: names.get(label)! }
  })
  return { segments: named, knownAgain: knownAgain > 0 }
}

/** What somebody says at one go, with nobody else over it. */
const alone = (segments: ReadonlyArray<TimedSegment>, speaker: string): ReadonlyArray<Interval> => {
  const runs: Array<Interval> = []
  for (const { end, speaker: who, start } of segments) {
    const last = runs.at(-1)
    if (who !== speaker) continue
    if (last !== undefined && start - last.end < 0.4) runs[runs.length - 1] = { start: last.start, end }
    else runs.push({ start, end })
  }
  const others = segments.filter(({ speaker: who }) => who !== speaker)
  return runs.flatMap((run) => {
    const free: Array<Interval> = []
    let from = run.start
    for (const { end, start } of others) {
      if (end <= from || start >= run.end) continue
      free.push({ start: from, end: start })
      from = Math.max(from, end)
    }
    return [...free, { start: from, end: run.end }]
  })
}

const sampleOf = (segments: ReadonlyArray<TimedSegment>, speaker: string): Interval | undefined => {
  const [longest] = alone(segments, speaker).toSorted((a, b) => b.end - b.start - (a.end - a.start))
  if (longest === undefined || longest.end - longest.start < sampleSeconds.least) return undefined
  const inset = Math.min(0.2, (longest.end - longest.start - sampleSeconds.least) / 2)
  const start = longest.start + inset
  return { start, end: Math.min(longest.end - inset, start + sampleSeconds.most) }
}

const secondsOf = (segments: ReadonlyArray<TimedSegment>, name: string): number =>
  segments.reduce((sum, { end, speaker, start }) => (speaker === name ? sum + end - start : sum), 0)

/** Who has been heard up to and in this piece, in the order in which they first were. */
export const heardSpeakers = (
  before: ReadonlyArray<HeardSpeaker>,
  segments: ReadonlyArray<TimedSegment>
): ReadonlyArray<HeardSpeaker> => {
  const names = new Set([...before.map(({ name }) => name), ...segments.flatMap(({ speaker }) => speaker ?? [])])
  return [...names].map((name) => {
    const there = before.find((one) => one.name === name)
    const seconds = (there?.seconds ?? 0) + secondsOf(segments, name)
    return { name, seconds, sample: there?.sample ?? sampleOf(segments, name) }
  })
}

/** The speakers that the next piece is told of: those with a sample who spoke most. */
export const toRecognise = (heard: ReadonlyArray<HeardSpeaker>) =>
  heard
    .flatMap(({ name, sample, seconds }) =>
      sample !== undefined && generic.test(name) ? [{ name, sample, seconds }] : []
    )
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, mostKnown)
