import type * as Layer from "effect/Layer"
import * as AudioCheck from "./AudioCheck.ts"
import * as KeepClips from "./KeepClips.ts"
import * as Limits from "./Limits.ts"
import * as Retry from "./Retry.ts"
import * as Split from "./Split.ts"
import type { TextToSpeech } from "./TextToSpeech.ts"

/**
 * All that goes around a provider, from outside: what is kept is not asked for, what is too long is split, what fails
 * is asked again, bad audio is a failure, and requests are sent as rate and number allow. Only the last holds a slot.
 */
export const layer = <E, R>(provider: Layer.Layer<TextToSpeech, E, R>, settings: KeepClips.KeepSettings = {}) =>
  KeepClips.layer(Split.layer(Retry.layer(AudioCheck.layer(Limits.layer(provider))), settings), settings)
