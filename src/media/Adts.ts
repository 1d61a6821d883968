import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** Samples in a frame of AAC. */
export const frameSamples = 1024

const headerBytes = 6

/** The length in bytes of the ADTS frame whose header is at `at`; 0 where there is none (ISO/IEC 13818-7, 6.2). */
export const frameLength = (bytes: Uint8Array, at: number): number =>
  bytes[at] === 0xff && (bytes[at + 1]! & 0xf6) === 0xf0
    ? ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5)
    : 0

interface Walk {
  readonly frame: number
  /** Bytes of the frame under way that are still to come. */
  readonly open: number
  readonly carried: Uint8Array
}

/** Read at a time: a whole minute of sound. */
const chunkBytes = 1_048_576

/** The frames `from` to `to` (without `to`) of an ADTS file, as bytes. */
export const frames = (path: string, from: number, to: number) =>
  Stream.unwrap(
    Effect.map(FileSystem.FileSystem, (fs) =>
      fs.stream(path, { chunkSize: chunkBytes }).pipe(
        Stream.mapAccum(
          (): Walk => ({ frame: -1, open: 0, carried: new Uint8Array(0) }),
          (walk, chunk) => {
            const bytes = walk.carried.length === 0 ? chunk : Buffer.concat([walk.carried, chunk])
            let { frame, open } = walk
            let at = 0
            // Frames that are wanted lie one after the other.
            let [first, last] = [bytes.length, 0]
            for (;;) {
              const end = Math.min(bytes.length, at + open)
              if (end > at && frame >= from && frame < to) {
                first = Math.min(first, at)
                last = end
              }
              open -= end - at
              at = end
              if (open > 0 || bytes.length - at < headerBytes) break
              open = frameLength(bytes, at)
              frame++
              // Not a frame: nothing that follows can be read either.
              if (open === 0) open = Number.MAX_SAFE_INTEGER
            }
            const carried = open > 0 ? new Uint8Array(0) : bytes.slice(at)
            return [{ frame, open, carried }, last > first ? [bytes.subarray(first, last)] : []]
          }
        )
      )
    )
  )

/** The length in bytes of the first frame of an ADTS file. */
export const firstFrameLength = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.open(path, { flag: "r" })
  const head = Option.getOrElse(yield* file.readAlloc(headerBytes), () => new Uint8Array(headerBytes))
  return frameLength(head, 0)
}, Effect.scoped)
