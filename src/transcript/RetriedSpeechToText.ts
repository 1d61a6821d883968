import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import { saying, traced } from "../requests/RequestTrace.ts"
import { SpeechToText } from "./SpeechToText.ts"

/** Sends each piece by the RequestPolicy: when rate and number allow, and again where that may help. */
export const layer = <E, R>(inner: Layer.Layer<SpeechToText, E, R>) =>
  Layer.effect(
    SpeechToText,
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const { provider, transcribe } = yield* SpeechToText
      yield* policy.declare(provider)
      const usdPerSecond = (provider.usdPerMinute ?? 0) / 60
      return SpeechToText.of({
        provider,
        transcribe: (request) => {
          const { seconds, start, subject } = request
          const place = start === undefined ? {} : { from: start, to: start + seconds }
          return policy
            .run({ usd: usdPerSecond * seconds }, transcribe(request))
            .pipe(
              saying({ answered: ({ text }) => ({ text }) }),
              traced("transcription", { service: provider.service, model: provider.model, subject, ...place })
            )
        }
      })
    })
  ).pipe(Layer.provide(RequestPolicy.heard(inner)))
