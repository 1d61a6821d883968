import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path } from "effect"
import { Problem } from "../../src/domain/Problem.ts"
import { audioStreams, videoStream } from "../../src/domain/Source.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { fingerprint } from "../../src/media/Fingerprint.ts"
import { probe } from "../../src/media/Probe.ts"
import { type Film, film } from "../support/Media.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

const folder = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const made = yield* fs.makeTempDirectoryScoped()
  return (name: string) => path.join(made, name)
})

const probed = Effect.fnUntraced(function* (name: string, wanted: Film) {
  const at = yield* folder
  return yield* probe(yield* film(at(name), wanted))
})

layer(Live, { excludeTestServices: true })("probe", (it) => {
  it.effect("tells tracks, languages, cover, chapters and subtitles of an mp4", () =>
    Effect.gen(function* () {
      const source = yield* probed("talk.mp4", {
        picture: { rate: "30000/1001", rotation: 90, bFrames: 2 },
        sounds: [{ language: "eng" }, { language: "fra", channels: 2, sampleRate: 44_100 }],
        subtitles: [{ language: "spa", cues: [{ start: 1, end: 2, text: "Hola" }] }],
        chapters: [{ start: 0, end: 4, title: "One" }],
        cover: true
      })
      const video = videoStream(source)
      assert.strictEqual(video?.codec, "h264")
      assert.deepStrictEqual([video?.width, video?.height], [120, 160])
      assert.closeTo(video?.frameRate ?? 0, 29.97, 0.001)
      assert.deepStrictEqual(
        audioStreams(source).map(({ language, channels, sampleRate, isDefault }) => [
          language,
          channels,
          sampleRate,
          isDefault
        ]),
        [
          ["eng", 1, 48_000, true],
          ["fra", 2, 44_100, false]
        ]
      )
      assert.strictEqual(source.streams.filter(({ attachedPicture }) => attachedPicture === true).length, 1)
      assert.strictEqual(source.streams.find(({ kind }) => kind === "subtitle")?.language, "spa")
      assert.strictEqual(source.chapters, 1)
      assert.closeTo(source.duration, 4.004, 0.001)
      assert.strictEqual(source.startTime, 0)
      assert.match(source.fingerprint, /^[0-9a-f]{64}$/)
    })
  )

  it.effect("finds the end where the header has none or guesses", () =>
    Effect.gen(function* () {
      for (const [name, slack] of [
        ["live.webm", 0.05],
        ["live.mkv", 0.05],
        ["raw.aac", 0.05],
        ["a.mp3", 0.06],
        ["a.flac", 0.001],
        ["a.wav", 0.001],
        ["a.m4a", 0.001],
        ["a.opus", 0.03]
      ] as const) {
        const source = yield* probed(name, { live: name.startsWith("live") })
        assert.closeTo(source.duration, 4, slack, name)
      }
    })
  )

  it.effect("finds the end of pictures that are stored in another order than they are shown", () =>
    Effect.gen(function* () {
      const wanted: Film = { live: true, picture: { rate: "25", bFrames: 2 }, sounds: [] }
      assert.closeTo((yield* probed("live.mkv", wanted)).duration, 4, 0.01)
    })
  )

  it.effect("keeps start times, and the longest of picture and sound", () =>
    Effect.gen(function* () {
      const late = yield* probed("late.mp4", { picture: { startsAt: 0.52 }, seconds: 3 })
      assert.closeTo(late.duration, 3.52, 0.001)
      assert.closeTo(videoStream(late)?.startTime ?? 0, 0.52, 0.001)
      const ts = yield* probed("a.ts", {})
      assert.closeTo(ts.startTime, 1.4, 0.1)
      assert.closeTo(ts.duration, 4, 0.05)
      const long = yield* probed("long.mkv", { picture: { seconds: 2 }, sounds: [{ seconds: 5 }] })
      assert.closeTo(long.duration, 5, 0.05)
      const short = yield* probed("short.mkv", { picture: { seconds: 5 }, sounds: [{ seconds: 1 }] })
      assert.closeTo(short.duration, 5, 0.05)
      for (const name of ["moved.mkv", "moved.wmv", "moved.mp4"]) {
        const moved = yield* probed(name, { options: ["-output_ts_offset", "9"], seconds: 3 })
        assert.closeTo(moved.startTime, 9, 0.1, name)
        assert.closeTo(moved.duration, 3, 0.05, name)
      }
      const mute = yield* probed("mute.mp4", { sounds: [] })
      assert.deepStrictEqual(audioStreams(mute), [])
      const varying = yield* probed("varying.mp4", { picture: { variableRate: true } })
      assert.closeTo(varying.duration, 4, 0.06)
    })
  )

  it.effect("is not misled by subtitles that run past the end", () =>
    Effect.gen(function* () {
      const source = yield* probed("talk.mkv", {
        subtitles: [{ language: "eng", cues: [{ start: 30, end: 40, text: "Late" }] }]
      })
      assert.closeTo(source.duration, 4, 0.05)
    })
  )

  it.effect("says what is wrong with what is no video", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ffmpeg = yield* Ffmpeg
      const at = yield* folder
      const whole = yield* film(at("whole.mp4"), { seconds: 12 })
      const fast = yield* film(at("fast.mp4"), { seconds: 12, options: ["-movflags", "+faststart"] })
      const mkv = yield* film(at("whole.mkv"), { seconds: 12 })
      const half = (from: string, to: string) =>
        Effect.flatMap(fs.readFile(from), (bytes) => fs.writeFile(to, bytes.subarray(0, bytes.length / 2)))
      yield* half(whole, at("no index.mp4"))
      yield* half(fast, at("half.mp4"))
      yield* half(mkv, at("half.mkv"))
      yield* fs.writeFileString(at("text.mp4"), "Dear diary, nothing happened today.\n".repeat(200))
      yield* fs.writeFileString(at("notes.txt"), "Dear diary, nothing happened today.\n".repeat(200))
      yield* fs.writeFileString(at("subs.mp4"), "1\n00:00:01,000 --> 00:00:02,000\nhi\n")
      yield* fs.writeFile(at("zero.mp4"), new Uint8Array(0))
      yield* fs.makeDirectory(at("folder.mp4"))
      yield* ffmpeg.text(["-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1", at("still.png")])
      yield* fs.writeFileString(at("a\nb\u001b[2J.mp4"), "no")
      for (const [name, wanted] of [
        ["none.mp4", /There is no file .*none\.mp4\. Check/],
        ["folder.mp4", /is a folder, not a file/],
        ["zero.mp4", /is empty \(0 bytes\)/],
        ["text.mp4", /is not a video or sound file/],
        ["notes.txt", /is not a video or sound file/],
        ["subs.mp4", /holds neither picture nor sound/],
        ["still.png", /is a picture, not a video/],
        ["no index.mp4", /is cut off: its index \(moov\) is missing/],
        ["half.mp4", /is cut off: its header says 12\.0 s, its data ends after [56]\.\d s\. Copy/],
        ["half.mkv", /is cut off: its header says 12\.0 s, its data ends after [56]\.\d s\. Copy/],
        ["a\nb\u001b[2J.mp4", /a\\nb\\u001b\[2J\.mp4 is not a video/]
      ] as const) {
        const error = yield* Effect.flip(probe(at(name)))
        assert.instanceOf(error, Problem, name)
        assert.match(error.message, wanted)
        assert.isBelow(error.message.length, 300)
        assert.notInclude(error.message, "\n")
      }
    })
  )

  it.effect("says when ffprobe is not there", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const path = yield* film(at("a.wav"))
      const Missing = Ffmpeg.layerWith({ ffmpeg: "no-such-ffmpeg", ffprobe: "no-such-ffprobe" })
      const error = yield* probe(path).pipe(Effect.provide(Missing), Effect.flip)
      assert.strictEqual(error._tag, "FfmpegError")
    })
  )
})

layer(Live, { excludeTestServices: true })("fingerprint", (it) => {
  it.effect("follows the content, not the name or the time", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const at = yield* folder
      const bytes = new Uint8Array(2_000_000).map((_, index) => index % 251)
      yield* fs.writeFile(at("a"), bytes)
      yield* fs.writeFile(at("b"), bytes)
      yield* fs.utimes(at("b"), 1, 1)
      const first = yield* fingerprint(at("a"))
      assert.strictEqual(yield* fingerprint(at("b")), first)
      for (const place of [0, 1_000_000, 1_999_999]) {
        const changed = bytes.slice()
        changed[place] = 255
        yield* fs.writeFile(at("b"), changed)
        assert.notStrictEqual(yield* fingerprint(at("b")), first)
      }
      yield* fs.writeFile(at("b"), bytes.subarray(1))
      assert.notStrictEqual(yield* fingerprint(at("b")), first)
    })
  )
})
