import { sampleRate } from "../../src/domain/Sound.ts"

/** Chords of the music bed, in hertz; four seconds each. */
const chords = [
  [110, 164.81, 220, 261.63],
  [87.31, 174.61, 220, 261.63],
  [130.81, 164.81, 196, 329.63],
  [98, 146.83, 196, 246.94]
]
const chordSeconds = 4
const noteSeconds = 0.5

const sine = (frequency: number, seconds: number) => Math.sin(2 * Math.PI * frequency * seconds)

/** Softly in and out, over `seconds`. */
const swell = (at: number, seconds: number) => Math.sin((Math.PI * Math.min(Math.max(at / seconds, 0), 1)) / 2) ** 2

/** All the chords once: a slow pad with plucked notes of its chord above. Silent at both ends, so it can be repeated. */
const cycle = (): Float32Array => {
  const samples = new Float32Array(chords.length * chordSeconds * sampleRate)
  for (let index = 0; index < samples.length; index++) {
    const at = index / sampleRate
    const chord = chords[Math.floor(at / chordSeconds)]!
    const inChord = at % chordSeconds
    const pad =
      chord.reduce((sum, frequency) => sum + sine(frequency, at) + 0.3 * sine(frequency * 2.003, at), 0) *
      swell(inChord, 0.8) *
      swell(chordSeconds - inChord, 0.8)
    const inNote = at % noteSeconds
    const note = chord[Math.floor(at / noteSeconds) % chord.length]! * 4
    const pluck = sine(note, at) * Math.exp(-7 * inNote) * swell(inNote, 0.01)
    samples[index] = 0.007 * pad + 0.014 * pluck
  }
  return samples
}

/** A quiet bed of music, faded in and out: mono Float32 at 48 kHz, peaks near 0.06. */
export const music = (seconds: number): Float32Array => {
  const round = cycle()
  const samples = new Float32Array(Math.round(seconds * sampleRate))
  for (let index = 0; index < samples.length; index++) {
    const at = index / sampleRate
    samples[index] = round[index % round.length]! * swell(at, 1.5) * swell(seconds - at, 2.5)
  }
  return samples
}

/** A voice recording and where it starts, in seconds. */
export interface Placed {
  readonly start: number
  readonly samples: Float32Array
}

/** Voices over the music. */
export const mix = (seconds: number, voices: ReadonlyArray<Placed>): Float32Array => {
  const mixed = music(seconds)
  for (const { start, samples } of voices) {
    const first = Math.round(start * sampleRate)
    for (let index = 0; index < samples.length && first + index < mixed.length; index++) {
      mixed[first + index]! += 0.8 * samples[index]!
    }
  }
  return mixed
}
