import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { withDeadline } from "../../requests/Deadline.ts"
import { fromResponse } from "../../requests/ResponseErrors.ts"
import { dated, fromRecord, observeHeaders } from "../../requests/ResponseHeaders.ts"
import { fromTransport } from "../../requests/TransportErrors.ts"
import type { TranscriptionRequest } from "../SpeechToText.ts"
import { badAnswer } from "./Answer.ts"

export interface FormSettings {
  readonly service: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, string>>
  readonly deadlineSeconds: number
}

/** Sends a sound as a form, once, and gives the JSON that comes back. */
export const postForm = Effect.fnUntraced(function* (request: TranscriptionRequest, settings: FormSettings) {
  const { service, deadlineSeconds } = settings
  const client = yield* HttpClient.HttpClient
  const form = new FormData()
  for (const [name, value] of Object.entries(settings.fields)) form.append(name, value)
  const blob = new Blob([Uint8Array.from(request.audio)], { type: request.contentType })
  form.append("file", blob, request.fileName)
  const post = HttpClientRequest.post(settings.url).pipe(
    HttpClientRequest.setHeaders(settings.headers),
    HttpClientRequest.bodyFormData(form)
  )
  return yield* Effect.gen(function* () {
    const response = yield* client.execute(post)
    const headers = dated(fromRecord(response.headers), yield* Clock.currentTimeMillis)
    yield* observeHeaders(headers)
    const text = yield* response.text
    if (response.status < 200 || response.status > 299) {
      return yield* fromResponse(service, { status: response.status, headers, bodyText: text })
    }
    return yield* Effect.try({
      try: (): unknown => JSON.parse(text),
      catch: () => badAnswer(service, "the answer is not the JSON that a transcription is")
    })
  }).pipe(
    // The key must not go where a redirect points.
    Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }),
    Effect.mapError((error) => fromTransport(service, error, deadlineSeconds)),
    withDeadline(service, deadlineSeconds)
  )
})
