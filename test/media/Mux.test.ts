import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Layer, Path, Stream } from "effect"
import * as Language from "../../src/domain/Language.ts"
import { audioStreams, type Source, videoStream } from "../../src/domain/Source.ts"
import { containerFor, containerOf } from "../../src/media/Container.ts"
import { type EncodedSound, encodeSound } from "../../src/media/Encode.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { isOurs } from "../../src/media/Glance.ts"
import { mux, type MuxOptions } from "../../src/media/Mux.ts"
import { probe } from "../../src/media/Probe.ts"
import { type Film, film, lag, listen, noise, srt } from "../support/Media.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)
const spanish = Language.Language.make("es")

const temporary = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(path.join(folder, "out"))
  const at = (...names: ReadonlyArray<string>) => path.join(folder, ...names)
  return { at, left: fs.readDirectory(at("out")) }
})

/** A second of muffled noise in every two, from half a second on. */
const speech = (samples: number) => {
  const made = noise(samples, 11)
  let state = 0
  for (let at = 0; at < samples; at++) {
    state += 0.1 * (made[at]! * 0.5 - state)
    made[at] = at % 96_000 < 24_000 ? 0 : state
  }
  return made
}

/** Encoded once for all videos of one length and container. */
const encodings = new Map<string, { readonly sound: EncodedSound; readonly bytes: Uint8Array }>()

const encoded = Effect.fnUntraced(function* (source: Source, output: string, at: string) {
  const fs = yield* FileSystem.FileSystem
  const container = containerOf(output) ?? containerFor(source)
  const totalSamples = Math.round(source.duration * 48_000)
  const sound = speech(totalSamples)
  const withoutDelay = container.delay === "removed"
  const key = `${totalSamples} ${container.soundCodec} ${withoutDelay}`
  const made = encodings.get(key)
  if (made !== undefined) {
    yield* fs.writeFile(at, made.bytes)
    return { sound, encoded: { ...made.sound, path: at } }
  }
  const written = yield* encodeSound({
    sound: Stream.make(sound),
    totalSamples,
    channels: 1,
    codec: container.soundCodec,
    withoutDelay,
    output: at
  })
  encodings.set(key, { sound: written, bytes: yield* fs.readFile(at) })
  return { sound, encoded: written }
})

/** Makes a film, dubs it with known noise, and gives both probed. */
const dubbed = Effect.fnUntraced(function* (
  input: string,
  output: string,
  wanted: Film,
  options: Partial<MuxOptions> = {}
) {
  const { at, left } = yield* temporary
  const source = yield* probe(yield* film(at(input), wanted))
  const made = yield* encoded(source, output, at("sound"))
  const path = at("out", output)
  const written = yield* mux({
    source,
    sound: made.encoded,
    soundLanguage: spanish,
    keepOriginal: false,
    subtitles: [],
    output: path,
    ...options
  })
  return { source, result: yield* probe(path), written, sound: made.sound, left, at }
})

/** Where the picture starts, from the start of the file. */
const pictureStart = (source: Source) => (videoStream(source)?.startTime ?? source.startTime) - source.startTime

const hash = ["-fps_mode", "passthrough", "-f", "streamhash"]
const heardFully = ["-af", "aresample=async=1:first_pts=0", "-ar", "48000", "-ac", "1", "-f", "f32le"]

/** The sound of `result`, and hashes of its picture and of that of `source`, all by one start of ffmpeg. */
const shown = Effect.fnUntraced(function* (result: Source, source: Source) {
  const fs = yield* FileSystem.FileSystem
  const ffmpeg = yield* Ffmpeg
  const folder = yield* fs.makeTempDirectoryScoped()
  const outputs = [
    ["-map", "0:V:0", ...hash, file(`${folder}/result`)],
    ["-map", "1:V:0", ...hash, file(`${folder}/source`)],
    ["-map", "0:a:0", ...heardFully, file(`${folder}/sound`)]
  ]
  yield* ffmpeg.text(["-i", file(result.path), "-i", file(source.path), ...outputs.flat()])
  const sound = Uint8Array.from(yield* fs.readFile(`${folder}/sound`))
  return {
    pictures: [yield* fs.readFileString(`${folder}/result`), yield* fs.readFileString(`${folder}/source`)] as const,
    heard: new Float32Array(sound.buffer, 0, Math.floor(sound.byteLength / 4))
  }
}, Effect.scoped)

/** The dub is heard where it belongs beside the picture, all the way. */
const inTime = (
  { result, sound, source }: { readonly source: Source; readonly result: Source; readonly sound: Float32Array },
  heard: Float32Array,
  slackSamples: number
) => {
  const shift = Math.round((pictureStart(result) - pictureStart(source)) * 48_000)
  const end = Math.floor(source.duration / 2) * 2 - 1
  for (const place of [0.6, 2.6, end - 0.3]) {
    const found = lag(sound, heard, { at: place, seconds: 0.1, reach: 1200 })
    assert.isAbove(found.likeness, 0.9, `${result.path} at ${place}`)
    assert.isAtMost(Math.abs(found.samples - shift), slackSamples, `${result.path} at ${place}`)
  }
}

layer(Live, { excludeTestServices: true })("mux", (it) => {
  const frame = 1024 / 48_000

  for (const [input, output, slack] of [
    ["talk.mp4", "talk.es.mp4", 0],
    ["talk.mov", "talk.es.mov", 0],
    ["talk.mkv", "talk.es.mkv", 48],
    ["talk.webm", "talk.es.webm", 48],
    ["talk.avi", "talk.es.avi", 48],
    ["talk.ts", "talk.es.mp4", 48]
  ] as const) {
    it.effect(`keeps the picture, the length and the time of ${input} in ${output}`, () =>
      Effect.gen(function* () {
        const wanted = { seconds: 5, picture: { rate: "30000/1001", bFrames: input.endsWith("avi") ? 0 : 2 } }
        const dub = yield* dubbed(input, output, wanted)
        const { result, source, left } = dub
        const { heard, pictures } = yield* shown(result, source)
        assert.strictEqual(...pictures)
        assert.strictEqual(audioStreams(result).length, 1)
        if (!output.endsWith("avi")) assert.strictEqual(audioStreams(result)[0]?.language, "spa")
        assert.closeTo(result.duration, source.duration, output.endsWith("avi") ? 0.026 : frame + 0.002)
        inTime(dub, heard, slack)
        assert.isTrue(yield* isOurs(result.path))
        assert.isFalse(yield* isOurs(source.path))
        assert.deepStrictEqual(yield* left, [output])
      })
    )
  }

  for (const input of ["late.mp4", "late.mkv", "late.webm"]) {
    it.effect(`respects start times that are not zero in ${input}`, () =>
      Effect.gen(function* () {
        const wanted = {
          seconds: 5,
          picture: { startsAt: 0.52, bFrames: 2, seconds: 4.4 },
          sounds: [{}, { startsAt: 0.3 }]
        }
        const dub = yield* dubbed(input, input, wanted)
        const { result, source } = dub
        assert.closeTo(pictureStart(result), pictureStart(source), 0.024)
        assert.closeTo(result.duration, source.duration, frame + 0.024)
        inTime(dub, yield* listen(result.path), 48)
      })
    )
  }

  it.effect("respects the clock of a broadcast whose subtitles begin before all else", () =>
    Effect.gen(function* () {
      const { result, source } = yield* dubbed("early.ts", "early.mp4", {
        seconds: 1,
        picture: { size: "64x48", startsAt: 0.7 },
        sounds: [{ startsAt: 0.5 }],
        subtitles: [{ cues: [{ start: 0, end: 1, text: "Early" }] }]
      })
      assert.closeTo(pictureStart(source), 0.7, 0.05)
      assert.closeTo(pictureStart(result), pictureStart(source), 0.024)
    })
  )

  it.effect("respects the edit list of a video that was cut without encoding it anew", () =>
    Effect.gen(function* () {
      const { at } = yield* temporary
      const ffmpeg = yield* Ffmpeg
      const whole = yield* film(at("whole.mp4"), { seconds: 8, picture: { bFrames: 2, keyFrames: 50 } })
      yield* ffmpeg.text(["-ss", "1.3", "-i", file(whole), "-c", "copy", file(at("cut.mp4"))])
      const source = yield* probe(at("cut.mp4"))
      assert.closeTo(source.duration, 6.7, 0.05)
      const made = yield* encoded(source, "a.mp4", at("sound"))
      const common = { source, sound: made.encoded, soundLanguage: spanish, keepOriginal: true, subtitles: [] }
      yield* mux({ ...common, output: at("out", "a.mp4") })
      const result = yield* probe(at("out", "a.mp4"))
      const { heard, pictures } = yield* shown(result, source)
      assert.strictEqual(...pictures)
      assert.closeTo(pictureStart(result), pictureStart(source), 0.001)
      assert.closeTo(result.duration, source.duration, frame)
      inTime({ source, result, sound: made.sound }, heard, 0)
      const kept = yield* listen(result.path, { track: 1 })
      assert.strictEqual(lag(yield* listen(source.path), kept, { at: 0.3, seconds: 0.1, reach: 1200 }).samples, 0)
    })
  )

  it.effect("keeps tracks, chapters, cover, rotation and metadata, and puts the dub first", () =>
    Effect.gen(function* () {
      const rich: Film = {
        picture: { rotation: 90 },
        sounds: [
          { language: "eng", title: "Main" },
          { language: "deu", title: "Kommentar" }
        ],
        subtitles: [{ language: "eng", cues: [{ start: 1, end: 2, text: "Hello" }] }],
        chapters: [
          { start: 0, end: 2, title: "One" },
          { start: 2, end: 4, title: "Two" }
        ],
        cover: true,
        metadata: { title: "A talk", comment: "As recorded" },
        // A second picture, as of slides beside a speaker.
        options: ["-disposition:a:1", "comment", "-map", "0:v"]
      }
      for (const [name, attachment] of [
        ["rich.mp4", false],
        ["rich.mkv", true]
      ] as const) {
        const { at } = yield* temporary
        const fs = yield* FileSystem.FileSystem
        const ffmpeg = yield* Ffmpeg
        const subtitles = at("spoken.srt")
        yield* fs.writeFileString(subtitles, srt([{ start: 1.25, end: 2.5, text: "Hola" }]))
        const { result, written, source } = yield* dubbed(
          name,
          name,
          { ...rich, ...(attachment ? { attachment, picture: {} } : {}) },
          { keepOriginal: true, soundTitle: "Doblaje", subtitles: [{ path: subtitles, language: spanish }] }
        )
        assert.deepStrictEqual(written.dropped, [])
        assert.deepStrictEqual(
          audioStreams(result).map(({ language, isDefault }) => [language, isDefault]),
          [
            ["spa", true],
            ["eng", false],
            ["deu", false]
          ]
        )
        const texts = result.streams.filter(({ kind }) => kind === "subtitle")
        assert.deepStrictEqual(
          texts.map(({ language }) => language),
          ["spa", "eng"]
        )
        assert.strictEqual(result.chapters, 2)
        assert.strictEqual(videoStream(result)?.width, videoStream(source)?.width)
        assert.strictEqual(result.streams.filter(({ attachedPicture }) => attachedPicture === true).length, 1)
        assert.strictEqual(result.streams.filter(({ kind }) => kind === "video").length, 3)
        const entries = "stream_disposition=default,comment:format_tags=title,comment"
        const tags = yield* ffmpeg.probe(["-select_streams", "a", "-show_entries", entries, file(result.path)])
        const flags = Array.from(tags.matchAll(/DISPOSITION:default=(\d)\nDISPOSITION:comment=(\d)/g))
        assert.deepStrictEqual(
          flags.map(([, isDefault, isComment]) => `${isDefault},${isComment}`),
          ["1,0", "0,0", "0,1"]
        )
        assert.strictEqual(
          result.streams.some(({ kind }) => kind === "attachment"),
          attachment
        )
        assert.include(tags, "title=A talk")
        assert.include(tags, "As recorded")
        const spoken = yield* ffmpeg.text(["-i", file(result.path), "-map", "0:s:0", "-f", "srt", "pipe:1"])
        assert.include(spoken, "00:00:01,250 --> 00:00:02,500\nHola")
        if (name.endsWith("mp4")) {
          const bytes = Buffer.from(yield* fs.readFile(result.path))
          assert.isBelow(bytes.indexOf("moov"), bytes.indexOf("mdat"))
        }
      }
    })
  )

  it.effect(
    "goes from an mkv into an mp4 with its titles and into an avi, and tells what a container cannot hold",
    () =>
      Effect.gen(function* () {
        const tracks: Film = {
          seconds: 1,
          picture: { size: "64x48" },
          sounds: [{}, { title: "Kommentar" }],
          subtitles: [{ title: "Liedtext", cues: [{ start: 0, end: 1, text: "La" }] }]
        }
        const { result } = yield* dubbed("a.mkv", "a.mp4", tracks)
        const ffmpeg = yield* Ffmpeg
        const names = yield* ffmpeg.probe(
          "-show_entries stream_tags=handler_name -of csv=p=0".split(" ").concat(file(result.path))
        )
        assert.include(names, "Kommentar")
        assert.include(names, "Liedtext")
        const avi = yield* dubbed("a.mkv", "a.avi", { seconds: 1, picture: { size: "64x48" } })
        assert.strictEqual(...(yield* shown(avi.result, avi.source)).pictures)
        const turned: Film = { seconds: 1, picture: { size: "64x48", rotation: 90 } }
        const { written } = yield* dubbed("turned.mp4", "turned.mkv", turned)
        assert.match(written.dropped.join(), /turned \(-?90°\)/)
      })
  )

  it.effect("keeps every letter of soft subtitles", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ffmpeg = yield* Ffmpeg
      const texts = ["{set} C:\\new \\{x\\}", "a < b & c > d", "<i>leaning</i> \"quoted\" 'so'", "שלום 🎬", "{\\an8}up"]
      const cues = texts.map((text, at) => ({ start: at, end: at + 0.8, text }))
      for (const name of ["a.mp4", "a.mkv", "a.webm"]) {
        const { at } = yield* temporary
        yield* fs.writeFileString(at("es.srt"), srt(cues))
        const subtitles = [{ path: at("es.srt"), language: spanish }]
        const { result } = yield* dubbed(
          name,
          name,
          { seconds: 5, picture: { size: "64x48", rate: "5" } },
          { subtitles }
        )
        const form = name.endsWith("webm") ? "webvtt" : "srt"
        const copy = name.endsWith("mp4") ? [] : ["-c", "copy"]
        const spoken = yield* ffmpeg.text(["-i", file(result.path), "-map", "0:s:0", ...copy, "-f", form, "pipe:1"])
        const plain = spoken.replaceAll("\u2060", "").replaceAll("&lt;", "<").replaceAll("&amp;", "&")
        for (const text of texts) assert.include(plain, text, name)
      }
    })
  )

  it.effect("gives sound for sound, with its cover and title", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      for (const name of ["a.mp3", "a.m4a", "a.wav", "a.ogg", "a.opus"]) {
        const wanted = { seconds: 5, cover: !/wav|ogg|opus/.test(name), metadata: { title: "A talk" } }
        const { result, sound, source } = yield* dubbed(name, `es.${name}`, wanted)
        const heard = yield* listen(result.path)
        assert.strictEqual(lag(sound, heard, { at: 2.6, seconds: 0.1, reach: 1200 }).samples, 0, name)
        assert.isAtMost(Math.abs(heard.length - sound.length), 1024, name)
        assert.closeTo(result.duration, source.duration, 0.06, name)
        assert.strictEqual(
          result.streams.some(({ attachedPicture }) => attachedPicture === true),
          wanted.cover,
          name
        )
        assert.include(
          yield* ffmpeg.probe(["-show_entries", "format_tags:stream_tags", file(result.path)]),
          "A talk",
          name
        )
        assert.isTrue(yield* isOurs(result.path), name)
      }
    })
  )

  it.effect("writes subtitles beside what cannot hold them", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { at } = yield* temporary
      yield* fs.writeFileString(at("s.srt"), srt([{ start: 0, end: 1, text: "Hola" }]))
      const { left, written } = yield* dubbed(
        "a.avi",
        "a.es.avi",
        {},
        { subtitles: [{ path: at("s.srt"), language: spanish }] }
      )
      assert.deepStrictEqual((yield* left).toSorted(), ["a.es.avi", "a.es.srt"])
      assert.strictEqual(written.beside.length, 1)
    })
  )

  it.effect("leaves subtitles alone that somebody else put beside it, and replaces its own", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const { at } = yield* temporary
      const write = (name: string, text: string) =>
        fs.writeFileString(at(name), srt([{ start: 0, end: 1, text }])).pipe(Effect.as(at(name)))
      yield* film(at("a.mp4"), { seconds: 2 })
      const source = yield* probe(at("a.mp4"))
      const sound = yield* encoded(source, at("a.wav"), at("sound"))
      const own = yield* write("a.es.srt", "De una persona")
      const known = new Map<string, string>()
      const beside = Effect.fnUntraced(function* (text: string) {
        const said = yield* write("said.srt", text)
        const { beside: names } = yield* mux({
          source,
          sound: sound.encoded,
          soundLanguage: spanish,
          keepOriginal: false,
          subtitles: [{ path: said, language: spanish }],
          output: at("a.wav"),
          isOurs: (name, content) => known.get(name) === new TextDecoder().decode(content)
        })
        for (const name of names) known.set(name, yield* fs.readFileString(name))
        return names.map((name) => path.basename(name))
      })
      assert.deepStrictEqual(yield* beside("Hola"), ["a.es.dub.srt"])
      assert.deepStrictEqual(yield* beside("Adiós"), ["a.es.dub.srt"])
      assert.include(yield* fs.readFileString(own), "De una persona")
      yield* fs.remove(own)
      assert.deepStrictEqual(yield* beside("Hola"), ["a.es.srt"])
      assert.deepStrictEqual(yield* beside("Adiós"), ["a.es.srt"])
    })
  )

  it.effect("takes sound shorter and longer than the picture, none at all, and varying frame rates", () =>
    Effect.gen(function* () {
      for (const wanted of [
        { picture: { seconds: 5 }, sounds: [{ seconds: 2 }] },
        { picture: { seconds: 3 }, sounds: [{ seconds: 5 }] },
        { seconds: 5, sounds: [] },
        { seconds: 5, picture: { variableRate: true } }
      ]) {
        const dub = yield* dubbed("a.mp4", "a.mp4", wanted)
        assert.closeTo(dub.result.duration, dub.source.duration, frame)
        inTime(dub, yield* listen(dub.result.path), 0)
      }
    })
  )

  it.effect("takes any file name", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { at, left } = yield* temporary
      const plain = yield* probe(yield* film(at("a.mp4"), { seconds: 2 }))
      const made = yield* encoded(plain, "a.mp4", at("sound"))
      const names = [`-i 100%d %s it's "so": [a],b;c|d.mp4`, "a\nb שלום 🎬.mp4"]
      for (const name of names) {
        yield* fs.copyFile(plain.path, at(name))
        const source = { ...plain, path: at(name) }
        const common = { source, sound: made.encoded, soundLanguage: spanish, keepOriginal: false, subtitles: [] }
        yield* mux({ ...common, output: at("out", name) })
      }
      assert.deepStrictEqual((yield* left).toSorted(), names.toSorted())
    })
  )

  it.effect("leaves what was there, and nothing else, when it fails or is interrupted", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { at, left } = yield* temporary
      const source = yield* probe(yield* film(at("a.mp4"), { seconds: 20, picture: { size: "640x480" } }))
      const made = yield* encoded(source, "a.mp4", at("sound"))
      const output = at("out", "a.mp4")
      yield* fs.writeFileString(output, "precious")
      yield* fs.writeFileString(at("s.srt"), srt([{ start: 0, end: 20, text: "Hola" }]))
      const subtitles = [{ path: at("s.srt"), language: spanish }]
      const options = { source, sound: made.encoded, soundLanguage: spanish, keepOriginal: false, subtitles, output }
      const broken = { ...options, sound: { ...made.encoded, path: at("missing") } }
      yield* Effect.flip(mux(broken))
      assert.deepStrictEqual(yield* left, ["a.mp4"])
      const told: Array<number> = []
      const onProgress = (seconds: number) => Effect.sync(() => void told.push(seconds))
      const fiber = yield* Effect.forkChild(mux({ ...options, hardSubtitles: true, onProgress }))
      while ((yield* left).length < 2) yield* Effect.sleep("10 millis")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* left, ["a.mp4"])
      assert.strictEqual(yield* fs.readFileString(output), "precious")
      assert.include((yield* Effect.flip(mux({ ...options, output: source.path }))).message, "is the video itself")
      assert.include((yield* Effect.flip(mux({ ...options, output: at("out") }))).message, "not a regular file")
    })
  )
})
