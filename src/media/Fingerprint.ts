import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { unreadable } from "./FileProblem.ts"

const chunk = 262_144

/**
 * SHA-256 (hex) of a file's size and of 256 KiB at its head, its middle and its tail: as fast on ten gigabytes as on
 * one megabyte. When the file was written and what it is called do not matter. Fails with a Problem.
 */
export const fingerprint = Effect.fn("fingerprint")(
  function* (path: string) {
    const fs = yield* FileSystem.FileSystem
    const hash = createHash("sha256")
    const file = yield* fs.open(path, { flag: "r" })
    const size = Number((yield* file.stat).size)
    hash.update(`${size}\n`)
    const starts = size <= 3 * chunk ? [0, chunk, 2 * chunk] : [0, Math.floor((size - chunk) / 2), size - chunk]
    for (const start of starts) {
      yield* file.seek(BigInt(start), "start")
      const bytes = yield* file.readAlloc(chunk)
      if (Option.isSome(bytes)) hash.update(bytes.value)
    }
    return hash.digest("hex")
  },
  Effect.scoped,
  (effect, path) => Effect.mapError(effect, unreadable(path))
)
