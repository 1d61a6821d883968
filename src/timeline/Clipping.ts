import type { FrameLevels } from "./Loudness.ts"

/** Whether the tops of a clip's waves were cut off: share of samples in flat runs at its highest level. */
export const clippedShare = (samples: Float32Array): number => {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  if (peak < 0.5) return 0
  let flat = 0
  let run = 0
  for (const sample of samples) {
    if (Math.abs(sample) >= peak * 0.9995) run++
    else {
      if (run >= 3) flat += run
      run = 0
    }
  }
  return (run >= 3 ? flat + run : flat) / samples.length
}

/** From this share on it is heard as distortion. */
const audible = 0.001
const nearlyFull = 0.98

/** Whether a clip was cut off at full scale so often that it is heard; `levels` are its own. */
export const isClipped = (samples: Float32Array, levels: FrameLevels): boolean =>
  levels.peaks.some((peak) => peak >= nearlyFull) && clippedShare(samples) > audible
