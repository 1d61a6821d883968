import { fromResponse } from "./ResponseErrors.ts"
import { fromTransport } from "./TransportErrors.ts"
import type { ResponseHeaders } from "./ResponseHeaders.ts"
import type { ServiceError } from "./ServiceError.ts"

export { fromResponse } from "./ResponseErrors.ts"

/**
 * Whatever OpenAI's client throws, as a ServiceError: answers by their status and code, the rest by what broke.
 * `seconds` is the deadline that was set, for the message of a time-out.
 */
export const fromOpenAi = (service: string, error: unknown, seconds = 0): ServiceError => {
  const { status, headers, error: body } = error as { status?: unknown; headers?: ResponseHeaders; error?: unknown }
  if (typeof status !== "number") return fromTransport(service, error, seconds)
  const message = error instanceof Error ? error.message.replace(/^\d{3} /, "") : ""
  return fromResponse(service, {
    status,
    headers: headers ?? { get: () => undefined },
    bodyText: body === undefined ? message : JSON.stringify(body)
  })
}
