import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type OpenAI from "openai"
import { isOpenAi, type Endpoint } from "./Endpoint.ts"
import { mostMoves, movedTo, wantsKey } from "./Redirect.ts"
import { HeadersListener } from "./ResponseHeaders.ts"

type Fetch = typeof globalThis.fetch

/** Sends a request on where it stays the same: without the key where that is another origin. */
const following =
  (origin: string | undefined, moves: number): Fetch =>
  (url, init) =>
    globalThis.fetch(url, { ...init, redirect: "manual" }).then((response) => {
      const from = typeof url === "object" && "url" in url ? url.url : url
      const method = init?.method?.toUpperCase() === "GET" ? "GET" : "POST"
      const to = movedTo(method, from, response.status, response.headers.get("location"))
      if (to === undefined || moves === 0) return response
      const first = origin ?? URL.parse(String(from))?.origin
      const headers = new Headers(init?.headers)
      const secret = ["authorization", "openai-organization", "openai-project"]
      if (to.origin !== first) for (const name of secret) headers.delete(name)
      return Promise.resolve(response.body?.cancel())
        .then(() => following(first, moves - 1)(to, { ...init, headers }))
        .then((moved) => {
          if (!wantsKey(first, to, moved.status, new Headers(init?.headers).has("authorization"))) return moved
          const pointing = new Response(null, { status: response.status, headers: response.headers })
          return Promise.resolve(moved.body?.cancel()).then(() => pointing)
        })
    })

/** A failure that says when to come again says when that was said. */
const withDate = (response: Response, now: number): Response => {
  const { headers, ok, status, statusText } = response
  if (ok || !headers.has("retry-after") || (headers.get("date") ?? "") !== "") return response
  const dated = new Headers(headers)
  dated.set("date", DateTime.formatIso(DateTime.makeUnsafe(now)))
  return new Response(response.body, { status, statusText, headers: dated })
}

/**
 * OpenAI's client for an endpoint, making one attempt a call; the library is loaded when this runs. A server without a
 * key gets no Authorization header, and only OpenAI itself is told the organization and project of the environment.
 * The headers of every answer go to the `HeadersListener` that is there when the client is made.
 */
export const openAiClient = Effect.fnUntraced(function* (endpoint: Endpoint) {
  const { default: Client } = yield* Effect.promise(() => import("openai"))
  const listen = yield* HeadersListener
  const clock = yield* Clock.Clock
  const send = following(undefined, mostMoves)
  const foreign = isOpenAi(endpoint) ? {} : { organization: null, project: null, adminAPIKey: null }
  const client: OpenAI = new Client({
    ...foreign,
    baseURL: endpoint.baseUrl,
    apiKey: endpoint.apiKey === undefined ? "none" : Redacted.value(endpoint.apiKey),
    ...(endpoint.apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    maxRetries: 0,
    logLevel: "off",
    fetch: (url, init) =>
      send(url, init).then((response) => {
        listen(response.headers)
        return withDate(response, clock.currentTimeMillisUnsafe())
      })
  })
  return client
})
