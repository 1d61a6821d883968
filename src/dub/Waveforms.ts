import * as Effect from "effect/Effect"
import type { Source } from "../domain/Source.ts"
import { findPeaks, Peaks } from "../media/Peaks.ts"
import { framesPerSecond } from "../timeline/Loudness.ts"
import type { DubSettings } from "./Settings.ts"
import { sourceLevels } from "./SourceSound.ts"
import * as Workdir from "./Workdir.ts"

export const peaksFormat = Workdir.json(Peaks)

/** The waveform of the original sound, and of a language's dub. */
export const sourcePeaksName = "peaks.json"
export const dubPeaksName = (language: string): string => `${language}/peaks.json`

/** How a sound of so many seconds looks whose frames have these peaks. */
export const waveform = (seconds: number, framePeaks: Float32Array): Peaks => {
  const found = findPeaks(Math.round(seconds * framesPerSecond), framesPerSecond)
  found.add(framePeaks, 1, 0)
  return found.peaks()
}

/** Finds out how the original sound looks, once. */
export const sourcePeaks = Effect.fn("sourcePeaks")(function* (
  source: Source,
  settings: Pick<DubSettings, "audioTrack">
) {
  const workdir = yield* Workdir.Workdir
  const levels = yield* sourceLevels(source, settings)
  if (levels === undefined) return
  yield* workdir.artifact({
    name: sourcePeaksName,
    inputs: { source: source.fingerprint, audio: settings.audioTrack ?? null },
    format: peaksFormat,
    make: Effect.sync(() => waveform(source.duration, levels.peaks))
  })
})
