import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Option, Stream } from "effect"
import { createHash } from "node:crypto"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { decodeWav } from "../../src/media/Wav.ts"
import { kept } from "../support/Kept.ts"
import { say } from "../support/Media.ts"
import type { TrueWord } from "../support/TranscriptionEndpoint.ts"

const rate = 48_000
const frame = 960

let encoders: string | undefined

/** ffmpeg that is asked once what it can write, and not by each test. */
export const platform = Layer.effect(
  Ffmpeg,
  Effect.map(Ffmpeg, (ffmpeg) => {
    const list = Effect.tap(ffmpeg.text(["-encoders"]), (text) => Effect.sync(() => void (encoders = text)))
    const known = Effect.suspend(() => (encoders === undefined ? list : Effect.succeed(encoders)))
    return Ffmpeg.of({ ...ffmpeg, text: (args) => (args[0] === "-encoders" ? known : ffmpeg.text(args)) })
  })
).pipe(Layer.provide(Ffmpeg.layer), Layer.provideMerge(NodeServices.layer))

/** How loud each 20 ms are. */
const envelope = (samples: Float32Array, length: number): Float32Array =>
  Float32Array.from({ length: Math.floor(samples.length / length) }, (_, at) => {
    let sum = 0
    for (let i = at * length; i < (at + 1) * length; i++) sum += samples[i]! * samples[i]!
    return Math.sqrt(sum / length)
  })

/** Sound of known words at known times. */
export interface Talk {
  readonly samples: Float32Array
  readonly words: ReadonlyArray<TrueWord>
  readonly seconds: number
}

const isLoud = (sample: number) => Math.abs(sample) > 0.01

const vocabulary = ["lantern", "mountain", "window", "yesterday", "garden", "remember", "eleven"]

const spokenWords = Effect.runSync(
  Effect.cached(
    Effect.forEach(vocabulary, (word) =>
      Effect.map(say(word), (sound) => sound.subarray(sound.findIndex(isLoud), sound.findLastIndex(isLoud) + 1))
    )
  )
)

/**
 * Sentences of five words each, `pause` seconds apart, the words of a sentence `gap` seconds. Every word has a text of its
 * own ("W12"), so that one that is lost or doubled shows.
 */
export const makeTalk = Effect.fnUntraced(function* (options: {
  readonly sentences: number
  readonly pause: number
  readonly gap: number
  readonly lead?: number
}) {
  const spoken = yield* spokenWords
  const words: Array<TrueWord & { readonly sound: Float32Array }> = []
  let at = options.lead ?? 0.5
  for (let index = 0; index < options.sentences * 5; index++) {
    const sound = spoken[(index * 3 + Math.floor(index / 7)) % spoken.length]!
    const last = index % 5 === 4
    words.push({ text: `W${index}${last ? "." : ""}`, start: at, end: at + sound.length / rate, sound })
    at += sound.length / rate + (last ? options.pause : options.gap)
  }
  const seconds = at + 0.5
  const samples = new Float32Array(Math.ceil(seconds * rate))
  for (const { sound, start } of words) samples.set(sound, Math.round(start * rate))
  return { samples, words: words.map(({ text, start, end }) => ({ text, start, end })), seconds } satisfies Talk
})

/** Writes a talk to a file whose format its name tells; the sound starts at `startsAt` on the clock of the file. */
export const writeTalk = Effect.fnUntraced(function* (path: string, talk: Talk, startsAt = 0) {
  const ffmpeg = yield* Ffmpeg
  const { buffer, byteOffset, byteLength } = talk.samples
  const raw = Stream.make(new Uint8Array(buffer, byteOffset, byteLength))
  const picture = ["-f", "lavfi", "-i", `color=navy:size=16x16:rate=5:duration=${talk.seconds + startsAt}`]
  const sound = ["-itsoffset", `${startsAt}`, "-f", "f32le", "-ar", `${rate}`, "-ac", "1", "-i", "pipe:0"]
  const output = [
    "-map",
    "0:v",
    "-map",
    "1:a",
    "-c:v",
    "mpeg4",
    "-c:a",
    "pcm_s16le",
    "-f",
    "matroska",
    "-y",
    file(path)
  ]
  const wanted = [createHash("sha256").update(talk.samples).digest("hex"), ...picture, ...sound, ...output.slice(0, -1)]
  yield* kept(path, wanted.join(" "), Stream.runDrain(ffmpeg.pipe([...picture, ...sound, ...output], raw)))
  return path
})

const decoded = Effect.fnUntraced(function* (audio: Uint8Array) {
  const wav = Option.getOrUndefined(decodeWav(audio))
  if (wav !== undefined) return wav
  const ffmpeg = yield* Ffmpeg
  const args = ["-i", "pipe:0", "-ar", `${rate}`, "-ac", "1", "-f", "f32le", "pipe:1"]
  const bytes = yield* Stream.mkUint8Array(ffmpeg.pipe(args, Stream.make(audio)))
  return {
    samples: new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 4)),
    sampleRate: rate
  }
})

/** Where in a talk an encoded piece of it begins, by how loud it is, and how long it is; seconds. */
export const findPiece = Effect.fnUntraced(function* (talk: Talk, audio: Uint8Array, startsAt = 0) {
  const { samples, sampleRate } = yield* decoded(audio)
  const late = new Float32Array(Math.round(startsAt * rate) + talk.samples.length)
  late.set(talk.samples, Math.round(startsAt * rate))
  const [whole, part] = [envelope(late, frame), envelope(samples, sampleRate / 50)]
  let best = { at: 0, distance: Infinity }
  for (let at = 0; at + part.length <= whole.length + 3; at++) {
    let distance = 0
    for (let i = 0; i < part.length && distance < best.distance; i++) {
      distance += ((whole[at + i] ?? 0) - part[i]!) ** 2
    }
    if (distance < best.distance) best = { at, distance }
  }
  return { offset: (best.at * frame) / rate, seconds: samples.length / sampleRate }
})
