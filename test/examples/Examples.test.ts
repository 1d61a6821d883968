import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { fileURLToPath } from "node:url"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { workplace } from "../support/Dubber.ts"
import { film, levelBetween, listen, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const example = (name: string) => fileURLToPath(new URL(`../../scripts/examples/${name}`, import.meta.url))

const run = Effect.fnUntraced(function* (name: string, args: ReadonlyArray<string>, cwd: string) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  return yield* spawner.string(ChildProcess.make(process.execPath, [example(name), ...args], { cwd }))
})

const place = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  yield* film(`${cwd}/talk.mp4`, { seconds: 6, sounds: [{ seconds: 6, language: "eng" }] })
  yield* fs.writeFileString(`${cwd}/talk.srt`, srt([{ start: 2, end: 4, text: "Whistle this line for me." }]))
  return cwd
})

describe("the examples", () => {
  it.live("dub with a voice of their own", () =>
    Effect.gen(function* () {
      const cwd = yield* place
      assert.include(yield* run("own-voice.ts", ["talk.mp4", "talk.srt"], cwd), "complete: ")
      const heard = yield* listen(`${cwd}/out/talk.en.mp4`)
      assert.isAbove(levelBetween(heard, 2.1, 3), -40)
      assert.isBelow(levelBetween(heard, 0, 1.8), -70)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("dub a folder, whatever is wrong with one of its videos", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* place
      yield* fs.writeFileString(`${cwd}/broken.mp4`, "no video")
      assert.include(yield* run("folder.ts", ["."], cwd), "talk.mp4: ")
      assert.isTrue(yield* fs.exists(`${cwd}/out/talk.en.mp4`))
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
