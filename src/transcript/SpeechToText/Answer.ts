import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Word } from "../../domain/Cue.ts"
import * as Language from "../../domain/Language.ts"
import { BadAnswer, ServiceError } from "../../requests/ServiceError.ts"
import { tidyName } from "../Subtitles/Markup.ts"
import type { Doubt, TranscribedSegment, Transcription } from "../SpeechToText.ts"

const optional = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** Some servers write numbers as strings. */
export const Seconds = Schema.Union([Schema.Finite, Schema.FiniteFromString])

const HeardWord = Schema.Struct({ word: Schema.String, start: Seconds, end: Seconds })

/** `verbose_json` and `diarized_json` as OpenAI and the compatible servers answer them; everything but the text may be missing. */
const Answer = Schema.Struct({
  text: optional(Schema.String),
  language: optional(Schema.String),
  words: optional(Schema.Array(HeardWord)),
  segments: optional(
    Schema.Array(
      Schema.Struct({
        text: Schema.String,
        start: Seconds,
        end: Seconds,
        speaker: optional(Schema.String),
        words: optional(Schema.Array(HeardWord)),
        no_speech_prob: Schema.optionalKey(Schema.Unknown),
        avg_logprob: Schema.optionalKey(Schema.Unknown)
      })
    )
  )
})
type Answer = typeof Answer.Type

/** "A", "1", "SPEAKER_00" and "speaker_0" as people write them; names as they are. */
export const speakerLabel = (label: string | null | undefined): string | null => {
  const name = tidyName(label ?? "")
  if (name === "") return null
  const counted = /^speaker[_ -]?(\d+)$/i.exec(name)
  if (counted !== null) return `speaker ${Number(counted[1]) + 1}`
  return /^(?:[A-Z]|\d+)$/.test(name) ? `speaker ${name}` : name
}

export const badAnswer = (service: string, message: string) =>
  new ServiceError({ service, reason: new BadAnswer({ message }) })

export const languageOf = (name: string | null | undefined): Language.Language | undefined =>
  name == null ? undefined : Option.getOrUndefined(Language.parse(name))

/** Whisper takes a segment for silence where it is so sure of that, and so unsure of its words. */
const silent = { probability: 0.6, logProbability: -1 }

const doubtOf = (noSpeech: unknown, logProbability: unknown): Doubt | undefined => {
  if (typeof noSpeech !== "number" || noSpeech <= silent.probability) return undefined
  return typeof logProbability === "number" && logProbability < silent.logProbability ? "grave" : "some"
}

const toTranscription = (answer: Answer): Transcription => {
  const segments = (answer.segments ?? []).map(({ end, speaker, start, text, ...segment }): TranscribedSegment => {
    const doubt = doubtOf(segment.no_speech_prob, segment.avg_logprob)
    return { text, start, end, speaker: speakerLabel(speaker), ...(doubt === undefined ? {} : { doubt }) }
  })
  const heard = answer.words ?? (answer.segments ?? []).flatMap(({ words }) => words ?? [])
  return {
    text: answer.text ?? segments.map(({ text }) => text.trim()).join(" "),
    language: languageOf(answer.language),
    segments,
    words: heard.map(({ word, start, end }): Word => ({ text: word, start, end }))
  }
}

const notJson = (service: string) => badAnswer(service, "the answer is not the JSON that a transcription is")

const readJson = (service: string, body: unknown): Effect.Effect<Transcription, ServiceError> =>
  Schema.decodeUnknownEffect(Answer)(body).pipe(
    Effect.mapError(() => notJson(service)),
    Effect.filterOrFail(
      (answer) => answer.text != null || answer.segments != null,
      () => badAnswer(service, "the answer holds no text")
    ),
    Effect.map(toTranscription)
  )

const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/**
 * Reads what a server answered: the JSON that was asked for, also where it is said to be text, or bare text where it
 * knows nothing else. Pages of gateways and halves of JSON are no text.
 */
export const readAnswer = (service: string, body: unknown): Effect.Effect<Transcription, ServiceError> => {
  if (typeof body !== "string") return readJson(service, body)
  const text = body.trim()
  if (/^<(?:!doctype|!--|html|head|body|\?xml)\b/i.test(text)) {
    return Effect.fail(badAnswer(service, "the answer is a web page, not a transcription"))
  }
  if (!/^[{[]\s*["{[]/.test(text)) return Effect.succeed({ text, language: undefined, segments: [], words: [] })
  return Option.match(parseJson(text), {
    onNone: () => Effect.fail(notJson(service)),
    onSome: (json) => readJson(service, json)
  })
}
