import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type OpenAI from "openai"
import { isOpenAi, type Endpoint } from "./Endpoint.ts"
import { HeadersListener } from "./ResponseHeaders.ts"

/**
 * OpenAI's client for an endpoint, making one attempt a call; the library is loaded when this runs. A server without a
 * key gets no Authorization header, and only OpenAI itself is told the organization and project of the environment.
 * The headers of every answer go to the `HeadersListener` that is there when the client is made.
 */
export const openAiClient = Effect.fnUntraced(function* (endpoint: Endpoint) {
  const { default: Client } = yield* Effect.promise(() => import("openai"))
  const listen = yield* HeadersListener
  const foreign = isOpenAi(endpoint) ? {} : { organization: null, project: null, adminAPIKey: null }
  const client: OpenAI = new Client({
    ...foreign,
    baseURL: endpoint.baseUrl,
    apiKey: endpoint.apiKey === undefined ? "none" : Redacted.value(endpoint.apiKey),
    ...(endpoint.apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    maxRetries: 0,
    logLevel: "off",
    fetch: (url, init) =>
      globalThis.fetch(url, init).then((response) => {
        listen(response.headers)
        return response
      })
  })
  return client
})
