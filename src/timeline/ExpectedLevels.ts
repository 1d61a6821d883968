import { sampleRate } from "../domain/Sound.ts"
import type { GainCurve } from "./Background.ts"
import { frame, type FrameLevels, framesPerSecond } from "./Loudness.ts"

/** A clip as it will be heard: samples at 48 kHz, its gain, and its levels as it is. */
interface Voice {
  readonly start: number
  readonly length: number
  readonly gain: number
  readonly levels: FrameLevels
}

/** What will lie under the voices: the levels of a sound, by frames from the start, times a gain. */
export interface UnderVoices {
  readonly levels: FrameLevels
  readonly curve: GainCurve
  /** Frames after which it starts again; where there is none, silence follows it. */
  readonly period?: number | undefined
}

/**
 * The levels that a mix will have, from those of its parts: what sounds together adds up by energy, and what is played
 * faster is as loud as before. `share` is the part of a voice's amplitude that goes into each channel.
 */
export const expectedLevels = (
  total: number,
  voices: ReadonlyArray<Voice>,
  share: number,
  under: ReadonlyArray<UnderVoices>
): FrameLevels => {
  const count = Math.ceil(total / frame)
  const energies = new Float32Array(count)
  const peaks = new Float32Array(count)
  const add = (k: number, gain: number, amplitude: number, levels: FrameLevels, from: number) => {
    energies[k]! += gain * gain * levels.energies[from]!
    // Their squares, until all are there.
    peaks[k]! += (amplitude * levels.peaks[from]!) ** 2
  }

  const gains = new Float32Array(sampleRate)
  for (const { curve, levels, period } of under) {
    const there = levels.energies.length
    const last = period === undefined ? Math.min(count, there) : there === 0 ? 0 : count
    for (let from = 0; from < last; from += framesPerSecond) {
      curve.fill(from * frame, gains)
      for (let k = from; k < Math.min(last, from + framesPerSecond); k++) {
        const at = period === undefined ? k : k % period
        const gain = gains[(k - from) * frame + frame / 2]!
        if (at < there) add(k, gain, gain, levels, at)
      }
    }
  }
  for (const { gain, length, levels, start } of voices) {
    const there = levels.energies.length
    const first = Math.round(start / frame)
    const frames = Math.min(Math.round(length / frame), count - first)
    const step = there / Math.max(1, Math.round(length / frame))
    for (let k = 0; k < frames; k++) add(first + k, gain, gain * share, levels, Math.floor(k * step))
  }
  for (let k = 0; k < count; k++) peaks[k] = Math.sqrt(peaks[k]!)
  return { energies, peaks }
}

/** Adds the levels of a sound to those of another of the same length that is heard at once. */
export const addLevels = (levels: FrameLevels, more: FrameLevels): void => {
  for (let k = 0; k < levels.energies.length; k++) {
    levels.energies[k]! += more.energies[k]!
    levels.peaks[k] = Math.hypot(levels.peaks[k]!, more.peaks[k]!)
  }
}
