/** Frames in which the gain can fall from 1 to 0 ahead of a peak (20 ms): 3 dB take 6 ms. */
const attack = 2

/** Frames in which it rises from 0 to 1 after one (160 ms): 3 dB take 47 ms, several periods of the lowest voice. */
const release = 16

/**
 * The gain of a limiter at the borders of frames (10 ms), one more than there are frames; between two borders it goes in
 * a straight line. `peaks` are the linear true peaks of the frames, all channels together. Over a frame whose peak is
 * above `ceiling` (linear) the gain is low enough throughout; ahead of it it falls and after it it rises in straight lines.
 * The whole curve is known at once, so any stretch of the sound can be limited by itself. It is written into `gains`.
 */
export const limiterCurve = (
  peaks: Float32Array,
  ceiling: number,
  gains = new Float32Array(peaks.length + 1)
): Float32Array => {
  gains.fill(1)
  for (let k = 0; k < peaks.length; k++) {
    if (peaks[k]! <= ceiling) continue
    const allowed = ceiling / peaks[k]!
    gains[k] = Math.min(gains[k]!, allowed)
    gains[k + 1] = Math.min(gains[k + 1]!, allowed)
  }
  for (let k = gains.length - 2; k >= 0; k--) gains[k] = Math.min(gains[k]!, gains[k + 1]! + 1 / attack)
  for (let k = 1; k < gains.length; k++) gains[k] = Math.min(gains[k]!, gains[k - 1]! + 1 / release)
  return gains
}

/** The mean of the squared gain over frame `k`: what is left of its energy. */
export const energyShare = (gains: Float32Array, k: number): number => {
  const left = gains[k]!
  const right = gains[k + 1]!
  return (left * left + left * right + right * right) / 3
}
