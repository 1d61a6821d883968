import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { MediaStream, Source } from "../domain/Source.ts"
import type { OnProgress } from "../media/FfmpegProgress.ts"
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

/** Who waits for a sound that is being measured, by the file that it goes to. */
const waiting = new Map<string, Set<OnProgress>>()

const listening = (path: string, onProgress: OnProgress) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const others = waiting.get(path) ?? new Set()
      waiting.set(path, others.add(onProgress))
    }),
    () =>
      Effect.sync(() => {
        const others = waiting.get(path)
        others?.delete(onProgress)
        if (others?.size === 0) waiting.delete(path)
      })
  )

/**
 * Measures the original sound, once: whoever comes for it while it is being measured waits, and is told how many seconds
 * of it are done. Undefined where there is none.
 */
export const sourceLevels = Effect.fn("sourceLevels")(function* (
  source: Source,
  settings: Pick<DubSettings, "audioTrack">,
  onProgress?: OnProgress
) {
  const workdir = yield* Workdir.Workdir
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  if (audio === undefined) return undefined
  const name = "levels.json"
  const path = workdir.path(name)
  const tell: OnProgress = (seconds) =>
    Effect.forEach(waiting.get(path) ?? [], (one) => one(seconds), { discard: true })
  if (onProgress !== undefined) yield* listening(path, onProgress)
  const { value } = yield* workdir.artifact({
    name,
    inputs: { source: source.fingerprint, audio: audio.index },
    format: Workdir.json(Levels),
    make: Effect.map(measureSound(soundFile(source, audio), channelsFor(audio.channels ?? 2), tell), (levels) => ({
      lufs: levels.lufs,
      ...packLevels(levels)
    }))
  })
  const levels: SoundLevels = { lufs: value.lufs, ...unpackLevels(value) }
  return levels
}, Effect.scoped)
