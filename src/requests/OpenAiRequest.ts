import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { isOpenAi, optionalString, type Endpoint } from "./Endpoint.ts"
import { fromResponse } from "./ResponseErrors.ts"
import { fromRecord, HeadersListener, type ResponseHeaders } from "./ResponseHeaders.ts"
import type { ServiceError } from "./ServiceError.ts"
import { fromTransport } from "./TransportErrors.ts"

/** The whole answer to a request that was granted. */
export interface Answer {
  readonly bytes: Uint8Array
  readonly headers: ResponseHeaders
}

/** Who asks: the key, else what stands in the address; and whom OpenAI itself shall charge. */
const authorization = Effect.fnUntraced(function* (endpoint: Endpoint) {
  const { password = "", username = "" } = URL.parse(endpoint.baseUrl) ?? {}
  const basic = [username, password].map(decodeURIComponent).join(":")
  const own =
    endpoint.apiKey !== undefined
      ? `Bearer ${Redacted.value(endpoint.apiKey)}`
      : username === ""
        ? undefined
        : `Basic ${Buffer.from(basic).toString("base64")}`
  const isOwn = isOpenAi(endpoint)
  const named = (name: string) =>
    isOwn ? Effect.orElseSucceed(optionalString(name), () => undefined) : Effect.succeed(undefined)
  const organization = yield* named("OPENAI_ORG_ID")
  const project = yield* named("OPENAI_PROJECT_ID")
  return {
    ...(own === undefined ? {} : { authorization: own }),
    ...(organization === undefined ? {} : { "openai-organization": organization }),
    ...(project === undefined ? {} : { "openai-project": project })
  }
})

/** The address of a path under a base URL, whose query stays; user and password go into a header. */
const addressUnder = (baseUrl: string, path: string): URL | string => {
  const url = URL.parse(baseUrl)
  if (url === null) return baseUrl
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`
  url.username = ""
  url.password = ""
  return url
}

/**
 * How an endpoint is asked where thousands of requests are made and the answers are large: by undici itself, at half
 * of what OpenAI's client takes of the processor. One attempt a call, POST with a body and GET without. Headers and body
 * come in one promise: the signal must outlive the headers, or an interruption while the body comes leaves the
 * connection open. Headers go to the `HeadersListener` that is there when this is made.
 */
export const openAiRequest = Effect.fnUntraced(function* (
  service: string,
  endpoint: Endpoint,
  /** For the message of a time-out. */
  deadlineSeconds: number
) {
  const listen = yield* HeadersListener
  const { getGlobalDispatcher, interceptors, request } = yield* Effect.promise(() => import("undici"))
  // Not to another origin with the key: the interceptor leaves it out there.
  const dispatcher = getGlobalDispatcher().compose(interceptors.redirect({ maxRedirections: 5 }))
  const known = yield* authorization(endpoint)

  return (path: string, body?: unknown): Effect.Effect<Answer, ServiceError> =>
    Effect.tryPromise({
      try: async (signal) => {
        const response = await request(addressUnder(endpoint.baseUrl, path), {
          method: body === undefined ? "GET" : "POST",
          headers: body === undefined ? known : { ...known, "content-type": "application/json" },
          body: body === undefined ? null : JSON.stringify(body),
          dispatcher,
          signal,
          // The deadline is the caller's.
          headersTimeout: 0,
          bodyTimeout: 0
        })
        const headers = fromRecord(response.headers)
        listen(headers)
        const bytes = new Uint8Array(await response.body.arrayBuffer())
        if (response.statusCode < 200 || response.statusCode > 299) {
          const bodyText = new TextDecoder().decode(bytes)
          return fromResponse(service, { status: response.statusCode, headers, bodyText })
        }
        return { bytes, headers } satisfies Answer
      },
      catch: (error) => fromTransport(service, error, deadlineSeconds)
    }).pipe(Effect.flatMap((answer) => ("bytes" in answer ? Effect.succeed(answer) : Effect.fail(answer))))
})
