import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, Stream } from "effect"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { channelsFor, decodeSeconds, measureSound, type SoundFile } from "../../src/timeline/BackgroundSound.ts"
import { type Film, film, lag, levelBetween, noise as seeded, type SoundTrack } from "../support/Media.ts"
import { concat, deinterleave, interleave, silence, sine } from "./Signals.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

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

/** Where the picture starts on the clock that players show, in seconds. */
const pictureStart = Effect.fnUntraced(function* (path: string) {
  const ffmpeg = yield* Ffmpeg
  const start = (entries: ReadonlyArray<string>) =>
    Effect.map(ffmpeg.probe([...entries, "-of", "csv=p=0", file(path)]), Number.parseFloat)
  const picture = yield* start(["-select_streams", "v:0", "-show_entries", "stream=start_time"])
  return picture - (yield* start(["-show_entries", "format=start_time"]))
})

const decode = Effect.fnUntraced(function* (sound: SoundFile, channels: 1 | 2 | 6) {
  const seconds = yield* Stream.runCollect(Stream.map(decodeSeconds(sound, channels), (second) => second.slice()))
  return deinterleave(new Uint8Array(concat(...seconds).buffer), channels)
})

const onlyChannel = (c: number) => Array.from({ length: 6 }, (_, k) => (k === c ? sine(300, 4, 0.3) : silence(4)))

layer(Live, { excludeTestServices: true })("BackgroundSound", (it) => {
  const heard = [{ at: 1, seconds: 2, noise: 5 }] as const
  const flac = { heard, codec: "flac" }
  const sources: Record<
    string,
    {
      readonly name: string
      readonly sound: SoundTrack
      readonly film?: Film
      readonly within: number
      readonly from?: number
    }
  > = {
    "16 bits in mkv": { name: "a.mkv", sound: { heard, codec: "pcm_s16le" }, within: 0 },
    "AAC in mp4, whose edit list takes the priming off": {
      name: "a.mp4",
      sound: { heard },
      film: { picture: {} },
      within: 4
    },
    "AAC in mkv, where the picture waits for the priming": {
      name: "a.mkv",
      sound: { heard },
      film: { picture: {} },
      within: 48
    },
    "AAC in a transport stream, whose clock starts late": {
      name: "a.ts",
      sound: { heard },
      film: { picture: {} },
      within: 48
    },
    Opus: { name: "a.opus", sound: { heard }, within: 4 },
    MP3: { name: "a.mp3", sound: { heard }, within: 4 },
    "a track that starts half a second late": {
      name: "a.mkv",
      sound: { ...flac, startsAt: 0.5 },
      film: { picture: {} },
      within: 0,
      from: 0.5
    },
    "a late track in mp4": {
      name: "a.mp4",
      sound: { heard, startsAt: 0.5 },
      film: { picture: {} },
      within: 48,
      from: 0.5
    },
    "8 kHz": { name: "a.wav", sound: { heard, sampleRate: 8000 }, within: 6 },
    "96 kHz": { name: "a.wav", sound: { heard, sampleRate: 96_000 }, within: 1 },
    "44.1 kHz": { name: "a.flac", sound: { heard, sampleRate: 44_100 }, within: 1 },
    stereo: { name: "a.wav", sound: { heard, channels: 2 }, within: 0 }
  }
  for (const [title, source] of Object.entries(sources)) {
    it.effect(`is heard in its place: ${title}`, () =>
      Effect.gen(function* () {
        const channels = channelsFor(source.sound.channels ?? 1)
        const path = yield* makeFilm(source.name, { ...source.film, sounds: [source.sound] })
        const at = 1 + (source.from ?? 0) + (source.film === undefined ? 0 : yield* pictureStart(path))
        const reference = concat(silence(at), seeded(96_000, 5))
        for (const channel of yield* decode({ path }, channels)) {
          const found = lag(reference, channel, { at: at + 0.5, reach: 1500, seconds: 0.1 })
          assert.isAtMost(Math.abs(found.samples), source.within)
          assert.isAbove(found.likeness, 0.3)
        }
      })
    )
  }

  it.effect("fills a hole in a track with silence, and goes on in its place", () =>
    Effect.gen(function* () {
      const path = yield* Path.Path
      const whole = yield* makeFilm("whole.wav", { sounds: [{ heard, codec: "pcm_s16le" }] })
      const holed = path.join(yield* folder, "holed.mkv")
      const filter = ["-af", "aselect='not(between(t,1.4,2))'", "-c:a", "flac", file(holed)]
      yield* (yield* Ffmpeg).text(["-i", file(whole), ...filter])
      const [sound] = yield* decode({ path: holed }, 1)
      const reference = concat(silence(1), seeded(96_000, 5))
      for (const at of [1.1, 2.2, 2.7]) {
        const found = lag(reference, sound!, { at, reach: 480, seconds: 0.1 })
        assert.isAtMost(Math.abs(found.samples), 48, `at ${at}`)
        assert.isAbove(found.likeness, 0.99)
      }
      assert.isBelow(levelBetween(sound!, 1.5, 1.9), -80)
    })
  )

  it.effect("takes the track asked for by its index", () =>
    Effect.gen(function* () {
      const sounds = [1, 2].map((seed) => ({ heard: [{ at: 1, seconds: 2, noise: seed }], codec: "flac" }))
      const path = yield* makeFilm("two.mkv", { picture: {}, sounds })
      for (const stream of [1, 2]) {
        const [sound] = yield* decode({ path, stream }, 1)
        const found = lag(concat(silence(1), seeded(96_000, stream)), sound!, { at: 1.5, reach: 10, seconds: 0.1 })
        assert.isAbove(found.likeness, 0.99)
      }
    })
  )

  it.effect("folds 5.1 to stereo without losing a channel or its balance", () =>
    Effect.gen(function* () {
      const levels = []
      for (const c of [0, 2, 4]) {
        const sound = yield* decode({ path: yield* makeWav(onlyChannel(c)) }, 2)
        levels.push(sound.map((channel) => levelBetween(channel, 1, 3)))
      }
      // BS.775: the front as it is, centre and surrounds 3 dB lower.
      assert.closeTo(levels[1]![0]! - levels[0]![0]!, -3, 0.1)
      assert.closeTo(levels[2]![0]! - levels[0]![0]!, -3, 0.1)
      assert.isBelow(levels[0]![1]!, -100)
      assert.closeTo(levels[1]![0]!, levels[1]![1]!, 0.01)
      assert.isBelow(levels[2]![1]!, -100)
    })
  )

  it.effect("tells how loud a sound is, in seconds that need not be whole", () =>
    Effect.gen(function* () {
      const tone = sine(1000, 3.3, 10 ** (-23 / 20))
      const levels = yield* measureSound({ path: yield* makeWav([tone, tone]) }, 2)
      assert.closeTo(levels.lufs, -23, 0.1)
      assert.strictEqual(levels.peaks.length, 330)
      assert.closeTo(levels.peaks[100]!, 10 ** (-23 / 20), 0.001)
      assert.strictEqual((yield* measureSound({ path: yield* makeWav([silence(1)]) }, 1)).lufs, -70)
      const [sound] = yield* decode({ path: yield* makeWav([tone]) }, 1)
      assert.strictEqual(sound!.length, 158_400)
    })
  )
})
