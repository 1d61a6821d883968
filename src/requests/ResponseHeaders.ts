import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"

/** The headers of a response by lower-case name: a `Headers`, or a look-up over a record. */
export interface ResponseHeaders {
  readonly get: (name: string) => string | null | undefined
}

/** Headers out of a record with lower-case names, as effect/http and node:http give them. */
export const fromRecord = (record: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>) => ({
  get: (name: string): string | undefined => {
    const value = record[name]
    return typeof value === "string" ? value : value?.[0]
  }
})

/** The same headers with a Date: where the answer has none, of when it came, in milliseconds since 1970. */
export const dated = ({ get }: ResponseHeaders, cameAt: number): ResponseHeaders => ({
  get: (name) => get(name) || (name === "date" ? DateTime.formatIso(DateTime.makeUnsafe(cameAt)) : undefined)
})

/**
 * Who is told of the headers of every answer, the good and the bad: limits stand in them. The policy of a service
 * listens here; nobody does by default.
 */
export const HeadersListener = Context.Reference<(headers: ResponseHeaders) => void>(
  "dubber/requests/ResponseHeaders/HeadersListener",
  { defaultValue: () => () => {} }
)

/** Tells the listener of an answer's headers. Providers that don't use `openAiClient` call this with every answer. */
export const observeHeaders = (headers: ResponseHeaders): Effect.Effect<void> =>
  Effect.map(HeadersListener, (listen) => listen(headers))
