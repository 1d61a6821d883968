import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import type { SoundCodec } from "../../src/media/Container.ts"
import { encodeSound, overshoot } from "../../src/media/Encode.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { clipLevels, levelGains } from "../../src/timeline/Level.ts"
import { mix, type MixPlacement } from "../../src/timeline/Mix.ts"
import * as Sonic from "../../src/timeline/Stretch/Sonic.ts"
import { trim } from "../../src/timeline/Trim.ts"
import { ebur128, say } from "../support/Media.ts"

const Live = Layer.provideMerge(Layer.mergeAll(Ffmpeg.layer, Sonic.layer), NodeServices.layer)

const seconds = 6.5

const voices = Effect.gen(function* () {
  const sentences = [
    "The quick brown fox jumps over the lazy dog, and people watch.",
    "Then they all go home to dinner."
  ]
  const clips = (yield* Effect.forEach(sentences, (words) => say(words))).map((clip) => trim(clip))
  const levels = clips.map(clipLevels)
  const gains = levelGains(levels.map(({ lufs }, k) => ({ voice: "one", lufs, seconds: clips[k]!.length / 48_000 })))
  return clips.map((clip, k): MixPlacement => ({
    start: Math.round((0.3 + 3.2 * k) * 48_000),
    length: Math.round(clip.length / 1.1),
    tempo: 1.1,
    gain: gains[k]!.gain,
    levels: levels[k]!,
    clip: Effect.sync(() => clip.slice())
  }))
})

/** A tune with drums, as loud as music is made. */
const music = Effect.fnUntraced(function* (path: string) {
  const beat = "exp(-mod(t\\,0.5)*25)*(sin(2*PI*60*t)+random(0)-0.5)"
  const tune = "0.2*sin(2*PI*220*t)+0.2*sin(2*PI*277.2*t)*sin(2*PI*3*t)+0.15*sin(2*PI*659*t)"
  const sound = `aevalsrc=0.6*(${beat})+${tune}|0.6*(${beat})+0.8*(${tune}):s=48000:d=${seconds}`
  yield* (yield* Ffmpeg).text(["-f", "lavfi", "-i", sound, "-c:a", "pcm_f32le", file(path)])
})

const cases: ReadonlyArray<
  readonly [extension: string, codec: SoundCodec, bed: boolean, goals: ReadonlyArray<number>]
> = [
  ["m4a", "aac", false, [-23, -16, -14]],
  ["m4a", "aac", true, [-16, -12]],
  ["opus", "opus", true, [-14]],
  ["mp3", "mp3", true, [-14]]
]

layer(Live, { excludeTestServices: true })("what is encoded", (it) => {
  it.effect(
    "is within 1 LU of its goal, has no peak above -1 dBTP, and is what was told of it, by ffmpeg's ebur128",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const ffmpeg = yield* Ffmpeg
        const folder = yield* fs.makeTempDirectoryScoped()
        const placements = yield* voices
        const original = { path: path.join(folder, "music.wav") }
        yield* music(original.path)
        for (const [extension, codec, bed, goals] of cases) {
          const channels = bed ? 2 : 1
          for (const targetLufs of goals) {
            const mixed = yield* mix({
              duration: seconds,
              channels,
              placements,
              background: bed ? { kind: "duck", original } : { kind: "drop" },
              loudness: { targetLufs, ceilingDbtp: Math.min(-1.5, -1 - overshoot(codec, channels, targetLufs)) },
              temporaryFolder: folder
            })
            const { measured, sound } = mixed.render()
            const { totalSamples } = mixed
            const raw = path.join(folder, "sound")
            const encoded = yield* encodeSound({ sound, totalSamples, channels, codec, output: raw })
            const output = path.join(folder, `sound.${extension}`)
            yield* ffmpeg.text(["-y", "-i", file(encoded.path), "-c", "copy", file(output)])
            const heard = yield* ebur128(output)
            const { integratedLufs, truePeakDbtp } = yield* measured
            const which = `${codec}, ${channels} channels, ${targetLufs} LUFS`
            assert.closeTo(heard.integrated, targetLufs, 1, which)
            assert.closeTo(heard.integrated, integratedLufs, 0.5, which)
            assert.closeTo(mixed.expectedLufs, integratedLufs, 0.3, which)
            assert.isAtMost(heard.truePeak, -1, which)
            assert.isAtMost(truePeakDbtp, -1.5, which)
          }
        }
      })
  )
})
