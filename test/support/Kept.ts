import { Effect, FileSystem } from "effect"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Where the films of the tests are kept: most of them are wanted by several tests, and by each run. */
export const films = `${root}node_modules/.cache/dubber-films`

const recipe = createHash("sha256")
  .update(readFileSync(new URL("Media.ts", import.meta.url)))
  .digest("hex")

/** Puts at `path` a copy of what `make` once made there for the same `wanted`, and else has it made. */
export const kept = Effect.fnUntraced(function* <A, E, R>(path: string, wanted: string, make: Effect.Effect<A, E, R>) {
  const fs = yield* FileSystem.FileSystem
  const place = `${films}/${createHash("sha256").update(`${recipe} ${wanted}`).digest("hex").slice(0, 32)}`
  const copied = fs.copyFile(place, path).pipe(
    Effect.as(true),
    Effect.orElseSucceed(() => false)
  )
  if (yield* copied) return
  yield* make
  // Others may be making the same: a film is there whole or not at all.
  yield* Effect.gen(function* () {
    yield* fs.makeDirectory(films, { recursive: true })
    const folder = yield* fs.makeTempDirectoryScoped({ directory: films })
    yield* fs.copyFile(path, `${folder}/film`)
    yield* fs.rename(`${folder}/film`, place)
  }).pipe(Effect.scoped, Effect.ignore)
})
