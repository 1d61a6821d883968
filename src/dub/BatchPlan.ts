import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { shown } from "../media/FileProblem.ts"
import { nameVideos, sameName } from "./BatchNames.ts"
import type { DubSettings } from "./Settings.ts"

/** A video that is wanted: how, and into which languages; none: re-voiced in its own. */
export interface WantedVideo {
  readonly settings: DubSettings
  readonly languages: ReadonlyArray<Language>
  /** Undefined: a folder among those of the batch. */
  readonly workdir?: string | undefined
  /** The folder of its outputs, where it is another than that of the batch and `settings.output` names no file. */
  readonly outputFolder?: string | undefined
  /** Where it was asked for, for messages: "lessons.csv, video 3". */
  readonly where?: string | undefined
}

/** A video of a batch: what is done, and where. */
export interface BatchVideo {
  readonly settings: DubSettings
  readonly languages: ReadonlyArray<Language>
  readonly workdir: string
}

export interface BatchFolders {
  /** Holds the workdirs; .work unless given. */
  readonly work?: string | undefined
  /** Holds the outputs; out unless given. */
  readonly output?: string | undefined
}

export interface BatchPlan<W extends WantedVideo> {
  readonly videos: ReadonlyArray<Omit<W, "settings" | "workdir"> & BatchVideo>
  /** How often a video was asked for again, in the very same way. */
  readonly repeated: number
}

/** A video that has its place. */
interface Placed extends BatchVideo {
  readonly wanted: WantedVideo
  /** The file itself, whatever led there. */
  readonly real: string
}

const wrong = (what: string, mend: string) => Effect.fail(new Problem({ what, mend, exitCode: 2 }))

const nameOf = ({ wanted: { settings, where } }: Placed): string => where ?? shown(settings.video)

/** Whether two of the languages are the same; a video that keeps its own may have any. */
const share = (a: Placed, b: Placed): boolean =>
  a.languages.length === 0 || b.languages.length === 0 || a.languages.some((one) => b.languages.includes(one))

const grouped = (placed: ReadonlyArray<Placed>, key: (one: Placed) => string) =>
  Map.groupBy(placed, (one) => sameName(key(one))).values()

const checkWorkdirs = Effect.fnUntraced(function* (placed: ReadonlyArray<Placed>, paths: Path.Path) {
  for (const [first, ...others] of grouped(placed, ({ workdir }) => paths.resolve(workdir))) {
    const other = others.find(({ real }) => real !== first!.real)
    if (other === undefined) continue
    return yield* wrong(
      `${nameOf(first!)} and ${nameOf(other)} have the same workdir, ${shown(first!.workdir)}.`,
      "Give each a workdir of its own."
    )
  }
})

const checkOutputs = Effect.fnUntraced(function* (placed: ReadonlyArray<Placed>, paths: Path.Path) {
  const targetOf = ({ settings }: Placed) => paths.resolve(settings.output ?? settings.outputBase ?? "")
  const inputs = new Set(placed.map(({ real }) => sameName(real)))
  for (const group of grouped(placed, targetOf)) {
    const [first] = group
    if (first!.settings.output !== undefined && inputs.has(sameName(targetOf(first!)))) {
      return yield* wrong(`The output of ${nameOf(first!)} is one of the videos.`, "Name another output.")
    }
    for (const [i, one] of group.entries()) {
      const other = group.slice(0, i).find((before) => one.settings.output !== undefined || share(before, one))
      if (other === undefined) continue
      const target = shown(one.settings.output ?? one.settings.outputBase ?? "")
      return yield* wrong(
        `${nameOf(other)} and ${nameOf(one)} would be written to the same file, ${target}.`,
        one.real === other.real ? "Name the video once, or give each an output." : "Give each an output of its own."
      )
    }
  }
})

/**
 * Gives each video a workdir and an output of its own, the same from run to run: by its name, and by that of its folder
 * where another video has the name. What would collide all the same is a Problem, before anything is done.
 */
export const planBatch = Effect.fn("planBatch")(function* <W extends WantedVideo>(
  given: ReadonlyArray<W>,
  folders: BatchFolders = {}
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const work = folders.work ?? ".work"
  const wanted = [...new Map(given.map((one) => [JSON.stringify({ ...one, where: null }), one])).values()]
  const files = yield* Effect.forEach(wanted, ({ settings: { video }, workdir }) =>
    fs.realPath(video).pipe(
      Effect.orElseSucceed(() => paths.resolve(video)),
      Effect.map((real) => ({ video, real, hasWorkdir: workdir !== undefined }))
    )
  )
  const names = yield* nameVideos(files, work)
  const placed = wanted.map((one, i): Placed => {
    const base = paths.join(one.outputFolder ?? folders.output ?? "out", names[i]!)
    return {
      wanted: one,
      real: files[i]!.real,
      languages: one.languages,
      workdir: one.workdir ?? paths.join(work, names[i]!),
      settings: { ...one.settings, outputBase: one.settings.outputBase ?? base }
    }
  })
  yield* checkWorkdirs(placed, paths)
  yield* checkOutputs(placed, paths)
  return {
    videos: placed.map(({ settings, workdir }, i) => ({ ...wanted[i]!, settings, workdir })),
    repeated: given.length - wanted.length
  } satisfies BatchPlan<W>
})
