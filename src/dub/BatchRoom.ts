import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { BatchVideo } from "./BatchPlan.ts"
import { checkRoom, roomFor, roomWhileRendering } from "./DiskSpace.ts"
import { wasFinished } from "./Finished.ts"

/**
 * Makes sure, before anything is paid for, that the disk has room for all videos of a batch that are not finished.
 * `seconds` is how long each is, as far as it is known.
 */
export const checkBatchRoom = Effect.fn("checkBatchRoom")(function* (
  videos: ReadonlyArray<BatchVideo & { readonly seconds: number }>
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const open = yield* Effect.filter(videos, (video) => Effect.map(wasFinished(video), (finished) => !finished), {
    concurrency: 8
  })
  const held = yield* Effect.forEach(open, ({ languages, seconds, settings, workdir }) =>
    fs.stat(settings.video).pipe(
      Effect.map(({ size }) => Number(size)),
      Effect.orElseSucceed(() => 0),
      Effect.map((bytes) => ({
        workdir,
        output: paths.dirname(settings.output ?? settings.outputBase ?? "."),
        video: { bytes, seconds, languages: Math.max(1, languages.length), oneFile: settings.oneFile }
      }))
    )
  )
  const kept = held.flatMap(({ output, video, workdir }) => {
    const room = roomFor(video)
    return [
      { folder: output, bytes: room.output },
      { folder: workdir, bytes: room.work }
    ]
  })
  const most = held.reduce((room, { video }) => Math.max(room, roomWhileRendering(video)), 0)
  const passing = held.slice(0, 1).map(({ workdir }) => ({ folder: workdir, bytes: most }))
  yield* checkRoom([...kept, ...passing], open.length === 1 ? "the video needs" : `${open.length} videos need`)
})
