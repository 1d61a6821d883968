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

/** The shape of utterances.json. */
export const Utterances = Schema.Struct({
  language: Language,
  utterances: Schema.Array(Utterance)
})
export type Utterances = typeof Utterances.Type
