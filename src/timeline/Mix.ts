import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Problem } from "../domain/Problem.ts"
import { type Interval, sampleRate, toSamples } from "../domain/Sound.ts"
import type { Ffmpeg, FfmpegError } from "../media/Ffmpeg.ts"
import { type BackgroundOptions, prepareBackground } from "./MixBackground.ts"
import { fadeEnds } from "./Fade.ts"
import { makeMeter, silence } from "./Loudness.ts"
import { master, type Measured, type Mastered } from "./Master.ts"
import { makeSampleStore } from "./SampleStore.ts"
import { Stretch } from "./Stretch.ts"

/** A clip and where it is heard; positions and lengths are samples at 48 kHz. */
export interface MixPlacement<E = never, R = never> {
  readonly start: number
  /** After stretching. */
  readonly length: number
  readonly tempo: number
  /** Linear; with `levelGains` of Level.ts all voices are equally loud. */
  readonly gain: number
  /** Loads the clip, trimmed, 48 kHz mono. It is run when the mix comes to it, and the sound is let go when it is over. */
  readonly clip: Effect.Effect<Float32Array, E, R>
}

export interface LoudnessOptions {
  /** Undefined: the source's own, between −30 and −12 LUFS; −16 where it is silent or there is none. */
  readonly targetLufs?: number | undefined
  /**
   * The highest true peak of what is rendered. Peaks that are limited by their true level stay there: at the rates of
   * Encode.ts AAC adds 0.1 dB, Opus and Vorbis up to 0.4, so that −1.5 is under −1 after encoding.
   */
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
  /** A folder on the disk for the unfinished mix: 5.8 MB a minute and channel, gone with the scope. */
  readonly temporaryFolder: string
  /** Told after each second of the first walk how many are mixed. */
  readonly onProgress?: ((seconds: number) => Effect.Effect<void>) | undefined
}

export interface Mix extends Pick<Mastered, "render"> {
  readonly measured: Measured & {
    /** Undefined where the source was not measured or is silent. */
    readonly sourceLufs: number | undefined
  }
  readonly totalSamples: number
  readonly channels: 1 | 2 | 6
}

/** Fades at the ends of each clip, so that none can click. */
const fadeIn = toSamples(0.002)
const fadeOut = toSamples(0.005)

interface Sounding {
  readonly start: number
  readonly samples: Float32Array
  readonly gain: number
}

/** Adds what sounds from `from` on to the channels. */
const addVoices = (sounding: ReadonlyArray<Sounding>, from: number, output: ReadonlyArray<Float32Array>) => {
  // Half the power to each side of stereo, so that a voice is as loud in it as alone; the centre of 5.1.
  const into = output.length === 6 ? [output[2]!] : output
  const share = Math.sqrt(1 / into.length)
  for (const { start, samples, gain } of sounding) {
    const first = Math.max(0, start - from)
    const last = Math.min(output[0]!.length, start + samples.length - from)
    const factor = gain * share
    for (const channel of into) {
      for (let i = first; i < last; i++) channel[i]! += samples[from + i - start]! * factor
    }
  }
}

/** Where voices are heard, in seconds. */
const spoken = (placements: ReadonlyArray<MixPlacement<unknown, unknown>>): ReadonlyArray<Interval> =>
  placements.map(({ start, length }) => ({ start: start / sampleRate, end: (start + length) / sampleRate }))

const target = (wanted: number | undefined, sourceLufs: number | undefined): number =>
  wanted ?? (sourceLufs === undefined || sourceLufs <= silence ? -16 : Math.max(-30, Math.min(-12, sourceLufs)))

/**
 * Mixes voices and background, one second at a time, into a file that can then be rendered from anywhere at its final
 * loudness. Memory does not grow with the length. The first walk mixes and measures, `master` finds the gain, and
 * `render` reads.
 */
export const mix: <E, R>(
  options: MixOptions<E, R>
) => Effect.Effect<Mix, E | Problem | FfmpegError, R | Ffmpeg | FileSystem.FileSystem | Stretch | Scope> =
  Effect.fnUntraced(function* <E, R>(options: MixOptions<E, R>) {
    const { stretch } = yield* Stretch
    const total = toSamples(options.duration)
    const placements = options.placements
      .filter((placement) => placement.start < total && placement.length > 0)
      .toSorted((a, b) => a.start - b.start)
    const background = yield* prepareBackground(options.background, {
      spoken: spoken(placements),
      total,
      channels: options.channels,
      measureSource: options.loudness.targetLufs === undefined,
      temporaryFolder: options.temporaryFolder
    })

    const store = yield* makeSampleStore(options.temporaryFolder, options.channels, total)
    const meter = makeMeter(options.channels, total)
    let next = 0
    let sounding: Array<Sounding> = []

    const load = Effect.fnUntraced(function* ({ clip, tempo, length, start, gain }: MixPlacement<E, R>) {
      const loaded = yield* clip
      const stretched = yield* stretch(loaded, tempo, length)
      // A clip that was not stretched is still the caller's.
      const samples = (stretched === loaded ? loaded.slice() : stretched).subarray(0, total - start)
      fadeEnds(samples, fadeIn, fadeOut)
      return { start, samples, gain }
    })

    const mixSecond = Effect.fnUntraced(function* (from: number, output: ReadonlyArray<Float32Array>) {
      const length = output[0]!.length
      while (next < placements.length && placements[next]!.start < from + length) {
        sounding.push(yield* load(placements[next++]!))
      }
      addVoices(sounding, from, output)
      sounding = sounding.filter(({ start, samples }) => start + samples.length > from + length)
      meter.push(output, length)
      yield* store.append(output, length)
    })

    let from = 0
    yield* Stream.runForEach(background.seconds, (output) => {
      const at = from
      from += output[0]!.length
      const told = options.onProgress?.(from / sampleRate) ?? Effect.void
      return Effect.andThen(mixSecond(at, output), told)
    })

    yield* store.finish

    const mastered = yield* master(
      { store, energies: meter.energies(), truePeak: meter.truePeak() },
      target(options.loudness.targetLufs, background.sourceLufs),
      options.loudness.ceilingDbtp
    )
    return {
      render: mastered.render,
      measured: { ...mastered.measured, sourceLufs: background.sourceLufs },
      totalSamples: total,
      channels: options.channels
    }
  })
