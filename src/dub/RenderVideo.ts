import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Option from "effect/Option"
import { toSamples } from "../domain/Sound.ts"
import type { MediaStream, Source } from "../domain/Source.ts"
import type { Timeline } from "../domain/Timeline.ts"
import type { Utterance } from "../domain/Utterance.ts"
import { containerOf, containerFor } from "../media/Container.ts"
import { encodeSound } from "../media/Encode.ts"
import { unreadable } from "../media/FileProblem.ts"
import { mux } from "../media/Mux.ts"
import { Clips } from "../speech/Clips.ts"
import { channelsFor } from "../timeline/BackgroundSound.ts"
import { mix } from "../timeline/Mix.ts"
import { trim } from "../timeline/Trim.ts"
import { chooseAudioTrack } from "./Listen.ts"
import { Progress } from "./Progress.ts"
import { SoundReport } from "./Report.ts"
import type { DubSettings } from "./Settings.ts"
import { writeSpokenSubtitles } from "./SpokenSubtitles.ts"
import type { Voiced } from "./SpeakUtterances.ts"
import * as Workdir from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

/** The finished file and how it sounds: the shape of <language>/output.json. */
export const Rendered = Schema.Struct({
  output: Schema.String,
  size: Schema.Int,
  modified: Schema.Finite,
  sound: SoundReport
})
export type Rendered = typeof Rendered.Type

/** AAC and its like add up to 1 dB to the peaks of what they are given. */
const ceiling = { lossy: -2.5, exact: -1.5 }

const backgroundOf = (settings: DubSettings, script: Script) =>
  settings.background ?? (script.translated ? "duck" : "drop")

/** What a file looks like from outside; a file that was replaced or touched looks different. */
const look = (fs: FileSystem.FileSystem, path: string) =>
  Effect.map(fs.stat(path), (info) => ({
    size: Number(info.size),
    modified: Option.getOrUndefined(info.mtime)?.getTime() ?? 0
  }))

export interface ToRender {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly timeline: Timeline
  readonly output: string
}

/** Mixes what was placed, encodes it and puts it into a copy of the video. */
export const renderVideo = Effect.fn("renderVideo")(function* (run: ToRender, settings: DubSettings) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const { output, script, source, timeline } = run
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  const kind = backgroundOf(settings, script)
  const fs = yield* FileSystem.FileSystem
  const isFile = !["keep", "duck", "drop"].includes(kind)
  const bed = isFile ? yield* Effect.mapError(fs.stat(kind), unreadable(kind)) : undefined
  const subtitles = yield* writeSpokenSubtitles(run)
  const { keepOriginal, loudness, originalVolume } = settings
  const inputs = {
    source: source.fingerprint,
    timeline,
    audio: audio?.index ?? null,
    kind,
    bed: bed === undefined ? null : [Number(bed.size), Option.getOrUndefined(bed.mtime)?.getTime() ?? 0],
    subtitles: [settings.subtitles, Workdir.hash(subtitles.text)],
    output,
    settings: [keepOriginal, loudness ?? null, originalVolume ?? null]
  }
  return yield* progress.stage("render", (advance) =>
    Effect.gen(function* () {
      const artifact = yield* workdir.artifact({
        name: `${script.language}/output.json`,
        inputs,
        format: Workdir.json(Rendered),
        stillHolds: (rendered) =>
          look(fs, output).pipe(
            Effect.map(({ modified, size }) => size === rendered.size && modified === rendered.modified),
            Effect.orElseSucceed(() => false)
          ),
        make: Effect.scoped(
          Effect.gen(function* () {
            const mixed = yield* mixSound(run, audio, kind, settings)
            const container = containerOf(output) ?? containerFor(source)
            const duration = source.duration
            const sound = yield* encodeSound({
              render: mixed.render,
              totalSamples: mixed.totalSamples,
              channels: mixed.channels,
              codec: container.soundCodec,
              withoutDelay: container.delay === "removed",
              output: workdir.path("tmp", `sound.${script.language}`),
              parallel: 2,
              onProgress: (seconds) => advance(seconds, duration * 1.25, "encoding")
            })
            const written = yield* mux({
              source,
              sound,
              soundLanguage: script.language,
              replaced: audio?.index,
              keepOriginal,
              subtitles: settings.subtitles === "none" ? [] : [{ path: subtitles.path, language: script.language }],
              hardSubtitles: settings.subtitles === "hard",
              output,
              onProgress: (seconds) => advance(duration + seconds * 0.25, duration * 1.25, "writing")
            })
            for (const track of written.dropped) yield* progress.warning(`${output} cannot hold ${track}`)
            for (const path of written.beside) yield* progress.note(`subtitles beside it: ${path}`)
            const { integratedLufs, loudnessRange, sourceLufs, truePeakDbtp } = mixed.measured
            const seen = yield* Effect.mapError(look(fs, output), unreadable(output))
            const sounds: SoundReport = { integratedLufs, loudnessRange, truePeakDbtp, sourceLufs: sourceLufs ?? null }
            return { output, ...seen, sound: sounds }
          })
        )
      })
      return { value: artifact.value, reused: artifact.reused, summary: output }
    })
  )
})

const mixSound = Effect.fnUntraced(function* (
  run: ToRender,
  audio: MediaStream | undefined,
  kind: string,
  settings: DubSettings
) {
  const { source, timeline, utterances, voiced } = run
  const clips = yield* Clips
  const workdir = yield* Workdir.Workdir
  const container = containerOf(run.output) ?? containerFor(source)
  const exact = container.soundCodec === "pcm" || container.soundCodec === "flac"
  const isFile = !["keep", "duck", "drop"].includes(kind)
  const failed = timeline.placements.flatMap((placement, i) =>
    placement.status === "failed" ? [{ start: utterances[i]!.start, end: utterances[i]!.end }] : []
  )
  const hearsOriginal = audio !== undefined && (kind === "keep" || kind === "duck" || failed.length > 0)
  const original = audio === undefined ? undefined : { path: source.path, stream: audio.index }
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
    temporaryFolder: workdir.temporary
  })
})
