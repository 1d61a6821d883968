/** Hertz of the sound that speech is looked for in. */
export const rate = 16_000

const frameSamples = 320
export const framesPerSecond = rate / frameSamples

interface Biquad {
  readonly b0: number
  readonly b1: number
  readonly b2: number
  readonly a1: number
  readonly a2: number
}

/** Second-order Butterworth filters, as in R. Bristow-Johnson's Audio EQ Cookbook. */
const butterworth = (kind: "low" | "high", hertz: number): Biquad => {
  const angle = (2 * Math.PI * hertz) / rate
  const alpha = Math.sin(angle) / Math.SQRT2
  const cosine = Math.cos(angle)
  const a0 = 1 + alpha
  const edge = (kind === "low" ? 1 - cosine : 1 + cosine) / 2 / a0
  return { b0: edge, b1: (kind === "low" ? 2 : -2) * edge, b2: edge, a1: (-2 * cosine) / a0, a2: (1 - alpha) / a0 }
}

const highPass = butterworth("high", 160)
const lowPass = butterworth("low", 3800)

/** What is kept of hours of sound, for every 20 ms: the level of the band of speech (dB of full scale), and its crossings of zero. */
export interface Frames {
  readonly levels: Float32Array
  readonly crossings: Uint16Array
}

/** Measures sound that is handed over in chunks. */
export const makeFrames = () => {
  let levels = new Float32Array(framesPerSecond * 600)
  let crossings = new Uint16Array(levels.length)
  let crossed = 0
  let positive = true
  let frames = 0
  let energy = 0
  let inFrame = 0
  let samples = 0
  let [h1, h2, l1, l2] = [0, 0, 0, 0]
  const push = (chunk: Float32Array): void => {
    for (const sample of chunk) {
      const high = highPass.b0 * sample + h1
      h1 = highPass.b1 * sample - highPass.a1 * high + h2
      h2 = highPass.b2 * sample - highPass.a2 * high
      const low = lowPass.b0 * high + l1
      l1 = lowPass.b1 * high - lowPass.a1 * low + l2
      l2 = lowPass.b2 * high - lowPass.a2 * low
      energy += low * low
      if (low >= 0 !== positive) crossed++
      positive = low >= 0
      if (++inFrame < frameSamples) continue
      if (frames === levels.length) {
        const longer = new Float32Array(levels.length * 2)
        longer.set(levels)
        levels = longer
        const more = new Uint16Array(levels.length)
        more.set(crossings)
        crossings = more
      }
      crossings[frames] = crossed
      crossed = 0
      levels[frames++] = 10 * Math.log10(energy / frameSamples + 1e-12)
      energy = 0
      inFrame = 0
    }
    samples += chunk.length
  }
  const kept = (): Frames => ({ levels: levels.slice(0, frames), crossings: crossings.slice(0, frames) })
  return { push, kept, seconds: () => samples / rate }
}
