import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Interval } from "../domain/Sound.ts"
import { Ffmpeg, file } from "../media/Ffmpeg.ts"
import { framesPerSecond, makeFrames, rate, type Frames } from "./SpeechRegions/Frames.ts"

export interface RegionOptions {
  /** Seconds: shorter speech is no speech, shorter gaps are no gaps. */
  readonly minSpeech: number
  readonly minGap: number
}

export const regionDefaults: RegionOptions = { minSpeech: 0.2, minGap: 0.3 }

/** What is heard in a sound, and where somebody speaks. Times are seconds from the start of the sound. */
export interface Heard {
  /** Length of the sound. */
  readonly seconds: number
  readonly regions: (options?: Partial<RegionOptions>) => ReadonlyArray<Interval>
}

const percentile = (sorted: Float32Array, part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? -120

/** Below this a sound is silence, whatever else is heard. */
const silence = -65
/** Speech is not this much quieter than the loudest speech of the video. */
const faintest = 30

/** For every second of sound: how loud the background is around it, and how much louder speech must be. */
const thresholds = (levels: Float32Array): ReadonlyArray<{ readonly on: number; readonly off: number }> => {
  const loudest = percentile(levels.toSorted(), 0.98)
  const seconds = Math.ceil(levels.length / framesPerSecond)
  return Array.from({ length: seconds }, (_, second) => {
    const around = (reach: number) =>
      levels.slice(Math.max(0, second - reach) * framesPerSecond, (second + 1 + reach) * framesPerSecond).toSorted()
    const near = around(12)
    const floor = percentile(near, 0.12)
    const range = percentile(near, 0.97) - floor
    // A steady hum, hiss or tone has hardly any range: nothing in it stands out as speech does.
    if (range < 6) return { on: Infinity, off: Infinity }
    const step = Math.max(4.5, Math.min(18, range * 0.5))
    const on = Math.max(floor + step, silence, loudest - faintest)
    return { on, off: Math.max(on - 3, silence) }
  })
}

const framesOf = (seconds: number) => Math.round(seconds * framesPerSecond)

const spread = (values: Float32Array | Uint16Array): number => {
  const sorted = Float32Array.from(values).toSorted()
  return percentile(sorted, 0.9) - percentile(sorted, 0.1)
}

/** A beep or a held note keeps its level and its pitch; no vowel does. */
const isSteady = ({ levels, crossings }: Frames, start: number, end: number): boolean =>
  end - start >= 12 &&
  spread(levels.subarray(start + 3, end - 3)) < 2.5 &&
  spread(crossings.subarray(start + 3, end - 3)) <= 2

/** From one frame up to another. */
type Run = readonly [start: number, end: number]

/** Runs of frames that are loud enough, with the hysteresis of two thresholds. */
const loudRuns = (levels: Float32Array): ReadonlyArray<Run> => {
  const limits = thresholds(levels)
  const runs: Array<Run> = []
  let start = -1
  for (let frame = 0; frame <= levels.length; frame++) {
    const limit = limits[Math.floor(frame / framesPerSecond)]
    const level = frame < levels.length ? levels[frame]! : -Infinity
    if (start === -1 && limit !== undefined && level >= limit.on) {
      start = frame
      while (start > 0 && levels[start - 1]! >= limit.off && start > (runs.at(-1)?.[1] ?? 0)) start--
    } else if (start !== -1 && (limit === undefined || level < limit.off)) {
      runs.push([start, frame])
      start = -1
    }
  }
  return runs
}

const join = (runs: ReadonlyArray<Run>, gap: number): ReadonlyArray<Run> => {
  const joined: Array<Run> = []
  for (const run of runs) {
    const last = joined.at(-1)
    if (last !== undefined && run[0] - last[1] < gap) joined[joined.length - 1] = [last[0], Math.max(last[1], run[1])]
    else joined.push(run)
  }
  return joined
}

/** What goes before the first loud frame (a consonant) and after the last (a fading vowel), in seconds. */
const attack = 0.04
const hangover = 0.1

const findRegions = (frames: Frames, seconds: number, options: RegionOptions): ReadonlyArray<Interval> => {
  const steadyFree = join(loudRuns(frames.levels), framesOf(0.08)).filter(
    ([start, end]) => !isSteady(frames, start, end)
  )
  const syllables = steadyFree.filter(([start, end]) => end - start >= 2)
  return join(syllables, framesOf(options.minGap + attack + hangover))
    .filter(([start, end]) => end - start >= framesOf(options.minSpeech) && !isSteady(frames, start, end))
    .map(([start, end]) => ({
      start: Math.max(0, start / framesPerSecond - attack),
      end: Math.min(seconds, end / framesPerSecond + hangover)
    }))
}

/**
 * Finds where somebody speaks in mono sound at 16 kHz that is handed over in chunks. Speech is what stands out from
 * the background of the 25 seconds around it by its level between 160 and 3800 Hz, and moves as syllables do. Two
 * hours take 2.2 MB.
 */
export const makeListener = () => {
  const { push, kept, seconds } = makeFrames()
  const heard = (): Heard => {
    const found = kept()
    const length = seconds()
    return {
      seconds: length,
      regions: (options) => findRegions(found, length, { ...regionDefaults, ...options })
    }
  }
  return { push, heard }
}

/** The gaps between regions, with what is before the first and after the last. */
export const silences = (regions: ReadonlyArray<Interval>, seconds: number): ReadonlyArray<Interval> => {
  const edges = [0, ...regions.flatMap(({ start, end }) => [start, end]), seconds]
  return edges.flatMap((start, index) =>
    index % 2 === 0 && edges[index + 1]! > start ? [{ start, end: edges[index + 1]! }] : []
  )
}

/**
 * The options that make ffmpeg give one audio stream as mono at 16 kHz on the clock of the video: a track that starts
 * late begins with silence, and holes in it are filled.
 */
const onVideoClock = (audioStream: number): ReadonlyArray<string> =>
  `-map 0:${audioStream} -af aresample=async=1:first_pts=0 -ar ${rate} -ac 1`.split(" ")

/**
 * Listens to one audio stream (ffmpeg's index) of a file from its start to its end. What was heard is also written to
 * `copyTo` as FLAC, where that is given. `clock` are ffmpeg options that hold the video's clock (`holdStart`). `onProgress` is told
 * how many seconds were heard.
 */
export const listenForSpeech = Effect.fn("listenForSpeech")(function* (
  path: string,
  audioStream: number,
  copyTo?: string,
  clock: ReadonlyArray<string> = [],
  onProgress?: (seconds: number) => Effect.Effect<void>
) {
  const ffmpeg = yield* Ffmpeg
  const listener = makeListener()
  const stream = onVideoClock(audioStream)
  const copy = copyTo === undefined ? [] : [...stream, "-c:a", "flac", "-compression_level", "0", "-y", file(copyTo)]
  let rest = new Uint8Array(0)
  const sound = ffmpeg.pipe(["-i", file(path), ...stream, "-f", "f32le", "pipe:1", ...copy, ...clock])
  let samples = 0
  yield* Stream.runForEach(sound, (bytes) =>
    Effect.suspend(() => {
      const all = new Uint8Array(rest.length + bytes.length)
      all.set(rest)
      all.set(bytes, rest.length)
      const whole = all.length - (all.length % 4)
      listener.push(new Float32Array(all.buffer, 0, whole / 4))
      rest = all.slice(whole)
      samples += whole / 4
      return onProgress?.(samples / rate) ?? Effect.void
    })
  )
  return listener.heard()
})
