import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Word } from "../../domain/Cue.ts"
import * as Language from "../../domain/Language.ts"
import { BadAnswer, ServiceError } from "../../requests/ServiceError.ts"
import type { TranscribedSegment, Transcription } from "../SpeechToText.ts"

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const HeardWord = Schema.Struct({ word: Schema.String, start: Schema.Finite, end: Schema.Finite })

/** `verbose_json` and `diarized_json` as OpenAI and the compatible servers answer them; everything but the text may be missing. */
const Answer = Schema.Struct({
  text: optional(Schema.String),
  language: optional(Schema.String),
  words: optional(Schema.Array(HeardWord)),
  segments: optional(
    Schema.Array(
      Schema.Struct({
        text: Schema.String,
        start: Schema.Finite,
        end: Schema.Finite,
        speaker: optional(Schema.String),
        words: optional(Schema.Array(HeardWord))
      })
    )
  )
})
type Answer = typeof Answer.Type

/** "A", "1", "SPEAKER_00" and "speaker_0" as people write them; names as they are. */
export const speakerLabel = (label: string | null | undefined): string | null => {
  const name = (label ?? "").trim()
  if (name === "") return null
  const counted = /^speaker[_ -]?(\d+)$/i.exec(name)
  if (counted !== null) return `speaker ${Number(counted[1]) + 1}`
  return /^(?:[A-Z]|\d+)$/.test(name) ? `speaker ${name}` : name
}

export const badAnswer = (service: string, message: string) =>
  new ServiceError({ service, reason: new BadAnswer({ message }) })

export const languageOf = (name: string | null | undefined): Language.Language | undefined =>
  name == null ? undefined : Option.getOrUndefined(Language.parse(name))

const toTranscription = (answer: Answer): Transcription => {
  const segments = (answer.segments ?? []).map(({ text, start, end, speaker }): TranscribedSegment => ({
    text,
    start,
    end,
    speaker: speakerLabel(speaker)
  }))
  const heard = answer.words ?? (answer.segments ?? []).flatMap(({ words }) => words ?? [])
  return {
    text: answer.text ?? segments.map(({ text }) => text.trim()).join(" "),
    language: languageOf(answer.language),
    segments,
    words: heard.map(({ word, start, end }): Word => ({ text: word, start, end }))
  }
}

/** Reads what a server answered: the JSON that was asked for, or bare text where it knows nothing else. */
export const readAnswer = (service: string, body: unknown): Effect.Effect<Transcription, ServiceError> =>
  typeof body === "string"
    ? Effect.succeed({ text: body.trim(), language: undefined, segments: [], words: [] })
    : Schema.decodeUnknownEffect(Answer)(body).pipe(
        Effect.mapError(() => badAnswer(service, "the answer is not the JSON that a transcription is")),
        Effect.filterOrFail(
          (answer) => answer.text != null || answer.segments != null,
          () => badAnswer(service, "the answer holds no text")
        ),
        Effect.map(toTranscription)
      )
