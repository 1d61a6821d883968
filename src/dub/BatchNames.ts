import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import { fingerprint } from "../media/Fingerprint.ts"
import { videoName } from "./Output.ts"
import { sourceOf } from "./WorkdirOwner.ts"

/** A video to be named: as it was given, and the file itself. */
export interface ToName {
  readonly video: string
  readonly real: string
  /** Its workdir is given: nothing of it lies under its name. */
  readonly hasWorkdir: boolean
}

/** Names that mean the same file on some disks are the same. */
export const sameName = (path: string): string => path.normalize("NFC").toLowerCase()

/** What a video may be called, the shortest first: "intro", "week1-intro", "course-week1-intro", …, "intro.mp4". */
const candidates = (paths: Path.Path, video: string, hasSibling: boolean): ReadonlyArray<string> => {
  const full = paths.resolve(video)
  const here = paths.relative(paths.resolve(), full)
  const isOutside = here.startsWith("..") || paths.isAbsolute(here)
  const folders = paths
    .dirname(isOutside ? full : here)
    .split(paths.sep)
    .filter((folder) => folder !== "" && folder !== ".")
  const longer = (name: string) => folders.map((_, i) => [...folders.slice(-1 - i), name].join("-"))
  const name = videoName(paths, video)
  const file = paths.basename(video)
  return hasSibling ? [name, file, ...longer(name), ...longer(file)] : [name, ...longer(name), file, ...longer(file)]
}

/**
 * A name for each video that no other of them has, for its workdir in `work` and its outputs: its own, and with those of
 * its folders where others have the same. Work that is there already keeps its place: that of the very file first, then
 * that of a file with the same content; what belongs to another video is left to it.
 */
export const nameVideos = Effect.fn("nameVideos")(function* (videos: ReadonlyArray<ToName>, work: string) {
  const paths = yield* Path.Path
  const files = [...new Map(videos.map((one) => [one.real, one])).values()]
  const stems = Map.groupBy(files, ({ video }) =>
    sameName(paths.join(paths.dirname(paths.resolve(video)), videoName(paths, video)))
  )
  const siblings = new Set([...stems.values()].flatMap((group) => (group.length > 1 ? group : [])))
  const named = new Map<string, string>()
  const taken = new Set<string>()
  const give = (one: ToName, name: string) => {
    named.set(one.real, name)
    taken.add(sameName(name))
  }
  const isFree = (name: string) => !taken.has(sameName(name))
  const options = yield* Effect.forEach(
    files,
    Effect.fnUntraced(function* (one) {
      const names = candidates(paths, one.video, siblings.has(one))
      const held = yield* Effect.forEach(names, (name) =>
        Effect.map(one.hasWorkdir ? Effect.succeedNone : sourceOf(paths.join(work, name)), (source) => ({
          name,
          source: source._tag === "Some" ? source.value : undefined
        }))
      )
      return { one, held }
    }),
    { concurrency: 8 }
  )

  for (const { held, one } of options) {
    const own = held.find(
      ({ name, source }) =>
        source !== undefined && paths.resolve(source.path) === paths.resolve(one.video) && isFree(name)
    )
    if (own !== undefined) give(one, own.name)
  }
  for (const { held, one } of options) {
    const others = held.filter(({ name, source }) => source !== undefined && isFree(name))
    if (named.has(one.real) || others.length === 0) continue
    const print = yield* Effect.orElseSucceed(fingerprint(one.real), () => undefined)
    const moved = others.find(({ source }) => source!.fingerprint === print)
    if (moved !== undefined) give(one, moved.name)
  }
  const wanted = Map.groupBy(
    options.flatMap(({ held }) => held),
    ({ name }) => sameName(name)
  )
  for (const { held, one } of options) {
    if (named.has(one.real)) continue
    const free = held.filter(({ name }) => isFree(name))
    const found =
      free.find(({ name, source }) => source === undefined && wanted.get(sameName(name))!.length === 1) ??
      free.find(({ source }) => source === undefined) ??
      free[0]
    give(one, found?.name ?? paths.basename(one.video))
  }
  return videos.map(({ real }) => named.get(real)!)
})
