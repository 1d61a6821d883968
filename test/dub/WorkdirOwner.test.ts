import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import type { Source } from "../../src/domain/Source.ts"
import { checkOwner } from "../../src/dub/WorkdirOwner.ts"
import { fingerprint } from "../../src/media/Fingerprint.ts"
import { dubber, workplace } from "../support/Dubber.ts"

/** A folder with two videos of one name; the workdir of that name belongs to the first. */
const place = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* fs.realPath(yield* workplace)
  const at = (path: string) => `${cwd}/${path}`
  const own = (path: string, of = path) =>
    Effect.gen(function* () {
      const source: Source = {
        path,
        size: 1,
        format: "mp4",
        startTime: 0,
        duration: 1,
        streams: [],
        chapters: 0,
        fingerprint: yield* fingerprint(of)
      }
      yield* fs.makeDirectory(at(".work/talk/clips"), { recursive: true })
      yield* fs.writeFileString(at(".work/talk/source.json"), JSON.stringify(source))
    })
  yield* fs.makeDirectory(at("other"))
  yield* fs.writeFileString(at("talk.mp4"), "a film")
  yield* fs.writeFileString(at("other/talk.mp4"), "another film")
  yield* own(at("talk.mp4"))
  const isRefused = (path: string) =>
    checkOwner(at(path), at(".work/talk")).pipe(
      Effect.as(false),
      Effect.catch(() => Effect.succeed(true))
    )
  return { at, cwd, fs, isRefused, own }
})

layer(NodeServices.layer, { excludeTestServices: true })("the owner of a workdir", (it) => {
  describe("checkOwner", () => {
    it.effect("refuses a video where the workdir belongs to another that is still there", () =>
      Effect.gen(function* () {
        const { at, isRefused } = yield* place
        assert.isFalse(yield* isRefused("talk.mp4"))
        assert.isTrue(yield* isRefused("other/talk.mp4"))
        const refused = yield* Effect.flip(checkOwner(at("other/talk.mp4"), at(".work/talk")))
        assert.strictEqual(refused.exitCode, 2)
        assert.include(refused.message, `belongs to ${at("talk.mp4")}. Nothing was removed`)
      })
    )

    it.effect("takes what was moved, copied, linked, edited or replaced in its place for the same video", () =>
      Effect.gen(function* () {
        const { at, fs, isRefused, own } = yield* place
        yield* fs.symlink(at("talk.mp4"), at("link.mp4"))
        yield* fs.copyFile(at("talk.mp4"), at("copy.mp4"))
        assert.deepStrictEqual(yield* Effect.forEach(["link.mp4", "copy.mp4"], isRefused), [false, false])
        yield* fs.writeFileString(at("talk.mp4"), "the film, cut anew")
        assert.deepStrictEqual(yield* Effect.forEach(["link.mp4", "talk.mp4"], isRefused), [false, false])
        yield* own(at("talk.mp4"))
        yield* fs.rename(at("talk.mp4"), at("other/moved.mp4"))
        assert.deepStrictEqual(yield* Effect.forEach(["other/moved.mp4", "other/talk.mp4"], isRefused), [false, false])
      })
    )
  })

  it.effect("clean touches nothing in the workdir of another video", () =>
    Effect.gen(function* () {
      const { at, cwd, fs } = yield* place
      const before = yield* fs.readDirectory(at(".work"), { recursive: true })
      for (const args of [["clean"], ["clean", "--all"]]) {
        const ran = yield* dubber([...args, "other/talk.mp4"], { cwd })
        assert.strictEqual(ran.code, 2, ran.stderr)
        assert.include(ran.stderr, `.work/talk belongs to ${at("talk.mp4")}.`)
        assert.deepStrictEqual(yield* fs.readDirectory(at(".work"), { recursive: true }), before)
      }
      const removed = yield* dubber(["clean", "talk.mp4", "--all"], { cwd })
      assert.strictEqual(removed.code, 0, removed.stderr)
      assert.isFalse(yield* fs.exists(at(".work/talk")))
    })
  )
})
