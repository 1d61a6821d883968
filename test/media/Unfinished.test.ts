import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, FileSystem } from "effect"
import { spawnSync } from "node:child_process"
import { isUnfinished, removeLeftBehind, unfinishedFor } from "../../src/media/Unfinished.ts"

/** The name of a file that another process writes. */
const by = (pid: number, name: string): string => name.replace(`-${process.pid}-`, `-${pid}-`)

/** The same on another machine. */
const elsewhere = (name: string): string => name.replace(/^\.dubber-[0-9a-f]{6}/, ".dubber-00beef")

describe("files that are not whole yet", () => {
  it.live("are removed where the process that wrote them is gone, never where it may live", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const dead = spawnSync("true").pid
      const own = yield* unfinishedFor(".mp4")
      const kept = [own, by(1, yield* unfinishedFor(".mkv")), elsewhere(by(dead, yield* unfinishedFor(".mp4")))]
      const gone = [by(dead, yield* unfinishedFor(".mp4")), elsewhere(by(dead, yield* unfinishedFor("")))]
      const others = ["talk.en.mp4", ".dubber-notes", ".dubber-0123456789ab.mp4"]
      for (const name of [...kept, ...gone, ...others]) yield* fs.writeFileString(`${folder}/${name}`, "12345")
      // Nobody has written to it for two days, wherever that was; to this one neither, but its process lives.
      const before = (yield* Clock.currentTimeMillis) / 1000 - 2 * 24 * 3600
      yield* fs.utimes(`${folder}/${gone[1]!}`, before, before)
      yield* fs.utimes(`${folder}/${own}`, before, before)
      assert.isTrue([...kept, ...gone].every(isUnfinished))
      assert.deepStrictEqual(yield* removeLeftBehind(folder), { files: 2, bytes: 10 })
      assert.deepStrictEqual((yield* fs.readDirectory(folder)).toSorted(), [...kept, ...others].toSorted())
      assert.deepStrictEqual(yield* removeLeftBehind(`${folder}/none`), { files: 0, bytes: 0 })
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
