import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import type { Cue } from "../domain/Cue.ts"
import type { Language } from "../domain/Language.ts"
import { clock, hasLine, type Part, partFlag } from "../domain/Part.ts"
import { Problem } from "../domain/Problem.ts"
import type { Interval } from "../domain/Sound.ts"
import type { Source } from "../domain/Source.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { shown } from "../media/FileProblem.ts"
import { isSpoken } from "../script/SpokenText.ts"
import { group } from "../script/Utterances.ts"
import { Progress } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"
import type { Script } from "./WriteScript.ts"

/** Seconds: a shorter part is a slip of the finger, and less than so much of a line is nothing to hear. */
const shortest = 0.3
const audible = 0.05

const rounded = (seconds: number): string => clock(Math.round(seconds * 10) / 10)

const wrong = (what: string, mend: string) => new Problem({ what, mend, exitCode: 2 })

/** The stretch of a video that a range stands for. */
export const stretchOf = (
  part: Part & { readonly kind: "range" },
  { duration }: Pick<Source, "duration">
): Interval => ({
  start: part.from,
  end: Math.min(part.to, duration)
})

/** Makes sure that a range lies within the video; what it has more is said. */
export const checkPart = Effect.fnUntraced(function* ({ duration, path }: Source, part: Part | undefined) {
  if (part?.kind !== "range") return
  const { from, to } = part
  const name = shown(path)
  if (from >= duration) {
    return yield* wrong(
      `--range begins at ${clock(from)}, but ${name} is over at ${rounded(duration)}.`,
      "Give a part that lies in it, as in --range 0:30-1:00."
    )
  }
  if (Math.min(to, duration) - from < shortest) {
    return yield* wrong(`${partFlag(part)} leaves less than ${shortest} s of ${name}.`, "Give a longer part.")
  }
  if (to === Infinity || to <= duration + shortest) return
  const progress = yield* Progress
  yield* progress.note(`--range ends at ${clock(to)}; ${name} is over at ${rounded(duration)}, and so is the part`)
})

const isIn = (line: Interval, part: Part & { readonly kind: "range" }): boolean =>
  Math.min(line.end, part.to) - Math.max(line.start, part.from) > Math.min(audible, (line.end - line.start) / 2)

/** Whether what is spoken at one go belongs to a part: whole, where only some of it lies within. */
const belongs = (part: Part, utterance: Utterance): boolean =>
  isSpoken(utterance.text) &&
  (part.kind === "range" ? isIn(utterance, part) : utterance.lines.some((line) => hasLine(part.lines, line)))

const nothingIn = (part: Part, { path }: Source, lines: ReadonlyArray<Interval & { readonly id: number }>) => {
  const name = shown(path)
  const last = lines.reduce((most, { id }) => Math.max(most, id), 0)
  if (part.kind === "lines") {
    return part.lines.every(({ first }) => first > last)
      ? wrong(
          `${name} has ${counted(last, "line")}: ${partFlag(part)} names none of them.`,
          `Give numbers from 1 to ${last}.`
        )
      : wrong(`There is nothing to speak in ${partFlag(part)} of ${name}.`, "Choose lines that have words.")
  }
  const middle = (part.from + Math.min(part.to, part.from + 1e6)) / 2
  const distance = ({ end, start }: Interval) => Math.max(start - middle, middle - end, 0)
  const nearest = lines.toSorted((a, b) => distance(a) - distance(b))[0]
  return wrong(
    `Nothing is said between ${clock(part.from)} and ${part.to === Infinity ? "the end" : clock(part.to)} of ${name}.`,
    nearest === undefined
      ? "Give another part."
      : `The nearest line is at ${rounded(nearest.start)} to ${rounded(nearest.end)}: give a part that holds it.`
  )
}

/** The ids of those utterances that belong to a part; a Problem that says where there are some, where none does. */
export const chooseUtterances = Effect.fnUntraced(function* (
  source: Source,
  utterances: ReadonlyArray<Utterance>,
  cues: ReadonlyArray<Cue>,
  part: Part
) {
  const chosen = utterances.filter((one) => belongs(part, one)).map(({ id }) => id)
  if (chosen.length > 0) return new Set(chosen) as ReadonlySet<number>
  return yield* nothingIn(
    part,
    source,
    cues.filter(({ text }) => isSpoken(text))
  )
})

/** The ids of the utterances of a script that are dubbed; undefined where all are. */
export const chooseFrom = Effect.fnUntraced(function* (
  source: Source,
  script: Pick<Script, "cues" | "only">,
  utterances: ReadonlyArray<Utterance>,
  { part }: Pick<DubSettings, "part">
) {
  if (part === undefined) return undefined
  // The lines of a part that was written by itself are all asked for.
  const isAll = script.only !== undefined && part.kind === "lines"
  return isAll
    ? new Set(utterances.filter(({ text }) => isSpoken(text)).map(({ id }) => id))
    : yield* chooseUtterances(source, utterances, script.cues, part)
})

/** The ids of the lines of a part: those of all that is spoken in it, as the source's own sentences have it. */
export const linesOfPart = Effect.fnUntraced(function* (
  source: Source,
  cues: ReadonlyArray<Cue>,
  language: Language,
  settings: DubSettings,
  part: Part
) {
  const { align, sentenceJoinGap, sentencesPerUtterance } = settings
  const options = { align, joinGapSeconds: sentenceJoinGap, sentencesPerUtterance, language, duration: source.duration }
  const utterances = group(cues, options)
  const chosen = yield* chooseUtterances(source, utterances, cues, part)
  return new Set(utterances.filter(({ id }) => chosen.has(id)).flatMap(({ lines }) => lines)) as ReadonlySet<number>
})
