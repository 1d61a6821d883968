import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { createHash, randomBytes } from "node:crypto"
import { Word } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import {
  SpeechToText,
  type Transcription,
  type TranscriptionProvider,
  type TranscriptionRequest
} from "./SpeechToText.ts"

/** Raised when earlier answers no longer do: their shape, or how they are read, has changed. */
const formatVersion = 1

/** An answer as it is kept; seconds from the start of the piece. */
const Kept = Schema.fromJsonString(
  Schema.Struct({
    text: Schema.String,
    language: Schema.optionalKey(Language.Language),
    segments: Schema.Array(
      Schema.Struct({
        start: Schema.Finite,
        end: Schema.Finite,
        text: Schema.String,
        speaker: Schema.NullOr(Schema.String),
        doubt: Schema.optionalKey(Schema.Literals(["some", "grave"]))
      })
    ),
    words: Schema.Array(Word)
  })
)

const hash = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex")

/** The name of an answer: 40 hexadecimal digits of a hash over who was asked, and for what. */
const keyOf = ({ address, model, service }: TranscriptionProvider, request: TranscriptionRequest): string =>
  hash(
    JSON.stringify([
      formatVersion,
      [service, model, address],
      hash(request.audio),
      request.language ?? "",
      request.prompt ?? "",
      request.speakers ?? 0,
      (request.knownSpeakers ?? []).map(({ name, sample }) => [name, hash(sample)])
    ])
  ).slice(0, 40)

const written = ({ language, segments, text, words }: Transcription): string =>
  JSON.stringify({ text, ...(language === undefined ? {} : { language }), segments, words })

/**
 * Keeps what was written down of each piece in `<folder>/<key>.json`, and asks nobody for what is there: a run that ends
 * early, or loses one piece of many, pays for none of the others again. What comes in while a run is interrupted is kept
 * too. What cannot be kept, or is damaged, is asked for again.
 */
export const layer = <E, R>(inner: Layer.Layer<SpeechToText, E, R>, settings: { readonly folder: string }) =>
  Layer.effect(
    SpeechToText,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const log = yield* RequestLog
      const { provider, transcribe } = yield* SpeechToText
      const fileOf = (key: string) => path.join(settings.folder, `${key}.json`)

      const keep = Effect.fnUntraced(
        function* (key: string, answer: Transcription) {
          yield* fs.makeDirectory(settings.folder, { recursive: true })
          const temporary = path.join(settings.folder, `.dubber-${randomBytes(6).toString("hex")}.json`)
          yield* fs.writeFileString(temporary, `${written(answer)}\n`).pipe(
            Effect.andThen(fs.rename(temporary, fileOf(key))),
            Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true })))
          )
        },
        Effect.catch((error) => Effect.logDebug(`A transcription could not be kept: ${error.message}`))
      )

      return SpeechToText.of({
        provider,
        transcribe: (request) =>
          Effect.gen(function* () {
            const key = keyOf(provider, request)
            const kept = yield* fs
              .readFileString(fileOf(key))
              .pipe(Effect.flatMap(Schema.decodeEffect(Kept)), Effect.option)
            if (kept._tag === "Some") {
              yield* log.cached("transcription")
              return { ...kept.value, language: kept.value.language }
            }
            // Only waits can be interrupted in there: an answer that has come is written before this ends.
            return yield* Effect.uninterruptible(Effect.tap(transcribe(request), (answer) => keep(key, answer)))
          })
      })
    })
  ).pipe(Layer.provide(inner))
