import type { Cue } from "../domain/Cue.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { pack } from "./Packing.ts"
import { cutIntoParts, type GroupOptions, type Parts } from "./Parts.ts"
import { joinTexts, oneLine } from "./Sentences.ts"
import { isSpoken } from "./SpokenText.ts"

export type { GroupOptions } from "./Parts.ts"

const segments = (cues: ReadonlyArray<Cue>, options: GroupOptions): ReadonlyArray<Parts> =>
  cues.map((cue) => [
    { cue, text: oneLine(cue.text, options.language), start: cue.start, end: cue.end, closes: true, parted: true }
  ])

/**
 * Groups cues into what is spoken at one go.
 *
 * Every word of every cue is in exactly one utterance, in order; cues without text give none. Different speakers,
 * and sounds that are not spoken ("[applause]"), are never in one utterance with others. A cue with several sentences
 * is cut between them only where the grouping needs it, its time shared by word times where it has them, else by
 * length. Cues at or after the end of the video keep their times. An utterance's slot reaches to the next one that
 * is spoken, or to its own end where another speaker talks over it.
 */
export const group = (cues: ReadonlyArray<Cue>, options: GroupOptions): ReadonlyArray<Utterance> => {
  const ordered = cues.filter((cue) => cue.text.trim() !== "").toSorted((a, b) => a.start - b.start)
  const groups =
    options.align === "segment" ? segments(ordered, options) : pack(cutIntoParts(ordered, options), options)

  let earliest = -Infinity
  const timed = groups.map((parts) => {
    const start = (earliest = Math.max(earliest, parts[0]!.start))
    return { parts, start, end: parts.reduce((end, part) => Math.max(end, part.end), start) }
  })
  const slotEnds: Array<number> = []
  let next = Infinity
  let nextSpeaker: string | null = null
  const nextOf = new Map<string | null, number>()
  for (const { parts, start, end } of timed.toReversed()) {
    const { speaker } = parts[0]!.cue
    const isTalkedOver = next < end && nextSpeaker !== speaker
    const until = isTalkedOver ? Math.max(next, Math.min(end, nextOf.get(speaker) ?? Infinity)) : next
    slotEnds.push(start >= options.duration ? Math.min(until, Math.max(start, end)) : Math.min(until, options.duration))
    if (!parts.some((part) => isSpoken(part.text))) continue
    next = start
    nextSpeaker = speaker
    nextOf.set(speaker, start)
  }
  slotEnds.reverse()
  return timed.map(({ parts, start, end }, index) => ({
    id: index + 1,
    lines: [...new Set(parts.map((part) => part.cue.id))],
    speaker: parts[0]!.cue.speaker,
    text: joinTexts(
      parts.map((part) => part.text),
      options.language
    ),
    start,
    end,
    slotEnd: slotEnds[index]!
  }))
}
