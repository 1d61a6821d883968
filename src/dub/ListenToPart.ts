import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { Cue } from "../domain/Cue.ts"
import { clock, type Part } from "../domain/Part.ts"
import { Problem } from "../domain/Problem.ts"
import type { Interval } from "../domain/Sound.ts"
import type { MediaStream, Source } from "../domain/Source.ts"
import { writeSoundOf } from "../media/Excerpt.ts"
import { shown, unwritable } from "../media/FileProblem.ts"
import { transcribe, type TranscribeOptions } from "../transcript/Transcribe.ts"
import { stretchOf } from "./ChoosePart.ts"

/** Seconds around a part that are listened to as well, so that what is said at its edges is heard whole. */
const margin = 5

/** The stretch of a video to listen to where only a part of it is wanted and nothing is known of the rest. */
export const stretchToHear = (source: Source, part: Part): Effect.Effect<Interval, Problem> =>
  part.kind === "range"
    ? Effect.succeed(stretchOf(part, source))
    : Effect.fail(
        new Problem({
          what: `Which lines of ${shown(source.path)} these are is not known: nothing of it is written down yet.`,
          mend: `Run "dubber prep" on it first, or give the part as a time, as in --range 1:00-2:00.`,
          exitCode: 2
        })
      )

/** Times in a warning ("0:12.5: …") as those of the whole video. */
const shiftedWarning = (warning: string, by: number): string =>
  warning.replace(
    /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)(?=: )/,
    (_, hours: string | undefined, minutes: string, rest: string) =>
      clock(Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest) + by)
  )

const shifted = (cue: Cue, by: number): Cue => ({
  ...cue,
  start: cue.start + by,
  end: cue.end + by,
  ...(cue.words === undefined
    ? {}
    : { words: cue.words.map((word) => ({ ...word, start: word.start + by, end: word.end + by })) })
})

/**
 * Writes down what is said in a stretch of a video: no more than that is sent, and a little around it. Times are those of
 * the whole video, ids count from 1; lines outside the stretch are left out.
 */
export const transcribePart = Effect.fn("transcribePart")(function* (
  source: Source,
  stream: MediaStream,
  stretch: Interval,
  options: TranscribeOptions
) {
  const fs = yield* FileSystem.FileSystem
  const start = Math.max(0, stretch.start - margin)
  const end = Math.min(source.duration, stretch.end + margin)
  const path = yield* fs
    .makeTempFileScoped({ prefix: "dubber-", suffix: ".flac" })
    .pipe(Effect.mapError(unwritable("a temporary file")))
  yield* writeSoundOf(source, stream, { start, end }, path)
  const place = `${shown(source.path)} between ${clock(stretch.start)} and ${clock(stretch.end)}`
  const heard = yield* transcribe({ ...options, path, audioStream: 0, clock: [], duration: end - start }).pipe(
    Effect.catchTag("Problem", ({ exitCode, mend, what }) =>
      Effect.fail(
        new Problem({ what: what.replace(shown(path), place), exitCode, ...(mend === undefined ? {} : { mend }) })
      )
    )
  )
  const cues = heard.cues
    .map((cue) => shifted(cue, start))
    .filter((cue) => cue.start < stretch.end && cue.end > stretch.start)
  if (cues.length === 0) {
    return yield* new Problem({ what: `Nothing is said in ${place}.`, mend: "Give another part.", exitCode: 2 })
  }
  return {
    ...heard,
    cues: cues.map((cue, i) => ({ ...cue, id: i + 1 })),
    warnings: heard.warnings.map((warning) => shiftedWarning(warning, start))
  }
}, Effect.scoped)
