import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { sceneCuts } from "../../src/media/SceneCuts.ts"
import { film } from "../support/Media.ts"

layer(Layer.provideMerge(Ffmpeg.layer, NodeServices.layer), { excludeTestServices: true })("sceneCuts", (it) => {
  it.effect("finds the cuts of a film, and none where there are none", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* fs.makeTempDirectoryScoped()
      const cuts = [2, 4.6, 7]
      const made = yield* film(path.join(folder, "a.mp4"), { seconds: 10, picture: { cuts, keyFrames: 5 } })
      const found = yield* sceneCuts(yield* probe(made))
      assert.strictEqual(found.length, cuts.length)
      for (const [index, cut] of cuts.entries()) assert.closeTo(found[index]!, cut, 0.21)
      const still = yield* film(path.join(folder, "b.webm"), { seconds: 4, picture: { cuts: [] } })
      assert.deepStrictEqual(yield* sceneCuts(yield* probe(still)), [])
      const heard = yield* film(path.join(folder, "c.m4a"), {})
      assert.deepStrictEqual(yield* sceneCuts(yield* probe(heard)), [])
    })
  )
})
