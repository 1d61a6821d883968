import { fromDecibels, toSamples } from "../domain/Sound.ts"
import { frame, type FrameLevels, integratedLoudness, makeMeter, silence, toLufs } from "./Loudness.ts"

/** The loudness to which `levelGains` brings every voice, in LUFS. */
export const voiceLufs = -20

/** A line may be moved this far towards its voice's level, in dB. */
const reachDecibels = 6
/** Lines differ by this much because people mean it, in dB. */
const natural = 1.5
/** Lines of one voice on either side that say what is usual at this place. */
const neighbours = 3
/** Clips shorter than this have no loudness by the blocks of BS.1770. */
const shortest = toSamples(0.5)
/** No voice is moved further than this, in dB. */
const furthest = 30

/** A clip as it is: its loudness and its frames. */
export interface ClipLevels extends FrameLevels {
  /** Integrated; of a clip too short for that (under half a second) the plain mean. −70 for silence. */
  readonly lufs: number
}

/** Measures one clip (48 kHz mono). */
export const clipLevels = (samples: Float32Array): ClipLevels => {
  const meter = makeMeter(1, samples.length)
  meter.push([samples], samples.length)
  const levels = meter.levels()
  const { energies } = levels
  if (samples.length >= shortest) return { ...levels, lufs: integratedLoudness(energies) }
  const counted = energies.length * frame
  return { ...levels, lufs: counted === 0 ? silence : toLufs(energies.reduce((a, b) => a + b, 0) / counted) }
}

/** How loud a clip is, in LUFS (`clipLevels`). */
export const speechLufs = (samples: Float32Array): number => clipLevels(samples).lufs

/** One spoken line as it arrived: its voice, its loudness (`speechLufs`) and its length. */
export interface LineLevel {
  /** Lines of one voice are evened among themselves. */
  readonly voice: string
  readonly lufs: number
  readonly seconds: number
}

export interface LineGain {
  /** Linear. */
  readonly gain: number
  /** It is so far from its voice's other lines, two or more, that it was only brought nearer: likely a bad clip. */
  readonly outlier: boolean
}

const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value))

/**
 * One gain a line (in order of time), so that all voices are equally loud (`voiceLufs`) and the lines of each stay near
 * its median: a slow drift of the voice is taken out, a line off its neighbours by more than 1.5 dB is brought back to
 * that, by 6 dB at most. Gains change between lines only, never within one, so nothing pumps. Silent lines get 1.
 */
export const levelGains = (lines: ReadonlyArray<LineLevel>): ReadonlyArray<LineGain> => {
  const gains: Array<LineGain> = lines.map(() => ({ gain: 1, outlier: false }))
  const voices = Map.groupBy(
    lines.flatMap((line, index) => (line.lufs > silence ? [{ ...line, index }] : [])),
    (line) => line.voice
  )
  for (const spoken of voices.values()) {
    const usual = median(spoken.map((line) => line.lufs))
    const toVoice = clamp(voiceLufs - usual, furthest)
    for (const [k, line] of spoken.entries()) {
      const around = spoken.slice(Math.max(0, k - neighbours), k + neighbours + 1).map((other) => other.lufs)
      const drift = clamp(median(around) - usual, reachDecibels)
      const off = line.lufs - usual - drift
      // Half a second of "yes" says little about how loud it was meant to be.
      const certain = Math.min(1, line.seconds)
      const excess = Math.sign(off) * Math.max(0, Math.abs(off) - natural) * certain
      gains[line.index] = {
        gain: fromDecibels(toVoice + clamp(-drift - excess, reachDecibels)),
        outlier: spoken.length > 2 && Math.abs(off) * certain > reachDecibels + natural
      }
    }
  }
  return gains
}
