import { Effect, Stream } from "effect"
import type { Mix } from "../../src/timeline/Mix.ts"

const rate = 48_000

export const decibels = (gain: number): number => 20 * Math.log10(gain)

/** A sine, in full scale of `level`. */
export const sine = (hertz: number, seconds: number, level = 0.5): Float32Array => {
  const samples = new Float32Array(Math.round(seconds * rate))
  for (let i = 0; i < samples.length; i++) samples[i] = level * Math.sin((2 * Math.PI * hertz * i) / rate)
  return samples
}

/** Seeded noise in [-level, level]. */
export const noise = (seconds: number, level = 0.5, seed = 1): Float32Array => {
  const samples = new Float32Array(Math.round(seconds * rate))
  let state = (seed * 2_654_435_761 + 12_345) >>> 0
  for (let i = 0; i < samples.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    samples[i] = level * (state / 2 ** 31 - 1)
  }
  return samples
}

/**
 * Something with the build of speech: pulses of `pitch` hertz through two resonances, in syllables of 200 ms whose level
 * and vowel vary with the seed. Its peak is `level`.
 */
export const voice = (seconds: number, { pitch = 120, level = 0.5, seed = 1 } = {}): Float32Array => {
  const samples = new Float32Array(Math.round(seconds * rate))
  const dice = noise(seconds / 1000 + 1, 1, seed)
  const states = [0, 0, 0, 0]
  let phase = 0
  let offset = 0
  let peak = 0
  for (let i = 0; i < samples.length; i++) {
    const syllable = Math.floor(i / 9600)
    const within = (i % 9600) / 9600
    phase += pitch / rate
    const pulse = phase >= 1 ? 1 : 0
    phase -= pulse
    const envelope = Math.sin(Math.PI * within) ** 0.6 * (0.5 + 0.5 * Math.abs(dice[syllable]!))
    let x = pulse * envelope
    for (const [k, formant] of [500 + 250 * dice[syllable + 500]!, 1500 + 500 * dice[syllable + 900]!].entries()) {
      const radius = 0.985
      const y =
        x + 2 * radius * Math.cos((2 * Math.PI * formant) / rate) * states[2 * k]! - radius ** 2 * states[2 * k + 1]!
      states[2 * k + 1] = states[2 * k]!
      states[2 * k] = y
      x = y
    }
    // Without its mean, as air pressure is.
    offset += (x - offset) / 500
    samples[i] = x - offset
    peak = Math.max(peak, Math.abs(samples[i]!))
  }
  return samples.map((sample) => (sample * level) / peak)
}

export const concat = (...parts: ReadonlyArray<Float32Array>): Float32Array => {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export const silence = (seconds: number): Float32Array => new Float32Array(Math.round(seconds * rate))

export const scale = (samples: Float32Array, gain: number): Float32Array => samples.map((sample) => sample * gain)

/** Interleaved little-endian floats, as ffmpeg reads them. */
export const interleave = (channels: ReadonlyArray<Float32Array>): Uint8Array => {
  const joined = new Float32Array(channels[0]!.length * channels.length)
  for (const [c, samples] of channels.entries()) {
    for (let i = 0; i < samples.length; i++) joined[i * channels.length + c] = samples[i]!
  }
  return new Uint8Array(joined.buffer)
}

export const deinterleave = (bytes: Uint8Array, channels: number): ReadonlyArray<Float32Array> => {
  const joined = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  return Array.from({ length: channels }, (_, c) => {
    const channel = new Float32Array(joined.length / channels)
    for (let i = 0, at = c; i < channel.length; i++, at += channels) channel[i] = joined[at]!
    return channel
  })
}

/** The highest step from one sample to the next. */
export const steepest = (samples: Float32Array, from = 0, to = samples.length): number => {
  let highest = 0
  for (let i = from + 1; i < to; i++) highest = Math.max(highest, Math.abs(samples[i]! - samples[i - 1]!))
  return highest
}

/** Whether two sounds are the same to the last bit. */
export const same = (a: Float32Array, b: Float32Array): boolean =>
  a.length === b.length && a.every((sample, i) => sample === b[i])

/** A mix as it sounds, one array a channel, and what was measured meanwhile. */
export const rendered = <E, R>(mix: Mix<E, R>, correctionDecibels?: number) =>
  Effect.gen(function* () {
    const { measured, sound } = mix.render(correctionDecibels)
    const joined = concat(...(yield* Stream.runCollect(Stream.map(sound, (part) => part.slice()))))
    return { sound: deinterleave(new Uint8Array(joined.buffer), mix.channels), measured: yield* measured }
  })
