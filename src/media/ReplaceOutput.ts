import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { Problem } from "../domain/Problem.ts"
import { shown, unwritable } from "./FileProblem.ts"
import { unfinishedFor } from "./Unfinished.ts"

/**
 * Lets `write` make a file under a temporary name in the folder of `output` (made where missing) and gives it its name
 * when that went well. On failure or interruption nothing is left, and a file that was there stays as it was.
 */
export const replaceOutput = Effect.fnUntraced(function* <A, E, R>(
  output: string,
  write: (temporary: string) => Effect.Effect<A, E, R>
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = path.dirname(output)
  // A rename would take the place of a device or a folder.
  const there = yield* Effect.option(fs.stat(output))
  if (there._tag === "Some" && there.value.type !== "File") {
    return yield* new Problem({ what: `${shown(output)} is not a regular file.`, mend: "Name another output." })
  }
  yield* fs.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(unwritable(folder)))
  const temporary = path.join(folder, yield* unfinishedFor(path.extname(output)))
  return yield* write(temporary).pipe(
    Effect.tap(() => fs.rename(temporary, output).pipe(Effect.mapError(unwritable(output)))),
    Effect.ensuring(Effect.ignore(fs.remove(temporary, { force: true })))
  )
})
