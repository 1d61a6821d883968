import * as Schema from "effect/Schema"

/**
 * A spoken clip as it lies in clips/<key>.wav: mono, 48 kHz, 16 bit.
 * `samples` is the whole length; speech is heard from `speechStart` to `speechEnd`, both sample positions at 48 kHz.
 */
export const Clip = Schema.Struct({
  key: Schema.String,
  samples: Schema.Int,
  speechStart: Schema.Int,
  speechEnd: Schema.Int
})
export type Clip = typeof Clip.Type
