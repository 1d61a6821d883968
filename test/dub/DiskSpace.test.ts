import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { checkBatchRoom } from "../../src/dub/BatchRoom.ts"
import { checkRoom, FreeBytes, roomFor, roomWhileRendering } from "../../src/dub/DiskSpace.ts"
import { defaults } from "../../src/dub/Settings.ts"

const free = (bytes: number | undefined) => Effect.provideService(FreeBytes, () => Effect.succeed(bytes))

const folder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

describe("the room that a dub needs", () => {
  it("is the picture again for each file, new sound, and clips for as long as somebody speaks", () => {
    const film = { bytes: 1e9, seconds: 3600, oneFile: false }
    assert.deepStrictEqual(roomFor({ ...film, languages: 1 }), { output: 1e9 + 86.4e6, work: 345.6e6 })
    assert.strictEqual(roomFor({ ...film, languages: 3 }).output, 3e9 + 3 * 86.4e6)
    assert.strictEqual(roomFor({ ...film, languages: 3, oneFile: true }).output, 1e9 + 3 * 86.4e6)
    assert.strictEqual(roomWhileRendering({ ...film, languages: 3 }), 725.76e6)
  })

  it.live("is asked of the disk all together, also for folders that are not there yet", () =>
    Effect.gen(function* () {
      const here = yield* folder
      const needs = [
        { folder: `${here}/a/b`, bytes: 3e9 },
        { folder: here, bytes: 2e9 }
      ]
      yield* checkRoom(needs, "12 videos need").pipe(free(5e9))
      yield* checkRoom(needs, "12 videos need").pipe(free(undefined))
      const problem = yield* Effect.flip(checkRoom(needs, "12 videos need").pipe(free(4.2e9)))
      assert.include(problem.message, "12 videos need about 5.0 GB, and 4.2 GB are free")
      assert.isBelow(problem.message.length, 300)
      // The machine's own disk has room for nothing, and none for everything.
      yield* checkRoom([{ folder: here, bytes: 0 }], "it needs")
      assert.strictEqual((yield* Effect.flip(checkRoom([{ folder: here, bytes: 1e18 }], "it needs"))).exitCode, 1)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("is not asked for videos that are finished", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const here = yield* folder
      yield* fs.writeFileString(`${here}/talk.mp4`, "x".repeat(1000))
      const settings = { ...defaults, video: `${here}/talk.mp4`, outputBase: `${here}/out/talk` }
      const video = { settings, languages: [], workdir: `${here}/.work/talk`, seconds: 10 }
      // 1000 bytes of picture, sound, clips, and what the mix takes.
      const needed = 1000 + 240_000 + 960_000 + 480_000
      yield* checkBatchRoom([video]).pipe(free(needed))
      assert.include((yield* Effect.flip(checkBatchRoom([video]).pipe(free(needed - 1)))).message, "the video needs")
      assert.include((yield* Effect.flip(checkBatchRoom([video, video]).pipe(free(needed)))).message, "2 videos need")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
