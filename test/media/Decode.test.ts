import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, Stream } from "effect"
import { decodeAudio, decodeSound } from "../../src/media/Decode.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { encodeWav } from "../../src/media/Wav.ts"
import { levelOf, pcm16, sine } from "../support/Sine.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

/** A 440 Hz tone of two seconds as ffmpeg writes it to a pipe. */
const encoded = Effect.fnUntraced(function* (options: string) {
  const ffmpeg = yield* Ffmpeg
  const input = Stream.make(encodeWav(sine(440, 48_000, 2)))
  return yield* Stream.mkUint8Array(ffmpeg.pipe(["-i", "pipe:0", ...options.split(" "), "pipe:1"], input))
})

const differenceTo = (samples: Float32Array, wanted: Float32Array): number => {
  let most = 0
  for (let i = 4800; i < wanted.length - 4800; i++) most = Math.max(most, Math.abs(samples[i]! - wanted[i]!))
  return most
}

layer(Live, { excludeTestServices: true })("decodeSound", (it) => {
  const formats: ReadonlyArray<readonly [name: string, options: string, slack: number]> = [
    ["wav", "-f wav", 0],
    ["wav", "-c:a pcm_s24le -f wav", 0],
    ["wav", "-af pan=stereo|c0=c0|c1=c0 -c:a pcm_f32le -f wav", 0],
    ["wav", "-c:a adpcm_ima_wav -f wav", 0.05],
    ["mp3", "-c:a libmp3lame -b:a 128k -f mp3", 0.05],
    ["mp3", "-c:a libmp3lame -b:a 64k -ar 24000 -id3v2_version 0 -write_xing 0 -f mp3", 0.1],
    ["aac", "-c:a aac -f adts", 0.05],
    ["ogg", "-c:a libopus -f ogg", 0.02],
    ["ogg", "-c:a libvorbis -f ogg", 0.02],
    ["flac", "-c:a flac -f flac", 0],
    ["webm", "-c:a libopus -f webm", 0.02],
    ["mp4", "-c:a aac -movflags frag_keyframe+empty_moov -f mp4", 0.05]
  ]
  for (const [format, options, slack] of formats) {
    it.effect(`reads ${format} (${options})`, () =>
      Effect.gen(function* () {
        const sound = yield* decodeSound(yield* encoded(options), { contentType: "application/octet-stream" })
        assert.strictEqual(sound.format, format)
        assert.closeTo(sound.samples.length / 48_000, 2, slack)
        // LAME lowers what it encodes by 5 %.
        assert.closeTo(levelOf(sound.samples, 440), format === "mp3" ? 0.475 : 0.5, 0.01)
        assert.isFalse(sound.isNoise)
      })
    )
  }

  it.effect("reads an m4a whose index is at its end", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const fileSystem = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* fileSystem.makeTempDirectoryScoped()
      const name = path.join(folder, "a.m4a")
      const input = Stream.make(encodeWav(sine(440, 48_000, 2)))
      yield* Stream.runDrain(ffmpeg.pipe(["-i", "pipe:0", "-c:a", "aac", file(name)], input))
      const samples = yield* decodeAudio(yield* fileSystem.readFile(name))
      assert.closeTo(samples.length / 48_000, 2, 0.05)
      assert.closeTo(levelOf(samples, 440), 0.5, 0.02)
    })
  )

  it.effect("takes the rate of raw PCM from the Content-Type, else from the settings, else 24 kHz", () =>
    Effect.gen(function* () {
      for (const [rate, options] of [
        [22_050, { contentType: "audio/pcm;rate=22050", pcmSampleRate: 24_000 }],
        [16_000, { contentType: "audio/pcm", pcmSampleRate: 16_000 }],
        [24_000, { contentType: "audio/mpeg" }],
        [24_000, {}]
      ] as const) {
        const sound = yield* decodeSound(pcm16(sine(440, rate, 1)), options)
        assert.strictEqual(sound.sourceRate, rate)
        assert.strictEqual(sound.samples.length, 48_000)
        assert.isBelow(differenceTo(sound.samples, sine(440, 48_000, 1)), 0.0002)
      }
    })
  )

  it.effect("finds the byte order of L16 by how it sounds", () =>
    Effect.gen(function* () {
      for (const littleEndian of [true, false]) {
        const bytes = pcm16(sine(300, 16_000, 1), littleEndian)
        const sound = yield* decodeSound(bytes, { contentType: "audio/L16; rate=16000" })
        assert.isBelow(differenceTo(sound.samples, sine(300, 48_000, 1)), 0.0002)
        assert.isFalse(sound.isNoise)
      }
    })
  )

  it.effect("mixes raw stereo down and leaves out an odd last byte", () =>
    Effect.gen(function* () {
      const mono = sine(440, 24_000, 1)
      const stereo = Float32Array.from({ length: mono.length * 2 }, (_, i) => (i % 2 === 0 ? mono[i >> 1]! : 0))
      const bytes = new Uint8Array([...pcm16(stereo), 7])
      const samples = yield* decodeAudio(bytes, { contentType: "audio/pcm; rate=24000; channels=2" })
      assert.strictEqual(samples.length, 48_000)
      assert.closeTo(levelOf(samples, 440), 0.25, 0.001)
    })
  )

  it.effect("knows noise: 32-bit floats read as 16-bit integers", () =>
    Effect.gen(function* () {
      const floats = sine(440, 24_000, 1)
      const sound = yield* decodeSound(new Uint8Array(floats.buffer))
      assert.isTrue(sound.isNoise)
    })
  )

  it.effect("says how much of a WAV is missing", () =>
    Effect.gen(function* () {
      const sound = yield* decodeSound(encodeWav(sine(440, 48_000, 1)).subarray(0, 50_000))
      assert.strictEqual(sound.missingBytes, 96_044 - 50_000)
    })
  )

  it.effect("fails for nothing, for words and for what cannot be decoded", () =>
    Effect.gen(function* () {
      const empty = yield* Effect.flip(decodeSound(new Uint8Array(0)))
      const words = yield* Effect.flip(decodeSound(new TextEncoder().encode("<html>")))
      const broken = yield* Effect.flip(decodeSound(Buffer.from("fLaC\0\0\0\0\0\0\0\0\0\0\0\0\0")))
      const playlist = yield* Effect.flip(decodeSound(Buffer.from("ID3\x04\0\0\0\0\0\0#EXTM3U\nfile:/etc/passwd\n")))
      assert.deepStrictEqual(
        [empty._tag, words._tag, broken._tag, playlist._tag],
        ["NotSound", "NotSound", "FfmpegError", "FfmpegError"]
      )
    })
  )
})
