import type { Interval } from "../../domain/Sound.ts"
import type { TimedSegment } from "./Tokens.ts"

/** A speaker heard so far: how long in this video, and a sample to be known again by. */
export interface HeardSpeaker {
  readonly name: string
  readonly seconds: number
  /** Where in this video he speaks alone for long enough. */
  readonly sample: Interval | undefined
  /** A sound file of his voice, from another video. */
  readonly kept?: Uint8Array | undefined
}

/** What is taken as a sample of a voice; services take 2 to 10 seconds. */
export const sampleSeconds = { least: 2.2, most: 8, enough: 4 }
/** How many known speakers a service takes. */
export const mostKnown = 4

const generic = /^speaker (?:[A-Z]|\d+)$/

/**
 * How a known speaker is called in a request: by his name, unless that is a word that services use for speakers they
 * have never heard.
 */
export const tokenOf = (name: string): string => {
  const numbered = /^speaker (\S+)$/.exec(name)
  if (numbered !== null) return `known-${numbered[1]}`
  return /^(?:\p{L}|\d+|speaker.*|known-.*)$/iu.test(name) ? `known-${name}` : name
}

/** The greatest number that a speaker without a name has. */
export const greatestNumber = (names: Iterable<string>): number =>
  Math.max(0, ...[...names].map((name) => Number(/^speaker (\d+)$/.exec(name)?.[1] ?? 0)))

/**
 * The segments of one piece with speakers named over all pieces: whom the service knew again by a sample keeps the name
 * (`aliases`: the labels that were found out otherwise), others are numbered on after all names that are taken. What it
 * calls by a name of its own stays.
 */
export const nameSpeakers = (
  segments: ReadonlyArray<TimedSegment>,
  heard: ReadonlyArray<HeardSpeaker>,
  more: { readonly aliases?: ReadonlyMap<string, string>; readonly taken?: Iterable<string> } = {}
) => {
  const names = new Map([...heard.map(({ name }) => [tokenOf(name), name] as const), ...(more.aliases ?? [])])
  let count = greatestNumber([...heard.map(({ name }) => name), ...(more.taken ?? [])])
  const knownAgain = new Set<string>()
  const named = segments.map((segment): TimedSegment => {
    const label = segment.speaker
    if (label === null) return segment
    const name = names.get(label)
    if (name !== undefined && heard.some((one) => one.name === name)) knownAgain.add(name)
    if (name === undefined) names.set(label, generic.test(label) ? `speaker ${++count}` : label)
    return { ...segment, speaker: names.get(label)! }
  })
  return { segments: named, knownAgain }
}

/** What somebody says at one go, with nobody else over it. The segments are in order of time. */
export const alone = (
  segments: ReadonlyArray<Pick<TimedSegment, "start" | "end" | "speaker">>,
  speaker: string
): ReadonlyArray<Interval> => {
  const runs: Array<Interval> = []
  for (const { end, speaker: who, start } of segments) {
    const last = runs.at(-1)
    if (who !== speaker) continue
    if (last !== undefined && start - last.end < 0.4) {
      runs[runs.length - 1] = { start: last.start, end: Math.max(last.end, end) }
    } else runs.push({ start, end })
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
    return [...free, { start: from, end: run.end }].filter(({ end, start }) => end > start)
  })
}

const length = ({ end, start }: Interval): number => end - start

/**
 * The longest stretches in which one speaker is heard alone, each 2.2 to 8 seconds long and a little inside of it; the
 * longest first. The segments are in order of time.
 */
export const samplesOf = (
  segments: ReadonlyArray<Pick<TimedSegment, "start" | "end" | "speaker">>,
  speaker: string
): ReadonlyArray<Interval> =>
  alone(segments, speaker)
    .filter((run) => length(run) >= sampleSeconds.least)
    .toSorted((a, b) => length(b) - length(a))
    .map((run) => {
      const inset = Math.min(0.2, (length(run) - sampleSeconds.least) / 2)
      const start = run.start + inset
      return { start, end: Math.min(run.end - inset, start + sampleSeconds.most) }
    })

/** A sample that is long enough stays; a short one gives way to a longer one. */
const better = (there: Interval | undefined, found: Interval | undefined): Interval | undefined => {
  if (there === undefined || found === undefined) return there ?? found
  return length(there) >= sampleSeconds.enough || length(there) >= length(found) ? there : found
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
    return { ...there, name, seconds, sample: better(there?.sample, samplesOf(segments, name)[0]) }
  })
}

/** The speakers who can be known again, those who spoke most first: a request takes the first four. */
export const recognisable = (heard: ReadonlyArray<HeardSpeaker>): ReadonlyArray<HeardSpeaker> =>
  heard
    .filter(({ kept, sample }) => sample !== undefined || kept !== undefined)
    .toSorted((a, b) => b.seconds - a.seconds)

/** Whose voice each of several spans of a sound is, by what a service heard in it: one label over most of its speech. */
export const voicesIn = (
  spans: ReadonlyArray<Interval>,
  segments: ReadonlyArray<Pick<TimedSegment, "start" | "end" | "speaker">>
): ReadonlyArray<string | undefined> =>
  spans.map((span) => {
    const shares = new Map<string, number>()
    for (const { end, speaker, start } of segments) {
      const shared = Math.min(end, span.end) - Math.max(start, span.start)
      if (speaker !== null && shared > 0) shares.set(speaker, (shares.get(speaker) ?? 0) + shared)
    }
    const total = [...shares.values()].reduce((sum, one) => sum + one, 0)
    return [...shares].find(([, share]) => share > total * 0.6)?.[0]
  })
