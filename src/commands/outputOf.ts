import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"

/** What is given as output: the file itself, or the folder that it goes into, one that is there or ends with a slash. */
export const outputOf = Effect.fnUntraced(function* (output: string | undefined) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  if (output === undefined) return { file: undefined, folder: undefined }
  const isFolder = fs.stat(output).pipe(
    Effect.map(({ type }) => type === "Directory"),
    Effect.orElseSucceed(() => false)
  )
  return output.endsWith("/") || output.endsWith(paths.sep) || (yield* isFolder)
    ? { file: undefined, folder: output }
    : { file: output, folder: undefined }
})
