import type { Cue } from "../domain/Cue.ts"
import { quote } from "./Subtitles/Mending.ts"
import { isCredit, withoutLoop } from "./Transcribe/Noise.ts"
import { normalized } from "./Transcribe/Tokens.ts"

/** So many lines in a row with the same words are no chorus. */
const fewestInRow = 5
const fewestLetters = 4

const looped = "a transcription that ran into a loop? It is spoken as it stands, unless you take it out"

/**
 * What in given subtitles looks like the mistakes of a machine that wrote them down: loops of one phrase, and credits
 * that nobody says. They are somebody's own lines and stay; a warning each says so before they are paid for.
 */
export const suspicionsOf = (cues: ReadonlyArray<Cue>): ReadonlyArray<string> => {
  const keys = cues.map(({ text }) => normalized(text))
  const found: Array<string> = []
  let to = 0
  for (let from = 0; from < cues.length; from = to) {
    const { id, text } = cues[from]!
    to = from + 1
    while (to < cues.length && keys[to] === keys[from]) to++
    if (keys[from]!.length >= fewestLetters && to - from >= fewestInRow) {
      found.push(`Lines ${id} to ${cues[to - 1]!.id} all say ${quote(text)}: ${looped}.`)
    } else if (withoutLoop(text) !== undefined) {
      found.push(`Line ${id} says one thing over and over, ${quote(text)}: ${looped}.`)
    } else if (isCredit(text)) {
      found.push(`Line ${id} says who made the subtitles, ${quote(text)}: it is spoken, unless you take it out.`)
    }
  }
  return found
}
