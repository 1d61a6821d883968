import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { sampleRate, toSeconds } from "../domain/Sound.ts"
import { frames, frameSamples } from "./Adts.ts"
import { file } from "./Ffmpeg.ts"
import { type OnProgress, runWithProgress } from "./FfmpegProgress.ts"
import { unwritable, writing } from "./FileProblem.ts"

/** Frames encoded and thrown away before a piece, so that the encoder is in the state that it would be in. */
const runIn = 32
const runOut = 8

/** Pieces shorter than a minute are not worth a process; those longer than eight take too much room. */
const shortest = Math.ceil((60 * sampleRate) / frameSamples)
const longest = 8 * shortest

/** Seconds that are written at a time: each write wakes another thread, which takes longer than the writing. */
const batchSeconds = 10

/**
 * Samples as 16 bits, as which they take half the room and time on their way: 98 dB, and no lossy coder keeps 80. Writes
 * them from `at` on.
 */
const quantize = (samples: Float32Array, values: Int16Array, at: number): void => {
  for (let i = 0; i < samples.length; i++) {
    // Rounds by cutting off above zero: several times faster than Math.round.
    const value = ((samples[i]! * 32_767 + 32_768.5) | 0) - 32_768
    values[at + i] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value
  }
}

/**
 * Where the pieces start and end, in AAC frames of the output: the first is the priming frame. The first pieces are short,
 * so that encoders start soon, and the last, so that they end together.
 */
export const pieces = (totalSamples: number, parallel: number): ReadonlyArray<readonly [from: number, to: number]> => {
  const all = Math.ceil(totalSamples / frameSamples) + 1
  if (parallel < 2) return [[0, all]]
  const parts: Array<readonly [number, number]> = []
  for (let from = 0; from < all;) {
    const left = all - from
    const wanted = Math.max(shortest, Math.min(longest, from + shortest, Math.ceil(left / parallel)))
    const to = left - wanted < shortest ? all : from + wanted
    parts.push([from, to])
    from = to
  }
  return parts
}

export interface PiecesOptions<E, R> {
  /** Interleaved floats in [-1, 1] at 48 kHz; each may be written over once the next is asked for. */
  readonly sound: Stream.Stream<Float32Array, E, R>
  readonly totalSamples: number
  readonly channels: number
  /** What ffmpeg is told between its input and the name of its output, an ADTS file. */
  readonly encoder: ReadonlyArray<string>
  readonly output: string
  readonly parallel: number
  readonly onProgress?: OnProgress | undefined
}

/** Samples before an encoder, 16 bits each, in a file of their own. */
interface Piece {
  readonly index: number
  /** Frames of the output, and the first that is encoded for the run-in. */
  readonly first: number
  readonly from: number
  readonly to: number
  readonly raw: string
  readonly encoded: string
}

/**
 * Encodes AAC in pieces while the sound is being made: it goes into one file after another, and `parallel` encoders take
 * them from there. The sound is never further ahead than two pieces; each file is removed once it is encoded. Gives the
 * pieces joined, frame by frame.
 */
export const encodePieces = Effect.fn("encodePieces")(function* <E, R>(options: PiecesOptions<E, R>) {
  const { channels, encoder, output, parallel, sound, totalSamples } = options
  const fs = yield* FileSystem.FileSystem
  const scope = yield* Effect.scope
  const all = pieces(totalSamples, parallel).map(([from, to], index): Piece => ({
    index,
    first: Math.max(0, from - 1 - runIn),
    from,
    to,
    raw: `${output}.${index}.s16`,
    encoded: `${output}.${index}.aac`
  }))
  const told = unwritable(output)
  const lost = (path: string) => Effect.ignore(fs.remove(path, { force: true }))
  yield* Effect.addFinalizer(() => Effect.forEach(all, ({ encoded, raw }) => Effect.andThen(lost(raw), lost(encoded))))
  const ready = yield* Queue.bounded<Piece, Cause.Done>(1)

  let made = 0
  const done = all.map(() => 0)
  const tell = Effect.suspend(() => {
    const encoded = done.reduce((sum, seconds) => sum + seconds, 0)
    return options.onProgress?.((toSeconds(Math.min(made, totalSamples)) + encoded) / 2) ?? Effect.void
  })

  const open = Effect.fnUntraced(function* (piece: Piece) {
    const own = yield* Scope.fork(scope)
    const raw = yield* fs.open(piece.raw, { flag: "w" }).pipe(Scope.provide(own), Effect.mapError(told))
    const close = Effect.andThen(Scope.close(own, Exit.void), Queue.offer(ready, piece))
    return { piece, raw, close }
  })
  type Open = Effect.Success<ReturnType<typeof open>>

  /** Writes the part of some samples that a piece is made of, and says whether it has all of its own now. */
  const write = Effect.fnUntraced(function* ({ piece, raw }: Open, samples: Int16Array, start: number, end: number) {
    const from = Math.max(start, piece.first * frameSamples)
    const to = Math.min(end, (piece.to + runOut) * frameSamples)
    const part = samples.subarray((from - start) * channels, (to - start) * channels)
    yield* raw.writeAll(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)).pipe(Effect.mapError(told))
    return to < end
  })

  const produce = Effect.gen(function* () {
    const opened = new Set<Open>()
    const batch = new Int16Array(batchSeconds * sampleRate * channels)
    let next = 0
    let filled = 0
    let written = 0
    const openUpTo = Effect.fnUntraced(function* (end: number) {
      while (next < all.length && all[next]!.first * frameSamples < end) opened.add(yield* open(all[next++]!))
    })
    const flush = Effect.gen(function* () {
      const start = written
      written += filled / channels
      const values = batch.subarray(0, filled)
      filled = 0
      yield* openUpTo(written)
      for (const one of opened) {
        if (!(yield* write(one, values, start, written))) continue
        opened.delete(one)
        yield* one.close
      }
    })
    yield* Stream.runForEach(
      sound,
      Effect.fnUntraced(function* (samples: Float32Array) {
        for (let at = 0; at < samples.length;) {
          const part = samples.subarray(at, at + batch.length - filled)
          quantize(part, batch, filled)
          filled += part.length
          at += part.length
          if (filled === batch.length) yield* flush
        }
        made += samples.length / channels
        yield* tell
      })
    )
    yield* flush
    yield* openUpTo(Infinity)
    for (const one of opened) yield* one.close
    yield* Queue.end(ready)
  })

  const raw = ["-f", "s16le", "-ar", `${sampleRate}`, "-ac", `${channels}`]
  const encode = Effect.fnUntraced(function* (piece: Piece) {
    const skipped = toSeconds((piece.from - piece.first) * frameSamples)
    const most = toSeconds(Math.min(totalSamples, piece.to * frameSamples) - piece.from * frameSamples)
    yield* runWithProgress(
      ["-y", ...raw, "-i", file(piece.raw), ...encoder, file(piece.encoded)],
      options.onProgress === undefined
        ? undefined
        : (seconds) => {
            done[piece.index] = Math.max(0, Math.min(most, seconds - skipped))
            return tell
          }
    ).pipe(Effect.mapError(writing(output)))
    done[piece.index] = Math.max(0, most)
    yield* lost(piece.raw)
  })
  const work = Queue.take(ready).pipe(
    Effect.flatMap(encode),
    Effect.forever,
    Effect.catchIf(Cause.isDone, () => Effect.void)
  )
  yield* Effect.all([produce, ...Array.from({ length: parallel }, () => work)], {
    concurrency: "unbounded",
    discard: true
  })
  yield* Stream.fromIterable(all).pipe(
    Stream.flatMap(({ encoded, first, from, to }) => frames(encoded, from - first, to - first)),
    Stream.run(fs.sink(output)),
    Effect.mapError(told)
  )
  yield* tell
}, Effect.scoped)
