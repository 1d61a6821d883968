import * as Effect from "effect/Effect"
import { Problem } from "../domain/Problem.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import type { DubSettings } from "./Settings.ts"

/** Refuses voices that the service knows it does not have, before it is asked to speak; what it cannot tell is let through. */
export const checkVoices = Effect.fn("checkVoices")(function* (wanted: Iterable<string | undefined>) {
  const { provider } = yield* TextToSpeech
  const { checkVoice } = provider
  if (checkVoice === undefined) return
  yield* Effect.forEach(
    [...new Set(wanted)].filter((voice) => voice !== undefined),
    (voice) =>
      checkVoice(voice).pipe(
        Effect.catch((error) =>
          error.reason._tag === "NotThere"
            ? Effect.fail(new Problem({ what: `${error.message}.`, exitCode: 2 }))
            : Effect.void
        )
      ),
    { discard: true }
  )
})

/** The same for the voices that were asked for by name; a variant, "+f2", is one only with the voice of a language. */
export const checkNamedVoices = ({ voice, voiceFor }: Pick<DubSettings, "voice" | "voiceFor">) =>
  checkVoices([voice, ...Object.values(voiceFor)].filter((one) => one?.startsWith("+") !== true))
