import * as Schema from "effect/Schema"

/** One word as a transcription heard it; seconds from the start of the video. */
export const Word = Schema.Struct({
  text: Schema.String,
  start: Schema.Finite,
  end: Schema.Finite
})
export type Word = typeof Word.Type

/**
 * A line of subtitles: what is on the screen, or said, at one time.
 * `start` and `end` are seconds from the start of the video, `end` >= `start`; `id` counts from 1 in order of time.
 */
export const Cue = Schema.Struct({
  id: Schema.Int,
  start: Schema.Finite,
  end: Schema.Finite,
  text: Schema.String,
  speaker: Schema.NullOr(Schema.String),
  words: Schema.optionalKey(Schema.Array(Word))
})
export type Cue = typeof Cue.Type

/** What is said in a video: its cues in order of time. This is the shape of transcript.json. */
export const Transcript = Schema.Array(Cue)
export type Transcript = typeof Transcript.Type
