import type { Cue } from "../domain/Cue.ts"
import type { Interval } from "../domain/Sound.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { group, type GroupOptions } from "../script/Utterances.ts"

const shared = (a: Interval, b: Interval): number => Math.min(a.end, b.end) - Math.max(a.start, b.start)

/** Whether two lines are the same place of the video. */
const isSamePlace = (a: Interval, b: Interval): boolean =>
  shared(a, b) > 0.5 * Math.min(a.end - a.start, b.end - b.start)

/**
 * The lines of a part among those of the source around them, in order of time and numbered as the source's are where
 * nobody added or removed one; `only` are the ids of the part's own.
 */
export const amongOthers = (part: ReadonlyArray<Cue>, source: ReadonlyArray<Cue>) => {
  const others = source.filter((cue) => !part.some((own) => isSamePlace(own, cue)))
  const all = [...part.map((cue) => ({ cue, isOwn: true })), ...others.map((cue) => ({ cue, isOwn: false }))].toSorted(
    (a, b) => a.cue.start - b.cue.start
  )
  return {
    cues: all.map(({ cue }, i): Cue => ({ ...cue, id: i + 1 })),
    only: new Set(all.flatMap(({ isOwn }, i) => (isOwn ? [i + 1] : []))) as ReadonlySet<number>
  }
}

/**
 * What is spoken at one go of the lines of a part, as it would be among all lines, so that a clip of the part is one of
 * the whole; by themselves, where that would put a line of the part together with one that is not translated.
 */
export const groupPart = (
  cues: ReadonlyArray<Cue>,
  only: ReadonlySet<number>,
  options: GroupOptions
): ReadonlyArray<Utterance> => {
  const among = group(cues, options).filter(({ lines }) => lines.some((line) => only.has(line)))
  if (among.every(({ lines }) => lines.every((line) => only.has(line)))) return among
  return group(
    cues.filter(({ id }) => only.has(id)),
    options
  )
}
