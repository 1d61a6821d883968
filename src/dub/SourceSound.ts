import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { MediaStream, Source } from "../domain/Source.ts"
import { holdStart } from "../media/HoldStart.ts"
import { channelsFor, measureSound, type SoundFile, type SoundLevels } from "../timeline/BackgroundSound.ts"
import { packLevels, unpackLevels } from "../timeline/PackedLevels.ts"
import { chooseAudioTrack } from "./Origin.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"

/** How loud the original sound is, over all and in every 10 ms: the shape of levels.json. */
const Levels = Schema.Struct({
  lufs: Schema.Finite,
  energies: Schema.Uint8ArrayFromBase64,
  peaks: Schema.Uint8ArrayFromBase64
})

/** The original sound as a file that ffmpeg reads, at the video's times. */
export const soundFile = (source: Source, audio: MediaStream): SoundFile => ({
  path: source.path,
  stream: audio.index,
  clock: holdStart(source, [audio])
})

/**
 * Measures the original sound, once: whoever comes for it while it is being measured waits. Undefined where there is none.
 */
export const sourceLevels = Effect.fn("sourceLevels")(function* (
  source: Source,
  settings: Pick<DubSettings, "audioTrack">
) {
  const workdir = yield* Workdir.Workdir
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  if (audio === undefined) return undefined
  const { value } = yield* workdir.artifact({
    name: "levels.json",
    inputs: { source: source.fingerprint, audio: audio.index },
    format: Workdir.json(Levels),
    make: Effect.map(measureSound(soundFile(source, audio), channelsFor(audio.channels ?? 2)), (levels) => ({
      lufs: levels.lufs,
      ...packLevels(levels)
    }))
  })
  const levels: SoundLevels = { lufs: value.lufs, ...unpackLevels(value) }
  return levels
})
