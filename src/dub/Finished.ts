import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { BatchVideo } from "./BatchPlan.ts"
import { reportedLanguages, reportFormat, reportName } from "./ReportFile.ts"

/** Whether all languages of a video were complete when it was last dubbed, and its outputs are still there. */
export const wasFinished = Effect.fn("wasFinished")(function* ({
  languages,
  settings,
  workdir
}: Pick<BatchVideo, "languages" | "settings" | "workdir">) {
  // What the report of the whole says holds for no part of it.
  if (settings.part !== undefined) return false
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const all = languages.length > 0 ? languages : yield* reportedLanguages(workdir)
  const finished = yield* Effect.forEach(all, (language) => {
    const path = paths.join(workdir, reportName(language))
    return fs.readFile(path).pipe(
      Effect.flatMap((bytes) => reportFormat.decode(bytes, path)),
      Effect.flatMap(({ output, status }) =>
        status === "complete" && output !== null ? fs.exists(output) : Effect.succeed(false)
      ),
      Effect.orElseSucceed(() => false)
    )
  })
  return finished.length > 0 && finished.every((one) => one)
})
