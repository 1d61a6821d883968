import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { randomBytes } from "node:crypto"
import { fromPlatform } from "./FileProblem.ts"

/** Writes a file so that nobody ever sees half of it: to a temporary name in its folder, then renamed. */
export const replaceFile = Effect.fnUntraced(function* (path: string, content: string | Uint8Array) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const directory = paths.dirname(path)
  const temporary = paths.join(directory, `.${randomBytes(6).toString("hex")}.tmp`)
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content
  yield* fs.makeDirectory(directory, { recursive: true }).pipe(Effect.mapError(fromPlatform(directory)))
  yield* fs.writeFile(temporary, bytes).pipe(
    Effect.andThen(fs.rename(temporary, path)),
    Effect.onError(() => fs.remove(temporary, { force: true }).pipe(Effect.ignore)),
    Effect.mapError(fromPlatform(path))
  )
})
