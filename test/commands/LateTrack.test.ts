import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, levelBetween, listen, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

describe("a sound track that starts late", () => {
  for (const extension of ["ts", "mkv", "mp4"]) {
    it.live(`is kept in its place: ${extension}`, () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const cwd = yield* workplace
        // Heard from 1 s of a track that starts at 1.5 s.
        const sound = { startsAt: 1.5, seconds: 6, heard: [{ at: 1, seconds: 0.5, tone: 800 }] }
        yield* film(`${cwd}/late.${extension}`, { seconds: 9, sounds: [sound] })
        yield* fs.writeFileString(`${cwd}/late.srt`, srt([{ start: 6, end: 7.5, text: "This is said." }]))
        const args = [
          "full",
          `late.${extension}`,
          "--from",
          "en",
          "--tts",
          "espeak",
          "--background",
          "keep",
          "-o",
          "o.mkv"
        ]
        const ran = yield* dubber(args, { cwd })
        assert.strictEqual(ran.code, 0, ran.stderr)
        const heard = yield* listen(`${cwd}/o.mkv`)
        const inside = levelBetween(heard, 2.55, 2.95)
        assert.isAbove(inside - levelBetween(heard, 2.2, 2.45), 30)
        assert.isAbove(inside - levelBetween(heard, 3.05, 3.3), 30)
      }).pipe(Effect.scoped, Effect.provide(services))
    )
  }
})
