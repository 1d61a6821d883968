import type { Cue } from "../domain/Cue.ts"
import type { Interval } from "../domain/Sound.ts"

const millis = (seconds: number): number => Math.round(seconds * 1000)

const placeOf = ({ end, start }: Interval): string => `${millis(start)} ${millis(end)}`

/** Cues that last a millisecond at least: one of no length would be read from a file with another end than it was given. */
export const lasting = (cues: ReadonlyArray<Cue>): ReadonlyArray<Cue> =>
  cues.map((cue) => (millis(cue.end) > millis(cue.start) ? cue : { ...cue, end: (millis(cue.start) + 1) / 1000 }))

const words = (text: string): string => text.replaceAll(/\s+/gu, " ").trim()

/**
 * Lines of a script, which knows milliseconds and no words, as the source has them: a line at the time of one of its cues
 * with the exact time of that, and where it says the same with the times of its words. So lines that were read from a
 * file are those that were written to it.
 */
export const withHeardTimes = (lines: ReadonlyArray<Cue>, transcript: ReadonlyArray<Cue>): ReadonlyArray<Cue> => {
  const places = Map.groupBy(transcript, placeOf)
  return lines.map((line): Cue => {
    const there = places.get(placeOf(line)) ?? []
    const same = there.find(({ text }) => words(text) === words(line.text))
    const heard = same ?? there[0]
    if (heard === undefined) return line
    const timed = { ...line, start: heard.start, end: heard.end }
    return same?.words === undefined ? timed : { ...timed, words: same.words }
  })
}
