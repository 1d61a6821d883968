import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as HttpClient from "effect/http/HttpClient"
import * as Language from "../../domain/Language.ts"
import { addressOf, type Endpoint } from "../../requests/Endpoint.ts"
import { defaultModels, findModel, priceOfTranscription } from "../../requests/Models.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import {
  SpeechToText,
  type TranscribedSegment,
  type Transcription,
  type TranscriptionProvider
} from "../SpeechToText.ts"
import { badAnswer, languageOf, Seconds, speakerLabel } from "./Answer.ts"
import { postForm } from "./Http.ts"

export interface ElevenLabsSettings {
  readonly endpoint: Endpoint
  readonly model?: string | undefined
  readonly deadlineSeconds?: number | undefined
}

const service = "elevenlabs"
/** As many as it tells apart. */
const mostSpeakers = 32

const Heard = Schema.Struct({
  text: Schema.String,
  start: Schema.optionalKey(Schema.NullOr(Seconds)),
  end: Schema.optionalKey(Schema.NullOr(Seconds)),
  type: Schema.optionalKey(Schema.String),
  speaker_id: Schema.optionalKey(Schema.NullOr(Schema.String))
})
type Heard = typeof Heard.Type

const Answer = Schema.Struct({
  text: Schema.String,
  language_code: Schema.optionalKey(Schema.NullOr(Schema.String)),
  words: Schema.optionalKey(Schema.Array(Heard))
})

const sentenceEnd = /[.!?…。！？।؟]["'”’»)]*$/u

/** The segment of a speaker that goes on, and the space before his next word. */
interface Open {
  readonly at: number
  readonly space: string
}

/**
 * Segments out of words: one ends with its sentence and at a pause. Speakers who talk at once have theirs side by side,
 * whatever the order of their words.
 */
const segmentsOf = (heard: ReadonlyArray<Heard>): ReadonlyArray<TranscribedSegment> => {
  const segments: Array<TranscribedSegment> = []
  const going = new Map<string | null, Open>()
  let speaking: string | null = null
  for (const { type, text, start, end, speaker_id: speakerId } of heard) {
    const named = speakerLabel(speakerId)
    const speaker: string | null = type === "spacing" ? (named ?? speaking) : named
    const there = going.get(speaker)
    if (type === "spacing") {
      if (there !== undefined) going.set(speaker, { ...there, space: text })
      continue
    }
    if (type === "audio_event" || start == null || end == null) continue
    speaking = speaker
    const last = there === undefined ? undefined : segments[there.at]
    const goesOn = last !== undefined && start - last.end < 0.8 && end - last.start < 15
    const at = goesOn ? there!.at : segments.length
    segments[at] = goesOn
      ? { text: last.text + there!.space + text, start: last.start, end: Math.max(last.end, end), speaker }
      : { text, start, end, speaker }
    if (sentenceEnd.test(text)) going.delete(speaker)
    else going.set(speaker, { at, space: "" })
  }
  return segments
}

const toTranscription = (answer: typeof Answer.Type): Transcription => ({
  text: answer.text,
  language: languageOf(answer.language_code),
  segments: segmentsOf(answer.words ?? []),
  words: (answer.words ?? []).flatMap(({ text, start, end, type }) =>
    (type === undefined || type === "word") && start != null && end != null ? [{ text, start, end }] : []
  )
})

/** Transcription by Scribe of ElevenLabs: `POST {base}/v1/speech-to-text`, with speakers and the times of words. */
export const layer = (settings: ElevenLabsSettings) =>
  Layer.effect(
    SpeechToText,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const client = yield* HttpClient.HttpClient
      const model = settings.model ?? defaultModels.transcription.elevenlabs
      const known = findModel(model)
      const address = addressOf(settings.endpoint)
      const key = settings.endpoint.apiKey

      const provider: TranscriptionProvider = {
        service,
        model,
        address,
        hasTimes: true,
        hasSpeakers: true,
        takesSpeakers: true,
        longestSeconds: known?.longestSeconds ?? Infinity,
        largestBytes: known?.largestBytes ?? 1_000_000_000,
        usdPerMinute: known?.usdPerMinute
      }

      const transcribe: SpeechToText["Service"]["transcribe"] = Effect.fn("ElevenLabs.transcribe")(function* (request) {
        const ask = postForm(request, {
          service,
          url: `${address}/v1/speech-to-text`,
          headers: key === undefined ? {} : { "xi-api-key": Redacted.value(key) },
          fields: {
            model_id: model,
            diarize: "true",
            timestamps_granularity: "word",
            tag_audio_events: "false",
            ...(request.speakers === undefined
              ? {}
              : { num_speakers: String(Math.min(mostSpeakers, request.speakers)) }),
            ...(request.language === undefined ? {} : { language_code: Language.primary(request.language) })
          },
          deadlineSeconds: settings.deadlineSeconds ?? Math.ceil(120 + request.seconds * 0.5)
        }).pipe(
          Effect.provideService(HttpClient.HttpClient, client),
          Effect.flatMap((body) =>
            Effect.mapError(Schema.decodeUnknownEffect(Answer)(body), () =>
              badAnswer(service, "the answer is not the JSON that a transcription is")
            )
          )
        )
        const answer = yield* log.attempt("transcription", request.subject, ask)
        const usd = priceOfTranscription(model, request.seconds)
        yield* log.used("transcription", { audioSeconds: request.seconds, ...(usd === undefined ? {} : { usd }) })
        return toTranscription(answer)
      })

      return SpeechToText.of({ provider, transcribe })
    })
  )
