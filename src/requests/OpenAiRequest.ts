import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { brotliDecompressSync, gunzipSync, inflateSync, type ZlibOptions } from "node:zlib"
import { version } from "../version.ts"
import { isOpenAi, optionalString, type Endpoint } from "./Endpoint.ts"
import { mostMoves, movedTo, wantsKey } from "./Redirect.ts"
import { fromResponse } from "./ResponseErrors.ts"
import { dated, fromRecord, HeadersListener, type ResponseHeaders } from "./ResponseHeaders.ts"
import type { ServiceError } from "./ServiceError.ts"
import { fromTransport } from "./TransportErrors.ts"

/** The whole answer to a request that was granted. */
export interface Answer {
  readonly bytes: Uint8Array
  readonly headers: ResponseHeaders
}

/** An answer whose body has not been read yet. */
interface Unread {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | Array<string> | undefined>>
  readonly content: () => Promise<ArrayBuffer>
}

/** "p%40ss" is "p@ss"; what has a % of its own is as it stands. */
const unescaped = (text: string): string => Option.getOrElse(Option.liftThrowable(decodeURIComponent)(text), () => text)

/** Who asks: the program; the key, else what stands in the address; and whom OpenAI itself shall charge. */
const headersFor = Effect.fnUntraced(function* (endpoint: Endpoint) {
  const { password = "", username = "" } = URL.parse(endpoint.baseUrl) ?? {}
  const basic = `${unescaped(username)}:${unescaped(password)}`
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
    accept: "*/*",
    // Sound is packed already, or not worth it.
    "accept-encoding": "identity",
    "user-agent": `dubber/${version}`,
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

const dispatcherOf = (generation: 1 | 2): unknown =>
  Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${generation}`))

/**
 * undici, through the proxies of the environment where Node was told to use them (NODE_USE_ENV_PROXY). Older ones know
 * that of their own copy only, whose place this one takes when it is loaded.
 */
const loadUndici = Effect.promise(() => {
  const ofNode = dispatcherOf(1)
  const isShared = dispatcherOf(2) !== undefined
  return import("undici").then((undici) => {
    const usesProxies = ofNode instanceof Object && ofNode.constructor.name === "EnvHttpProxyAgent"
    if (usesProxies && !isShared) undici.setGlobalDispatcher(new undici.EnvHttpProxyAgent())
    return undici
  })
})

const codings: Readonly<Record<string, (bytes: Uint8Array, options: ZlibOptions) => Buffer>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync
}

/** An answer's body as it was before it was packed, though nobody asked for that; up to 1 GiB. */
const unpacked = (bytes: Uint8Array, headers: ResponseHeaders): Uint8Array => {
  const unpack = codings[headers.get("content-encoding")?.trim().toLowerCase() ?? ""]
  return unpack === undefined ? bytes : unpack(bytes, { maxOutputLength: 2 ** 30 })
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
  const clock = yield* Clock.Clock
  const { request } = yield* loadUndici
  const known = yield* headersFor(endpoint)

  const send = async (
    url: URL | string,
    body: string | null,
    signal: AbortSignal,
    origin = typeof url === "string" ? url : url.origin,
    moves = mostMoves
  ): Promise<Unread> => {
    const method = body === null ? "GET" : "POST"
    const isOwn = typeof url === "string" || url.origin === origin
    const response = await request(url, {
      method,
      headers: {
        // The key must not go to another origin.
        ...(isOwn ? known : { accept: known.accept, "accept-encoding": "identity", "user-agent": known["user-agent"] }),
        ...(body === null ? {} : { "content-type": "application/json" })
      },
      body,
      signal,
      // The deadline is the caller's.
      headersTimeout: 0,
      bodyTimeout: 0
    })
    const to = movedTo(method, url, response.statusCode, fromRecord(response.headers).get("location"))
    if (to === undefined || moves === 0) return { ...response, content: () => response.body.arrayBuffer() }
    await response.body.dump()
    const moved = await send(to, body, signal, origin, moves - 1)
    if (!wantsKey(origin, to, moved.statusCode, "authorization" in known)) return moved
    await moved.content()
    return { ...response, content: async () => new ArrayBuffer(0) }
  }

  return (path: string, body?: unknown): Effect.Effect<Answer, ServiceError> =>
    Effect.tryPromise({
      try: async (signal) => {
        const url = addressUnder(endpoint.baseUrl, path)
        const response = await send(url, body === undefined ? null : JSON.stringify(body), signal)
        const headers = dated(fromRecord(response.headers), clock.currentTimeMillisUnsafe())
        listen(headers)
        const bytes = unpacked(new Uint8Array(await response.content()), headers)
        if (response.statusCode < 200 || response.statusCode > 299) {
          const bodyText = new TextDecoder().decode(bytes)
          return fromResponse(service, { status: response.statusCode, headers, bodyText })
        }
        return { bytes, headers } satisfies Answer
      },
      catch: (error) => fromTransport(service, error, deadlineSeconds)
    }).pipe(Effect.flatMap((answer) => ("bytes" in answer ? Effect.succeed(answer) : Effect.fail(answer))))
})
