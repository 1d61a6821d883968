import * as Schema from "effect/Schema"

/** Too many requests (429 and its like): asked again, never sooner than the service says. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  /** Milliseconds to wait before the next request, as the service said them. */
  retryAfterMillis: Schema.optionalKey(Schema.Finite),
  /** The refusal was about requests at once, not about requests a minute. */
  concurrent: Schema.optionalKey(Schema.Boolean),
  /** The refusal was about neither: the service has too much to do. */
  busy: Schema.optionalKey(Schema.Boolean),
  message: Schema.String
}) {}

/** The service did not answer, or answered 408, 409 or 5xx, or cut the connection: asked again. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  status: Schema.optionalKey(Schema.Int),
  retryAfterMillis: Schema.optionalKey(Schema.Finite),
  /** No connection at all: nobody listens at the address, or its name is unknown. */
  unreachable: Schema.optionalKey(Schema.Boolean),
  /** It has failed for so long that it is asked no more: final for the run. */
  final: Schema.optionalKey(Schema.Boolean),
  message: Schema.String
}) {}

/** No whole answer within the deadline: asked again. */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", {
  seconds: Schema.Finite,
  message: Schema.String
}) {}

/** An answer that cannot be used (empty, cut, silent, of an absurd length, not what was asked for): asked again. */
export class BadAnswer extends Schema.TaggedError<BadAnswer>()("BadAnswer", {
  message: Schema.String
}) {}

/** This text was refused (400, 413, 422, a content filter): final for the line, the others go on. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  status: Schema.optionalKey(Schema.Int),
  /** The service was not even asked: only what is kept was wanted, or what it gives could not be kept. */
  unasked: Schema.optionalKey(Schema.Literals(["cached only", "unwritable"])),
  message: Schema.String
}) {}

/** The key is missing, wrong or not allowed (401, 403): final for the run. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {
  status: Schema.optionalKey(Schema.Int),
  message: Schema.String
}) {}

/** No money or quota is left: final for the run. */
export class OutOfQuota extends Schema.TaggedError<OutOfQuota>()("OutOfQuota", {
  message: Schema.String
}) {}

/** The model, the voice or the endpoint does not exist (404 and its like): final for the run. */
export class NotThere extends Schema.TaggedError<NotThere>()("NotThere", {
  status: Schema.optionalKey(Schema.Int),
  message: Schema.String
}) {}

const Reason = Schema.Union([
  RateLimited,
  Unavailable,
  TimedOut,
  BadAnswer,
  Refused,
  Unauthorized,
  OutOfQuota,
  NotThere
])

/** A reason without the words of the server, which may be many. */
export const briefly = ({ message }: typeof Reason.Type): string => message.split(": ")[0]!

/**
 * Why one request to a service failed. `service` names it as a person would ("openai", "elevenlabs", "espeak").
 * Messages never hold a key, nor the text that was sent.
 */
export class ServiceError extends Schema.TaggedError<ServiceError>()("ServiceError", {
  service: Schema.String,
  reason: Reason,
  /** Where it was asked, where that is not its maker's own address; as a person is told of it. */
  at: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    return `${this.service}${this.at === undefined ? "" : ` at ${this.at}`}: ${this.reason.message}`
  }

  /** The same request may succeed later. */
  get isRetryable(): boolean {
    switch (this.reason._tag) {
      case "Unavailable":
        return this.reason.final !== true
      case "RateLimited":
      case "TimedOut":
      case "BadAnswer":
        return true
      default:
        return false
    }
  }

  /** No further request of the run can succeed: stop asking. */
  get isFatal(): boolean {
    switch (this.reason._tag) {
      case "Unauthorized":
      case "OutOfQuota":
      case "NotThere":
        return true
      case "Unavailable":
        return this.reason.final === true
      default:
        return false
    }
  }

  /** The service asked to be left alone for this long, in milliseconds. */
  get retryAfterMillis(): number | undefined {
    return this.reason._tag === "RateLimited" || this.reason._tag === "Unavailable"
      ? this.reason.retryAfterMillis
      : undefined
  }
}
