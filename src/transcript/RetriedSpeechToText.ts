import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
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
        transcribe: (request) => policy.run({ usd: usdPerSecond * request.seconds }, transcribe(request))
      })
    })
  ).pipe(Layer.provide(RequestPolicy.heard(inner)))
