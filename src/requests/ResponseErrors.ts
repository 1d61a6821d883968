import { shownLocation } from "./Redirect.ts"
import type { ResponseHeaders } from "./ResponseHeaders.ts"
import { retryAfterMillis } from "./RetryAfter.ts"
import { oneLine, parseServerMessage, type ServerMessage } from "./ServerMessage.ts"
import {
  BadAnswer,
  NotThere,
  OutOfQuota,
  RateLimited,
  Refused,
  ServiceError,
  Unauthorized,
  Unavailable
} from "./ServiceError.ts"

/** An answer that is not a success. */
export interface FailedResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly bodyText: string
}

const quota =
  /insufficient_quota|credit_balance_exhausted|spend_limit_exceeded|usage_limit_exceeded|quota_exceeded|insufficient_credits?|billing_hard_limit|billing_not_active|payment_required/i

const concurrent = /too_many_concurrent_requests|concurrent_limit|concurrency_limit/i

const missing =
  /model_not_found|voice_not_found|invalid_voice|voice_does_not_exist|invalid_model|unknown_model|unknown_url/i

/** The same in words: "Voice 'x' not found". */
const missingInWords =
  /\b(?:voice|model)\b[^.\n]{0,100}?\b(?:not found|not exist|doesn't exist)\b|\b(?:invalid|unknown|no such) (?:voice|model)\b/i

/** Too much to do, whoever asks, and however many of them. */
const busy = /system_busy|server_busy|overloaded/i

/** The kind and name of what is not there, out of "The model `x` does not exist" and its like. */
const named = (message: string): string | undefined => {
  const found = /\b(model|voice)(?:_id)?\b[^`'"\n]{0,30}[`'"](\w[^`'"\n]{0,79})[`'"]/i.exec(message)
  if (found !== null) return `the ${found[1]!.toLowerCase()} "${oneLine(found[2]!)}" is not there`
  const bare = /\b(model|voice)\s+([\w./:-]{2,80})\s+(?:does not exist|doesn't exist|is not|was not|not found)/i.exec(
    message
  )
  return bare === null ? undefined : `the ${bare[1]!.toLowerCase()} "${oneLine(bare[2]!)}" is not there`
}

const described = (what: string, said: string) => (said === "" ? what : `${what}: ${said}`)

const reasonOf = ({ status, headers }: FailedResponse, server: ServerMessage) => {
  const said = oneLine(server.message)
  const label = `${server.type} ${server.code}`
  if (status === 402 || (status < 500 && quota.test(label))) {
    return new OutOfQuota({ message: described(`no quota or credit is left (${status})`, said) })
  }
  if (status === 429) {
    const wait = retryAfterMillis(headers, server.message)
    return new RateLimited({
      ...(wait === undefined ? {} : { retryAfterMillis: wait }),
      ...(concurrent.test(label) ? { concurrent: true } : {}),
      ...(busy.test(label) ? { busy: true } : {}),
      message: described("too many requests (429)", said)
    })
  }
  if (status === 401) {
    const none = /(?:didn't|did not) provide|missing|no (?:api )?key/i.test(server.message)
    return new Unauthorized({ status, message: none ? "it wants a key (401)" : "the key was refused (401)" })
  }
  if (status === 403) return new Unauthorized({ status, message: described("the key was refused (403)", said) })
  const isMissing =
    missing.test(label) || /(?:^|\.)(?:voice|model)$/.test(server.param) || missingInWords.test(server.message)
  const isRefusedAsMissing = (status === 400 || status === 422) && isMissing
  if (status === 404 || status === 405 || status === 410 || status === 501 || isRefusedAsMissing) {
    const what = named(server.message) ?? described("it has no such model, voice or endpoint", said)
    return new NotThere({ status, message: `${what} (${status})` })
  }
  if (status === 408 || status === 409 || status === 425 || status >= 500) {
    const wait = retryAfterMillis(headers, "")
    return new Unavailable({
      status,
      ...(wait === undefined ? {} : { retryAfterMillis: wait }),
      message: described(`it is in trouble (${status})`, said)
    })
  }
  if (status >= 400) return new Refused({ status, message: described(`the request was refused (${status})`, said) })
  if (status >= 300) {
    const message = `it is not here but at another address, to which it points (${status})`
    return new NotThere({ status, message: described(message, shownLocation(headers.get("location") ?? "")) })
  }
  return new BadAnswer({ message: `an answer that was not expected (${status})` })
}

/**
 * An answer with a failure's status as a ServiceError. Kinds are told apart by status, type and code; the server's own
 * words are shortened to one line, and nothing that looks like a key stays in them.
 */
export const fromResponse = (service: string, response: FailedResponse): ServiceError =>
  new ServiceError({ service, reason: reasonOf(response, parseServerMessage(response.bodyText)) })
