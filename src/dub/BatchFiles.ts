import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { Problem } from "../domain/Problem.ts"
import { containerOf } from "../media/Container.ts"
import { shown, unreadable } from "../media/FileProblem.ts"

/** The files that a name, a folder or a pattern stands for. */
export interface Found {
  readonly files: ReadonlyArray<string>
  /** One file, by its own name. */
  readonly byName: boolean
}

const isPattern = (path: string): boolean => /[*?[\]{}]/u.test(path)

/** Whether a name ends as those of videos and sound files do. */
const isMedia = (path: string): boolean =>
  containerOf(path) !== undefined ||
  /\.(?:mpe?g|m2?ts|mts|vob|wmv|wma|asf|flv|f4v|3g[p2]|ogv|mxf|rmvb|divx)$/iu.test(path)

const byName = new Intl.Collator("en", { numeric: true }).compare

/** The media among what a pattern or a folder gave, "lesson 2" before "lesson 10". */
const chosen = Effect.fnUntraced(function* (what: string, given: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const isFile = (path: string) =>
    fs.stat(path).pipe(
      Effect.map(({ type }) => type === "File"),
      Effect.orElseSucceed(() => false)
    )
  const all = yield* Effect.filter(given, isFile, { concurrency: 8 })
  const files = all.filter(isMedia).toSorted(byName)
  if (files.length > 0) return { files, byName: false } satisfies Found
  const others = all.length === 0 ? "" : ` (${all.length} other files)`
  return yield* new Problem({ what: `There is no video ${what}${others}.`, mend: "Check its name and folder." })
})

/**
 * The files that `path` stands for, seen from `folder`: a file by its name, whatever is in the name; else the videos and
 * sound files of a folder, or those that match a pattern (`*`, `?`, `[…]`, `{…}`, `**`).
 */
export const findVideos = Effect.fn("findVideos")(function* (path: string, folder?: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const place = folder === undefined || paths.isAbsolute(path) ? path : paths.join(folder, path)
  const info = yield* Effect.option(fs.stat(place))
  if (info._tag === "Some" && info.value.type !== "Directory") {
    return { files: [place], byName: true } satisfies Found
  }
  if (info._tag === "Some") {
    const names = yield* fs.readDirectory(place).pipe(Effect.mapError(unreadable(place)))
    const visible = names.filter((name) => !name.startsWith("."))
    return yield* chosen(
      `in the folder ${shown(place)}`,
      visible.map((name) => paths.join(place, name))
    )
  }
  if (!isPattern(path)) {
    return yield* new Problem({ what: `There is no file ${shown(place)}.`, mend: "Check its name and folder." })
  }
  const root = folder ?? "."
  const matches = yield* fs.glob(path, { root }).pipe(Effect.mapError(unreadable(place)))
  const found = matches.map((match) => (paths.isAbsolute(match) ? match : paths.join(root, match)))
  return yield* chosen(`that matches ${shown(place)}`, found)
})
