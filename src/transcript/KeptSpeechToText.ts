import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { Word } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { keptAnswers, keyOf } from "../requests/KeptAnswers.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import {
  SpeechToText,
  type SoundToHear,
  type TranscriptionProvider,
  type TranscriptionRequest
} from "./SpeechToText.ts"

/** Raised when earlier answers no longer do: their shape, or how they are read, has changed. */
const formatVersion = 1

/** An answer as it is kept; seconds from the start of the piece. */
const Kept = Schema.Struct({
  text: Schema.String,
  language: Schema.optional(Language.Language),
  segments: Schema.Array(
    Schema.Struct({
      start: Schema.Finite,
      end: Schema.Finite,
      text: Schema.String,
      speaker: Schema.NullOr(Schema.String),
      doubt: Schema.optional(Schema.Literals(["some", "grave"]))
    })
  ),
  words: Schema.Array(Word),
  /** The sound that it is a piece of, and from where to where in it; older files do not say. */
  of: Schema.optional(Schema.Struct({ sound: Schema.String, start: Schema.Finite, end: Schema.Finite }))
})

const hash = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex")

/** The name of an answer, over who was asked, and for what. */
const nameOf = ({ address, model, service }: TranscriptionProvider, request: TranscriptionRequest): string =>
  keyOf([
    formatVersion,
    [service, model, address],
    hash(request.audio),
    request.language ?? "",
    request.prompt ?? "",
    request.speakers ?? 0,
    (request.knownSpeakers ?? []).map(({ name, sample }) => [name, hash(sample)])
  ])

/** The name of a sound, over who was asked, and for what: all of `nameOf` that is known before it is cut and encoded. */
const soundOf = (
  { address, model, service }: TranscriptionProvider,
  { language, prompt, sound, speakers }: SoundToHear
) => keyOf([formatVersion, [service, model, address], sound, language ?? "", prompt ?? "", speakers ?? 0])

/** Which piece of which sound a request is for, where it says so. */
const pieceOf = (provider: TranscriptionProvider, request: TranscriptionRequest): Pick<typeof Kept.Type, "of"> => {
  const { seconds, sound, start } = request
  if (sound === undefined || start === undefined) return {}
  return { of: { sound: soundOf(provider, { ...request, sound }), start, end: start + seconds } }
}

/**
 * Keeps what was written down of each piece in `<folder>/<key>.json`, and asks nobody for what is there: a run that ends
 * early, or loses one piece of many, pays for none of the others again. What comes in while a run is interrupted is kept
 * too. What cannot be kept, or is damaged, is asked for again.
 */
export const layer = <E, R>(inner: Layer.Layer<SpeechToText, E, R>, settings: { readonly folder: string }) =>
  Layer.effect(
    SpeechToText,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const { provider, transcribe } = yield* SpeechToText
      const answers = yield* keptAnswers(settings.folder, Kept)
      return SpeechToText.of({
        provider,
        kept: (sound) => {
          const name = soundOf(provider, sound)
          return Effect.map(answers.all, (all) => all.flatMap(({ of }) => (of?.sound === name ? [of] : [])))
        },
        transcribe: (request) =>
          Effect.gen(function* () {
            const name = nameOf(provider, request)
            const kept = yield* answers.get(name)
            if (kept._tag === "Some") {
              yield* log.cached("transcription")
              const { language, segments, text, words } = kept.value
              return { text, language, segments, words }
            }
            // Only waits can be interrupted in there: an answer that has come is written before this ends.
            return yield* Effect.uninterruptible(
              Effect.tap(transcribe(request), (answer) =>
                answers.set(name, { ...answer, ...pieceOf(provider, request) })
              )
            )
          })
      })
    })
  ).pipe(Layer.provide(inner))
