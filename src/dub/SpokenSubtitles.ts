import * as Effect from "effect/Effect"
import type { Cue } from "../domain/Cue.ts"
import type { Source } from "../domain/Source.ts"
import type { Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { formatSrt, formatVtt, readable } from "../transcript/Subtitles.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

/**
 * The lines as they are heard: at the times they are spoken, failed ones at their own; none beyond the video.
 * Names of speakers are for whoever edits the script, not for whoever watches.
 */
export const spokenCues = (utterances: ReadonlyArray<Utterance>, timeline: Timeline): ReadonlyArray<Cue> => {
  const cues = utterances.flatMap((utterance, i): ReadonlyArray<Cue> => {
    const placement = timeline.placements[i]!
    const isHeard = placement.key !== null
    const start = isHeard ? placement.spokenStart : utterance.start
    const end = Math.min(timeline.duration, isHeard ? placement.spokenEnd : utterance.end)
    const { id, text } = utterance
    return end > start && text.trim() !== "" ? [{ id, start, end, text, speaker: null }] : []
  })
  return readable(cues).map((cue, i) => ({ ...cue, id: i + 1 }))
}

/** Writes the subtitles of what is spoken: spoken.srt and spoken.vtt in the language's folder. */
export const writeSpokenSubtitles = Effect.fn("writeSpokenSubtitles")(function* (run: {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  readonly timeline: Timeline
}) {
  const workdir = yield* Workdir.Workdir
  const { language } = run.script
  const cues = spokenCues(run.utterances, run.timeline)
  const text = formatSrt(cues)
  const path = yield* workdir.write(`${language}/spoken.srt`, text)
  yield* workdir.write(`${language}/spoken.vtt`, formatVtt(cues, language))
  return { path, text }
})
