import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { sampleRate } from "../domain/Sound.ts"
import type { Source } from "../domain/Source.ts"
import { findPeaks, Peaks, peaksOf } from "../media/Peaks.ts"
import type { Mix } from "../timeline/Mix.ts"
import { chooseAudioTrack } from "./Origin.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"

export const peaksFormat = Workdir.json(Peaks)

/** The waveform of the original sound, and of a language's dub. */
export const sourcePeaksName = "peaks.json"
export const dubPeaksName = (language: string): string => `${language}/peaks.json`

/** Finds out how the original sound looks, once: whoever comes for it while it is being made waits. */
export const sourcePeaks = Effect.fn("sourcePeaks")(function* (
  source: Source,
  settings: Pick<DubSettings, "audioTrack">
) {
  const workdir = yield* Workdir.Workdir
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  if (audio === undefined) return
  yield* workdir.artifact({
    name: sourcePeaksName,
    inputs: { source: source.fingerprint, audio: audio.index },
    format: peaksFormat,
    make: peaksOf(source, audio)
  })
})

/** A mix that is looked at while it is encoded: `peaks` are those of what has been rendered. */
export const watched = (mix: Mix) => {
  const found = findPeaks(mix.totalSamples, sampleRate)
  const render: Mix["render"] = (fromSample, toSample) =>
    Stream.suspend(() => {
      let from = fromSample
      return mix.render(fromSample, toSample).pipe(
        Stream.tap((bytes) =>
          Effect.sync(() => {
            const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
            const samples = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2)
            found.add(samples, mix.channels, from)
            from += samples.length / mix.channels
          })
        )
      )
    })
  return { render, peaks: found.peaks }
}
