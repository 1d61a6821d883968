import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { sampleRate } from "../domain/Sound.ts"
import { Ffmpeg, file, type FfmpegError } from "../media/Ffmpeg.ts"
import { integratedLoudness, makeMeter } from "./Loudness.ts"
import { makeSampleStore, type SampleReader } from "./SampleStore.ts"

/** Sound in a media file. `stream` is ffmpeg's stream index; undefined: the first sound that is there. */
export interface SoundFile {
  readonly path: string
  readonly stream?: number | undefined
  /** ffmpeg options that hold the clock of the file where only this stream is read (`holdStart`). */
  readonly clock?: ReadonlyArray<string> | undefined
}

/** The channels a mix has for a background of so many: mono, stereo and 5.1 are kept, all others folded to stereo. */
export const channelsFor = (background: number): 1 | 2 | 6 => (background <= 1 ? 1 : background === 6 ? 6 : 2)

const layouts = { 1: "mono", 2: "stereo", 6: "5.1|5.1(side)" } as const

/** Seconds of sound, channels interleaved; the last one may be shorter. */
export type Seconds<E, R> = Stream.Stream<Float32Array, E, R>

const emptySecond = (channels: number) => ({ second: new Float32Array(sampleRate * channels), filled: 0 })

const toSeconds =
  (channels: number) =>
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Seconds<E, R> => {
    return Stream.mapAccum(
      bytes,
      () => emptySecond(channels),
      (state, chunk) => {
        const seconds: Array<Float32Array> = []
        for (let at = 0; at < chunk.length;) {
          const bytesOf = new Uint8Array(state.second.buffer)
          const taken = Math.min(bytesOf.length - state.filled, chunk.length - at)
          bytesOf.set(chunk.subarray(at, at + taken), state.filled)
          state.filled += taken
          at += taken
          if (state.filled === bytesOf.length) {
            seconds.push(state.second)
            state = emptySecond(channels)
          }
        }
        return [state, seconds]
      },
      {
        onHalt: ({ second, filled }) => {
          const frames = Math.floor(filled / 4 / channels)
          return frames === 0 ? [] : [second.subarray(0, frames * channels)]
        }
      }
    )
  }

/** Sets `output` (one array a channel) to interleaved samples; what they do not reach is silence. */
const separate = (interleaved: Float32Array, output: ReadonlyArray<Float32Array>): void => {
  const channels = output.length
  const length = interleaved.length / channels
  for (const [c, channel] of output.entries()) {
    for (let i = 0, at = c; i < length; i++, at += channels) channel[i] = interleaved[at]!
    channel.fill(0, length)
  }
}

/** Adds interleaved samples to `output` (one array a channel), each times its gain and `factor`. */
export const addScaled = (
  interleaved: Float32Array,
  gains: Float32Array,
  factor: number,
  output: ReadonlyArray<Float32Array>
): void => {
  const channels = output.length
  const length = Math.min(interleaved.length / channels, output[0]!.length)
  for (const [c, channel] of output.entries()) {
    for (let i = 0, at = c; i < length; i++, at += channels) channel[i]! += interleaved[at]! * (gains[i]! * factor)
  }
}

/**
 * Decodes sound at 48 kHz, second by second, so that its first sample is heard at the file's time 0: a late start and
 * gaps are filled with silence, priming and what lies before time 0 are cut off. Folding to fewer channels follows
 * ITU-R BS.775 as ffmpeg does it, in floats, without making it quieter.
 */
export const decodeSeconds = (sound: SoundFile, channels: 1 | 2 | 6): Seconds<FfmpegError, Ffmpeg> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const map = sound.stream === undefined ? "0:a:0" : `0:${sound.stream}`
      const resample = `aresample=${sampleRate}:async=1:first_pts=0:tsf=fltp`
      const format = `aformat=sample_fmts=flt:channel_layouts=${layouts[channels]}`
      const output = ["-f", "f32le", "pipe:1"]
      const filter = ["-map", map, "-af", `${resample},${format}`]
      const bytes = ffmpeg.pipe(["-i", file(sound.path), ...filter, ...output, ...(sound.clock ?? [])])
      return toSeconds(channels)(bytes)
    })
  )

/** Decodes a sound from start to end, one array a channel, and gives its integrated loudness. */
const walk = Effect.fnUntraced(function* <E, R>(
  sound: SoundFile,
  channels: 1 | 2 | 6,
  each: (samples: ReadonlyArray<Float32Array>, length: number) => Effect.Effect<void, E, R>
) {
  const meter = makeMeter(channels)
  const samples = Array.from({ length: channels }, () => new Float32Array(sampleRate))
  yield* Stream.runForEach(decodeSeconds(sound, channels), (second) => {
    const length = second.length / channels
    separate(second, samples)
    meter.push(samples, length)
    return each(samples, length)
  })
  return integratedLoudness(meter.energies())
})

/** Integrated loudness of a sound in LUFS, −70 for silence. Worth keeping: it decodes the whole file. */
export const soundLufs = (sound: SoundFile, channels: 1 | 2 | 6): Effect.Effect<number, FfmpegError, Ffmpeg> =>
  walk(sound, channels, () => Effect.void)

/** A decoded file, and how loud it is. */
export interface Track {
  readonly length: number
  readonly reader: SampleReader
  readonly lufs: number
}

/** Decodes a whole file to `folder`. */
export const loadTrack = Effect.fnUntraced(function* (sound: SoundFile, channels: 1 | 2 | 6, folder: string) {
  const store = yield* makeSampleStore(folder, channels)
  const lufs = yield* walk(sound, channels, store.append)
  yield* store.finish
  return { length: store.length(), reader: store.reader(), lufs } satisfies Track
})

/** The longest crossfade from a track's end to its start. */
const longestCrossfade = 2 * sampleRate

/**
 * Fills `samples` with what a track plays at position `from` when it is repeated without end: its end fades into its
 * start with equal power.
 */
export const readLooped = Effect.fnUntraced(function* (
  { length: trackLength, reader }: Track,
  from: number,
  samples: ReadonlyArray<Float32Array>
) {
  const crossfade = Math.min(longestCrossfade, trackLength >> 2)
  const period = trackLength - crossfade
  if (period <= 0) return
  const length = samples[0]!.length
  const parts = (at: number, end: number) => samples.map((channel) => channel.subarray(at, end))
  for (let at = 0; at < length;) {
    const position = (from + at) % period
    const repeated = from + at >= period
    if (repeated && position < crossfade) {
      const end = Math.min(length, at + crossfade - position)
      const starting = parts(at, end)
      const ending = samples.map(() => new Float32Array(end - at))
      yield* reader.read(position, starting)
      yield* reader.read(period + position, ending)
      for (const [c, channel] of starting.entries()) {
        for (let i = 0; i < channel.length; i++) {
          const angle = ((position + i + 0.5) / crossfade) * (Math.PI / 2)
          channel[i] = channel[i]! * Math.sin(angle) + ending[c]![i]! * Math.cos(angle)
        }
      }
      at = end
    } else {
      const end = Math.min(length, at + period - position)
      yield* reader.read(position, parts(at, end))
      at = end
    }
  }
})
