import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Language from "../domain/Language.ts"

/** The languages that have a script in a workdir: its folders that hold a subs.srt. */
export const preparedLanguages = Effect.fnUntraced(function* (root: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const names = yield* fs.readDirectory(root).pipe(Effect.orElseSucceed(() => []))
  const prepared = yield* Effect.filter(names, (name) =>
    fs.exists(paths.join(root, name, "subs.srt")).pipe(Effect.orElseSucceed(() => false))
  )
  return prepared.toSorted().flatMap((name) => Option.toArray(Language.parse(name)))
})
