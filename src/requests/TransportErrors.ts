import { oneLine } from "./ServerMessage.ts"
import { BadAnswer, ServiceError, TimedOut, Unavailable } from "./ServiceError.ts"

interface Cause {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly address?: unknown
  readonly hostname?: unknown
  readonly port?: unknown
}

/** An error with its causes, and what an AggregateError holds: fetch buries the code of the socket in there. */
const chain = (error: unknown, depth = 0): ReadonlyArray<Cause> => {
  if (typeof error !== "object" || error === null || depth > 8) return []
  const { cause, errors } = error as { cause?: unknown; errors?: unknown }
  const inner = Array.isArray(errors) ? errors.flatMap((one: unknown) => chain(one, depth + 1)) : []
  return [error, ...chain(cause, depth + 1), ...inner]
}

const unreachableCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "ERR_INVALID_URL"
])
const timeoutCodes = new Set([
  "ETIMEDOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT"
])
const cutCodes = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"])

/** The host and port of a socket's error, as far as it tells them: never a key, a path or a query. */
const placeIn = (causes: ReadonlyArray<{ address?: unknown; hostname?: unknown; port?: unknown }>): string => {
  for (const { address, hostname, port } of causes) {
    const host = typeof address === "string" ? address : hostname
    if (typeof host !== "string" || !/^[\w.:-]{1,253}$/.test(host)) continue
    return typeof port === "number" ? `${host}:${port}` : host
  }
  return "its address"
}

const codeIn = (causes: ReadonlyArray<{ code?: string }>, codes: ReadonlySet<string>) =>
  causes.find(({ code }) => typeof code === "string" && codes.has(code))?.code

/**
 * An error of the connection rather than of an answer (fetch, undici, node:net) as a ServiceError. `seconds` is the
 * deadline that was set, 0 where there was none.
 */
export const fromTransport = (service: string, error: unknown, seconds = 0): ServiceError => {
  if (error instanceof ServiceError) return error
  const causes = chain(error)
  const unreachable = codeIn(causes, unreachableCodes)
  if (unreachable !== undefined) {
    const message = `nobody answers at ${placeIn(causes)} (${unreachable})`
    return new ServiceError({ service, reason: new Unavailable({ unreachable: true, message }) })
  }
  const names = causes.map((cause) => cause.name ?? "").join(" ")
  const text = causes.map((cause) => cause.message ?? "").join(" ")
  if (codeIn(causes, timeoutCodes) !== undefined || /TimeoutError/.test(names) || /\btimed? ?out\b/i.test(text)) {
    const message = seconds > 0 ? `no whole answer within ${seconds} s` : "no whole answer in time"
    return new ServiceError({ service, reason: new TimedOut({ seconds, message }) })
  }
  const cut = codeIn(causes, cutCodes)
  if (cut !== undefined || /terminated|other side closed|socket hang up/i.test(text)) {
    return new ServiceError({ service, reason: new Unavailable({ message: "the connection was cut" }) })
  }
  if (/SyntaxError/.test(names)) {
    return new ServiceError({ service, reason: new BadAnswer({ message: "the answer is not the JSON it should be" }) })
  }
  const message = `no answer: ${oneLine(causes.findLast((cause) => cause.message !== undefined)?.message ?? "unknown error")}`
  return new ServiceError({ service, reason: new Unavailable({ message }) })
}
