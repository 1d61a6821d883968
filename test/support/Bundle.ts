import * as NodeServices from "@effect/platform-node/NodeServices"
import { Clock, Effect, FileSystem, Option, Path } from "effect"
import { createHash } from "node:crypto"
import { fileURLToPath } from "node:url"
import { build } from "tsdown"
import type { TestProject } from "vitest/node"
import configs from "../../tsdown.config.ts"
import { films } from "./Kept.ts"

declare module "vitest" {
  interface ProvidedContext {
    /** The bundled command, as it is handed out. */
    readonly bin: string
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url))
const bundles = `${root}node_modules/.cache/dubber-bundles`
const staleMillis = 3_600_000

const modifiedAt = (path: string) =>
  Effect.map(
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.stat(path)),
    ({ mtime }) => Option.match(mtime, { onNone: () => 0, onSome: (date) => date.getTime() })
  )

/** A name that changes with whatever the bundle is made of. */
const nameNow = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const sources = (yield* fs.readDirectory(`${root}src`, { recursive: true })).map((name) => `src/${name}`)
  const made = ["package.json", "package-lock.json", "tsdown.config.ts", ...sources.toSorted()]
  const stamps = yield* Effect.forEach(made, (name) => modifiedAt(`${root}${name}`), { concurrency: 16 })
  const text = made.map((name, at) => `${name} ${stamps[at]!}`).join("\n")
  return createHash("sha256").update(text).digest("hex").slice(0, 16)
})

/** Bundles of sources that are no more, and films of another ffmpeg: no test that still runs was begun with them. */
const removeStale = Effect.fnUntraced(
  function* (folder: string) {
    const fs = yield* FileSystem.FileSystem
    const now = yield* Clock.currentTimeMillis
    for (const name of yield* fs.readDirectory(folder)) {
      const path = `${folder}/${name}`
      const age = now - (yield* modifiedAt(path))
      if (age > staleMillis) yield* fs.remove(path, { recursive: true })
    }
  },
  (effect) => Effect.ignore(effect)
)

const bundle = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  yield* fs.makeDirectory(bundles, { recursive: true })
  yield* removeStale(bundles)
  const outDir = yield* fs.makeTempDirectory({ directory: bundles })
  const [command] = configs
  yield* Effect.tryPromise(() =>
    build({ ...command, config: false, cwd: root, outDir, minify: false, logLevel: "silent" })
  )
  yield* fs.writeFileString(paths.join(outDir, "package.json"), `{ "type": "module" }\n`)
  // By its name too, as one types it where it is installed.
  yield* fs.chmod(paths.join(outDir, "bin.js"), 0o755)
  yield* fs.symlink("bin.js", paths.join(outDir, "dubber"))
  // Whoever else has made the same meanwhile was first.
  yield* fs.rename(outDir, folder).pipe(Effect.catch(() => fs.remove(outDir, { recursive: true })))
})

/** Bundles the command once for all tests that run it: it starts three times as fast as from its sources. */
export default (project: TestProject) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    yield* removeStale(films)
    const folder = `${bundles}/${yield* nameNow}`
    if (!(yield* fs.exists(folder))) yield* bundle(folder)
    project.provide("bin", `${folder}/bin.js`)
  }).pipe(Effect.provide(NodeServices.layer), Effect.runPromise)
