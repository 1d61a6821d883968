import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { hash, Workdir } from "./Workdir.ts"

const noted = /(^|\/)state\/output-[0-9a-f]+$/

/** Writes down where a file is about to be written: what a run that is killed leaves there is found by it. */
export const noteOutput = Effect.fnUntraced(function* (output: string) {
  const paths = yield* Path.Path
  const workdir = yield* Workdir
  const folder = paths.dirname(output)
  yield* workdir.write(`state/output-${hash(folder)}`, folder)
})

/** The folders to which runs on a workdir wrote, out of the names of the files in it. */
export const foldersOfOutputs = Effect.fnUntraced(function* (root: string, files: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const notes = files.filter((name) => noted.test(name.replaceAll("\\", "/")))
  const folders = yield* Effect.forEach(notes, (name) =>
    fs.readFileString(paths.join(root, name)).pipe(Effect.orElseSucceed(() => ""))
  )
  return [...new Set(folders.filter((folder) => paths.isAbsolute(folder)))]
})
