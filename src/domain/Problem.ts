import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"

/**
 * Something a person can mend: a missing file, a wrong key, a full disk. `what` says what is wrong and where in one
 * line, `mend` what to do about it. It ends the command with `exitCode` (1 failed, 2 wrong usage, 3 partial).
 */
export class Problem extends Schema.TaggedError<Problem>()("Problem", {
  what: Schema.String,
  mend: Schema.optionalKey(Schema.String),
  /** It was said already, in more words: only the exit code is left to give. */
  isTold: Schema.optionalKey(Schema.Boolean),
  exitCode: Schema.Literals([1, 2, 3]).pipe(Schema.withConstructorDefault(Effect.succeed(1 as const)))
}) {
  override get message() {
    return this.mend === undefined ? this.what : `${this.what} ${this.mend}`
  }
  override get [Runtime.errorExitCode]() {
    return this.exitCode
  }
}
