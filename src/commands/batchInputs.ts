import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { Problem } from "../domain/Problem.ts"
import { findVideos } from "../dub/BatchFiles.ts"
import { type Listed, parseBatchList } from "../dub/BatchList.ts"
import type { WantedVideo } from "../dub/BatchPlan.ts"
import { unreadable } from "../media/FileProblem.ts"
import { type Glance, glance } from "../media/Glance.ts"
import { OutputMode } from "./OutputMode.ts"
import { listedFlags, type VideoFlags } from "./batchOptions.ts"
import { outputOf } from "./outputOf.ts"
import { type DubFlags, languagesOf, notGiven, settingsOf } from "./settings.ts"

/** A video that is wanted, with the flags that hold for it: those of the batch, and what stands beside it in a list. */
export interface Wanted extends WantedVideo {
  readonly flags: DubFlags & VideoFlags
  /** As the header of the file says; 0 where that is not known. */
  readonly seconds: number
}

/** What was named, and is not there. */
export interface Missing {
  readonly video: string
  readonly problem: Problem
}

export interface BatchInputs {
  readonly wanted: ReadonlyArray<Wanted>
  readonly missing: ReadonlyArray<Missing>
  /** How many files are left out: dubs that this program made, and what a shell's pattern gave besides videos. */
  readonly ours: number
  readonly others: number
}

/** A name as it was given, and the folder that it is seen from. */
interface Asked {
  readonly path: string
  readonly folder: string | undefined
  readonly listed: Listed | undefined
}

const readList = Effect.fnUntraced(function* (list: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const isStdin = list === "-"
  const bytes = isStdin
    ? yield* Effect.flatMap(Stdio.Stdio, ({ stdin }) => Stream.mkUint8Array(stdin)).pipe(
        Effect.mapError(() => new Problem({ what: "The list on stdin could not be read." }))
      )
    : yield* fs.readFile(list).pipe(Effect.mapError(unreadable(list)))
  const folder = isStdin ? "" : paths.dirname(list)
  const videos = yield* parseBatchList(bytes, isStdin ? "stdin" : list)
  return videos.map((listed): Asked => ({ path: listed.path, folder, listed }))
})

/** Flags that name a file of one video. */
const ofOneVideo = ["subs", "segments", "script"] as const

const inContext = (where: string | undefined) => (problem: Problem) =>
  where === undefined
    ? problem
    : new Problem({
        what: `${where}: ${problem.what}`,
        exitCode: problem.exitCode,
        ...(problem.mend === undefined ? {} : { mend: problem.mend })
      })

const wantedVideo = Effect.fnUntraced(function* (
  video: string,
  seconds: number,
  batchFlags: DubFlags & VideoFlags,
  { folder, listed }: Asked
) {
  const own = listed === undefined ? {} : yield* listedFlags(listed, folder ?? "")
  const flags = { ...notGiven, ...batchFlags, ...own }
  const output = yield* outputOf(Option.getOrUndefined(own.output ?? Option.none()))
  return yield* Effect.gen(function* () {
    const settings = yield* settingsOf(video, flags, {
      output: Option.fromUndefinedOr(output.file),
      force: flags.force
    })
    return {
      settings,
      languages: yield* languagesOf(flags.to),
      workdir: own.workdir === undefined ? undefined : Option.getOrUndefined(own.workdir),
      outputFolder: output.folder,
      where: listed?.where,
      flags,
      seconds
    } satisfies Wanted
  }).pipe(Effect.mapError((error) => (error instanceof Problem ? inContext(listed?.where)(error) : error)))
})

const checkOneVideo = (wanted: ReadonlyArray<Wanted>, flags: DubFlags) => {
  const given = ofOneVideo.find((name) => Option.isSome(flags[name]))
  const files = new Set(
    wanted
      .filter((one) => given !== undefined && one.flags[given] === flags[given])
      .map(({ settings }) => settings.video)
  )
  return given === undefined || files.size < 2
    ? Effect.void
    : Effect.fail(
        new Problem({
          what: `--${given} names one file, but there are ${files.size} videos.`,
          mend: `Put subtitles beside each video, or give each its own in a list with a column "${given}".`,
          exitCode: 2
        })
      )
}

/** What lies beside videos, and is none. */
const isNoVideo = (path: string): boolean =>
  /\.(?:srt|vtt|ass|ssa|sub|sbv|txt|md|nfo|log|json|csv|tsv|ya?ml|jpe?g|png|gif|webp|pdf|html?|part)$/iu.test(path)

/** So many are not looked at in a moment. */
const manyFiles = 100

/** Reads the lists, finds the files and settles how each is dubbed; what cannot be is said before anything is begun. */
export const batchInputs = Effect.fn("batchInputs")(function* (
  given: { readonly videos: ReadonlyArray<string>; readonly fromFile: ReadonlyArray<string> },
  flags: DubFlags & VideoFlags
) {
  const listed = yield* Effect.forEach(given.fromFile, readList)
  const asked = [
    ...given.videos.map((path): Asked => ({ path, folder: undefined, listed: undefined })),
    ...listed.flat()
  ]
  const missing: Array<Missing> = []
  const found: Array<{ readonly path: string; readonly asked: Asked; readonly kept: boolean }> = []
  for (const one of asked) {
    const result = yield* Effect.result(findVideos(one.path, one.folder))
    if (result._tag === "Failure")
      missing.push({ video: one.path, problem: inContext(one.listed?.where)(result.failure) })
    else {
      // A dub that lies beside the videos is dubbed again only where a list names it.
      const kept = one.listed !== undefined && result.success.byName
      found.push(...result.success.files.map((path) => ({ path, asked: one, kept })))
    }
  }
  const paths = [...new Set(found.map(({ path }) => path))]
  const { format, quiet } = yield* OutputMode
  if (paths.length >= manyFiles && !quiet && format === "pretty") {
    yield* Console.error(`  looking at ${paths.length} files`)
  }
  const seen = new Map<string, Glance>(
    yield* Effect.forEach(paths, (path) => Effect.map(glance(path), (one) => [path, one] as const), { concurrency: 4 })
  )
  const open = found.filter(({ kept, path }) => kept || seen.get(path)?.isOurs !== true)
  // What is named by itself is looked at, whatever it is called.
  const chosen = open.length < 2 ? open : open.filter(({ kept, path }) => kept || !isNoVideo(path))
  const wanted = yield* Effect.forEach(chosen, (one) =>
    wantedVideo(one.path, seen.get(one.path)?.seconds ?? 0, flags, one.asked)
  )
  yield* checkOneVideo(wanted, flags)
  return {
    wanted,
    missing,
    ours: found.length - open.length,
    others: open.length - chosen.length
  } satisfies BatchInputs
})
