import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Language from "../domain/Language.ts"
import { Report } from "./Report.ts"
import * as Workdir from "./Workdir.ts"

export const reportName = (language: string): string => `${language}/report.json`
export const reportFormat = Workdir.json(Report)
export const reportPageName = (language: string): string => `${language}/report.html`

/** The languages whose reports lie in a workdir. */
export const reportedLanguages = Effect.fnUntraced(function* (root: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const names = yield* fs.readDirectory(root).pipe(Effect.orElseSucceed(() => []))
  const reported = yield* Effect.filter(names, (name) =>
    fs.exists(paths.join(root, reportName(name))).pipe(Effect.orElseSucceed(() => false))
  )
  return reported.toSorted().flatMap((name) => Option.toArray(Language.parse(name)))
})
