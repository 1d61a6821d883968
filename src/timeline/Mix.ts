import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Problem } from "../domain/Problem.ts"
import { fromDecibels, type Interval, sampleRate, toDecibels, toSamples } from "../domain/Sound.ts"
import type { Ffmpeg, FfmpegError } from "../media/Ffmpeg.ts"
import { release } from "../media/Release.ts"
import { addLevels, expectedLevels } from "./ExpectedLevels.ts"
import { type Background, type BackgroundOptions, prepareBackground } from "./MixBackground.ts"
import { fadeEnds } from "./Fade.ts"
import { type Limited, type LimiterSettings, makeLimiter } from "./Limiter.ts"
import { type FrameLevels, integratedLoudness, loudnessRange, makeMeter, silence } from "./Loudness.ts"
import { chooseGain } from "./Master.ts"
import { type SoundMetrics, speechToBed } from "./Metrics.ts"
import { Stretch } from "./Stretch.ts"

/** A clip and where it is heard; positions and lengths are samples at 48 kHz. */
export interface MixPlacement<E = never, R = never> {
  readonly start: number
  /** After stretching. */
  readonly length: number
  readonly tempo: number
  /** Linear; with `levelGains` of Level.ts all voices are equally loud. */
  readonly gain: number
  /** Of the clip as it is (`clipLevels`). */
  readonly levels: FrameLevels
  /**
   * Loads the clip, trimmed, 48 kHz mono, into an array that the mix may write over. It is run when the mix comes to it,
   * and the array is empty when it is over.
   */
  readonly clip: Effect.Effect<Float32Array, E, R>
}

export interface LoudnessOptions {
  /** Undefined: the source's own, between −30 and −12 LUFS; −16 where it is silent or there is none. */
  readonly targetLufs?: number | undefined
  /** The highest true peak of what is rendered; see `overshoot` of Encode.ts for what a codec adds to it. */
  readonly ceilingDbtp: number
}

export interface MixOptions<E = never, R = never> {
  /** Seconds; the mix is round(duration × 48,000) samples long. */
  readonly duration: number
  /** 5.1 has the voices in its centre. See `channelsFor`. */
  readonly channels: 1 | 2 | 6
  readonly placements: ReadonlyArray<MixPlacement<E, R>>
  readonly background: BackgroundOptions
  readonly loudness: LoudnessOptions
  /** A folder on the disk for a background that is a file: 5.8 MB a minute and channel, gone with the scope. */
  readonly temporaryFolder: string
}

export type Measured = Pick<SoundMetrics, "integratedLufs" | "loudnessRange" | "truePeakDbtp">

/** A walk over a mix. */
export interface Rendering<E, R> {
  /** 48 kHz, channels interleaved, about a second at a time; each is written over when the next is asked for. */
  readonly sound: Stream.Stream<Float32Array, E | Problem | FfmpegError, R | Ffmpeg>
  /** What was rendered so far. */
  readonly measured: Effect.Effect<Measured>
  /** Of each frame of it, what no sample is above, linear. */
  readonly peaks: Effect.Effect<Float32Array>
}

export interface Mix<E = never, R = never> {
  readonly totalSamples: number
  readonly channels: 1 | 2 | 6
  /** The loudness (LUFS) that the limiter leaves of the one asked for, by the levels of the parts. */
  readonly expectedLufs: number
  /** Undefined where the source was not measured or is silent. */
  readonly sourceLufs: number | undefined
  /** By how much the voices are above what lies under them, in LU, by the levels of the parts; see Metrics.ts. */
  readonly speechToBed: number | undefined
  /** The same samples every time, but for a gain of so many dB before the limiter. */
  readonly render: (correctionDecibels?: number) => Rendering<E, R>
}

/** The lowest true peak that is told: that of silence. */
const lowestPeak = -120

/** Fades at the ends of each clip, so that none can click. */
const fadeIn = toSamples(0.002)
const fadeOut = toSamples(0.005)

interface Sounding {
  readonly start: number
  readonly samples: Float32Array
  readonly gain: number
}

/** The channels that voices go into, and the share of their amplitude: half the power to each side, the centre of 5.1. */
const voiceChannels = (channels: 1 | 2 | 6) =>
  channels === 6
    ? { into: [2], share: 1 }
    : channels === 2
      ? { into: [0, 1], share: Math.SQRT1_2 }
      : { into: [0], share: 1 }

/** Adds what sounds from `from` on to the channels. */
const addVoices = (
  sounding: ReadonlyArray<Sounding>,
  from: number,
  output: ReadonlyArray<Float32Array>,
  { into, share }: ReturnType<typeof voiceChannels>
) => {
  for (const { start, samples, gain } of sounding) {
    const first = Math.max(0, start - from)
    const last = Math.min(output[0]!.length, start + samples.length - from)
    const factor = gain * share
    for (const c of into) {
      const channel = output[c]!
      for (let i = first; i < last; i++) channel[i]! += samples[from + i - start]! * factor
    }
  }
}

/** Written over at each call. */
const interleaver = (channels: number) => {
  let joined = new Float32Array(0)
  return (separate: ReadonlyArray<Float32Array>): Float32Array => {
    const length = separate[0]!.length
    if (channels === 1) return separate[0]!
    if (joined.length < length * channels) joined = new Float32Array(length * channels)
    for (const [c, channel] of separate.entries()) {
      for (let i = 0, at = c; i < length; i++, at += channels) joined[at] = channel[i]!
    }
    return joined.subarray(0, length * channels)
  }
}

/** Where voices are heard, in seconds. */
const spoken = (placements: ReadonlyArray<MixPlacement<unknown, unknown>>): ReadonlyArray<Interval> =>
  placements.map(({ start, length }) => ({ start: start / sampleRate, end: (start + length) / sampleRate }))

/** The loudness of a mix, in LUFS, where so much is asked for and the source has so much. */
export const targetLoudness = (wanted: number | undefined, sourceLufs: number | undefined): number =>
  wanted ?? (sourceLufs === undefined || sourceLufs <= silence ? -16 : Math.max(-30, Math.min(-12, sourceLufs)))

/** Mixes, limits and measures one second after another. */
const rendering = <E, R>(
  background: Background,
  placements: ReadonlyArray<MixPlacement<E, R>>,
  { channels, total }: { readonly channels: 1 | 2 | 6; readonly total: number },
  settings: LimiterSettings,
  stretch: Stretch["Service"]["stretch"]
): Rendering<E, R> => {
  const limiter = makeLimiter(channels, settings)
  const meter = makeMeter(channels, total)
  const join = interleaver(channels)
  const places = voiceChannels(channels)
  let from = 0
  let next = 0
  let sounding: Array<Sounding> = []

  const load = Effect.fnUntraced(function* ({ clip, tempo, length, start, gain }: MixPlacement<E, R>) {
    const loaded = yield* clip
    const stretched = yield* stretch(loaded, tempo, length)
    if (stretched !== loaded) release(loaded)
    const samples = stretched.subarray(0, total - start)
    fadeEnds(samples, fadeIn, fadeOut)
    return { start, samples, gain }
  })

  const finish = ({ length, peaks, samples }: Limited): Float32Array => {
    meter.push(samples, length, peaks)
    return join(samples)
  }

  const mixed = Stream.mapEffect(
    background.seconds,
    Effect.fnUntraced(function* (output) {
      const length = output[0]!.length
      while (next < placements.length && placements[next]!.start < from + length) {
        sounding.push(yield* load(placements[next++]!))
      }
      addVoices(sounding, from, output, places)
      from += length
      const isOver = ({ samples, start }: Sounding) => start + samples.length <= from
      for (const { samples } of sounding.filter(isOver)) release(samples)
      sounding = sounding.filter((one) => !isOver(one))
      return finish(limiter.push(output, length))
    })
  )
  return {
    sound: Stream.concat(mixed, Stream.fromEffect(Effect.sync(() => finish(limiter.end())))),
    peaks: Effect.sync(() => meter.levels().peaks),
    measured: Effect.sync(() => {
      const { energies } = meter.levels()
      return {
        integratedLufs: integratedLoudness(energies),
        loudnessRange: loudnessRange(energies),
        truePeakDbtp: Math.max(lowestPeak, toDecibels(meter.truePeak()))
      }
    })
  }
}

/**
 * Mixes voices and background at their final loudness, one second at a time and in one walk: the gain and what the
 * limiter takes are found beforehand from the levels of the parts. What comes out is measured. Memory does not grow
 * with the length, but for 12 MB an hour of levels.
 */
export const mix: <E, R>(
  options: MixOptions<E, R>
) => Effect.Effect<Mix<E, R>, Problem | FfmpegError, Ffmpeg | FileSystem.FileSystem | Stretch | Scope> =
  Effect.fnUntraced(function* <E, R>(options: MixOptions<E, R>) {
    const { stretch } = yield* Stretch
    const { channels, loudness } = options
    const total = toSamples(options.duration)
    const placements = options.placements
      .filter((placement) => placement.start < total && placement.length > 0)
      .toSorted((a, b) => a.start - b.start)
    const heard = spoken(placements)
    const background = yield* prepareBackground(options.background, {
      spoken: heard,
      total,
      channels,
      measureSource: loudness.targetLufs === undefined,
      temporaryFolder: options.temporaryFolder
    })
    const { share } = voiceChannels(channels)
    const voices = expectedLevels(total, placements, share, [])
    const bed = expectedLevels(total, [], share, background.under)
    const overBed = speechToBed(voices.energies, bed.energies, heard)
    addLevels(voices, bed)
    const { expectedLufs, ...chosen } = chooseGain(
      voices,
      targetLoudness(loudness.targetLufs, background.sourceLufs),
      loudness.ceilingDbtp
    )
    return {
      totalSamples: total,
      channels,
      expectedLufs,
      sourceLufs: background.sourceLufs,
      speechToBed: overBed,
      render: (correctionDecibels = 0) => {
        const gain = chosen.gain * fromDecibels(correctionDecibels)
        return rendering(background, placements, { channels, total }, { ...chosen, gain }, stretch)
      }
    }
  })
