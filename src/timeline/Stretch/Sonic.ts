import type { SonicModule } from "@echogarden/sonic-wasm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Problem } from "../../domain/Problem.ts"
import { sampleRate } from "../../domain/Sound.ts"
import { Stretch } from "../Stretch.ts"

const piece = 16_384

/** libsonic gives out what it has settled: with this much silence after it, that is all of the speech. */
const tailSeconds = 0.03

const stretchWith = (sonic: SonicModule) => {
  const {
    _malloc: allocate,
    _sonicCreateStream: create,
    _sonicSetSpeed: setSpeed,
    _sonicWriteFloatToStream: writeFloats,
    _sonicReadFloatFromStream: readFloats,
    _sonicFlushStream: flush,
    _sonicDestroyStream: destroy
  } = sonic
  const pointer = allocate(piece * 4)
  const heapAt = () => sonic.HEAPF32.subarray(pointer / 4, pointer / 4 + piece)
  return (samples: Float32Array, tempo: number, outputLength: number): Float32Array => {
    const output = new Float32Array(outputLength)
    if (samples.length === 0 || outputLength === 0) return output
    const stream = create(sampleRate, 1)
    setSpeed(stream, tempo)
    let written = 0
    const read = () => {
      for (;;) {
        const count = readFloats(stream, pointer, piece)
        if (count === 0) return
        const kept = Math.min(count, outputLength - written)
        output.set(heapAt().subarray(0, kept), written)
        written += kept
      }
    }
    const write = (part: Float32Array) => {
      for (let at = 0; at < part.length; at += piece) {
        const next = part.subarray(at, at + piece)
        heapAt().set(next)
        writeFloats(stream, pointer, next.length)
        read()
      }
    }
    write(samples)
    write(new Float32Array(Math.round(tailSeconds * sampleRate * tempo)))
    flush(stream)
    read()
    destroy(stream)
    return output
  }
}

const resized = (samples: Float32Array, length: number): Float32Array => {
  const output = new Float32Array(length)
  output.set(samples.subarray(0, length))
  return output
}

/** Tempo by libsonic, compiled to WebAssembly and run in this process. */
export const layer: Layer.Layer<Stretch, Problem> = Layer.effect(
  Stretch,
  Effect.gen(function* () {
    const sonic = yield* Effect.tryPromise({
      try: async () => (await import("@echogarden/sonic-wasm")).default(),
      catch: (cause) =>
        new Problem({
          what: `The library that changes the tempo of speech could not be loaded: ${String(cause).slice(0, 120)}.`,
          mend: "Install dubber again (npm ci)."
        })
    })
    const stretch = stretchWith(sonic)
    return Stretch.of({
      stretch: (samples, tempo, outputLength) =>
        Effect.sync(() => {
          if (tempo !== 1) return stretch(samples, tempo, outputLength)
          return samples.length === outputLength ? samples : resized(samples, outputLength)
        })
    })
  })
)
