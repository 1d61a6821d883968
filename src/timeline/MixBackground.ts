import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { fromDecibels, type Interval, sampleRate, toSamples } from "../domain/Sound.ts"
import type { Problem } from "../domain/Problem.ts"
import type { Ffmpeg, FfmpegError } from "../media/Ffmpeg.ts"
import { constantGain, ducking, duckingGain, exceptIn, type GainCurve, onlyIn } from "./Background.ts"
import {
  addScaled,
  decodeSeconds,
  loadTrack,
  readLooped,
  loopPeriod,
  measureSound,
  type Seconds,
  type SoundFile,
  type SoundLevels,
  type Track
} from "./BackgroundSound.ts"
import type { UnderVoices } from "./ExpectedLevels.ts"
import { riseTable } from "./Fade.ts"
import { voiceLufs } from "./Level.ts"
import { frame, loudnessWithin, silence } from "./Loudness.ts"

export interface BackgroundOptions {
  /**
   * `keep`: the original sound at one level under the voices. `duck`: at its own level, and lowered while somebody
   * speaks. `drop`: none. A file: music, repeated or cut, and lowered while somebody speaks; or, where it is as long as the
   * video, an effects track, which keeps its level and is not repeated. `videoSeconds`: how long the video is, where only a part
   * of it is mixed.
   */
  readonly kind: "keep" | "duck" | "drop" | { readonly file: string; readonly videoSeconds?: number | undefined }
  /** The source's sound. */
  readonly original?: SoundFile | undefined
  /** Its levels where they are known (`measureSound`); measured where they are needed and not given. */
  readonly originalLevels?: SoundLevels | undefined
  /** Makes the background louder or quieter than its usual level, in dB; 0. */
  readonly volumeDecibels?: number | undefined
  /** Where the source speaks, in seconds: `duck` lowers it there too, so that no half sentence pops up after a short dub. */
  readonly sourceSpeech?: ReadonlyArray<Interval> | undefined
  /** Lines that could not be spoken, in seconds: the original sound is at full level there, whatever the kind. */
  readonly fullLevel?: ReadonlyArray<Interval> | undefined
}

interface Surroundings {
  /** Where voices are heard, in seconds. */
  readonly spoken: ReadonlyArray<Interval>
  /** Samples. */
  readonly total: number
  readonly channels: 1 | 2 | 6
  readonly measureSource: boolean
  readonly temporaryFolder: string
}

/** The original voice is at least this far under the voices, in LU; a little more than the 15 that one needs to follow. */
const underVoices = -16
/** Music between the lines, against the voices, in LU, and by how much it is lowered under them, in dB. */
const musicLevel = -12
const musicDepth = -8
/** Whether a sound is an effects track: as long as the video, but for a tenth. What is longer is music, and is cut. */
export const isEffectsTrack = (length: number, videoLength: number): boolean =>
  length >= 0.9 * videoLength && length <= 1.1 * videoLength
const endFade = 3 * sampleRate
/** A source is not brought further than this to the level of the voices, in dB. */
const furthest = 20

/** How loud a source is where it speaks; over all of it where that is not known. */
const speechLevel = (levels: SoundLevels, speech: ReadonlyArray<Interval>): number => {
  const spoken = loudnessWithin(levels.energies, speech)
  return spoken > silence ? spoken : levels.lufs
}

/** The gain at which sound of this loudness is as loud as the voices. */
const alignment = (lufs: number | undefined): number =>
  lufs === undefined || lufs <= silence ? 1 : fromDecibels(Math.max(-furthest, Math.min(furthest, voiceLufs - lufs)))

const times = (curve: GainCurve, factor: number): GainCurve => ({
  fill(from, gains) {
    curve.fill(from, gains)
    for (let i = 0; i < gains.length; i++) gains[i]! *= factor
  }
})

/** The curve of the original sound, against sound that is as loud as the voices; undefined where it is never heard. */
const originalCurve = (options: BackgroundOptions, spoken: ReadonlyArray<Interval>): GainCurve | undefined => {
  const volume = options.volumeDecibels ?? 0
  const fullLevel = options.fullLevel ?? []
  switch (options.kind) {
    case "keep":
      return exceptIn(constantGain(fromDecibels(underVoices + volume)), fullLevel)
    case "duck": {
      const depthDecibels = Math.min(ducking.depthDecibels, underVoices - volume)
      const curve = duckingGain([...spoken, ...(options.sourceSpeech ?? [])], { ...ducking, depthDecibels })
      return exceptIn(times(curve, fromDecibels(volume)), fullLevel)
    }
    default:
      return fullLevel.length === 0 ? undefined : onlyIn(fullLevel)
  }
}

/** What a music bed or an effects track plays: its levels, and how samples from a position on are filled with it. */
const trackUnder = (track: Track, options: BackgroundOptions, { spoken, total }: Surroundings, aligned: number) => {
  const { videoSeconds = undefined } = typeof options.kind === "string" ? {} : options.kind
  const isEffects = isEffectsTrack(track.length, videoSeconds === undefined ? total : toSamples(videoSeconds))
  const volume = fromDecibels(options.volumeDecibels ?? 0)
  const curve = isEffects
    ? constantGain(aligned * volume)
    : times(
        duckingGain(spoken, { ...ducking, depthDecibels: musicDepth }),
        alignment(track.levels.lufs) * fromDecibels(musicLevel) * volume
      )
  const fade = riseTable(Math.min(endFade, total)).toReversed()
  const gains = new Float32Array(sampleRate)
  const fill = Effect.fnUntraced(function* (from: number, samples: ReadonlyArray<Float32Array>) {
    const length = samples[0]!.length
    yield* isEffects ? track.reader.read(from, samples) : readLooped(track, from, samples)
    curve.fill(from, gains)
    const fadeStart = total - fade.length
    for (let i = Math.max(0, fadeStart - from); i < length; i++) gains[i]! *= fade[from + i - fadeStart]!
    for (const channel of samples) for (let i = 0; i < length; i++) channel[i]! *= gains[i]!
  })
  const period = isEffects ? undefined : Math.floor(loopPeriod(track) / frame)
  const under: UnderVoices = { levels: track.levels, curve, period }
  return { under, fill }
}

const pieces = (total: number): Stream.Stream<{ readonly from: number; readonly length: number }> =>
  Stream.map(Stream.range(0, Math.ceil(total / sampleRate) - 1), (second) => {
    const from = second * sampleRate
    return { from, length: Math.min(sampleRate, total - from) }
  })

/** What lies under the voices of a mix. */
export interface Background {
  /**
   * Ready to have voices added to them, exactly as long as the video together. Each is written over when the next is
   * asked for.
   */
  readonly seconds: Stream.Stream<ReadonlyArray<Float32Array>, Problem | FfmpegError, Ffmpeg>
  readonly under: ReadonlyArray<UnderVoices>
  /** Integrated loudness of the source; undefined where it was not measured or is silent. */
  readonly sourceLufs: number | undefined
}

export const prepareBackground = Effect.fnUntraced(function* (options: BackgroundOptions, surroundings: Surroundings) {
  const { spoken, total, channels, temporaryFolder } = surroundings
  const { original, kind } = options
  const curve = original === undefined ? undefined : originalCurve(options, spoken)
  const needsLevel = surroundings.measureSource || curve !== undefined || typeof kind === "object"
  const levels =
    options.originalLevels ??
    (original === undefined || !needsLevel ? undefined : yield* measureSound(original, channels))
  const aligned = alignment(levels === undefined ? undefined : speechLevel(levels, options.sourceSpeech ?? []))

  const track = typeof kind === "object" ? yield* loadTrack({ path: kind.file }, channels, temporaryFolder) : undefined
  const second = Array.from({ length: channels }, () => new Float32Array(sampleRate))
  const played = track === undefined ? undefined : trackUnder(track, options, surroundings, aligned)

  const nothing: Seconds<never, never> = Stream.forever(Stream.succeed(new Float32Array(0)))
  const originals: Seconds<FfmpegError, Ffmpeg> =
    original === undefined || curve === undefined ? nothing : Stream.concat(decodeSeconds(original, channels), nothing)

  const gains = new Float32Array(sampleRate)
  const seconds = Stream.zip(pieces(total), originals).pipe(
    Stream.mapEffect(
      Effect.fnUntraced(function* ([{ from, length }, heard]) {
        const output = second.map((channel) => channel.subarray(0, length).fill(0))
        if (played !== undefined) yield* played.fill(from, output)
        if (curve === undefined || heard.length === 0) return output
        curve.fill(from, gains)
        addScaled(heard, gains, aligned, output)
        return output
      })
    )
  )
  const background: Background = {
    seconds,
    under: [
      ...(curve === undefined || levels === undefined ? [] : [{ levels, curve: times(curve, aligned) }]),
      ...(played === undefined ? [] : [played.under])
    ],
    sourceLufs: levels === undefined || levels.lufs <= silence ? undefined : levels.lufs
  }
  return background
})
