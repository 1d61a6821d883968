import type { Interval } from "../../domain/Sound.ts"
import type { SpeakerTurn } from "../SpeakerDiarization.ts"
import { alone } from "../Transcribe/Speakers.ts"

/** What a model says of a voice: close to that of the same voice in other words. */
export type Embedding = Float32Array

/** A voice that has a name. */
export interface NamedVoice {
  readonly name: string
  readonly embedding: Embedding
}

/** How alike two voices must be to be one, as the cosine of their embeddings: what sherpa-onnx's own examples take. */
const alike = 0.6

/** From -1 to 1: the cosine of the angle between two embeddings; 0 where one of them is none. */
export const likeness = (a: Embedding, b: Embedding): number => {
  let product = 0
  let lengthA = 0
  let lengthB = 0
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    product += a[i]! * b[i]!
    lengthA += a[i]! * a[i]!
    lengthB += b[i]! * b[i]!
  }
  const length = Math.sqrt(lengthA * lengthB)
  return length > 0 ? product / length : 0
}

/** Whose voice it is, of those that are known; undefined where it is none of them. */
export const whose = (embedding: Embedding, known: ReadonlyArray<NamedVoice>): string | undefined => {
  let best: NamedVoice | undefined
  for (const voice of known) {
    if (best === undefined || likeness(embedding, voice.embedding) > likeness(embedding, best.embedding)) best = voice
  }
  return best !== undefined && likeness(embedding, best.embedding) >= alike ? best.name : undefined
}

/** Seconds of one voice that are enough to know it by, and that a speaker must say at all to be one. */
const enough = 15
const fewest = 1

/** Where each speaker speaks and nobody else does: the longest stretches, fifteen seconds of each speaker or a little more. */
export const voiceSpans = (turns: ReadonlyArray<SpeakerTurn>): ReadonlyMap<string, ReadonlyArray<Interval>> => {
  const spans = new Map<string, ReadonlyArray<Interval>>()
  for (const speaker of new Set(turns.map((turn) => turn.speaker))) {
    const free = alone(turns, speaker).toSorted((a, b) => b.end - b.start - (a.end - a.start))
    if (free.reduce((sum, one) => sum + one.end - one.start, 0) < fewest) continue
    let seconds = 0
    const chosen: Array<Interval> = []
    for (const one of free) {
      if (seconds >= enough) break
      seconds += one.end - one.start
      chosen.push(one)
    }
    spans.set(speaker, chosen)
  }
  return spans
}
