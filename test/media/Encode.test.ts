import { NodeServices } from "@effect/platform-node"
import { assert, it as test, layer } from "@effect/vitest"
import { Data, Effect, Fiber, FileSystem, Layer, Path, Stream } from "effect"
import { frameLength } from "../../src/media/Adts.ts"
import type { SoundCodec } from "../../src/media/Container.ts"
import { bitRateFor, encodeSound } from "../../src/media/Encode.ts"
import { pieces } from "../../src/media/EncodePieces.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { lag, listen, noise } from "../support/Media.ts"

class Broken extends Data.TaggedError("Broken") {}

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

/** A sound in chunks of a second, all of them in one array that is written over. */
const told = (sound: Float32Array, channels = 1) => {
  const chunk = new Float32Array(48_000 * channels)
  return Stream.range(0, Math.ceil(sound.length / 48_000) - 1).pipe(
    Stream.mapEffect((second) =>
      Effect.sync(() => {
        const part = sound.subarray(second * 48_000, (second + 1) * 48_000)
        for (const [at, sample] of part.entries()) chunk.fill(sample, at * channels, (at + 1) * channels)
        return chunk.subarray(0, part.length * channels)
      })
    )
  )
}

/** A muffled noise, which lossy codecs keep well. */
const muffled = (samples: number, seed: number) => {
  const made = noise(samples, seed)
  let state = 0
  for (let at = 0; at < samples; at++) made[at] = state += 0.1 * (made[at]! * 0.5 - state)
  return made
}

const silence = (samples: number) => Stream.make(new Float32Array(samples))

const temporary = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped()
  return { at: (name: string) => path.join(folder, name), left: fs.readDirectory(folder) }
})

const frameCount = (bytes: Uint8Array) => {
  let count = 0
  for (let at = 0; at < bytes.length; count++) {
    const length = frameLength(bytes, at)
    if (length === 0) return Number.NaN
    at += length
  }
  return count
}

test("pieces cover every frame once", () => {
  for (const samples of [0, 1, 1024, 1025, 48_000 * 59, 48_000 * 60 * 2, 48_000 * 3601 + 7]) {
    for (const parallel of [1, 2, 3, 8]) {
      const parts = pieces(samples, parallel)
      assert.strictEqual(parts[0]![0], 0)
      assert.strictEqual(parts.at(-1)![1], Math.ceil(samples / 1024) + 1)
      for (const [index, [from]] of parts.entries()) if (index > 0) assert.strictEqual(from, parts[index - 1]![1])
      assert.isTrue(parts.length === 1 || samples / parts.length >= 48_000 * 60)
    }
  }
})

test("bit rates go by channels", () => {
  assert.deepStrictEqual(
    [1, 2, 6].map((channels) => bitRateFor("aac", channels)),
    [96_000, 192_000, 384_000]
  )
})

layer(Live, { excludeTestServices: true })("encodeSound", (it) => {
  it.effect("joins AAC pieces so that no seam is heard", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ffmpeg = yield* Ffmpeg
      const { at, left } = yield* temporary
      const totalSamples = 48_000 * 130 + 333
      const sound = muffled(totalSamples, 7)
      const progress: Array<number> = []
      const common = { sound: told(sound), totalSamples, channels: 1, codec: "aac" as const }
      let unencoded: ReadonlyArray<string> = []
      const onProgress = Effect.fnUntraced(function* (seconds: number) {
        progress.push(seconds)
        unencoded = (yield* Effect.orDie(left)).filter((name) => name.endsWith(".s16"))
      })
      const joined = yield* encodeSound({ ...common, output: at("joined.aac"), parallel: 2, onProgress })
      assert.deepStrictEqual(unencoded, [], "what is encoded is removed before all is joined")
      const whole = yield* encodeSound({ ...common, output: at("whole.aac") })
      assert.deepStrictEqual((yield* left).toSorted(), ["joined.aac", "whole.aac"])
      const frames = Math.ceil(totalSamples / 1024) + 1
      assert.strictEqual(frameCount(yield* fs.readFile(joined.path)), frames)
      assert.strictEqual(frameCount(yield* fs.readFile(whole.path)), frames)
      assert.isAbove(joined.primingBytes, 6)
      assert.closeTo(progress.at(-1) ?? 0, totalSamples / 48_000, 0.001)
      const m4a = at("joined.m4a")
      yield* ffmpeg.text(["-itsoffset", `${-1024 / 48_000}`, "-i", file(joined.path), "-c", "copy", file(m4a)])
      const heard = yield* listen(m4a)
      assert.isAtMost(Math.abs(heard.length - totalSamples), 1024)
      const seam = (pieces(totalSamples, 2)[1]![0] * 1024) / 48_000
      for (const place of [0.1, 30, seam - 0.2, seam - 0.05, seam, 100, 129.7]) {
        const found = lag(sound, heard, { at: place, reach: 64 })
        assert.strictEqual(found.samples, 0, `at ${place}`)
        assert.isAbove(found.likeness, 0.95, `at ${place}`)
      }
      // The seam's frames are no further from the source than any others.
      const error = (start: number) => {
        let sum = 0
        for (let index = 0; index < 4096; index++) sum += (sound[start + index]! - heard[start + index]!) ** 2
        return 10 * Math.log10(sum / 4096)
      }
      const elsewhere = Math.max(...[10, 20, 30, 40, 50].map((seconds) => error(seconds * 48_000)))
      assert.isBelow(error(Math.round(seam * 48_000) - 2048), elsewhere + 3)
    })
  )

  it.effect("keeps every codec's sound at its sample, or says its delay", () =>
    Effect.gen(function* () {
      const { at } = yield* temporary
      const totalSamples = 48_000 * 3 + 100
      const sound = muffled(totalSamples, 3)
      const extensions: Record<SoundCodec, string> = {
        aac: "aac",
        opus: "opus",
        mp3: "mp3",
        flac: "flac",
        pcm: "wav",
        vorbis: "ogg"
      }
      for (const codec of ["opus", "mp3", "flac", "pcm", "vorbis", "aac"] as const) {
        for (const channels of codec === "opus" || codec === "mp3" ? [1, 6] : [2]) {
          const output = at(`${channels}.${extensions[codec]}`)
          const encoded = yield* encodeSound({
            sound: told(sound, channels),
            totalSamples,
            channels,
            codec,
            output
          })
          assert.strictEqual(encoded.channels, codec === "mp3" ? Math.min(2, channels) : channels)
          const heard = yield* listen(output)
          const found = lag(sound, heard, { at: 1.5, seconds: 0.1, reach: 1200 })
          assert.strictEqual(found.samples, codec === "aac" ? 1024 : 0, output)
          assert.isAbove(found.likeness, 0.9, output)
        }
      }
    })
  )

  it.effect("takes a sound of no samples, and one of a single one", () =>
    Effect.gen(function* () {
      const { at } = yield* temporary
      for (const totalSamples of [0, 1]) {
        const encoded = yield* encodeSound({
          sound: silence(totalSamples),
          totalSamples,
          channels: 1,
          codec: "aac",
          output: at("a.aac")
        })
        assert.strictEqual(encoded.samples, totalSamples)
      }
    })
  )

  it.effect("leaves nothing when it fails or is interrupted", () =>
    Effect.gen(function* () {
      const { at, left } = yield* temporary
      const totalSamples = 48_000 * 130
      const second = new Float32Array(48_000)
      const broken = Stream.concat(Stream.make(second), Stream.fail(new Broken()))
      const common = { totalSamples, channels: 1, codec: "aac" as const, parallel: 2, output: at("a.aac") }
      assert.instanceOf(yield* Effect.flip(encodeSound({ ...common, sound: broken })), Broken)
      assert.deepStrictEqual(yield* left, [])
      const slow = Stream.concat(
        Stream.map(Stream.range(1, 100), () => second),
        Stream.never
      )
      const fiber = yield* Effect.forkChild(encodeSound({ ...common, sound: slow }))
      while ((yield* left).length < 2) yield* Effect.sleep("20 millis")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* left, [])
    })
  )

  it.effect("says when the disk is full", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { at } = yield* temporary
      const output = at("full.wav")
      yield* fs.symlink("/dev/full", output)
      const totalSamples = 48_000 * 20
      const options = { sound: silence(totalSamples), totalSamples, channels: 1, codec: "pcm" as const, output }
      const error = yield* Effect.flip(encodeSound(options))
      assert.include(error.message, "The disk is full")
    })
  )
})
