import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { Problem } from "../domain/Problem.ts"
import { unreadable, unwritable } from "../media/FileProblem.ts"
import { isUnfinished, removeLeftBehind } from "../media/Unfinished.ts"
import { isHeld } from "./Lock.ts"
import { foldersOfOutputs } from "./OutputFolders.ts"

/** What belongs to a workdir; a folder that holds none of it is somebody else's and is left alone. */
const ours = new Set(["source.json", "transcript.json", "state", "clips", "logs", "parts", "tmp", ".lock"])

/** What a run leaves only when it is killed, and the excerpts of parts, which are cut again when they are wanted. */
const isTemporary = (name: string): boolean =>
  /^(parts\/[^/]+\/)?tmp(\/|$)/.test(name) ||
  /^parts\/[^/]+\/cut(\/|$)/.test(name) ||
  isUnfinished(name.slice(name.lastIndexOf("/") + 1)) ||
  /(^|\/)\.[0-9a-f]{12}(\.[a-z0-9]+)?(\.tmp)?$/.test(name)

/** A video that was deleted may still have a workdir; a name that has neither is a mistake. */
export const checkThere = Effect.fnUntraced(function* (video: string, root: string) {
  const fs = yield* FileSystem.FileSystem
  if (yield* fs.exists(root).pipe(Effect.orElseSucceed(() => false))) return
  yield* fs.stat(video).pipe(Effect.mapError(unreadable(video)))
})

/**
 * Removes the temporary files of a workdir and what killed runs left beside its outputs, or with `all` the whole of it
 * besides, and counts what went. A folder that is not a workdir, or one that a run holds, is refused.
 */
export const removeTemporary = Effect.fn("removeTemporary")(function* (
  root: string,
  options: { readonly all: boolean }
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const entries = yield* fs.readDirectory(root).pipe(
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed([])),
    Effect.mapError(unreadable(root))
  )
  if (entries.length === 0) return { files: 0, bytes: 0, besideOutputs: 0 }
  if (!entries.some((entry) => ours.has(entry))) {
    return yield* new Problem({ what: `${root} is no workdir of dubber: nothing was removed.`, exitCode: 2 })
  }
  if (yield* isHeld(paths.join(root, ".lock"))) {
    return yield* new Problem({ what: `${root} is in use by another run.`, mend: "Try again when it has ended." })
  }
  const files = yield* fs.readDirectory(root, { recursive: true }).pipe(Effect.mapError(unreadable(root)))
  const doomed = options.all ? files : files.filter((name) => isTemporary(name))
  const beside = yield* Effect.forEach(yield* foldersOfOutputs(root, files), removeLeftBehind)
  const besideOutputs = beside.reduce((sum, one) => sum + one.files, 0)
  let count = besideOutputs
  let bytes = beside.reduce((sum, one) => sum + one.bytes, 0)
  for (const name of doomed) {
    const info = yield* Effect.option(fs.stat(paths.join(root, name)))
    if (Option.isNone(info) || info.value.type !== "File") continue
    count++
    bytes += Number(info.value.size)
  }
  const remove = (path: string) =>
    fs.remove(path, { recursive: true, force: true }).pipe(Effect.mapError(unwritable(path)))
  if (options.all) yield* remove(root)
  else yield* Effect.forEach(doomed, (name) => remove(paths.join(root, name)), { discard: true })
  return { files: count, bytes, besideOutputs }
})
