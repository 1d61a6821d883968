import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import type { Source } from "../domain/Source.ts"
import { outputExtension } from "../media/Container.ts"
import { isOurs } from "../media/Mux.ts"
import { unwritable } from "../media/FileProblem.ts"
import type { DubSettings } from "./Settings.ts"

/** The name of a video without its folder and extension. */
export const videoName = (paths: Path.Path, video: string): string => {
  const base = paths.basename(video)
  const extension = paths.extname(base)
  return base.slice(0, base.length - extension.length) || base
}

/** Where the result goes: --output, else out/<video name>.<language>.<extension>. */
export const outputPath = Effect.fnUntraced(function* (source: Source, language: Language, settings: DubSettings) {
  const paths = yield* Path.Path
  if (settings.output !== undefined) return paths.resolve(settings.output)
  const extension = outputExtension(source)
  return paths.resolve("out", `${videoName(paths, source.path)}.${language}.${extension}`)
})

/** Where several languages in one file go: --output, else out/<video name>.<language+language>.<extension>. */
export const oneFilePath = Effect.fnUntraced(function* (
  source: Source,
  languages: ReadonlyArray<Language>,
  settings: DubSettings
) {
  const paths = yield* Path.Path
  if (settings.output !== undefined) return paths.resolve(settings.output)
  const name = `${videoName(paths, source.path)}.${languages.join("+")}.${outputExtension(source)}`
  return paths.resolve("out", name)
})

/**
 * Makes sure, before anything is paid for, that the result can be written: the folder is there and may be written to,
 * and no file of somebody else's is in the way.
 */
export const checkOutput = Effect.fnUntraced(function* (source: Source, output: string, force: boolean) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const folder = paths.dirname(output)
  yield* fs.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(unwritable(folder)))
  yield* Effect.scoped(fs.makeTempDirectoryScoped({ directory: folder, prefix: ".dubber-" })).pipe(
    Effect.mapError(unwritable(folder))
  )
  const existing = yield* fs.stat(output).pipe(Effect.option)
  if (existing._tag === "None") return
  if (existing.value.type === "Directory") {
    return yield* new Problem({ what: `The output ${output} is a folder.`, mend: "Name a file with --output." })
  }
  const real = yield* fs.realPath(output).pipe(Effect.orElseSucceed(() => output))
  const input = yield* fs.realPath(source.path).pipe(Effect.orElseSucceed(() => source.path))
  if (real === input) {
    return yield* new Problem({
      what: `The output ${output} is the video itself.`,
      mend: "Name another file with --output.",
      exitCode: 2
    })
  }
  if (force || (yield* isOurs(output))) return
  return yield* new Problem({
    what: `${output} exists and was not made by dubber.`,
    mend: "Replace it with --force, or name another file with --output."
  })
})
