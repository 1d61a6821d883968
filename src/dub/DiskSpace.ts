import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { statfs } from "node:fs/promises"
import { Problem } from "../domain/Problem.ts"
import { shown } from "../media/FileProblem.ts"

/** Bytes that are free on the disk of a folder, undefined where that cannot be known. */
export const FreeBytes = Context.Reference<(folder: string) => Effect.Effect<number | undefined>>(
  "dubber/dub/FreeBytes",
  {
    defaultValue: () => (folder) =>
      Effect.tryPromise(() => statfs(folder)).pipe(
        Effect.map(({ bavail, bsize }) => bavail * bsize),
        Effect.orElseSucceed(() => undefined)
      )
  }
)

/** A video as its dub takes room: its size in bytes, its length in seconds, and how many times it is dubbed. */
export interface ToHold {
  readonly bytes: number
  readonly seconds: number
  readonly languages: number
  readonly oneFile: boolean
}

/** Bytes a second: AAC in stereo, and clips and samples of 16 bits at 48 kHz. */
const rates = { encoded: 24_000, clip: 96_000, stereo: 192_000 }

/** Seconds of sound that lie mixed and not yet encoded, at most; a short one goes straight into its encoder. */
const mixedAhead = (seconds: number): number => (seconds < 120 ? 0 : Math.min(seconds, 2880))

/** What a dub leaves: the picture again and new sound in the output, and clips for as long as somebody speaks. */
export const roomFor = ({ bytes, languages, oneFile, seconds }: ToHold) => ({
  output: bytes * (oneFile ? 1 : languages) + seconds * rates.encoded * languages,
  work: seconds * rates.clip * languages
})

/** What the mix of one video takes while it is rendered, samples and encoded sound; it is given back afterwards. */
export const roomWhileRendering = ({ seconds }: ToHold): number =>
  mixedAhead(seconds) * rates.stereo + 2 * seconds * rates.encoded

/** Bytes to be written below a folder, that need not be there yet. */
export interface Need {
  readonly folder: string
  readonly bytes: number
}

const gigabytes = (bytes: number): string => {
  const gb = bytes / 1e9
  return gb < 0.1 ? `${Math.ceil(bytes / 1e6)} MB` : `${gb.toFixed(gb < 10 ? 1 : 0)} GB`
}

/** The folder itself or the nearest above it that is there, and the disk that it is on. */
const diskOf = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  let place = paths.resolve(folder)
  for (;;) {
    const info = yield* Effect.option(fs.stat(place))
    if (Option.isSome(info)) return { place, disk: info.value.dev }
    if (paths.dirname(place) === place) return { place, disk: -1 }
    place = paths.dirname(place)
  }
})

/** Fails with a Problem when a disk has less room than is needed on it, all needs together. */
export const checkRoom = Effect.fn("checkRoom")(function* (needs: ReadonlyArray<Need>, what: string) {
  const freeBytes = yield* FreeBytes
  const found = yield* Effect.forEach(needs, ({ bytes, folder }) =>
    Effect.map(diskOf(folder), ({ disk, place }) => ({ bytes, folder, disk, place }))
  )
  for (const group of Map.groupBy(found, ({ disk }) => disk).values()) {
    const bytes = group.reduce((sum, one) => sum + one.bytes, 0)
    const free = yield* freeBytes(group[0]!.place)
    if (free === undefined || free >= bytes) continue
    const folders = [...new Set(group.map(({ folder }) => shown(folder)))].slice(0, 2).join(" and ")
    return yield* new Problem({
      what: `There is not enough room for ${folders}: ${what} about ${gigabytes(bytes)}, and ${gigabytes(free)} are free.`,
      mend: "Make room, choose another disk with --output and --workdir, or dub fewer at a time."
    })
  }
})
