import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { toSamples } from "../domain/Sound.ts"
import type { MediaStream, Source } from "../domain/Source.ts"
import type { Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { type Container, containerFor, containerOf } from "../media/Container.ts"
import { holdStart } from "../media/HoldStart.ts"
import { encodeSound } from "../media/Encode.ts"
import { unreadable } from "../media/FileProblem.ts"
import type { OnProgress } from "../media/FfmpegProgress.ts"
import { Clips } from "../speech/Clips.ts"
import { channelsFor } from "../timeline/BackgroundSound.ts"
import { mix } from "../timeline/Mix.ts"
import { trim } from "../timeline/Trim.ts"
import { chooseAudioTrack } from "./Origin.ts"
import type { SoundReport } from "./Report.ts"
import { isBackgroundFile, type DubSettings } from "./Settings.ts"
import type { Voiced } from "./SpeakUtterances.ts"
import { dubPeaksName, peaksFormat, watched } from "./Waveforms.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

/** What was placed, to be mixed. */
export interface ToMix {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly timeline: Timeline
}

/** AAC and its like add up to 1 dB to the peaks of what they are given. */
const ceiling = { lossy: -2.5, exact: -1.5 }

export const containerFrom = (output: string, source: Source): Container => containerOf(output) ?? containerFor(source)

/** What lies under the voices, and all that a mix depends on besides what was placed. */
export const chooseBackground = Effect.fnUntraced(function* (source: Source, script: Script, settings: DubSettings) {
  const fs = yield* FileSystem.FileSystem
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  const kind = settings.background ?? (script.translated ? "duck" : "drop")
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

/** Mixes what was placed and encodes it for the container of the output, into a file that goes when the run ends. */
export const renderSound = Effect.fn("renderSound")(function* (
  run: ToMix,
  under: { readonly audio: MediaStream | undefined; readonly kind: string },
  output: string,
  settings: DubSettings,
  onProgress: (seconds: number, doing: "mixing" | "encoding") => Effect.Effect<void>
) {
  const workdir = yield* Workdir.Workdir
  const container = containerFrom(output, run.source)
  // Each is about half of the work.
  const onMixed = (seconds: number) => onProgress(seconds / 2, "mixing")
  const onEncoded = (seconds: number) => onProgress((run.source.duration + seconds) / 2, "encoding")
  const mixed = yield* mixSound(run, under.audio, under.kind, container, settings, onMixed)
  const { peaks, render } = watched(mixed)
  const encoded = yield* encodeSound({
    render,
    totalSamples: mixed.totalSamples,
    channels: mixed.channels,
    codec: container.soundCodec,
    withoutDelay: container.delay === "removed",
    output: workdir.path("tmp", `sound.${run.script.language}`),
    parallel: 2,
    onProgress: onEncoded
  })
  yield* workdir.write(dubPeaksName(run.script.language), peaksFormat.encode(peaks()))
  const { integratedLufs, loudnessRange, sourceLufs, truePeakDbtp } = mixed.measured
  const measured: SoundReport = { integratedLufs, loudnessRange, truePeakDbtp, sourceLufs: sourceLufs ?? null }
  return { encoded, measured }
})

const mixSound = Effect.fnUntraced(function* (
  run: ToMix,
  audio: MediaStream | undefined,
  kind: string,
  container: Container,
  settings: DubSettings,
  onProgress: OnProgress
) {
  const { source, timeline, utterances, voiced } = run
  const clips = yield* Clips
  const workdir = yield* Workdir.Workdir
  const exact = container.soundCodec === "pcm" || container.soundCodec === "flac"
  const isFile = isBackgroundFile(kind)
  const failed = timeline.placements.flatMap((placement, i) =>
    placement.status === "failed" ? [{ start: utterances[i]!.start, end: utterances[i]!.end }] : []
  )
  const hearsOriginal = audio !== undefined && (kind === "keep" || kind === "duck" || failed.length > 0)
  const original =
    audio === undefined ? undefined : { path: source.path, stream: audio.index, clock: holdStart(source, [audio]) }
  return yield* mix({
    duration: timeline.duration,
    channels: hearsOriginal ? channelsFor(audio.channels ?? 2) : isFile ? 2 : 1,
    placements: timeline.placements.flatMap((placement) => {
      const one = voiced.get(placement.id)
      if (placement.key === null || one?.kind !== "clip") return []
      const { speechEnd, speechStart } = one
      const start = toSamples(placement.spokenStart)
      return [
        {
          start,
          length: toSamples(placement.spokenEnd) - start,
          tempo: placement.tempo,
          gain: placement.gain,
          clip: Effect.map(clips.load(placement.key), (samples) =>
            trim(samples, { start: speechStart, end: speechEnd })
          )
        }
      ]
    }),
    background: {
      kind: kind === "keep" || kind === "duck" || kind === "drop" ? kind : { file: kind },
      original,
      volumeDecibels: settings.originalVolume,
      sourceSpeech: utterances.map(({ end, start }) => ({ start, end })),
      fullLevel: failed
    },
    loudness: { targetLufs: settings.loudness, ceilingDbtp: exact ? ceiling.exact : ceiling.lossy },
    temporaryFolder: workdir.temporary,
    onProgress
  })
})
