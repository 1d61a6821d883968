import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import { saying, traced } from "../requests/RequestTrace.ts"
import { keyOf } from "./ClipKey.ts"
import { decorate } from "./Decorator.ts"
import { TextToSpeech } from "./TextToSpeech.ts"

/** Asks again by the RequestPolicy: goes around Limits and around the check of the audio, so that bad audio counts. */
export const layer = <E, R>(inner: Layer.Layer<TextToSpeech, E, R>) =>
  decorate(inner, (tts) =>
    Effect.map(RequestPolicy, (policy) => {
      const { provider } = tts
      const { model, service } = provider
      return TextToSpeech.of({
        provider,
        speak: (request) =>
          policy
            .retried(tts.speak(request))
            .pipe(
              saying({ asked: { text: request.text } }),
              traced("speech", { service, model, subject: request.subject, clip: keyOf(provider, request) })
            )
      })
    })
  )
