/**
 * Dubs a video that has subtitles beside it with eSpeak NG, and says how it came out. Run it from the checkout:
 *
 *     node scripts/examples/library.ts talk.mp4
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer } from "effect"
import { defaults, dub, dubbingLayer, ESpeak, Language } from "../../src/index.ts"

const [video = "talk.mp4"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const settings = { ...defaults, video, from: Language.Language.make("en"), maxTempo: 1.2 }
  const { done } = yield* dub(settings, [])
  for (const { fit, output, status } of done) {
    yield* Console.log(`${status}: ${output}, ${Math.floor(100 * fit.withinComfort)} % at a comfortable tempo`)
  }
})

const layer = dubbingLayer({ workdir: ".work/talk", concurrency: 5, voice: ESpeak.layer() })

program.pipe(Effect.provide(Layer.provideMerge(layer, NodeServices.layer)), NodeRuntime.runMain)
