import type { Cue } from "../domain/Cue.ts"
import { withOneSpelling } from "../domain/Cue.ts"
import type { Interval } from "../domain/Sound.ts"
import { tidyName } from "../transcript/Subtitles/Markup.ts"

const shared = (a: Interval, b: Interval): number => Math.min(a.end, b.end) - Math.max(a.start, b.start)

const bracketed = /^\[([^\]\n]{1,80})\]\s*(?=\S)/

/** The cue that is heard at the time of another. */
const heardAt = (cue: Interval, transcript: ReadonlyArray<Cue>): Cue | undefined =>
  transcript.reduce<Cue | undefined>((best, one) => {
    const time = shared(one, cue)
    return time > 0 && (best === undefined || time > shared(best, cue)) ? one : best
  }, undefined)

/**
 * Cues of a script in which a person wrote "[Anna]" where "[speaker 1]" stood: a name in brackets before a line whose
 * speaker is known is a speaker, unless the line itself was heard to begin with it, as with "[laughs]".
 */
export const relabelled = (cues: ReadonlyArray<Cue>, transcript: ReadonlyArray<Cue>): ReadonlyArray<Cue> => {
  if (!transcript.some(({ speaker }) => speaker !== null)) return cues
  const named = cues.map((cue): Cue => {
    const found = cue.speaker === null ? bracketed.exec(cue.text) : null
    const name = tidyName(found?.[1] ?? "")
    if (found === null || !/\p{L}/u.test(name)) return cue
    const heard = heardAt(cue, transcript)
    if (heard === undefined || heard.speaker === null || heard.text.startsWith(`[${found[1]}]`)) return cue
    return { ...cue, speaker: name, text: cue.text.slice(found[0].length) }
  })
  return withOneSpelling(named)
}

/**
 * Speakers who were given another name: the new name with the one that the transcript has over the same time. Only where
 * the old one is nobody's any more; a name that was given to some of his lines is somebody else's.
 */
export const renamed = (
  lines: ReadonlyArray<Interval & Pick<Cue, "speaker">>,
  transcript: ReadonlyArray<Cue>
): ReadonlyMap<string, string> => {
  const speakers = new Set(lines.flatMap(({ speaker }) => speaker ?? []))
  const before = new Set(transcript.flatMap(({ speaker }) => speaker ?? []))
  const names = new Map<string, string>()
  const claimed = new Set<string>()
  for (const speaker of speakers) {
    if (before.has(speaker)) continue
    const seconds = new Map<string, number>()
    for (const line of lines) {
      if (line.speaker !== speaker) continue
      for (const cue of transcript) {
        const time = shared(cue, line)
        if (cue.speaker !== null && time > 0) seconds.set(cue.speaker, (seconds.get(cue.speaker) ?? 0) + time)
      }
    }
    const total = [...seconds.values()].reduce((sum, one) => sum + one, 0)
    const [old] = [...seconds].find(([, time]) => time > total * 0.6) ?? []
    if (old === undefined || speakers.has(old) || claimed.has(old)) continue
    claimed.add(old)
    names.set(speaker, old)
  }
  return names
}
