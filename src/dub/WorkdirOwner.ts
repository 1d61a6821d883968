import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { Problem } from "../domain/Problem.ts"
import { Source } from "../domain/Source.ts"
import { shown } from "../media/FileProblem.ts"
import { fingerprint } from "../media/Fingerprint.ts"
import * as Workdir from "./Workdir.ts"

/** The video that a workdir holds the work of, where there is one. */
export const sourceOf = Effect.fnUntraced(function* (workdir: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const path = paths.join(workdir, "source.json")
  const bytes = yield* fs.readFile(path)
  return yield* Workdir.json(Source).decode(bytes, path)
}, Effect.option)

/**
 * The path of the video that a workdir belongs to, where that is another than this one and still there. One that was
 * moved, copied, edited or replaced in its place is the same.
 */
export const otherOwner = Effect.fnUntraced(function* (video: string, workdir: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const source = yield* sourceOf(workdir)
  if (source._tag === "None") return undefined
  const owner = paths.resolve(source.value.path)
  if (owner === paths.resolve(video)) return undefined
  const real = yield* Effect.option(fs.realPath(owner))
  if (real._tag === "None") return undefined
  const own = yield* Effect.orElseSucceed(fs.realPath(video), () => paths.resolve(video))
  if (own === real.value) return undefined
  const print = yield* Effect.orElseSucceed(fingerprint(video), () => undefined)
  return print === source.value.fingerprint ? undefined : owner
})

/** Makes sure that nothing is removed of a workdir that belongs to another video; fails with a Problem. */
export const checkOwner = Effect.fn("checkOwner")(function* (video: string, workdir: string) {
  const owner = yield* otherOwner(video, workdir)
  if (owner === undefined) return
  return yield* new Problem({
    what: `${shown(workdir)} belongs to ${shown(owner)}.`,
    mend: "Nothing was removed: name that video, or the workdir of this one.",
    exitCode: 2
  })
})
