import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { audioStreams, videoStream } from "../../src/domain/Source.ts"
import { cutsOf, excerptExtension, writeExcerpt, writeSoundOf } from "../../src/media/Excerpt.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { workplace } from "../support/Dubber.ts"
import { film, type Film, lag, listenTo } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const nothing = new Float32Array(0)

/** The brightness of each frame of a video, as it is shown. */
const brightness = Effect.fnUntraced(function* (path: string) {
  const ffmpeg = yield* Ffmpeg
  const args = ["-i", file(path), "-map", "0:v:0", "-vf", "scale=1:1,format=gray", "-f", "rawvideo", "pipe:1"]
  return yield* Stream.mkUint8Array(ffmpeg.pipe(args))
})

/** Places between frames where the picture changes to another scene. */
const changes = (frames: Uint8Array): ReadonlyArray<number> =>
  Array.from({ length: frames.length - 1 }, (_, i) => i + 1).filter((i) => Math.abs(frames[i]! - frames[i - 1]!) > 20)

/** Seconds 10 to 13.04 are another scene, and it rustles there; there are no key frames near. */
const scene = (rate: string): Film => ({
  seconds: 20,
  picture: { rate, cuts: [10, 13.04], keyFrames: 250, bFrames: 2 },
  sounds: [{ heard: [{ at: 10, seconds: 3, noise: 7 }], language: "eng" }]
})

describe("an excerpt", () => {
  const formats: ReadonlyArray<readonly [name: string, film: Film]> = [
    ["talk.mp4", scene("25")],
    ["talk.mkv", scene("30000/1001")],
    ["talk.ts", scene("25")],
    ["late.mp4", { ...scene("25"), sounds: [{ ...scene("25").sounds![0]!, startsAt: 0.5 }] }],
    ["vary.mp4", { ...scene("25"), picture: { ...scene("25").picture, variableRate: true } }]
  ]
  for (const [name, made] of formats) {
    it.live(`of ${name} begins at the frame and the sample, and lasts as long as asked for`, () =>
      Effect.gen(function* () {
        const cwd = yield* workplace
        const source = yield* probe(yield* film(`${cwd}/${name}`, made))
        const rate = videoStream(source)!.frameRate!
        const cuts = cutsOf(source, [{ start: 9.52, end: 14.1 }])
        yield* writeExcerpt(source, cuts, `${cwd}/cut/part.mp4`)
        const excerpt = yield* probe(`${cwd}/cut/part.mp4`)
        assert.approximately(excerpt.duration, 4.58, 0.5 / rate + 0.001)
        const frames = yield* brightness(excerpt.path)
        assert.strictEqual(frames.length, cuts[0]!.frames)
        // Before the scene, in it, after it: where the whole shows it, to the frame.
        const [into, out] = changes(frames)
        assert.isAtMost(Math.abs(into! / rate - 0.48), 1.01 / rate)
        assert.isAtMost(Math.abs(out! / rate - 3.52), 1.6 / rate)
        const [whole = nothing, part = nothing] = yield* listenTo([source.path, excerpt.path])
        assert.strictEqual(part.length, cuts[0]!.samples)
        const at = name === "late.mp4" ? 11 : 10.5
        const found = lag(whole.subarray(Math.round(9.52 * 48_000)), part, { at: at - 9.52 })
        // Matroska counts in milliseconds.
        assert.isAtMost(Math.abs(found.samples), name === "talk.mkv" ? 48 : 1)
        assert.isAbove(found.likeness, 0.99)
        assert.deepStrictEqual(
          audioStreams(excerpt).map(({ codec, language }) => [codec, language]),
          [["flac", audioStreams(source)[0]!.language]]
        )
      }).pipe(Effect.scoped, Effect.provide(services))
    )
  }

  it.live("of several stretches has them one after the other, each in time", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const source = yield* probe(
        yield* film(`${cwd}/talk.mp4`, {
          seconds: 20,
          picture: { rate: "30000/1001", cuts: [5, 15] },
          sounds: [
            { heard: [{ at: 4, seconds: 12, noise: 3 }], channels: 2 },
            { channels: 1, language: "deu" }
          ]
        })
      )
      const cuts = cutsOf(source, [
        { start: 4.01, end: 5.503 },
        { start: 9, end: 9.77 },
        { start: 14.2, end: 15.333 }
      ])
      yield* writeExcerpt(source, cuts, `${cwd}/part.mp4`)
      const [whole = nothing, part = nothing] = yield* listenTo([source.path, `${cwd}/part.mp4`])
      assert.strictEqual(
        part.length,
        cuts.reduce((sum, { samples }) => sum + samples, 0)
      )
      for (const { at, start } of cuts) {
        const shifted = whole.subarray(Math.round((start - at) * 48_000))
        const found = lag(shifted, part, { at: at + 0.3 })
        assert.isAtMost(Math.abs(found.samples), 1)
        assert.isAbove(found.likeness, 0.99)
      }
      const frames = yield* brightness(`${cwd}/part.mp4`)
      assert.strictEqual(
        frames.length,
        cuts.reduce((sum, one) => sum + one.frames, 0)
      )
      const shown = changes(frames).map((frame) => (frame * 1001) / 30_000)
      const expected = [5 - 4.01, cuts[2]!.at + 15 - 14.2]
      for (const time of expected)
        assert.isTrue(
          shown.some((one) => Math.abs(one - time) <= 1.01 / 29.97),
          `${time} in ${shown}`
        )
      const tracks = audioStreams(yield* probe(`${cwd}/part.mp4`))
      assert.deepStrictEqual(
        tracks.map(({ channels, isDefault, language }) => [channels, isDefault, language]),
        [
          [2, true, null],
          [1, false, "deu"]
        ]
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  for (const name of ["talk.mp3", "talk.ogg"]) {
    it.live(`of a sound file without an index (${name}) is to the sample`, () =>
      Effect.gen(function* () {
        const cwd = yield* workplace
        const heard = [{ at: 0, seconds: 30, noise: 5 }]
        const source = yield* probe(yield* film(`${cwd}/${name}`, { seconds: 30, picture: null, sounds: [{ heard }] }))
        const cuts = cutsOf(source, [
          { start: 2, end: 3.5 },
          { start: 21.3, end: 23 }
        ])
        yield* writeExcerpt(source, cuts, `${cwd}/part.mp4`)
        yield* writeSoundOf(source, audioStreams(source)[0]!, { start: 21.3, end: 23 }, `${cwd}/sound.flac`)
        const files = [source.path, `${cwd}/part.mp4`, `${cwd}/sound.flac`]
        const [whole = nothing, part = nothing, sound = nothing] = yield* listenTo(files)
        assert.approximately(part.length / 48_000, 3.2, 1e-6)
        for (const { at, start } of cuts) {
          const shifted = whole.subarray(Math.round((start - at) * 48_000))
          assert.deepInclude(lag(shifted, part, { at: at + 0.3 }), { samples: 0 })
        }
        assert.strictEqual(sound.length, Math.round(1.7 * 48_000))
        assert.deepInclude(lag(whole.subarray(Math.round(21.3 * 48_000)), sound, { at: 0.5 }), { samples: 0 })
      }).pipe(Effect.scoped, Effect.provide(services))
    )
  }

  it.live("of a picture that ends before its sound keeps the last frame", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const source = yield* probe(
        yield* film(`${cwd}/talk.mp4`, { seconds: 8, picture: { seconds: 4 }, sounds: [{ seconds: 8 }] })
      )
      const cuts = cutsOf(source, [{ start: 3, end: 6 }])
      yield* writeExcerpt(source, cuts, `${cwd}/part.mp4`)
      assert.strictEqual((yield* brightness(`${cwd}/part.mp4`)).length, 75)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("goes into the kind of file of its source where that takes the new picture, else into an mp4", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const extension = (name: string) =>
        Effect.map(Effect.flatMap(film(`${cwd}/${name}`, { seconds: 1 }), probe), excerptExtension)
      const names = ["a.mkv", "a.webm", "a.ts", "a.mp3"]
      assert.deepStrictEqual(yield* Effect.forEach(names, extension), ["mkv", "mp4", "mp4", "mp3"])
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
