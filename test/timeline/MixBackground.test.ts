import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { channelsFor, measureSound } from "../../src/timeline/BackgroundSound.ts"
import { clipLevels, speechLufs, voiceLufs } from "../../src/timeline/Level.ts"
import { mix, type MixPlacement } from "../../src/timeline/Mix.ts"
import type { BackgroundOptions } from "../../src/timeline/MixBackground.ts"
import * as Sonic from "../../src/timeline/Stretch/Sonic.ts"
import { type Film, film, lag, levelBetween, noise as seeded } from "../support/Media.ts"
import { concat, interleave, noise, rendered, scale, silence, sine, steepest, voice } from "./Signals.ts"

const Live = Layer.provideMerge(Layer.mergeAll(Ffmpeg.layer, Sonic.layer), NodeServices.layer)

const place = (seconds: number, samples: Float32Array, gain = 1): MixPlacement => ({
  start: Math.round(seconds * 48_000),
  length: samples.length,
  tempo: 1,
  gain,
  levels: clipLevels(samples),
  clip: Effect.sync(() => samples.slice())
})

/** A clip at the level of the voices. */
const levelled = (samples: Float32Array) => scale(samples, 10 ** ((voiceLufs - speechLufs(samples)) / 20))

const folder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

const makeFilm = Effect.fnUntraced(function* (name: string, wanted: Film) {
  const path = yield* Path.Path
  return yield* film(path.join(yield* folder, name), { picture: null, ...wanted })
})

/** A WAV of these channels. */
const makeWav = Effect.fnUntraced(function* (channels: ReadonlyArray<Float32Array>) {
  const path = yield* Path.Path
  const fs = yield* FileSystem.FileSystem
  const ffmpeg = yield* Ffmpeg
  const temporary = yield* folder
  yield* fs.writeFile(path.join(temporary, "raw"), interleave(channels))
  const wav = path.join(temporary, "sound.wav")
  const raw = ["-f", "f32le", "-ar", "48000", "-ac", `${channels.length}`, "-i", file(path.join(temporary, "raw"))]
  yield* ffmpeg.text([...raw, "-c:a", "pcm_f32le", file(wav)])
  return wav
})

const make = Effect.fnUntraced(function* (
  background: BackgroundOptions,
  placements: ReadonlyArray<MixPlacement> = [],
  { duration = 10, channels = 1 as 1 | 2 | 6, targetLufs = undefined as number | undefined } = {}
) {
  const mixed = yield* mix({
    duration,
    channels,
    placements,
    background,
    loudness: { targetLufs, ceilingDbtp: -1.5 },
    temporaryFolder: yield* folder
  })
  const { measured, sound } = yield* rendered(mixed)
  return { mixed, measured, sound, first: sound[0]! }
})

const tone = (seconds: number) => sine(300, seconds, 0.3)
const nothing = silence(1)

layer(Live, { excludeTestServices: true })("the background of a mix", (it) => {
  it.effect("is lowered while voices speak: by 16 dB, 120 ms before, 350 ms after, and not in short gaps", () =>
    Effect.gen(function* () {
      const original = { path: yield* makeWav([tone(10)]) }
      const quiet = [2, 3.4, 7].map((seconds) => place(seconds, nothing))
      const { first } = yield* make({ kind: "duck", original }, quiet, { targetLufs: -23 })
      const level = (from: number, to: number) => levelBetween(first, from, to) - levelBetween(first, 0.5, 1.5)
      for (const [from, to] of [
        [2, 3],
        [3.05, 3.35],
        [3.4, 4.4],
        [7, 8]
      ] as const) {
        assert.closeTo(level(from, to), -16, 0.1)
      }
      for (const [from, to] of [
        [0, 1.87],
        [4.76, 6.87],
        [8.36, 10]
      ] as const) {
        assert.closeTo(level(from, to), 0, 0.1)
      }
      assert.isBelow(level(1.95, 1.99), -8)
      assert.isAbove(level(1.88, 1.91), -3)
      assert.isBelow(level(4.41, 4.45), -12)
      assert.isAbove(level(4.7, 4.75), -1)
      assert.isBelow(steepest(first), (0.3 * 2 * Math.PI * 300) / 48_000)
    })
  )

  it.effect("is as far under the voices when it is louder between them, and no louder there when it is quieter", () =>
    Effect.gen(function* () {
      const original = { path: yield* makeWav([tone(6)]) }
      for (const [volumeDecibels, lowered] of [
        [6, -22],
        [-4, -12]
      ] as const) {
        const background = { kind: "duck", original, volumeDecibels } as const
        const { first } = yield* make(background, [place(3, nothing)], { duration: 6, targetLufs: -23 })
        assert.closeTo(levelBetween(first, 3, 4) - levelBetween(first, 1, 2), lowered, 0.1)
      }
    })
  )

  it.effect("keeps the original voice 15 LU under the new one, whatever the level of either", () =>
    Effect.gen(function* () {
      const dub = levelled(noise(8, 0.3, 9))
      const from = 96_000
      const to = 400_000
      for (const [kind, gain] of [
        ["duck", 0.3],
        ["duck", 1],
        ["keep", 0.6]
      ] as const) {
        const spoken = concat(silence(1), scale(voice(8, { seed: 4 }), gain), silence(1))
        const original = { path: yield* makeWav([spoken]) }
        const { first, mixed } = yield* make({ kind, original }, [place(1, dub)], { targetLufs: -23 })
        // How much of the source is in the mix, by correlation: the noise of the dub has none of it.
        let cross = 0
        let power = 0
        for (let i = from; i < to; i++) {
          cross += first[i]! * spoken[i]!
          power += spoken[i]! ** 2
        }
        const under = speechLufs(scale(spoken.slice(from, to), cross / power))
        const difference = speechLufs(first.slice(from, to)) - under
        assert.isAtLeast(difference, 15)
        assert.isAtMost(difference, 18)
        assert.closeTo(mixed.speechToBed!, difference, 0.7)
      }
    })
  )

  it.effect("keeps the original at full level under lines that failed, even where it is dropped", () =>
    Effect.gen(function* () {
      const original = { path: yield* makeWav([tone(10)]) }
      const dub = levelled(voice(2))
      const fullLevel = [{ start: 5, end: 7 }]
      for (const kind of ["drop", "duck", "keep"] as const) {
        const { first } = yield* make({ kind, original, fullLevel, sourceSpeech: fullLevel }, [place(1, dub)], {
          targetLufs: -23
        })
        assert.closeTo(levelBetween(first, 5, 7), speechLufs(first.slice(48_000, 144_000)), 3)
        if (kind === "drop") {
          assert.strictEqual(levelBetween(first, 3.1, 4.94), -Infinity)
          assert.strictEqual(levelBetween(first, 7.06, 10), -Infinity)
          assert.isBelow(steepest(first, 200_000), 0.05)
        }
      }
    })
  )

  it.effect("is loud as the source where nothing else is asked for", () =>
    Effect.gen(function* () {
      for (const level of [0.1, 1]) {
        const original = { path: yield* makeWav([voice(8, { level })]) }
        const { lufs } = yield* measureSound(original, 1)
        const { measured, mixed } = yield* make({ kind: "drop", original }, [place(1, voice(5))])
        assert.closeTo(mixed.sourceLufs!, lufs, 0.01)
        assert.closeTo(measured.integratedLufs, Math.max(-30, Math.min(-12, lufs)), 1)
      }
      const silent = { path: yield* makeWav([silence(10)]) }
      const { measured, mixed } = yield* make({ kind: "duck", original: silent }, [place(1, voice(5))])
      assert.strictEqual(mixed.sourceLufs, undefined)
      assert.closeTo(measured.integratedLufs, -16, 0.5)
      const originalLevels = { lufs: -25, energies: new Float32Array(0), peaks: new Float32Array(0) }
      const known = yield* make({ kind: "drop", originalLevels }, [place(1, voice(5))])
      assert.closeTo(known.measured.integratedLufs, -25, 0.3)
    })
  )

  it.effect("is as long as the video, whether the source's sound is shorter or longer", () =>
    Effect.gen(function* () {
      for (const seconds of [3.5, 8]) {
        const sounds = [{ heard: [{ at: 1, seconds: 2, noise: 5 }], codec: "flac", seconds }]
        const original = { path: yield* makeFilm("a.mkv", { seconds: 5, picture: {}, sounds }) }
        const { first } = yield* make({ kind: "keep", original }, [], { duration: 5 })
        assert.strictEqual(first.length, 240_000)
        assert.strictEqual(lag(concat(silence(1), seeded(96_000, 5)), first, { at: 1.5, reach: 10 }).samples, 0)
        assert.strictEqual(levelBetween(first, 3.1, 5), -Infinity)
      }
    })
  )

  it.effect("keeps the sides of stereo and the channels of 5.1 apart, with voices in the centre", () =>
    Effect.gen(function* () {
      const tones = [200, 300, 400, 60, 500, 600].map((hertz) => sine(hertz, 6, 0.2))
      for (const channels of [2, 6] as const) {
        const original = { path: yield* makeWav(tones.slice(0, channels)) }
        const { sound } = yield* make({ kind: "keep", original }, [], { duration: 5, channels })
        for (const [c, channel] of sound.entries()) {
          const found = lag(tones[c]!, channel, { at: 2, reach: 0, seconds: 1 })
          assert.isAbove(found.likeness, 0.999)
        }
      }
      assert.deepStrictEqual([0, 1, 2, 3, 4, 6, 8].map(channelsFor), [1, 1, 2, 2, 2, 6, 2])
    })
  )

  it.effect("repeats music without a gap, lowers it under voices and fades it out at the end", () =>
    Effect.gen(function* () {
      const music = yield* makeWav([noise(3.3, 0.2, 1), noise(3.3, 0.2, 2)])
      const dub = levelled(voice(2))
      const options = { duration: 20, channels: 2, targetLufs: -20 } as const
      const { first } = yield* make(
        { kind: { file: music } },
        [place(8, new Float32Array(dub.length)), place(0, dub)],
        options
      )
      const level = (from: number, to: number) => levelBetween(first, from, to)
      const plain = level(6, 6.3)
      for (let at = 3; at < 16.5; at += 0.1) {
        if (at > 7.7 && at < 10.4) continue
        assert.closeTo(level(at, at + 0.1), plain, 1)
      }
      assert.closeTo(level(8.1, 9.9) - plain, -8, 0.5)
      assert.isBelow(level(19.9, 20), plain - 20)
      assert.isBelow(Math.abs(first.at(-1)!), 1e-4)
      assert.closeTo(speechLufs(first.slice(0, 96_000)) - speechLufs(first.slice(290_000, 330_000)), 12, 4)
    })
  )

  it.effect("cuts music that is longer than the video, lowers it under voices and fades it out at the end", () =>
    Effect.gen(function* () {
      const music = yield* makeWav([noise(13, 0.2, 1)])
      const options = { targetLufs: -20 } as const
      const { first } = yield* make({ kind: { file: music } }, [place(3, new Float32Array(96_000))], options)
      assert.strictEqual(first.length, 480_000)
      const level = (from: number, to: number) => levelBetween(first, from, to)
      assert.closeTo(level(3.1, 4.9) - level(1, 2.8), -8, 0.5)
      assert.closeTo(level(5.5, 6.9) - level(1, 2.8), 0, 0.5)
      assert.isBelow(level(9.9, 10), level(1, 2.8) - 20)
    })
  )

  it.effect("takes a file as long as the video for an effects track: in its place, not lowered", () =>
    Effect.gen(function* () {
      const effects = yield* makeWav([concat(silence(2), tone(1), silence(4), tone(1), silence(2))])
      const { first } = yield* make({ kind: { file: effects } }, [place(1, new Float32Array(96_000))])
      assert.closeTo(levelBetween(first, 2, 3), levelBetween(first, 7, 8), 3)
      assert.isBelow(levelBetween(first, 3.1, 6.9), -100)
    })
  )

  it.effect("fails with ffmpeg's reason where the source has no such sound", () =>
    Effect.gen(function* () {
      const path = yield* makeFilm("mute.mp4", { picture: {}, sounds: [] })
      const error = yield* Effect.flip(make({ kind: "keep", original: { path } }))
      assert.strictEqual(error._tag, "FfmpegError")
    })
  )
})
