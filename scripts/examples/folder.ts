/**
 * Dubs every video of a folder that has subtitles beside it, one after the other, with eSpeak NG; one that cannot be
 * dubbed does not stop the rest. Run it from the checkout:
 *
 *     node scripts/examples/folder.ts lessons
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem, Path } from "effect"
import { defaults, dub, dubbingLayer, ESpeak } from "../../src/index.ts"

const [folder = "."] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* fs.readDirectory(folder)
  const videos = names.filter((name) => /\.(mp4|mkv|webm|mov)$/i.test(name)).toSorted()
  for (const name of videos) {
    const layer = dubbingLayer({ workdir: path.join(".work", name), concurrency: 5, voice: ESpeak.layer() })
    yield* dub({ ...defaults, video: path.join(folder, name) }, []).pipe(
      Effect.flatMap(({ done }) => Console.log(`${name}: ${done[0]?.output}`)),
      Effect.catch((error) => Console.error(`${name}: ${error.message}`)),
      Effect.provide(layer)
    )
  }
})

program.pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
