import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { audioStreams } from "../../src/domain/Source.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { amplitudes, findPeaks, peaksOf } from "../../src/media/Peaks.ts"
import { probe } from "../../src/media/Probe.ts"
import { film } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

describe("Peaks", () => {
  it("keeps the highest amplitude of each part, whatever order the pieces come in", () => {
    const found = findPeaks(96_000, 48_000)
    const second = new Float32Array(96_000).fill(0.25)
    second[3000] = -1
    found.add(second, 2, 48_000)
    found.add(second.subarray(0, 2000), 2, 0)
    found.add(second.subarray(0, 2000), 2, 95_999)
    const { perSecond, values } = found.peaks()
    assert.strictEqual(perSecond, 25)
    assert.strictEqual(values.length, 50)
    const heard = [...amplitudes({ perSecond, values })].map((one) => Math.round(one * 100) / 100)
    assert.deepStrictEqual(heard.slice(0, 2), [0.26, 0])
    assert.deepStrictEqual(heard.slice(25, 27), [1, 0.26])
  })

  it.prop(
    "stays small for a sound of any length",
    { seconds: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))) },
    ({ seconds }) => {
      const { perSecond, values } = findPeaks(seconds * 8000, 8000).peaks()
      assert.isAtMost(values.length, 120_000)
      assert.closeTo(values.length / perSecond, seconds, 1 / perSecond)
      assert.isAtMost(perSecond, 25)
    }
  )

  it.live("finds in a video when something is heard, on the clock of the video", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const path = `${folder}/a: late.ts`
      const startsAt = 1
      yield* film(path, { seconds: 5, sounds: [{ startsAt, heard: [{ at: 1, seconds: 1, tone: 440, level: 0.5 }] }] })
      const source = yield* probe(path)
      const peaks = yield* peaksOf(source, audioStreams(source)[0]!)
      const loud = [...amplitudes(peaks)].map((one) => one > 0.1)
      assert.closeTo(peaks.values.length / peaks.perSecond, source.duration, 0.05)
      assert.closeTo(loud.indexOf(true) / peaks.perSecond, 2, 0.1)
      assert.closeTo((loud.lastIndexOf(true) + 1) / peaks.perSecond, 3, 0.1)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
