import * as Effect from "effect/Effect"
import type { Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { isPastEnd, type Source } from "../domain/Source.ts"
import { shown } from "../media/FileProblem.ts"
import { contradicts } from "./DetectLanguage.ts"
import { Progress } from "./Progress.ts"

/** Subtitles of another video are a mistake that is easily made and hardly seen; what was heard in this one are none. */
export const warnOfTimes = Effect.fnUntraced(function* (source: Source, cues: Transcript, isHeard: boolean) {
  const progress = yield* Progress
  const past = cues.filter((cue) => isPastEnd(cue.start, source))
  if (past.length === 0) return
  yield* progress.warning(
    `${past.length} of ${cues.length} lines start after the end of the video (${source.duration.toFixed(1)} s), ` +
      `the first at ${past[0]!.start.toFixed(1)} s${isHeard ? "." : ": are these subtitles of another video?"} Those lines are not spoken.`
  )
})

/** A wrong --from or a wrong language in the name of a file makes every translation and every voice wrong. */
export const warnOfLanguage = Effect.fnUntraced(function* (
  source: Source,
  cues: Transcript,
  told: { readonly language: Language.Language; readonly by: string }
) {
  const progress = yield* Progress
  const read = yield* contradicts(cues.map((cue) => cue.text).join(" "), told.language)
  if (read === undefined) return
  yield* progress.warning(
    `What is said in ${shown(source.path)} reads like ${Language.englishName(read)}, not ` +
      `${Language.englishName(told.language)} as ${told.by} says; if it is, give --from ${read}.`
  )
})

/** A flag that makes no difference is a flag that was misunderstood. */
export const warnOfUnusedSpeakers = Effect.fnUntraced(function* (speakers: number | undefined, isUsed: boolean) {
  const progress = yield* Progress
  if (speakers === undefined || isUsed) return
  yield* progress.warning(
    `--speakers ${speakers} makes no difference: it is told to --stt elevenlabs and to models given with --speaker-models.`
  )
})
