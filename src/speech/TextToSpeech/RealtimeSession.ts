import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import { addressOf, type Endpoint } from "../../requests/Endpoint.ts"
import { fromResponse } from "../../requests/ResponseErrors.ts"
import { fromRecord, observeHeaders } from "../../requests/ResponseHeaders.ts"
import { BadAnswer, Refused, ServiceError, Unavailable } from "../../requests/ServiceError.ts"
import { fromTransport } from "../../requests/TransportErrors.ts"

export const service = "realtime"

const Failure = Schema.Struct({
  message: Schema.optional(Schema.NullOr(Schema.String)),
  type: Schema.optional(Schema.NullOr(Schema.String)),
  code: Schema.optional(Schema.NullOr(Schema.String)),
  param: Schema.optional(Schema.NullOr(Schema.String))
})
type Failure = typeof Failure.Type

/** What is read of the events of the service; all others, and all other fields, are passed over. */
const Event = Schema.fromJsonString(
  Schema.Struct({
    type: Schema.String,
    delta: Schema.optional(Schema.String),
    transcript: Schema.optional(Schema.String),
    error: Schema.optional(Schema.NullOr(Failure)),
    rate_limits: Schema.optional(
      Schema.Array(
        Schema.Struct({
          name: Schema.String,
          limit: Schema.Finite,
          remaining: Schema.Finite,
          reset_seconds: Schema.Finite
        })
      )
    ),
    response: Schema.optional(
      Schema.Struct({
        status: Schema.optional(Schema.NullOr(Schema.String)),
        status_details: Schema.optional(
          Schema.NullOr(
            Schema.Struct({
              reason: Schema.optional(Schema.NullOr(Schema.String)),
              error: Schema.optional(Schema.NullOr(Failure))
            })
          )
        ),
        usage: Schema.optional(
          Schema.NullOr(
            Schema.Struct({
              output_token_details: Schema.optional(
                Schema.NullOr(Schema.Struct({ audio_tokens: Schema.optional(Schema.Finite) }))
              )
            })
          )
        )
      })
    )
  })
)
type Event = typeof Event.Type
const decodeEvent = Schema.decodeUnknownOption(Event)

/** One line as it was spoken. */
export interface Spoken {
  /** 24 kHz, 16 bits, mono. */
  readonly bytes: Uint8Array
  /** What the service says that it said. */
  readonly transcript: string
}

/** Told once of all that is paid for, however the answer ends: bytes of sound, and what the service says it counts. */
export type OnHeard = (byteCount: number, audioTokens: number | undefined) => Effect.Effect<void>

/** An open connection that speaks with one voice, one line at a time. */
export interface Session {
  readonly openedAt: number
  /** Fails once the connection is gone. */
  readonly speak: (text: string, instructions: string, onHeard: OnHeard) => Effect.Effect<Spoken, ServiceError>
  readonly isOpen: Effect.Effect<boolean>
  readonly close: Effect.Effect<void>
}

const statuses: ReadonlyArray<readonly [pattern: RegExp, status: number]> = [
  [/invalid_api_key|authentication|missing_api_key/, 401],
  [/permission|not_allowed/, 403],
  [/rate_limit|insufficient_quota|quota|billing|spend_limit/, 429],
  [/model_not_found|not_found|invalid_voice/, 404],
  [/session_expired|server_error|internal|overloaded|unavailable/, 503]
]

/** Failures come as events here; they are read as the answers they would be over HTTP. */
const fromFailure = (failure: Failure | null | undefined): ServiceError => {
  const label = `${failure?.type ?? ""} ${failure?.code ?? ""}`
  const status = statuses.find(([pattern]) => pattern.test(label))?.[1] ?? (/invalid/.test(label) ? 400 : 503)
  return fromResponse(service, { status, headers: fromRecord({}), bodyText: JSON.stringify({ error: failure ?? {} }) })
}

const fromSocket = (error: Socket.SocketError): ServiceError => {
  const reason = error.reason
  if (reason._tag === "SocketCloseError") {
    const message = `the connection was closed (${reason.code})`
    return new ServiceError({ service, reason: new Unavailable({ message }) })
  }
  const cause = (reason as { readonly cause?: unknown }).cause
  const inner = (cause as { readonly error?: unknown } | undefined)?.error ?? cause
  const status = /server response: (\d{3})/.exec(String((inner as Error | undefined)?.message))?.[1]
  return status === undefined
    ? fromTransport(service, inner)
    : fromResponse(service, { status: Number(status), headers: fromRecord({}), bodyText: "" })
}

const bad = (message: string) => new ServiceError({ service, reason: new BadAnswer({ message }) })

const outcome = ({ response }: Event): Effect.Effect<void, ServiceError> => {
  const details = response?.status_details
  switch (response?.status) {
    case "completed":
      return Effect.void
    case "failed":
      return Effect.fail(fromFailure(details?.error))
    case "incomplete":
      return Effect.fail(
        details?.reason === "content_filter"
          ? new ServiceError({ service, reason: new Refused({ message: "a content filter stopped it" }) })
          : bad("it stopped before the end of the text")
      )
    default:
      return Effect.fail(bad(`the answer was ${response?.status ?? "left open"}`))
  }
}

const limitHeaders = (limits: NonNullable<Event["rate_limits"]>) =>
  fromRecord(
    Object.fromEntries(
      limits.flatMap(({ name, limit, remaining, reset_seconds }) => [
        [`x-ratelimit-limit-${name}`, String(limit)],
        [`x-ratelimit-remaining-${name}`, String(remaining)],
        [`x-ratelimit-reset-${name}`, `${reset_seconds}s`]
      ])
    )
  )

/** Reads events until the answer is done. */
const collect = (events: Queue.Dequeue<Event, ServiceError>, onHeard: OnHeard) =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let transcript = ""
    let audioTokens: number | undefined
    const done = Effect.gen(function* () {
      while (true) {
        const event = yield* Queue.take(events)
        switch (event.type) {
          case "response.output_audio.delta":
          case "response.audio.delta":
            chunks.push(Buffer.from(event.delta ?? "", "base64"))
            break
          case "response.output_audio_transcript.done":
          case "response.audio_transcript.done":
            transcript += ` ${event.transcript ?? ""}`
            break
          case "rate_limits.updated":
            yield* observeHeaders(limitHeaders(event.rate_limits ?? []))
            break
          case "error":
            return yield* fromFailure(event.error)
          case "response.done":
            audioTokens = event.response?.usage?.output_token_details?.audio_tokens
            yield* outcome(event)
            return { bytes: new Uint8Array(Buffer.concat(chunks)), transcript: transcript.trim() }
        }
      }
    })
    const byteCount = () => chunks.reduce((sum, { length }) => sum + length, 0)
    const heard = Effect.suspend(() => onHeard(byteCount(), audioTokens))
    return Effect.ensuring(done, heard)
  })

/**
 * Opens a connection for one voice and one speed. It is closed with the scope or by itself, whichever comes first;
 * whoever interrupts `speak` must close it, for the rest of the answer is still on its way.
 */
export const open = Effect.fnUntraced(function* (
  endpoint: Endpoint,
  model: string,
  audio: { readonly voice: string | { readonly id: string }; readonly speed: number }
): Effect.fn.Return<Session, ServiceError, Socket.WebSocketConstructor | Scope.Scope> {
  const scope = yield* Effect.flatMap(Effect.scope, (parent) => Scope.fork(parent))
  return yield* Effect.gen(function* () {
    const url = `${addressOf(endpoint).replace(/^http/i, "ws")}/realtime?model=${encodeURIComponent(model)}`
    const headers: Record<string, string> =
      endpoint.apiKey === undefined ? {} : { Authorization: `Bearer ${Redacted.value(endpoint.apiKey)}` }
    const socket = yield* Socket.makeWebSocket(url, { headers })
    const pull = yield* Effect.mapError(Socket.readerString(socket), fromSocket)
    const writer = yield* socket.writer
    const events = yield* Queue.unbounded<Event, ServiceError>()
    let isOpen = true
    yield* pull.pipe(
      Effect.flatMap((frames) =>
        Queue.offerAll(
          events,
          frames.flatMap((frame) => Option.toArray(decodeEvent(frame)))
        )
      ),
      Effect.forever,
      Effect.mapError(fromSocket),
      Effect.catch((error) => {
        isOpen = false
        return Queue.fail(events, error)
      }),
      Effect.forkScoped
    )
    const send = (event: object) => Effect.mapError(writer.write(JSON.stringify(event)), fromSocket)
    const format = { type: "audio/pcm", rate: 24_000 }
    yield* send({
      type: "session.update",
      session: { type: "realtime", output_modalities: ["audio"], audio: { output: { format, ...audio } } }
    })
    const speak = Effect.fnUntraced(function* (text: string, instructions: string, onHeard: OnHeard) {
      const content = [{ type: "input_text", text }]
      // Out of the conversation: what was said before neither colours a line nor is paid for again.
      yield* send({
        type: "response.create",
        response: {
          conversation: "none",
          input: [{ type: "message", role: "user", content }],
          instructions,
          output_modalities: ["audio"]
        }
      })
      return yield* collect(events, onHeard)
    })
    return {
      openedAt: yield* Clock.currentTimeMillis,
      speak,
      isOpen: Effect.sync(() => isOpen),
      close: Scope.close(scope, Exit.void)
    }
  }).pipe(
    Scope.provide(scope),
    Effect.onError(() => Scope.close(scope, Exit.void))
  )
})
