/** Sound inside the program is Float32 in [-1, 1] at this rate, in hertz. */
export const sampleRate = 48_000

/** Seconds to the nearest sample position at 48 kHz. */
export const toSamples = (seconds: number): number => Math.round(seconds * sampleRate)

/** A sample position or count at 48 kHz, in seconds. */
export const toSeconds = (samples: number): number => samples / sampleRate

/** Decibels to a linear factor of amplitude. */
export const fromDecibels = (decibels: number): number => 10 ** (decibels / 20)

/** A linear factor of amplitude in decibels; -Infinity for 0. */
export const toDecibels = (gain: number): number => 20 * Math.log10(gain)

/** Consecutive spans of time, in seconds. */
export interface Interval {
  readonly start: number
  readonly end: number
}
