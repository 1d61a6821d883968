import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as HttpClient from "effect/http/HttpClient"
import type { Word } from "../../domain/Cue.ts"
import * as Language from "../../domain/Language.ts"
import { addressOf, type Endpoint } from "../../requests/Endpoint.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { SpeechToText, type Transcription, type TranscriptionProvider } from "../SpeechToText.ts"
import { badAnswer, languageOf, Seconds } from "./Answer.ts"
import { postForm } from "./Http.ts"

export interface WhisperCppSettings {
  /** Where `whisper-server` listens; `/inference` is added unless the address has a path of its own. */
  readonly endpoint: Endpoint
  /** A name for the report: the server has the model that it was started with. */
  readonly model?: string | undefined
  readonly deadlineSeconds?: number | undefined
}

const service = "whisper-cpp"

const Token = Schema.Struct({ word: Schema.String, start: Seconds, end: Seconds })

const Answer = Schema.Struct({
  text: Schema.optionalKey(Schema.String),
  language: Schema.optionalKey(Schema.String),
  detected_language: Schema.optionalKey(Schema.String),
  segments: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        text: Schema.String,
        start: Seconds,
        end: Seconds,
        words: Schema.optionalKey(Schema.Array(Token))
      })
    )
  ),
  error: Schema.optionalKey(Schema.String)
})

const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** The server's words are the model's tokens: one that begins with a space begins a word, the others go on with it. */
export const mergeTokens = (tokens: ReadonlyArray<typeof Token.Type>): ReadonlyArray<Word> => {
  const words: Array<Word> = []
  for (const { word, start, end } of tokens) {
    if (word.trim() === "" || /^\[_.*\]$/.test(word.trim())) continue
    const last = words.at(-1)
    const begins = last === undefined || /^\s/.test(word) || (spaceless.test(word) && spaceless.test(last.text))
    if (begins) words.push({ text: word.trim(), start, end })
    else words[words.length - 1] = { text: last.text + word.trimEnd(), start: last.start, end: Math.max(last.end, end) }
  }
  return words
}

const toTranscription = (answer: typeof Answer.Type): Transcription => {
  const segments = answer.segments ?? []
  return {
    text: answer.text?.trim() ?? segments.map(({ text }) => text.trim()).join(" "),
    language: languageOf(answer.detected_language ?? answer.language),
    segments: segments.map(({ text, start, end }) => ({ text, start, end, speaker: null })),
    words: segments.flatMap(({ words }) => mergeTokens(words ?? []))
  }
}

const inferenceUrl = (endpoint: Endpoint): string => {
  const address = addressOf(endpoint)
  return /^[a-z]+:\/\/[^/]+$/i.test(address) ? `${address}/inference` : address
}

/**
 * Transcription by the server of whisper.cpp: `POST {base}/inference`, one request at a time, because that is what it
 * answers.
 */
export const layer = (settings: WhisperCppSettings) =>
  Layer.effect(
    SpeechToText,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const client = yield* HttpClient.HttpClient
      const oneAtATime = yield* Semaphore.make(1)
      const url = inferenceUrl(settings.endpoint)
      const key = settings.endpoint.apiKey

      const provider: TranscriptionProvider = {
        service,
        model: settings.model ?? "whisper",
        address: addressOf(settings.endpoint),
        hasTimes: true,
        longestSeconds: Infinity,
        largestBytes: 100_000_000
      }

      const transcribe: SpeechToText["Service"]["transcribe"] = Effect.fn("WhisperCpp.transcribe")(function* (request) {
        const ask = postForm(request, {
          service,
          url,
          headers: key === undefined ? {} : { authorization: `Bearer ${Redacted.value(key)}` },
          fields: {
            response_format: "verbose_json",
            temperature: "0",
            language: request.language === undefined ? "auto" : Language.primary(request.language),
            ...(request.prompt === undefined ? {} : { prompt: request.prompt })
          },
          // On a slow processor a large model takes several times the length of the sound.
          deadlineSeconds: settings.deadlineSeconds ?? Math.ceil(300 + request.seconds * 6)
        }).pipe(
          Effect.provideService(HttpClient.HttpClient, client),
          Effect.flatMap((body) =>
            Effect.mapError(Schema.decodeUnknownEffect(Answer)(body), () =>
              badAnswer(service, "the answer is not the JSON that a transcription is")
            )
          ),
          Effect.filterOrFail(
            ({ error, text, segments }) => error === undefined && (text !== undefined || segments !== undefined),
            () => badAnswer(service, "the server could not read the sound")
          )
        )
        const answer = yield* oneAtATime.withPermits(1)(log.attempt("transcription", request.subject, ask))
        yield* log.used("transcription", { audioSeconds: request.seconds })
        return toTranscription(answer)
      })

      return SpeechToText.of({ provider, transcribe })
    })
  )
