/**
 * Dubs every video of a folder that has subtitles beside it, two at a time, with eSpeak NG; one that cannot be dubbed
 * does not stop the rest. Run it from the checkout:
 *
 *     node scripts/examples/folder.ts lessons
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect } from "effect"
import { batchReport, defaults, dubBatch, dubbingLayer, ESpeak, findVideos, planBatch } from "../../src/index.ts"

const [folder = "."] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const { files } = yield* findVideos(folder)
  // A workdir and an output of its own for each, also where two have the same name.
  const { videos } = yield* planBatch(files.map((video) => ({ settings: { ...defaults, video }, languages: [] })))
  const batch = yield* dubBatch(videos, {
    jobs: 2,
    // Of each video; what is asked of services is limited over all of them together.
    layer: ({ workdir }) => dubbingLayer({ workdir, concurrency: 5, voice: ESpeak.layer() }),
    onEnd: ({ problems, reports, video }) =>
      Console.log(`${video}: ${reports[0]?.output ?? problems.map(({ message }) => message).join(" ")}`)
  })
  const { counts, oneByOneSeconds, wallSeconds } = batchReport(batch.videos, batch.wallSeconds)
  const [took, alone] = [wallSeconds, oneByOneSeconds].map((seconds) => seconds.toFixed(1))
  yield* Console.log(`${counts.complete} of ${counts.videos} in ${took} s instead of ${alone} s one by one`)
})

program.pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
