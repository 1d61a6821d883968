import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Container } from "../media/Container.ts"
import { unreadable } from "../media/FileProblem.ts"
import { Progress } from "./Progress.ts"
import * as Workdir from "./Workdir.ts"

/** Files that were written beside outputs, by their paths, and the hash of what was written. */
const Files = Schema.Record(Schema.String, Schema.String)
const format = Workdir.json(Files)
const name = "state/beside.json"

/**
 * Tells what was written beside an output, and what was left there because it may be somebody's. Of a video subtitles are
 * expected in it.
 */
export const tellBeside = Effect.fnUntraced(function* (written: ReadonlyArray<string>, container: Container) {
  const progress = yield* Progress
  const isExpected = container.subtitleCodec === null && container.video?.length !== 0
  for (const path of written) {
    yield* isExpected
      ? progress.warning(`A .${container.extension} file holds no subtitles: they are beside it, in ${path}`)
      : progress.note(`subtitles beside it: ${path}`)
    const wanted = path.replace(/\.dub(?:-\d+)?(\.\w+)$/, "$1")
    if (wanted === path) continue
    yield* progress.warning(`${wanted} is not known to be written by dubber and was left as it is: see ${path}`)
  }
})

/**
 * What this program wrote beside its outputs in earlier runs: a file that lies there and is another one, as the subtitles
 * that a person put beside a video, is not its to replace.
 */
export const besideOutput = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const workdir = yield* Workdir.Workdir
  const known = yield* workdir.read(name).pipe(
    Effect.flatMap((bytes) => format.decode(bytes, name)),
    Effect.option,
    Effect.map(Option.getOrElse((): typeof Files.Type => ({})))
  )
  return {
    isOurs: (path: string, content: Uint8Array): boolean =>
      Object.hasOwn(known, path) && known[path] === Workdir.hash(content),
    remember: Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
      if (paths.length === 0) return
      const written = yield* Effect.forEach(paths, (path) =>
        fs.readFile(path).pipe(
          Effect.map((content) => [path, Workdir.hash(content)] as const),
          Effect.mapError(unreadable(path))
        )
      )
      yield* workdir.write(name, format.encode({ ...known, ...Object.fromEntries(written) }))
    })
  }
})
