/** A raised-cosine rise from 0 to 1 over `length` samples; the last one is just short of 1. */
export const riseTable = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / length))

/**
 * Fades the first `fadeIn` and the last `fadeOut` samples in place, so that the sound starts and ends at zero.
 * Each takes at most half of the sound.
 */
export const fadeEnds = (samples: Float32Array, fadeIn: number, fadeOut: number): void => {
  const half = Math.floor(samples.length / 2)
  const rise = riseTable(Math.min(fadeIn, half))
  for (let i = 0; i < rise.length; i++) samples[i]! *= rise[i]!
  const fall = riseTable(Math.min(fadeOut, half))
  for (let i = 0; i < fall.length; i++) samples[samples.length - 1 - i]! *= fall[i]!
}
