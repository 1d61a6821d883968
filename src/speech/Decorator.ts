import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TextToSpeech } from "./TextToSpeech.ts"

/**
 * A TextToSpeech made of another: `wrap` is given the inner service once and gives the outer one. The inner service is
 * seen by nothing but `wrap`, so that decorators are stacked by nesting calls.
 */
export const decorate = <E, R, E2, R2>(
  inner: Layer.Layer<TextToSpeech, E, R>,
  wrap: (inner: TextToSpeech["Service"]) => Effect.Effect<TextToSpeech["Service"], E2, R2>
) => Layer.effect(TextToSpeech, Effect.flatMap(TextToSpeech, wrap)).pipe(Layer.provide(inner))
