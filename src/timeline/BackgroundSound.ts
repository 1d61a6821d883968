import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { sampleRate } from "../domain/Sound.ts"
import { Ffmpeg, file, type FfmpegError } from "../media/Ffmpeg.ts"
import { integratedLoudness, makeMeter } from "./Loudness.ts"
import { makeSampleStore, type SampleStore } from "./SampleStore.ts"

/** Sound in a media file. `stream` is ffmpeg's stream index; undefined: the first sound that is there. */
export interface SoundFile {
  readonly path: string
  readonly stream?: number | undefined
}

/** The channels a mix has for a background of so many: mono, stereo and 5.1 are kept, all others folded to stereo. */
export const channelsFor = (background: number): 1 | 2 | 6 => (background <= 1 ? 1 : background === 6 ? 6 : 2)

const layouts = { 1: "mono", 2: "stereo", 6: "5.1|5.1(side)" } as const

const deinterleave = (bytes: Uint8Array, channels: number): ReadonlyArray<Float32Array> => {
  const frames = Math.floor(bytes.length / 4 / channels)
  const joined = new Float32Array(bytes.buffer, bytes.byteOffset, frames * channels)
  return Array.from({ length: channels }, (_, c) => {
    const samples = new Float32Array(frames)
    for (let i = 0; i < frames; i++) samples[i] = joined[i * channels + c]!
    return samples
  })
}

/** Seconds of sound, one array a channel; the last one may be shorter. */
export type Seconds<E, R> = Stream.Stream<ReadonlyArray<Float32Array>, E, R>

const toSeconds =
  (channels: number) =>
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Seconds<E, R> => {
    const size = sampleRate * channels * 4
    return Stream.mapAccum(
      bytes,
      () => ({ second: new Uint8Array(size), filled: 0 }),
      (state, chunk) => {
        const seconds: Array<ReadonlyArray<Float32Array>> = []
        for (let at = 0; at < chunk.length;) {
          const taken = Math.min(size - state.filled, chunk.length - at)
          state.second.set(chunk.subarray(at, at + taken), state.filled)
          state.filled += taken
          at += taken
          if (state.filled === size) {
            seconds.push(deinterleave(state.second, channels))
            state.filled = 0
          }
        }
        return [state, seconds]
      },
      {
        onHalt: ({ second, filled }) => (filled === 0 ? [] : [deinterleave(second.subarray(0, filled), channels)])
      }
    )
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
      const bytes = ffmpeg.pipe(["-i", file(sound.path), "-map", map, "-af", `${resample},${format}`, ...output])
      return toSeconds(channels)(bytes)
    })
  )

/** Integrated loudness of a sound in LUFS, −70 for silence. Worth keeping: it decodes the whole file. */
export const soundLufs = Effect.fnUntraced(function* (sound: SoundFile, channels: 1 | 2 | 6) {
  const meter = makeMeter(channels)
  yield* Stream.runForEach(decodeSeconds(sound, channels), (second) =>
    Effect.sync(() => meter.push(second, second[0]!.length))
  )
  return integratedLoudness(meter.energies())
})

/** A decoded file, and how loud it is. */
export interface Track {
  readonly store: SampleStore
  readonly lufs: number
}

/** Decodes a whole file to `folder`. */
export const loadTrack = Effect.fnUntraced(function* (sound: SoundFile, channels: 1 | 2 | 6, folder: string) {
  const store = yield* makeSampleStore(folder, channels)
  const meter = makeMeter(channels)
  yield* Stream.runForEach(decodeSeconds(sound, channels), (second) => {
    meter.push(second, second[0]!.length)
    return store.append(second, second[0]!.length)
  })
  return { store, lufs: integratedLoudness(meter.energies()) } satisfies Track
})

/** The longest crossfade from a track's end to its start. */
const longestCrossfade = 2 * sampleRate

/**
 * Fills `samples` with what a track plays at position `from` when it is repeated without end: its end fades into its
 * start with equal power.
 */
export const readLooped = Effect.fnUntraced(function* (
  store: SampleStore,
  from: number,
  samples: ReadonlyArray<Float32Array>
) {
  const crossfade = Math.min(longestCrossfade, store.length() >> 2)
  const period = store.length() - crossfade
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
      yield* store.read(position, starting)
      yield* store.read(period + position, ending)
      for (const [c, channel] of starting.entries()) {
        for (let i = 0; i < channel.length; i++) {
          const angle = ((position + i + 0.5) / crossfade) * (Math.PI / 2)
          channel[i] = channel[i]! * Math.sin(angle) + ending[c]![i]! * Math.cos(angle)
        }
      }
      at = end
    } else {
      const end = Math.min(length, at + period - position)
      yield* store.read(position, parts(at, end))
      at = end
    }
  }
})
