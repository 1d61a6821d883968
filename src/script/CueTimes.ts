import type { Cue } from "../domain/Cue.ts"
import type { Interval } from "../domain/Sound.ts"

const letters = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

const byWords = (cue: Cue, texts: ReadonlyArray<string>): ReadonlyArray<Interval> | undefined => {
  const words = (cue.words ?? []).filter((word) => letters(word.text) > 0)
  if (texts.length < 2 || words.length < texts.length) return undefined
  const ends: Array<number> = []
  let total = 0
  for (const word of words) ends.push((total += letters(word.text)))
  const cuts: Array<number> = [0]
  let spoken = 0
  for (const text of texts) {
    spoken += letters(text)
    const at = ends.indexOf(spoken)
    // The text is not the one that was heard: somebody edited it.
    if (at < 0) return undefined
    cuts.push(at + 1)
  }
  if (spoken !== total) return undefined
  return texts.map((_, index) => ({
    start: index === 0 ? cue.start : clamp(words[cuts[index]!]!.start, cue.start, cue.end),
    end: index === texts.length - 1 ? cue.end : clamp(words[cuts[index + 1]! - 1]!.end, cue.start, cue.end)
  }))
}

/**
 * When each of the parts of a cue's text is said, in seconds: by the times of its words where they are those of the
 * text, else by length. A cue that runs on into the next one (`nextStart`) is shared out up to there.
 */
export const share = (cue: Cue, texts: ReadonlyArray<string>, nextStart?: number): ReadonlyArray<Interval> => {
  if (texts.length === 1) return [{ start: cue.start, end: cue.end }]
  const timed = byWords(cue, texts)
  if (timed !== undefined) return timed
  const end = nextStart !== undefined && nextStart > cue.start ? Math.min(cue.end, nextStart) : cue.end
  const weights = texts.map((text) => Math.max(1, letters(text)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let before = 0
  const starts = weights.map((weight) => {
    const start = cue.start + ((end - cue.start) * before) / total
    before += weight
    return start
  })
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? cue.end }))
}
