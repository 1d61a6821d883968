import * as Effect from "effect/Effect"
import { type Cue, Transcript } from "../domain/Cue.ts"
import { type Source, videoStream } from "../domain/Source.ts"
import type { Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { formatSrt, formatVtt, readable, readableDefaults, type ReadableOptions } from "../transcript/Subtitles.ts"
import { bilingual, sourceTexts } from "./BilingualSubtitles.ts"
import { Progress } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

/** Two frames of the video, in whole milliseconds, which is what subtitle files can say. */
export const readableFor = (source: Source): ReadableOptions => {
  const rate = videoStream(source)?.frameRate ?? 0
  const frames = rate > 0 ? Math.min(120, Math.max(12, rate)) : 24
  return { ...readableDefaults, gapSeconds: Math.ceil(2000 / frames) / 1000 }
}

/** Names of speakers are for whoever edits the script, not for whoever watches. */
export const unnamed = (cues: ReadonlyArray<Cue>): ReadonlyArray<Cue> => cues.map((cue) => ({ ...cue, speaker: null }))

/** The lines as they are heard: at the times they are spoken, failed ones at their own; none beyond the video. */
const heardLines = (utterances: ReadonlyArray<Utterance>, timeline: Timeline) =>
  utterances.flatMap((utterance, i) => {
    const placement = timeline.placements[i]!
    const isHeard = placement.key !== null
    const start = isHeard ? placement.spokenStart : utterance.start
    const end = Math.min(timeline.duration, isHeard ? placement.spokenEnd : utterance.end)
    const cue: Cue = { id: utterance.id, start, end, text: utterance.text, speaker: utterance.speaker }
    return placement.spokenStart < timeline.duration && end > start && utterance.text.trim() !== "" ? [{ cue, i }] : []
  })

/** For those who watch: nothing is shown when the video is over, however short the time for it is. */
const untilEnd = (cues: ReadonlyArray<Cue>, { duration }: Timeline): ReadonlyArray<Cue> =>
  unnamed(cues).flatMap((cue) => (cue.start >= duration ? [] : [{ ...cue, end: Math.min(cue.end, duration) }]))

export const spokenCues = (
  utterances: ReadonlyArray<Utterance>,
  timeline: Timeline,
  options: ReadableOptions = readableDefaults
): ReadonlyArray<Cue> =>
  untilEnd(
    readable(
      heardLines(utterances, timeline).map(({ cue }) => cue),
      options
    ),
    timeline
  )

/** The same with what the source says below. */
export const bilingualCues = (
  utterances: ReadonlyArray<Utterance>,
  timeline: Timeline,
  source: Transcript,
  options: ReadableOptions = readableDefaults
): ReadonlyArray<Cue> => {
  const below = sourceTexts(utterances, source)
  return untilEnd(
    bilingual(
      heardLines(utterances, timeline).map(({ cue, i }) => ({ ...cue, below: below[i]! })),
      options
    ),
    timeline
  )
}

/**
 * Writes the subtitles of what is spoken: spoken.srt and spoken.vtt in the language's folder, and bilingual.srt where
 * it is wanted. Gives those that go into the video.
 */
export const writeSpokenSubtitles = Effect.fn("writeSpokenSubtitles")(function* (
  run: {
    readonly source: Source
    readonly script: Script
    readonly utterances: ReadonlyArray<Utterance>
    readonly timeline: Timeline
  },
  settings: DubSettings
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const { language, translated } = run.script
  const options = readableFor(run.source)
  const cues = spokenCues(run.utterances, run.timeline, options)
  const text = formatSrt(cues)
  const path = yield* workdir.write(`${language}/spoken.srt`, text)
  yield* workdir.write(`${language}/spoken.vtt`, formatVtt(cues, language))
  if (!settings.bilingual) return { path, text }
  if (!translated) {
    yield* progress.warning("--bilingual shows nothing more: what is spoken is in the language of the source.")
    return { path, text }
  }
  const name = "transcript.json"
  const source = yield* Workdir.json(Transcript).decode(yield* workdir.read(name), workdir.path(name))
  const both = formatSrt(bilingualCues(run.utterances, run.timeline, source, options))
  return { path: yield* workdir.write(`${language}/bilingual.srt`, both), text: both }
})
