import { frame, type FrameLevels } from "./Loudness.ts"

/** Levels of frames in a byte each, in steps of half a decibel: 0 is silence, 255 as loud as can be. */
export interface PackedLevels {
  readonly energies: Uint8Array
  readonly peaks: Uint8Array
}

/** The lowest level that is told from silence, in decibels of full scale. */
const lowest = -115

// `from` of typed arrays would make an ordinary array of millions first.
const pack = (values: Float32Array, decibels: (value: number) => number): Uint8Array => {
  const bytes = new Uint8Array(values.length)
  for (const [k, value] of values.entries()) {
    bytes[k] = Math.max(0, Math.min(255, Math.round(2 * (decibels(value) - lowest))))
  }
  return bytes
}

const unpack = (bytes: Uint8Array, value: (decibels: number) => number): Float32Array => {
  const levels = Float32Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 0 : value(byte / 2 + lowest)))
  const values = new Float32Array(bytes.length)
  for (const [k, byte] of bytes.entries()) values[k] = levels[byte]!
  return values
}

/** Levels of a sound as they are kept: 720 kB an hour. */
export const packLevels = ({ energies, peaks }: FrameLevels): PackedLevels => ({
  energies: pack(energies, (energy) => 10 * Math.log10(energy / frame)),
  peaks: pack(peaks, (peak) => 20 * Math.log10(peak))
})

export const unpackLevels = ({ energies, peaks }: PackedLevels): FrameLevels => ({
  energies: unpack(energies, (decibels) => frame * 10 ** (decibels / 10)),
  peaks: unpack(peaks, (decibels) => 10 ** (decibels / 20))
})
