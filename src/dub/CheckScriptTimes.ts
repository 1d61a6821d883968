import * as Effect from "effect/Effect"
import type { Cue } from "../domain/Cue.ts"
import { clock } from "../domain/Part.ts"
import { shown } from "../media/FileProblem.ts"
import { isSpoken } from "../script/SpokenText.ts"
import { Progress } from "./Progress.ts"

/** More of what is said than this share of its lines, and than these seconds, is missed by whoever listens. */
const muchOfLines = 0.15
const muchSeconds = 10

const startOf = (cues: ReadonlyArray<Cue>) => cues.reduce((least, { start }) => Math.min(least, start), Infinity)
const endOf = (cues: ReadonlyArray<Cue>) => cues.reduce((most, { end }) => Math.max(most, end), 0)

const at = (seconds: number): string => clock(Math.floor(seconds))

/** Lines that end long before what is said does, or begin long after it, leave the rest to the original: most often half a file. */
export const checkScriptTimes = Effect.fnUntraced(function* (
  path: string,
  given: ReadonlyArray<Cue>,
  said: ReadonlyArray<Cue>,
  isOriginalHeard: boolean
) {
  const progress = yield* Progress
  const source = said.filter(({ text }) => isSpoken(text))
  const lines = given.filter(({ text }) => isSpoken(text))
  if (source.length === 0 || lines.length === 0) return
  const first = startOf(lines)
  const last = endOf(lines)
  const isMuch = (isMissed: (cue: Cue) => boolean, seconds: number) =>
    seconds > muchSeconds && source.filter(isMissed).length > source.length * muchOfLines
  const heard = isOriginalHeard ? "the original is heard" : "nobody is heard"
  const end = endOf(source)
  if (isMuch((cue) => cue.start >= last, end - last)) {
    yield* progress.warning(
      `${shown(path)} ends at ${at(last)}, what is said goes on to ${at(end)}: ${heard} from there.`
    )
  }
  const start = startOf(source)
  if (isMuch((cue) => cue.end <= first, first - start)) {
    yield* progress.warning(
      `${shown(path)} begins at ${at(first)}, what is said begins at ${at(start)}: ${heard} until then.`
    )
  }
})
