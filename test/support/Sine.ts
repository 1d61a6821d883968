/** A sine of `hertz` at a level of 0.5, Float32 at `rate`. */
export const sine = (hertz: number, rate: number, seconds: number, level = 0.5): Float32Array =>
  Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) => level * Math.sin((2 * Math.PI * hertz * i) / rate)
  )

/** Headerless PCM of 16 bits. */
export const pcm16 = (samples: Float32Array, littleEndian = true): Uint8Array => {
  const bytes = new Uint8Array(samples.length * 2)
  const view = new DataView(bytes.buffer)
  samples.forEach((x, i) => view.setInt16(i * 2, Math.round(x * 32_767), littleEndian))
  return bytes
}

/** Amplitude of one frequency in a sound at 48 kHz, its first and last 100 ms left out. */
export const levelOf = (samples: Float32Array, hertz: number): number => {
  const from = 4800
  const to = samples.length - 4800
  let re = 0
  let im = 0
  for (let i = from; i < to; i++) {
    re += samples[i]! * Math.cos((2 * Math.PI * hertz * i) / 48_000)
    im += samples[i]! * Math.sin((2 * Math.PI * hertz * i) / 48_000)
  }
  return (2 * Math.hypot(re, im)) / (to - from)
}
