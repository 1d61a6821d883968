import * as Schema from "effect/Schema"
import { Language } from "./Language.ts"

/**
 * What is spoken at one go: one or more lines, or a part of one.
 * `start` and `end` are where the source says it, `slotEnd` is where the next utterance starts (or the video ends),
 * or its own end where another speaker talks over it: seconds from the start of the video. `lines` are the ids of the cues it comes from.
 */
export const Utterance = Schema.Struct({
  id: Schema.Int,
  lines: Schema.Array(Schema.Int),
  speaker: Schema.NullOr(Schema.String),
  text: Schema.String,
  start: Schema.Finite,
  end: Schema.Finite,
  slotEnd: Schema.Finite
})
export type Utterance = typeof Utterance.Type

type WithLines = Pick<Utterance, "lines">

/** The numbers of lines as people write them: "4", "4-6", "4, 7". They are those of subs.srt, everywhere. */
export const lineNumbers = ({ lines }: WithLines): string => {
  const [first, ...others] = lines
  const last = others.at(-1)
  const areNeighbours = last !== undefined && others.every((line, i) => line === first! + i + 1)
  return areNeighbours ? `${first}-${last}` : lines.join(", ")
}

/** What is spoken at one go as people call it, by its lines: "line 4", "lines 4-6". */
export const lineName = (one: WithLines): string => `${one.lines.length === 1 ? "line" : "lines"} ${lineNumbers(one)}`

/** The same for all of a script, each told from the others: a line that is spoken in parts is "line 4", "line 4 (2)". */
export const lineNames = (utterances: ReadonlyArray<WithLines>): ReadonlyArray<string> => {
  const known = new Map<string, number>()
  return utterances.map((one) => {
    const name = lineName(one)
    const count = (known.get(name) ?? 0) + 1
    known.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}

/** How many lines of subs.srt these are. */
export const countLines = (utterances: ReadonlyArray<WithLines>): number =>
  new Set(utterances.flatMap(({ lines }) => lines)).size

/** The shape of utterances.json. */
export const Utterances = Schema.Struct({
  language: Language,
  utterances: Schema.Array(Utterance)
})
export type Utterances = typeof Utterances.Type
