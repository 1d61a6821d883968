import * as Effect from "effect/Effect"
import { Language } from "../domain/Language.ts"
import { speaks, type Voice } from "../speech/Catalogue.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"

/** The voices of one service: the shape of an entry of `voices --json`. */
export interface ServiceVoices {
  readonly service: string
  readonly model: string
  /** That which speaks where none is named. */
  readonly defaultVoice: string
  /** Null where they are not known; then `why` says why, and `isUntold` whether the service just does not tell. */
  readonly voices: ReadonlyArray<Voice> | null
  readonly why?: string
  readonly isUntold?: boolean
}

const untold = {
  voices: null,
  isUntold: true,
  why: "it has no list of its voices: name one that it is known to have with --voice"
} as const

/** The voices of the service that is provided, those that speak a language where one is named. */
export const listVoices = Effect.fn("listVoices")(function* (
  language: Language | undefined
): Effect.fn.Return<ServiceVoices, never, TextToSpeech> {
  const { provider } = yield* TextToSpeech
  const { catalogue, model, service } = provider
  const defaultVoice = provider.defaultVoice(language ?? Language.make("en"))
  const about = { service, model, defaultVoice }
  if (catalogue === undefined) return { ...about, ...untold }
  const result = yield* Effect.result(catalogue)
  if (result._tag === "Failure") {
    const { message, reason } = result.failure
    if (reason._tag === "NotThere" && service === "openai") return { ...about, ...untold }
    return { ...about, voices: null, why: message.replace(`${service}: `, "") }
  }
  const [first, ...rest] = result.success
  if (first === undefined) return { ...about, ...untold }
  const all = [first, ...rest]
  const isNamed = all.some(({ id, name }) => id === defaultVoice || name === defaultVoice)
  return {
    ...about,
    // An account has no voice of its own choosing: the first one speaks.
    defaultVoice: service === "elevenlabs" && !isNamed ? first.id : defaultVoice,
    voices: language === undefined ? all : all.filter((one) => speaks(one, language))
  }
})
