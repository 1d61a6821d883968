import * as Schema from "effect/Schema"

/**
 * Where one utterance is heard. `spokenStart` and `spokenEnd` are seconds from the start of the video, to the sample
 * (multiples of 1/48000); `tempo` is the factor by which its clip is sped up (1.2 = 20 % faster); `gain` a linear factor;
 * `clipSeconds` the clip's natural length with its outer silence trimmed.
 * `overflow`: it does not fit within the tempo limit, so it starts late or runs past its room.
 * `failed`: it could not be spoken; the original sound is kept under `start` to `end`.
 */
export const Placement = Schema.Struct({
  id: Schema.Int,
  key: Schema.NullOr(Schema.String),
  spokenStart: Schema.Finite,
  spokenEnd: Schema.Finite,
  tempo: Schema.Finite,
  gain: Schema.Finite,
  clipSeconds: Schema.Finite,
  status: Schema.Literals(["ok", "overflow", "failed"])
})
export type Placement = typeof Placement.Type

/** The shape of timeline.json: one placement an utterance, in order. */
export const Timeline = Schema.Struct({
  /** The length of the video in seconds; nothing is heard after it. */
  duration: Schema.Finite,
  placements: Schema.Array(Placement)
})
export type Timeline = typeof Timeline.Type
