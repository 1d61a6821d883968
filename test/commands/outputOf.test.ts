import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Option } from "effect"
import { outputOf } from "../../src/commands/outputOf.ts"
import { notGiven, settingsOf } from "../../src/commands/settings.ts"

const settings = (output: string) =>
  settingsOf("films/talk.mp4", notGiven, { output: Option.some(output), force: false })

layer(NodeServices.layer)("--output", (it) => {
  it.effect("names a file, or a folder that is there or ends with a slash", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubs" })
      assert.deepStrictEqual(yield* outputOf(folder), { file: undefined, folder })
      assert.deepStrictEqual(yield* outputOf("not/there/"), { file: undefined, folder: "not/there/" })
      assert.deepStrictEqual(yield* outputOf("x.mp4"), { file: "x.mp4", folder: undefined })
      assert.deepStrictEqual(yield* outputOf(undefined), { file: undefined, folder: undefined })
    })
  )

  it.effect("a dub goes into a folder under its usual name", () =>
    Effect.gen(function* () {
      const { output, outputBase } = yield* settings("dubs/")
      assert.deepStrictEqual([output, outputBase], [undefined, "dubs/talk"])
      const file = yield* settings("dubs/x.mkv")
      assert.deepStrictEqual([file.output, file.outputBase], ["dubs/x.mkv", undefined])
      const problem = yield* Effect.flip(settings("not-there"))
      assert.include(problem.message, "not-there has no ending")
    })
  )
})
