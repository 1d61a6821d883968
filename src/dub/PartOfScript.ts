import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Cue } from "../domain/Cue.ts"
import type { Part } from "../domain/Part.ts"
import type { Interval } from "../domain/Sound.ts"
import type { Source } from "../domain/Source.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { group, type GroupOptions } from "../script/Utterances.ts"
import { linesOfPart } from "./ChoosePart.ts"
import type { Spoken } from "./Listen.ts"
import { Progress } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"
import { Workdir } from "./Workdir.ts"

/**
 * The ids of the lines of a part that are to be written, where those of the whole are not there. A subs.srt of the whole
 * that was made otherwise is left alone, and that is said.
 */
export const linesToWrite = Effect.fnUntraced(function* (
  source: Source,
  spoken: Spoken,
  settings: DubSettings,
  part: Part
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const progress = yield* Progress
  const { home } = yield* Workdir
  const whole = paths.join(home, settings.to ?? spoken.language, "subs.srt")
  if (yield* fs.exists(whole).pipe(Effect.orElseSucceed(() => false))) {
    yield* progress.note(`${whole} was made with other settings: it is left alone, and the part is written by itself`)
  }
  return yield* linesOfPart(source, spoken.cues, spoken.language, settings, part)
})

const shared = (a: Interval, b: Interval): number => Math.min(a.end, b.end) - Math.max(a.start, b.start)

/** Whether two lines are the same place of the video. */
const isSamePlace = (a: Interval, b: Interval): boolean =>
  shared(a, b) > 0.5 * Math.min(a.end - a.start, b.end - b.start)

/**
 * The lines of a part among those of the source around them, in order of time and numbered as the source's are where
 * nobody added or removed one; `only` are the ids of the part's own.
 */
export const amongOthers = (part: ReadonlyArray<Cue>, source: ReadonlyArray<Cue>) => {
  const others = source.filter((cue) => !part.some((own) => isSamePlace(own, cue)))
  const all = [...part.map((cue) => ({ cue, isOwn: true })), ...others.map((cue) => ({ cue, isOwn: false }))].toSorted(
    (a, b) => a.cue.start - b.cue.start
  )
  return {
    cues: all.map(({ cue }, i): Cue => ({ ...cue, id: i + 1 })),
    only: new Set(all.flatMap(({ isOwn }, i) => (isOwn ? [i + 1] : []))) as ReadonlySet<number>
  }
}

/**
 * What is spoken at one go of the lines of a part, as it would be among all lines, so that a clip of the part is one of
 * the whole; by themselves, where that would put a line of the part together with one that is not translated.
 */
export const groupPart = (
  cues: ReadonlyArray<Cue>,
  only: ReadonlySet<number>,
  options: GroupOptions
): ReadonlyArray<Utterance> => {
  const among = group(cues, options).filter(({ lines }) => lines.some((line) => only.has(line)))
  if (among.every(({ lines }) => lines.every((line) => only.has(line)))) return among
  return group(
    cues.filter(({ id }) => only.has(id)),
    options
  )
}
