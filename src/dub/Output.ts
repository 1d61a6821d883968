import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Language } from "../domain/Language.ts"
import { partName } from "../domain/Part.ts"
import { Problem } from "../domain/Problem.ts"
import { audioStreams, type Source, videoStream } from "../domain/Source.ts"
import { containerOf, endings, holdsPicture, outputExtension } from "../media/Container.ts"
import { asExcerpt } from "../media/Excerpt.ts"
import { shown, unreadable, unwritable } from "../media/FileProblem.ts"
import { isOurs } from "../media/Glance.ts"
import { probe } from "../media/Probe.ts"
import { removeLeftBehind } from "../media/Unfinished.ts"
import { isBackgroundFile, type DubSettings } from "./Settings.ts"

/** The name of a video without its folder and extension. */
export const videoName = (paths: Path.Path, video: string): string => {
  const base = paths.basename(video)
  const extension = paths.extname(base)
  return base.slice(0, base.length - extension.length) || base
}

/** The path of an output without its language and extension, where none is given. */
export const outputBase = (paths: Path.Path, video: string, folder = "out"): string =>
  paths.join(folder, videoName(paths, video))

/** A source as it goes into the output: of a part the picture is encoded anew. */
export const asWritten = (source: Source, { part }: Pick<DubSettings, "part">): Source =>
  part === undefined ? source : asExcerpt(source)

/** What follows the language in the name of an output: the part, where it is one, so that it is never taken for the whole. */
const ending = (source: Source, { part }: Pick<DubSettings, "part">): string =>
  `${part === undefined ? "" : `.${partName(part)}`}.${outputExtension(asWritten(source, { part }))}`

/** Where the result goes: --output, else out/<video name>.<language>.<extension>, of a part with its name before that. */
export const outputPath = Effect.fnUntraced(function* (source: Source, language: Language, settings: DubSettings) {
  const paths = yield* Path.Path
  if (settings.output !== undefined) return paths.resolve(settings.output)
  const base = settings.outputBase ?? outputBase(paths, source.path)
  return paths.resolve(`${base}.${language}${ending(source, settings)}`)
})

/** Where several languages in one file go: --output, else out/<video name>.<language+language>.<extension>. */
export const oneFilePath = Effect.fnUntraced(function* (
  source: Source,
  languages: ReadonlyArray<Language>,
  settings: DubSettings
) {
  const paths = yield* Path.Path
  if (settings.output !== undefined) return paths.resolve(settings.output)
  const base = settings.outputBase ?? outputBase(paths, source.path)
  return paths.resolve(`${base}.${languages.join("+")}${ending(source, settings)}`)
})

/** What kind of file an output is to be, by its ending. */
export const containerNamed = Effect.fnUntraced(function* (output: string) {
  const container = containerOf(output)
  if (container !== undefined) return container
  const paths = yield* Path.Path
  const extension = paths.extname(output)
  return yield* new Problem({
    what:
      extension === ""
        ? `${shown(output)} has no ending that says what kind of file it is to be.`
        : `${shown(output)} cannot be written: dubber makes no ${shown(extension)} files.`,
    mend: `Name one ending in ${endings.video.join(", ")}, or for the sound alone in ${endings.sound.join(", ")}.`,
    exitCode: 2
  })
})

/** The picture is copied: the file that was named must be one that can hold it. */
const checkContainer = Effect.fnUntraced(function* (source: Source, output: string, drawsSubtitles: boolean) {
  const container = yield* containerNamed(output)
  const picture = videoStream(source)
  const isSoundFile = container.video?.length === 0
  if (picture === undefined || drawsSubtitles || isSoundFile || holdsPicture(container, source)) return
  return yield* new Problem({
    what: `A .${container.extension} file cannot hold this picture (${picture.codec}) as it is.`,
    mend: `Name an output ending in .${outputExtension(source)}.`,
    exitCode: 2
  })
})

/**
 * Makes sure, before anything is paid for, that the result can be written: the folder is there and may be written to,
 * and no file of somebody else's is in the way.
 */
export const checkOutput = Effect.fnUntraced(function* (
  source: Source,
  output: string,
  options: { readonly force: boolean; readonly drawsSubtitles: boolean }
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  yield* checkContainer(source, output, options.drawsSubtitles)
  const folder = paths.dirname(output)
  yield* fs.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(unwritable(folder)))
  yield* Effect.scoped(fs.makeTempDirectoryScoped({ directory: folder, prefix: ".dubber-" })).pipe(
    Effect.mapError(unwritable(folder))
  )
  yield* removeLeftBehind(folder)
  const existing = yield* fs.stat(output).pipe(
    Effect.asSome,
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
    Effect.mapError(unwritable(output))
  )
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
  if (options.force || (yield* isOurs(output))) return
  return yield* new Problem({
    what: `${output} exists and was not made by dubber.`,
    mend: "Replace it with --force, or name another file with --output."
  })
})

/** Files that a run is told to read are there, and a bed is sound: said before anything is listened to, spoken or paid for. */
export const checkInputs = Effect.fnUntraced(function* (settings: DubSettings) {
  const fs = yield* FileSystem.FileSystem
  const { background, glossary, script, segments, subs } = settings
  const bed = background !== undefined && isBackgroundFile(background) ? background : undefined
  for (const path of [subs, segments, script, glossary, bed]) {
    if (path !== undefined) yield* fs.access(path, { readable: true }).pipe(Effect.mapError(unreadable(path)))
  }
  if (bed === undefined || audioStreams(yield* probe(bed)).length > 0) return
  return yield* new Problem({
    what: `There is no sound in ${shown(bed)}, which is to lie under the voices.`,
    mend: "Name a file with sound after --background, or one of keep, duck and drop."
  })
})
