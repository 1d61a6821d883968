import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Data, Effect, FileSystem, Layer, Path } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { encodeWav } from "../../src/media/Wav.ts"
import { clipLevels, speechLufs, voiceLufs } from "../../src/timeline/Level.ts"
import { integratedLoudness, makeMeter } from "../../src/timeline/Loudness.ts"
import { mix, type Mix, type MixOptions, type MixPlacement } from "../../src/timeline/Mix.ts"
import * as Sonic from "../../src/timeline/Stretch/Sonic.ts"
import { lag } from "../support/Media.ts"
import { concat, decibels, noise, rendered, same, scale, silence, sine, steepest, voice } from "./Signals.ts"

class Missing extends Data.TaggedError("Missing") {}

const Live = Layer.provideMerge(Layer.mergeAll(Ffmpeg.layer, Sonic.layer), NodeServices.layer)

const place = (
  seconds: number,
  samples: Float32Array,
  { tempo = 1, gain = 1 }: { readonly tempo?: number; readonly gain?: number } = {}
): MixPlacement => ({
  start: Math.round(seconds * 48_000),
  length: Math.round(samples.length / tempo),
  tempo,
  gain,
  levels: clipLevels(samples),
  clip: Effect.sync(() => samples.slice())
})

type Wanted<E> = Pick<MixOptions<E>, "placements"> & Partial<Omit<MixOptions<E>, "placements">>

const make = Effect.fnUntraced(function* <E = never>(wanted: Wanted<E>) {
  const fs = yield* FileSystem.FileSystem
  return yield* mix({
    duration: 10,
    channels: 1,
    background: { kind: "drop" },
    loudness: { targetLufs: voiceLufs, ceilingDbtp: -1.5 },
    temporaryFolder: yield* fs.makeTempDirectoryScoped(),
    ...wanted
  })
})

const heard = <E>(mixed: Mix<E>) => Effect.map(rendered(mixed), ({ sound }) => sound)

const measure = (channels: ReadonlyArray<Float32Array>) => {
  const meter = makeMeter(channels.length)
  meter.push(channels, channels[0]!.length)
  return { lufs: integratedLoudness(meter.levels().energies), truePeak: decibels(meter.truePeak()) }
}

layer(Live, { excludeTestServices: true })("Mix", (it) => {
  it.effect("puts every clip in its place, to the sample", () =>
    Effect.gen(function* () {
      const starts = [0.1, 1.000_02, 2.718_12, 5.5, 9.2]
      const clips = starts.map((_, k) => noise(0.7, 0.2, k + 1))
      const mixed = yield* make({ placements: starts.map((seconds, k) => place(seconds, clips[k]!)) })
      const [sound] = yield* heard(mixed)
      assert.strictEqual(sound!.length, 480_000)
      for (const [k, seconds] of starts.entries()) {
        const start = Math.round(seconds * 48_000)
        const reference = concat(new Float32Array(start), clips[k]!)
        const found = lag(reference, sound!, { at: seconds + 0.1, reach: 200 })
        assert.strictEqual(found.samples, 0)
        assert.isAbove(found.likeness, 0.999)
      }
      assert.isTrue(sound!.subarray(0, 4800).every((sample) => sample === 0))
    })
  )

  it.effect("is exactly as long as the video, whatever its length", () =>
    Effect.gen(function* () {
      for (const duration of [0, 0.000_01, 0.5, 1, 3.217_33, 12.000_02]) {
        const mixed = yield* make({ duration, placements: [place(0.2, voice(0.5))] })
        assert.strictEqual(mixed.totalSamples, Math.round(duration * 48_000))
        assert.strictEqual((yield* heard(mixed))[0]!.length, mixed.totalSamples)
      }
    })
  )

  it.effect("stretches clips to the length of their place", () =>
    Effect.gen(function* () {
      const clip = voice(3)
      const mixed = yield* make({ placements: [place(1, clip, { tempo: 1.3 }), place(5, clip, { tempo: 0.9 })] })
      const [sound] = yield* heard(mixed)
      const ends = [1 + 3 / 1.3, 5 + 3 / 0.9].map((seconds) => Math.round(seconds * 48_000))
      for (const end of ends) {
        assert.isTrue(sound!.subarray(end, end + 1000).every((sample) => sample === 0))
        assert.isTrue(sound!.subarray(end - 4800, end).some((sample) => Math.abs(sample) > 0.001))
      }
    })
  )

  it.effect("clicks at no join, not even of clips that start and end in the middle of a wave", () =>
    Effect.gen(function* () {
      const clip = sine(120, 1.013, 0.4).slice(100)
      const mixed = yield* make({
        duration: 5,
        placements: [place(0.5, clip), place(1.6, clip), place(1.9, scale(clip, -1)), place(4.6, clip)]
      })
      const [sound] = yield* heard(mixed)
      const gain = Math.max(...sound!.subarray(30_000, 60_000)) / 0.4
      // A fade of 2 ms is itself a little steeper than the wave.
      const whole = concat(silence(0.01), sound!, silence(0.01))
      assert.isBelow(steepest(whole), 0.4 * gain * 2 * ((2 * Math.PI * 120) / 48_000 + 0.02))
      assert.isBelow(Math.abs(sound!.at(-1)!), 0.001)
    })
  )

  it.effect("reaches the loudness asked for and keeps peaks under the ceiling, and tells both", () =>
    Effect.gen(function* () {
      const placements = [0, 2, 4, 6, 8].map((seconds, k) =>
        place(seconds + 0.2, voice(1.6, { seed: k, pitch: 100 + 30 * k }))
      )
      for (const targetLufs of [-30, -23, -16, -14]) {
        const mixed = yield* make({ placements, loudness: { targetLufs, ceilingDbtp: -1.5 } })
        const { measured, sound } = yield* rendered(mixed)
        const real = measure(sound)
        assert.closeTo(real.lufs, targetLufs, 1)
        assert.isAtMost(real.truePeak, -1.49)
        assert.closeTo(measured.integratedLufs, real.lufs, 0.01)
        assert.closeTo(measured.truePeakDbtp, real.truePeak, 0.01)
        assert.closeTo(mixed.expectedLufs, real.lufs, 0.3)
      }
    })
  )

  it.effect("renders the same every time, and louder or quieter where that is asked for", () =>
    Effect.gen(function* () {
      const placements = [0.5, 2.2, 4, 7].map((seconds, k) => place(seconds, voice(1.5, { seed: k, level: 0.9 })))
      const mixed = yield* make({ placements, loudness: { targetLufs: -12, ceilingDbtp: -3 } })
      const [first] = yield* heard(mixed)
      assert.isTrue(same((yield* heard(mixed))[0]!, first!))
      const quieter = yield* rendered(mixed, -12)
      assert.isBelow(measure(quieter.sound).lufs, measure([first!]).lufs - 3)
    })
  )

  it.effect("puts voices in both sides of stereo and in the centre of 5.1, equally loud", () =>
    Effect.gen(function* () {
      const clip = voice(4)
      const gain = 10 ** ((voiceLufs - speechLufs(clip)) / 20)
      const sounds = []
      for (const channels of [1, 2, 6] as const) {
        sounds.push(yield* heard(yield* make({ channels, placements: [place(1, clip, { gain })] })))
      }
      for (const sound of sounds) assert.closeTo(measure(sound).lufs, voiceLufs, 0.3)
      assert.isTrue(same(sounds[1]![0]!, sounds[1]![1]!))
      assert.deepStrictEqual(
        sounds[2]!.map((channel) => channel.some((sample) => sample !== 0)),
        [false, false, true, false, false, false]
      )
    })
  )

  it.effect("loads a clip when it comes to it, in order, and ends with its error", () =>
    Effect.gen(function* () {
      const loaded: Array<number> = []
      const clip = (k: number) =>
        Effect.sync(() => {
          loaded.push(k)
          return voice(0.5)
        })
      const placements = [3, 1, 0, 2].map((k): MixPlacement =>
        Object.assign(place(k * 2, voice(0.5)), { clip: clip(k) })
      )
      yield* Effect.flatMap(make({ placements }), heard)
      assert.deepStrictEqual(loaded, [0, 1, 2, 3])
      const broken = make({ placements: [{ ...place(1, voice(1)), clip: Effect.fail(new Missing()) }] })
      const error = yield* Effect.flip(Effect.flatMap(broken, heard))
      assert.instanceOf(error, Missing)
    })
  )

  it.effect("gives back the memory of every clip, as it was loaded and as it is played", () =>
    Effect.gen(function* () {
      const loaded: Array<Float32Array> = []
      const placements = [1, 1.25].map((tempo, k) => {
        const samples = voice(1.5, { seed: k })
        const clip = Effect.sync(() => {
          const copy = samples.slice()
          loaded.push(copy)
          return copy
        })
        return { ...place(k * 2, samples, { tempo }), clip }
      })
      yield* Effect.flatMap(make({ placements }), heard)
      assert.deepStrictEqual(
        loaded.map(({ length }) => length),
        [0, 0]
      )
    })
  )

  it.effect("mixes silence from nothing, and takes clips of a millisecond, past the end and over each other", () =>
    Effect.gen(function* () {
      const empty = yield* make({ placements: [], loudness: { ceilingDbtp: -1.5 } })
      assert.isTrue((yield* heard(empty))[0]!.every((sample) => sample === 0))
      const { measured } = yield* rendered(empty)
      assert.deepStrictEqual(measured, { integratedLufs: -70, loudnessRange: 0, truePeakDbtp: -120 })
      const odd = yield* make({
        duration: 3,
        placements: [
          place(0.5, noise(0.001)),
          place(0.6, new Float32Array(0)),
          place(1, voice(1.2)),
          place(1.5, voice(4, { pitch: 200 })),
          place(3.5, voice(1))
        ]
      })
      const [sound] = yield* heard(odd)
      assert.strictEqual(sound!.length, 144_000)
      assert.isBelow(Math.abs(sound!.at(-1)!), 0.001)
    })
  )

  it.effect("leaves nothing behind", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* fs.makeTempDirectoryScoped()
      const temporaryFolder = path.join(folder, "temporary")
      yield* fs.makeDirectory(temporaryFolder)
      const music = path.join(folder, "music.wav")
      yield* fs.writeFile(music, encodeWav(noise(2)))
      const background = { kind: { file: music } } as const
      const good = make({ placements: [place(1, voice(1))], background, temporaryFolder })
      yield* Effect.scoped(Effect.flatMap(good, heard))
      const placements = [{ ...place(1, voice(1)), clip: Effect.fail(new Missing()) }]
      const broken = make({ placements, background, temporaryFolder })
      yield* Effect.flip(Effect.scoped(Effect.flatMap(broken, heard)))
      assert.deepStrictEqual(yield* fs.readDirectory(temporaryFolder), [])
    })
  )
})
