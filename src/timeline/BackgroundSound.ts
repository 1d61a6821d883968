import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { sampleRate } from "../domain/Sound.ts"
import { Ffmpeg, file, type FfmpegError } from "../media/Ffmpeg.ts"
import type { OnProgress } from "../media/FfmpegProgress.ts"
import { type FrameLevels, integratedLoudness, makeMeter } from "./Loudness.ts"
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

/** Seconds of sound, channels interleaved; the last one may be shorter. Each is written over once the next is asked for. */
export type Seconds<E, R> = Stream.Stream<Float32Array, E, R>

/** Pulls the next second of interleaved floats out of their bytes, always into the same array. */
const secondsOf = (pull: Pull.Pull<ReadonlyArray<Uint8Array>, FfmpegError>, channels: number) => {
  const second = new Float32Array(sampleRate * channels)
  const into = new Uint8Array(second.buffer)
  let chunks: ReadonlyArray<Uint8Array> | undefined = []
  let next = 0
  let used = 0
  return Effect.gen(function* () {
    let filled = 0
    while (chunks !== undefined && filled < into.length) {
      const chunk: Uint8Array | undefined = chunks[next]
      if (chunk === undefined) {
        chunks = yield* Pull.catchDone(pull, () => Effect.undefined)
        next = 0
        continue
      }
      const taken = Math.min(chunk.length - used, into.length - filled)
      into.set(chunk.subarray(used, used + taken), filled)
      filled += taken
      used += taken
      if (used < chunk.length) continue
      next++
      used = 0
    }
    const frames = Math.floor(filled / 4 / channels)
    if (frames === 0) return yield* Cause.done()
    return [second.subarray(0, frames * channels)] as const
  })
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
      const output = ["-f", "f32le", "-flush_packets", "0", "pipe:1"]
      const filter = ["-map", map, "-af", `${resample},${format}`]
      const bytes = ffmpeg.pipe(["-i", file(sound.path), ...filter, ...output, ...(sound.clock ?? [])])
      return Stream.fromPull(Effect.succeed(secondsOf(yield* Stream.toPull(bytes), channels)))
    })
  )

/** How loud a sound is: integrated (LUFS, −70 for silence), and in every frame. */
export interface SoundLevels extends FrameLevels {
  readonly lufs: number
}

/** Decodes a sound from start to end, one array a channel, and measures it. */
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
  const levels = meter.levels()
  return { ...levels, lufs: integratedLoudness(levels.energies) } satisfies SoundLevels
})

/** Measures a sound. Worth keeping: it decodes the whole file; `onProgress` is told how many seconds of it are done. */
export const measureSound = (
  sound: SoundFile,
  channels: 1 | 2 | 6,
  onProgress: OnProgress = () => Effect.void
): Effect.Effect<SoundLevels, FfmpegError, Ffmpeg> => {
  let done = 0
  return walk(sound, channels, (_samples, length) => onProgress((done += length) / sampleRate))
}

/** A decoded file, and how loud it is. */
export interface Track {
  readonly length: number
  readonly reader: SampleReader
  readonly levels: SoundLevels
}

/** Decodes a whole file to `folder`. */
export const loadTrack = Effect.fnUntraced(function* (sound: SoundFile, channels: 1 | 2 | 6, folder: string) {
  const store = yield* makeSampleStore(folder, channels)
  const levels = yield* walk(sound, channels, store.append)
  yield* store.finish
  return { length: store.length(), reader: store.reader(), levels } satisfies Track
})

/** The longest crossfade from a track's end to its start. */
const longestCrossfade = 2 * sampleRate

const crossfadeOf = ({ length }: Track): number => Math.min(longestCrossfade, length >> 2)

/** After so many samples a repeated track is at its start again; 0 for one too short to be repeated. */
export const loopPeriod = (track: Track): number => track.length - crossfadeOf(track)

/**
 * Fills `samples` with what a track plays at position `from` when it is repeated without end: its end fades into its
 * start with equal power.
 */
export const readLooped = Effect.fnUntraced(function* (
  track: Track,
  from: number,
  samples: ReadonlyArray<Float32Array>
) {
  const { reader } = track
  const crossfade = crossfadeOf(track)
  const period = loopPeriod(track)
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
