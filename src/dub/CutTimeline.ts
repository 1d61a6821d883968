import type { Transcript } from "../domain/Cue.ts"
import { type Interval, sampleRate, toSamples, toSeconds } from "../domain/Sound.ts"
import type { Placement, Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import type { Cut } from "../media/Excerpt.ts"
import type { Voiced } from "./SpeakUtterances.ts"

/** Lines as they are heard in a video, or in an excerpt of one. */
export interface Heard {
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly timeline: Timeline
}

/** Seconds before and after lines that are seen and heard with them, where there is room. */
const margin = 0.25
/** Stretches that lie nearer to each other are one. */
const nearest = 1

const onSample = (seconds: number): number => toSeconds(toSamples(seconds))

/** When an utterance is heard and seen: where the source says it, and where the dub does. */
const extent = (utterance: Utterance, placement: Placement): Interval =>
  placement.key === null
    ? utterance
    : { start: Math.min(utterance.start, placement.spokenStart), end: Math.max(utterance.end, placement.spokenEnd) }

/** Whether nothing stands between two utterances in the script. */
const areNeighbours = (before: Utterance, after: Utterance): boolean =>
  Math.max(...before.lines) + 1 >= Math.min(...after.lines)

/** The stretches of a video in which chosen utterances are heard, each with a little before and after; in order. */
export const stretchesOf = ({ timeline, utterances }: Heard, chosen: ReadonlySet<number>): ReadonlyArray<Interval> => {
  const extents = utterances.map((utterance, i) => extent(utterance, timeline.placements[i]!))
  const found: Array<{ start: number; end: number }> = []
  utterances.forEach((utterance, i) => {
    if (!chosen.has(utterance.id)) return
    const { end, start } = extents[i]!
    const before = utterances[i - 1]
    const goesOn = before !== undefined && chosen.has(before.id) && areNeighbours(before, utterance)
    // Of a neighbour that is not chosen nothing is heard.
    const from = Math.max(0, start - margin, Math.min(start, extents[i - 1]?.end ?? 0))
    const to = Math.min(timeline.duration, end + margin, Math.max(end, extents[i + 1]?.start ?? timeline.duration))
    const last = found.at(-1)
    if (last !== undefined && (goesOn || from - last.end < nearest)) last.end = Math.max(last.end, to)
    else found.push({ start: from, end: to })
  })
  return found.map(({ end, start }) => ({ start: onSample(start), end: onSample(end) }))
}

const within = ({ end, start }: Interval, cut: Cut): Interval => ({
  start: Math.max(start, cut.start),
  end: Math.min(end, cut.end)
})

const inExcerpt = (seconds: number, cut: Cut): number =>
  onSample(cut.at + Math.min(Math.max(seconds, cut.start), cut.end) - cut.start)

/** A clip without what is heard before or after a cut. */
const shortened = (voiced: Voiced, placement: Placement, cut: Cut): Voiced => {
  if (voiced.kind !== "clip") return voiced
  const samples = (seconds: number) => Math.round(Math.max(0, seconds) * placement.tempo * sampleRate)
  return {
    ...voiced,
    speechStart: Math.min(voiced.speechEnd, voiced.speechStart + samples(cut.start - placement.spokenStart)),
    speechEnd: Math.max(voiced.speechStart, voiced.speechEnd - samples(placement.spokenEnd - cut.end))
  }
}

/** The words of a text that are heard between two shares of its time, with "…" where some are missing. */
export const wordsBetween = (text: string, from: number, to: number): string => {
  if (from <= 0 && to >= 1) return text
  const words = /\s/.test(text.trim()) ? text.split(/(?<=\s)/) : [...text]
  let at = 0
  const kept = words.filter((word) => {
    const middle = (at + word.length / 2) / text.length
    at += word.length
    return middle >= from && middle <= to
  })
  if (kept.length === words.length) return text
  const isFirst = kept[0] !== undefined && text.startsWith(kept.join(""))
  const isLast = kept.length > 0 && text.endsWith(kept.join(""))
  return `${isFirst ? "" : "… "}${kept.join("").trim()}${isLast ? "" : " …"}`.trim()
}

/** What of an utterance's text is heard in a cut: that of the source where nothing of it is spoken. */
const textIn = ({ end, start }: Interval, text: string, cut: Cut): string => {
  const share = (seconds: number) => (end > start ? (seconds - start) / (end - start) : 0)
  return wordsBetween(text, share(cut.start), end > start ? share(cut.end) : 1)
}

/** Shorter than this a rest of a line is not heard; seconds. */
const audible = 0.02

/** What of a timeline is heard in an excerpt, at its times there: a line that a cut goes through is heard in part. */
export const cutTimeline = ({ timeline, utterances, voiced }: Heard, cuts: ReadonlyArray<Cut>): Heard => {
  const heard = cuts.flatMap((cut) =>
    utterances.flatMap((utterance, i) => {
      const placement = timeline.placements[i]!
      const one = voiced.get(utterance.id)!
      const isHeard = placement.key !== null
      const heardAt = isHeard ? { start: placement.spokenStart, end: placement.spokenEnd } : utterance
      const rest = within(heardAt, cut)
      if (rest.end - rest.start < audible) return []
      const clip = shortened(one, placement, cut)
      return [
        {
          utterance: {
            ...utterance,
            text: textIn(heardAt, utterance.text, cut),
            start: inExcerpt(utterance.start, cut),
            end: inExcerpt(utterance.end, cut),
            slotEnd: inExcerpt(utterance.slotEnd, cut)
          },
          placement: {
            ...placement,
            spokenStart: inExcerpt(placement.spokenStart, cut),
            spokenEnd: inExcerpt(placement.spokenEnd, cut),
            clipSeconds: clip.kind === "clip" ? toSeconds(clip.speechEnd - clip.speechStart) : placement.clipSeconds
          },
          voiced: clip
        }
      ]
    })
  )
  // A line that is heard in two cuts is another line in each: what is left of its clip is not the same.
  const known = new Set<number>()
  let free = utterances.reduce((most, { id }) => Math.max(most, id), 0) + 1
  const ids = heard.map(({ utterance: { id } }) => {
    const own = known.has(id) ? free++ : id
    known.add(own)
    return own
  })
  return {
    utterances: heard.map((one, i) => ({ ...one.utterance, id: ids[i]! })),
    voiced: new Map(heard.map((one, i) => [ids[i]!, one.voiced])),
    timeline: {
      duration: toSeconds(cuts.reduce((sum, { samples }) => sum + samples, 0)),
      placements: heard.map((one, i) => ({ ...one.placement, id: ids[i]! }))
    }
  }
}

/** What the source says in an excerpt, at its times there; single words have none. */
export const cutTranscript = (transcript: Transcript, cuts: ReadonlyArray<Cut>): Transcript =>
  cuts.flatMap((cut) =>
    transcript.flatMap(({ id, speaker, text, ...cue }) => {
      const rest = within(cue, cut)
      const isHeard = rest.end - rest.start >= Math.min(0.1, (cue.end - cue.start) / 2) && rest.end > rest.start
      return isHeard
        ? [
            {
              id,
              speaker,
              text: textIn(cue, text, cut),
              start: inExcerpt(cue.start, cut),
              end: inExcerpt(cue.end, cut)
            }
          ]
        : []
    })
  )
