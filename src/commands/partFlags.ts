import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Flag from "effect/cli/Flag"
import { clock, type Part, parseLines, parseRange } from "../domain/Part.ts"
import { Problem } from "../domain/Problem.ts"

/** Which part of the video. */
export const partFlags = {
  range: Flag.String("range").pipe(
    Flag.withMetavar("FROM-TO"),
    Flag.withDescription(
      "Only this part, into a short video of its own, to listen to first: 1:00-2:00, 90-120, 1:00- or -0:30. Nothing of the " +
        "whole is replaced, and no line is paid for twice"
    ),
    Flag.optional
  ),
  lines: Flag.String("lines").pipe(
    Flag.withMetavar("N-M"),
    Flag.withDescription(
      "Only these lines, by their numbers in subs.srt, in the same way: 10-20, 10, 10- or 3,7-9. What is spoken at one go with them comes along"
    ),
    Flag.optional
  )
}

const wrong = (what: string, mend: string) => new Problem({ what, mend, exitCode: 2 })

/** The part that is asked for; what cannot be is a Problem that names the flag. */
export const partOf = Effect.fnUntraced(function* (flags: {
  readonly range: Option.Option<string>
  readonly lines: Option.Option<string>
}) {
  const range = Option.getOrUndefined(flags.range)
  const lines = Option.getOrUndefined(flags.lines)
  if (range !== undefined && lines !== undefined) {
    return yield* wrong("--range and --lines were both given.", "Give one of them.")
  }
  if (range !== undefined) {
    const part = Option.getOrUndefined(parseRange(range))
    if (part?.kind !== "range") {
      return yield* wrong(
        `--range is "${range.slice(0, 40)}".`,
        "It is written FROM-TO, as in 1:00-2:00, 90-120.5, 1:02:03-1:03:00, 1:00- or -0:30."
      )
    }
    if (part.to === part.from) {
      return yield* wrong(
        `--range begins and ends at ${clock(part.to)}.`,
        "Give a part that has a length, as in --range 1:00-2:00."
      )
    }
    if (part.to < part.from) {
      return yield* wrong(
        `--range ends at ${clock(part.to)}, before it begins at ${clock(part.from)}.`,
        `Did you mean --range ${clock(part.to)}-${clock(part.from)}?`
      )
    }
    return part satisfies Part
  }
  if (lines === undefined) return undefined
  const part = Option.getOrUndefined(parseLines(lines))
  if (part?.kind !== "lines") {
    return yield* wrong(`--lines is "${lines.slice(0, 40)}".`, "It is written as in 10-20, 10, 10- or 3,7-9.")
  }
  const bad = part.lines.find(({ first, last }) => first < 1 || last < first)
  if (bad !== undefined) {
    return yield* bad.first < 1
      ? wrong(`--lines is "${lines.slice(0, 40)}": lines are counted from 1.`, "Their numbers are those of subs.srt.")
      : wrong(
          `--lines has ${bad.first}-${bad.last}, which ends before it begins.`,
          `Did you mean ${bad.last}-${bad.first}?`
        )
  }
  return part satisfies Part
})
