import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, Stream } from "effect"
import * as Language from "../../src/domain/Language.ts"
import { frameLength } from "../../src/media/Adts.ts"
import { type EncodedSound, encodeSound } from "../../src/media/Encode.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { mux } from "../../src/media/Mux.ts"
import { probe } from "../../src/media/Probe.ts"
import { lag, noise } from "../support/Media.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

const frameStarts = (bytes: Uint8Array) => {
  const starts = [0]
  while (starts.at(-1)! < bytes.length) starts.push(starts.at(-1)! + frameLength(bytes, starts.at(-1)!))
  return starts
}

/** How long a sound of its own is encoded, its silence repeated until it is as long as the video, in AAC frames. */
const encodedFrames = 500

/** Sound as long as `totalSamples`, encoded: silence up to its last ten seconds, and noise in those. */
const longSound = Effect.fnUntraced(function* (totalSamples: number, path: string) {
  const fs = yield* FileSystem.FileSystem
  const repeated = Math.floor(totalSamples / 1024) - encodedFrames
  const samples = totalSamples - repeated * 1024
  const made = new Float32Array(samples)
  made.set(
    noise(samples - 96_000, 5).map((sample, i, all) => 0.2 * (sample + (all[i - 1] ?? 0))),
    96_000
  )
  const options = { totalSamples: samples, channels: 1, codec: "aac", output: path } as const
  const encoded = yield* encodeSound({ ...options, sound: Stream.make(made) })
  const bytes = yield* fs.readFile(path)
  const starts = frameStarts(bytes)
  const silent = bytes.slice(starts[20], starts[21])
  const parts = [bytes.slice(0, starts[20]), ...Array.from({ length: repeated }, () => silent), bytes.slice(starts[20])]
  yield* fs.writeFile(path, Buffer.concat(parts))
  const sound: EncodedSound = { ...encoded, samples: totalSamples }
  return { sound, made, madeFrom: repeated * 1024 }
})

layer(Live, { excludeTestServices: true })("a video of three hours", (it) => {
  it.effect("has its sound in time with the picture at the end, to the sample", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const ffmpeg = yield* Ffmpeg
      const folder = yield* fs.makeTempDirectoryScoped()
      const at = (name: string) => paths.join(folder, name)
      // A frame in four seconds, nearly: few small pictures whose times are whole in no clock.
      const picture = "color=gray:size=16x16:rate=250/1001:duration=10800"
      const coder = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "100"]
      yield* ffmpeg.text(["-f", "lavfi", "-i", picture, ...coder, file(at("talk.mp4"))])
      const source = yield* probe(at("talk.mp4"))
      assert.isAbove(source.duration, 10_796)
      const { made, madeFrom, sound } = yield* longSound(Math.round(source.duration * 48_000), at("sound"))
      const dub = { sound, soundLanguage: Language.Language.make("es"), keepOriginal: false, subtitles: [] }
      const shown = Effect.fnUntraced(function* (path: string) {
        const packets = ["-select_streams", "V:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
        const text = yield* ffmpeg.probe([...packets, "-read_intervals", "10700%+#120", file(path)])
        return text.trim().split("\n").map(Number)
      })
      const pictures = yield* shown(source.path)
      assert.isAbove(pictures.at(-1)!, 10_780)
      const output = at("dub.mp4")
      yield* mux({ source, ...dub, output })
      assert.deepStrictEqual(yield* shown(output), pictures)
      assert.closeTo((yield* probe(output)).duration, source.duration, 1024 / 48_000)
      const from = Math.floor(madeFrom / 48_000) + 4
      const raw = ["-map", "0:a:0", "-ar", "48000", "-ac", "1", "-f", "f32le", "pipe:1"]
      const bytes = yield* Stream.mkUint8Array(ffmpeg.pipe(["-ss", `${from}`, "-i", file(output), ...raw]))
      const heard = new Float32Array(bytes.slice().buffer)
      const reference = made.slice(from * 48_000 - madeFrom)
      assert.isAtMost(Math.abs(heard.length - reference.length), 1024)
      for (const second of [0.5, 3, 5.5]) {
        const found = lag(reference, heard, { at: second, seconds: 0.05, reach: 1200 })
        assert.isAbove(found.likeness, 0.8)
        assert.strictEqual(found.samples, 0, `at ${from + second} s`)
      }
    })
  )
})
