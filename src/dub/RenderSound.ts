import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { availableParallelism } from "node:os"
import { toSamples } from "../domain/Sound.ts"
import type { MediaStream, Source } from "../domain/Source.ts"
import type { Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { type Container, containerFor, containerOf } from "../media/Container.ts"
import { encodeSound, overshoot } from "../media/Encode.ts"
import { unreadable } from "../media/FileProblem.ts"
import { release } from "../media/Release.ts"
import type { OnProgress } from "../media/FfmpegProgress.ts"
import { Clips } from "../speech/Clips.ts"
import { channelsFor } from "../timeline/BackgroundSound.ts"
import { silence } from "../timeline/Loudness.ts"
import { mix, targetLoudness } from "../timeline/Mix.ts"
import { trim } from "../timeline/Trim.ts"
import { chooseAudioTrack } from "./Origin.ts"
import { Progress } from "./Progress.ts"
import type { SoundReport } from "./Report.ts"
import { isBackgroundFile, type DubSettings } from "./Settings.ts"
import type { Voiced } from "./SpeakUtterances.ts"
import { soundFile, sourceLevels } from "./SourceSound.ts"
import { dubPeaksName, peaksFormat, waveform } from "./Waveforms.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

/** What was placed, to be mixed. */
export interface ToMix {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly timeline: Timeline
  /** How long the whole video is, where this is a part of it and what lies under it goes with the whole. */
  readonly videoSeconds?: number | undefined
}

/** The highest true peak of what is heard, in dBTP, and of what is given to an encoder. */
const highestPeak = -1
const highestBefore = -1.5

/** Off its goal by so much, in LU, a sound is rendered once more. */
const farOff = 0.7

export const containerFrom = (output: string, source: Source): Container => containerOf(output) ?? containerFor(source)

/** What lies under the voices, and all that a mix depends on besides what was placed. */
export const chooseBackground = Effect.fnUntraced(function* (source: Source, script: Script, settings: DubSettings) {
  const fs = yield* FileSystem.FileSystem
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  const kind = settings.background ?? (script.translated ? "duck" : "drop")
  if (audio === undefined && (settings.background === "keep" || settings.background === "duck")) {
    const progress = yield* Progress
    yield* progress.warning(`--background ${kind}: the video has no sound to ${kind}`)
  }
  const isFile = isBackgroundFile(kind)
  const bed = isFile ? yield* Effect.mapError(fs.stat(kind), unreadable(kind)) : undefined
  const inputs = {
    audio: audio?.index ?? null,
    kind,
    bed: bed === undefined ? null : [Number(bed.size), Option.getOrUndefined(bed.mtime)?.getTime() ?? 0],
    settings: [settings.loudness ?? null, settings.originalVolume ?? null]
  }
  return { audio, kind, inputs }
})

/** The channels of a mix: as many as the fullest that lies under the voices has, and the codec of the output takes. */
export const mixChannels = (
  under: { readonly original: number | undefined; readonly file: boolean },
  codec: Container["soundCodec"]
): 1 | 2 | 6 => {
  const fullest = Math.max(under.original ?? 1, under.file ? 2 : 1)
  // An encoder that folds after the limiter would bring back peaks and another loudness.
  return channelsFor(codec === "mp3" ? Math.min(2, fullest) : fullest)
}

/** Mixes what was placed and encodes it for the container of the output, into a file that goes when the run ends. */
export const renderSound = Effect.fn("renderSound")(function* (
  run: ToMix,
  under: { readonly audio: MediaStream | undefined; readonly kind: string },
  output: string,
  settings: DubSettings,
  onProgress: OnProgress,
  onMeasuring?: OnProgress
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const container = containerFrom(output, run.source)
  const { mixed, targetLufs } = yield* mixSound(run, under.audio, under.kind, container, settings, onMeasuring)
  if (settings.loudness !== undefined && mixed.expectedLufs > silence && targetLufs - mixed.expectedLufs > 1) {
    const reached = mixed.expectedLufs.toFixed(1)
    yield* progress.warning(
      `The sound reaches ${reached} LUFS, not ${targetLufs}: louder, these voices would be distorted`
    )
  }
  const encode = Effect.fnUntraced(function* (correction: number) {
    const { measured, peaks, sound } = mixed.render(correction)
    const encoded = yield* encodeSound({
      sound,
      totalSamples: mixed.totalSamples,
      channels: mixed.channels,
      codec: container.soundCodec,
      withoutDelay: container.delay === "removed",
      output: workdir.path("tmp", `sound.${run.script.language}`),
      parallel: Math.min(4, availableParallelism()),
      onProgress
    })
    return { encoded, measured: yield* measured, peaks: yield* peaks }
  })
  const first = yield* encode(0)
  // What the parts promised; where they broke their promise, what was heard is held to it.
  const off = mixed.expectedLufs - first.measured.integratedLufs
  const isHeard = mixed.expectedLufs > silence && first.measured.integratedLufs > silence
  const { encoded, measured, peaks } = isHeard && Math.abs(off) > farOff ? yield* encode(off) : first
  const { duration } = run.source
  yield* workdir.write(dubPeaksName(run.script.language), peaksFormat.encode(waveform(duration, peaks)))
  const sound: SoundReport = {
    ...measured,
    sourceLufs: mixed.sourceLufs ?? null,
    speechToBed: mixed.speechToBed ?? null
  }
  return { encoded, measured: sound }
})

const mixSound = Effect.fnUntraced(function* (
  run: ToMix,
  audio: MediaStream | undefined,
  kind: string,
  container: Container,
  settings: DubSettings,
  onMeasuring?: OnProgress
) {
  const { source, timeline, utterances, voiced } = run
  const clips = yield* Clips
  const workdir = yield* Workdir.Workdir
  const isFile = isBackgroundFile(kind)
  const failed = timeline.placements.flatMap(({ id }, i) =>
    voiced.get(id)?.kind === "failed" ? [{ start: utterances[i]!.start, end: utterances[i]!.end }] : []
  )
  const hearsOriginal = audio !== undefined && (kind === "keep" || kind === "duck" || failed.length > 0)
  const original = hearsOriginal ? (audio.channels ?? 2) : undefined
  const channels = mixChannels({ original, file: isFile }, container.soundCodec)
  const originalLevels = yield* sourceLevels(source, settings, onMeasuring)
  const targetLufs = targetLoudness(settings.loudness, originalLevels?.lufs)
  const mixed = yield* mix({
    duration: timeline.duration,
    channels,
    placements: timeline.placements.flatMap((placement) => {
      const one = voiced.get(placement.id)
      if (placement.key === null || one?.kind !== "clip") return []
      const { levels, speechEnd, speechStart } = one
      const start = toSamples(placement.spokenStart)
      return [
        {
          start,
          length: toSamples(placement.spokenEnd) - start,
          tempo: placement.tempo,
          gain: placement.gain,
          levels,
          clip: Effect.map(clips.load(placement.key), (samples) => {
            const speech = trim(samples, { start: speechStart, end: speechEnd })
            release(samples)
            return speech
          })
        }
      ]
    }),
    background: {
      kind:
        kind === "keep" || kind === "duck" || kind === "drop" ? kind : { file: kind, videoSeconds: run.videoSeconds },
      original: audio === undefined ? undefined : soundFile(source, audio),
      originalLevels,
      volumeDecibels: settings.originalVolume,
      sourceSpeech: utterances.map(({ end, start }) => ({ start, end })),
      fullLevel: failed
    },
    loudness: {
      targetLufs,
      ceilingDbtp: Math.min(highestBefore, highestPeak - overshoot(container.soundCodec, channels, targetLufs))
    },
    temporaryFolder: workdir.temporary
  })
  return { mixed, targetLufs }
})
