import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import { decorate } from "./Decorator.ts"
import { TextToSpeech, type SpeechProvider } from "./TextToSpeech.ts"

/** Voices speak about so many characters a minute: what a price by the minute is estimated with. */
const charactersPerMinute = 15 * 60

/** What a text is likely to cost in US dollars; 0 where no price is known. */
export const estimatedUsd = (provider: SpeechProvider, characters: number): number =>
  ((provider.usdPerThousandCharacters ?? 0) * characters) / 1000 +
  ((provider.usdPerMinute ?? 0) * characters) / charactersPerMinute

/** Sends each request when the RequestPolicy lets it: rate, number at once, pauses and budget. Goes right around a provider. */
export const layer = <E, R>(provider: Layer.Layer<TextToSpeech, E, R>) =>
  decorate(RequestPolicy.heard(provider), (tts) =>
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      yield* policy.declare(tts.provider)
      return TextToSpeech.of({
        provider: tts.provider,
        speak: (request) => {
          const characters = [...request.text].length
          return policy.limited({ characters, usd: estimatedUsd(tts.provider, characters) }, tts.speak(request))
        }
      })
    })
  )
