import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

describe("dubber full --stt local", () => {
  it.live("says how to get a model that is not there, and loses nothing that is", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      yield* film(`${cwd}/talk.mp4`, {
        seconds: 4,
        sounds: [{ heard: [{ at: 1, words: "The garden is very quiet." }] }]
      })
      yield* fs.writeFileString(`${cwd}/one.srt`, srt([{ start: 1, end: 3, text: "The garden is very quiet." }]))
      const args = ["full", "talk.mp4", "--from", "en", "--tts", "espeak"]
      const first = yield* dubber([...args, "--subs", "one.srt"], { cwd })
      assert.strictEqual(first.code, 0, first.stderr)
      const output = yield* fs.readFile(`${cwd}/out/talk.en.mp4`)
      const transcript = yield* fs.readFile(`${cwd}/.work/talk/transcript.json`)

      const ran = yield* dubber([...args, "--stt", "local", "--stt-model", "nowhere"], { cwd })
      assert.strictEqual(ran.code, 1, ran.stderr)
      assert.strictEqual(ran.stdout, "")
      assert.match(ran.stderr, /^dubber: .*no model that transcribes is in nowhere.*https:.*--stt-model/m)
      assert.notMatch(ran.stderr, /\n\s+at /)
      assert.deepStrictEqual(yield* fs.readFile(`${cwd}/out/talk.en.mp4`), output)
      assert.deepStrictEqual(yield* fs.readFile(`${cwd}/.work/talk/transcript.json`), transcript)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
