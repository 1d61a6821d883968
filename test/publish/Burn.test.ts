import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, Stream } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { Problem } from "../../src/domain/Problem.ts"
import { audioStreams, videoStream } from "../../src/domain/Source.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { burn } from "../../src/publish/Burn.ts"
import { film, srt } from "../support/Media.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)
const language = Language.make("es")

const temporary = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped()
  return (...names: ReadonlyArray<string>) => path.join(folder, ...names)
})

/** The picture at `seconds`, as grey values. */
const pictureAt = Effect.fnUntraced(function* (path: string, seconds: number) {
  const ffmpeg = yield* Ffmpeg
  const args = ["-i", file(path), "-ss", `${seconds}`, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"]
  return yield* Stream.mkUint8Array(ffmpeg.pipe(args))
})

/** The rows of a picture in which something is bright. */
const brightRows = (picture: Uint8Array, width: number): ReadonlyArray<number> =>
  Array.from({ length: picture.length / width }, (_, row) => row).filter((row) =>
    picture.subarray(row * width, (row + 1) * width).some((value) => value > 200)
  )

const brightness = (picture: Uint8Array) => picture.filter((value) => value > 128).length

const dark = { size: "320x240", cuts: [] }

layer(Live, { excludeTestServices: true })("burn", (it) => {
  it.effect("adds a track of subtitles and changes nothing else", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ffmpeg = yield* Ffmpeg
      const at = yield* temporary
      const sounds = [{ language: "eng" }, { language: "deu" }]
      const source = yield* probe(yield* film(at("a.mp4"), { sounds }))
      yield* fs.writeFileString(at("s.srt"), srt([{ start: 1, end: 2.5, text: "¿Qué tal?" }]))
      const common = { source, subtitles: at("s.srt"), language, mode: "soft" as const }
      for (const name of ["b.mp4", "b.mkv"]) {
        yield* burn({ ...common, output: at(name) })
        const result = yield* probe(at(name))
        assert.deepStrictEqual(
          audioStreams(result).map((stream) => stream.language),
          ["eng", "deu"]
        )
        assert.strictEqual(result.streams.find(({ kind }) => kind === "subtitle")?.language, "spa")
        assert.closeTo(result.duration, source.duration, 0.045)
        const shown = yield* ffmpeg.text(["-i", file(at(name)), "-map", "0:s:0", "-f", "srt", "pipe:1"])
        assert.match(shown, /00:00:01,0\d\d --> 00:00:02,5\d\d\n¿Qué tal\?/)
      }
      const error = yield* Effect.flip(burn({ ...common, output: at("b.avi") }))
      assert.instanceOf(error, Problem)
    })
  )

  it.effect("draws subtitles at their time and place, from any folder, sound untouched", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ffmpeg = yield* Ffmpeg
      const at = yield* temporary
      const folder = at("it's a:b, [c]; \\d %s")
      yield* fs.makeDirectory(folder)
      const source = yield* probe(yield* film(at("a.mp4"), { picture: dark, seconds: 3 }))
      const subtitles = `${folder}/s'.srt`
      yield* fs.writeFileString(subtitles, srt([{ start: 1, end: 2, text: "MMMM" }]))
      const told: Array<number> = []
      const onProgress = (seconds: number) => Effect.sync(() => void told.push(seconds))
      const output = `${folder}/b.mp4`
      yield* burn({ source, subtitles, language, mode: "hard", output, onProgress })
      const result = yield* probe(output)
      assert.closeTo(result.duration, source.duration, 0.045)
      assert.strictEqual(
        result.streams.some(({ kind }) => kind === "subtitle"),
        false
      )
      const hash = (path: string) =>
        ffmpeg.text(["-i", file(path), "-map", "0:a", "-c", "copy", "-f", "streamhash", "pipe:1"])
      assert.strictEqual(yield* hash(output), yield* hash(source.path))
      assert.deepStrictEqual(brightRows(yield* pictureAt(output, 0.5), 320), [])
      assert.deepStrictEqual(brightRows(yield* pictureAt(output, 2.5), 320), [])
      assert.isAbove(Math.min(...brightRows(yield* pictureAt(output, 1.5), 320)), 180)
      assert.isAbove(told.length, 0)
      yield* burn({
        source,
        subtitles,
        language,
        mode: "hard",
        output,
        style: { position: "top", fontSize: 24, box: true }
      })
      const top = brightRows(yield* pictureAt(output, 1.5), 320)
      assert.isBelow(Math.max(...top), 60)
    })
  )

  it.effect("shows every letter: what looks like a command is text", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const at = yield* temporary
      const texts = [
        "plain",
        "{\\an8}{\\alpha&HFF&}plain",
        "{plain}",
        "\\N\\Nplain",
        "<font>plain",
        "<i>plain</i>",
        "שלום plain",
        '\'"%s":,;[x]plain'
      ]
      const source = yield* probe(yield* film(at("a.mp4"), { picture: dark, seconds: texts.length, sounds: [] }))
      yield* fs.writeFileString(
        at("s.vtt"),
        `WEBVTT\n\n${texts.map((text, second) => `00:0${second}.000 --> 00:0${second}.900\n${text}\n`).join("\n")}`
      )
      yield* burn({ source, subtitles: at("s.vtt"), language, mode: "hard", output: at("b.mp4") })
      const rows: Array<ReadonlyArray<number>> = []
      const bright: Array<number> = []
      for (const second of texts.keys()) {
        const picture = yield* pictureAt(at("b.mp4"), second + 0.4)
        rows.push(brightRows(picture, 320))
        bright.push(brightness(picture))
      }
      for (const [index, text] of texts.entries()) {
        // One line at the foot of the picture, none moved to its top or made invisible.
        assert.isAbove(Math.min(...rows[index]!), 180, text)
        if (index > 0 && !text.startsWith("<i>")) assert.isAbove(bright[index]!, bright[0]!, text)
      }
    })
  )

  it.effect("a box is one behind both lines, as dark everywhere", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ffmpeg = yield* Ffmpeg
      const at = yield* temporary
      const white = ["-f", "lavfi", "-i", "color=white:size=640x360:rate=5:duration=2", "-c:v", "libx264", "-y"]
      yield* ffmpeg.text([...white, file(at("w.mp4"))])
      const source = yield* probe(at("w.mp4"))
      yield* fs.writeFileString(at("s.srt"), srt([{ start: 0, end: 2, text: "A longer line above\nline" }]))
      yield* burn({ source, subtitles: at("s.srt"), language, mode: "hard", output: at("b.mp4"), style: { box: true } })
      const picture = yield* pictureAt(at("b.mp4"), 1)
      const left = Array.from({ length: 360 }, (_, row) => {
        const line = [...picture.subarray(row * 640, (row + 1) * 640)]
        const from = line.findIndex((value) => value < 200)
        return from === -1 ? undefined : { from, shade: line[from + 1]! }
      })
      const rows = left.filter((row) => row !== undefined)
      // One rectangle, from the top of the first line to the foot of the second, of one shade.
      assert.isAbove(rows.length, 36)
      assert.isAtMost(Math.max(...rows.map(({ from }) => from)) - Math.min(...rows.map(({ from }) => from)), 2)
      const shades = rows.slice(2, -2).map(({ shade }) => shade)
      assert.isAtMost(Math.max(...shades) - Math.min(...shades), 25)
    })
  )

  it.effect("draws on turned, odd-sized and late pictures, and into webm and avi", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const at = yield* temporary
      yield* fs.writeFileString(at("s.srt"), srt([{ start: 1, end: 2, text: "MMMM" }]))
      const common = { subtitles: at("s.srt"), language, mode: "hard" as const }
      const turned = yield* probe(
        yield* film(at("t.mp4"), { picture: { ...dark, rotation: 90 }, seconds: 3, sounds: [] })
      )
      yield* burn({ ...common, source: turned, output: at("turned.mp4") })
      const upright = yield* probe(at("turned.mp4"))
      assert.deepStrictEqual([videoStream(upright)?.width, videoStream(upright)?.height], [240, 320])
      assert.isAbove(Math.min(...brightRows(yield* pictureAt(at("turned.mp4"), 1.5), 240)), 240)
      const odd = { startsAt: 0.52, seconds: 2.4 }
      const options = ["-filter:v:0", "scale=321:241"]
      const late = yield* probe(yield* film(at("l.webm"), { picture: odd, seconds: 3, options }))
      for (const name of ["late.mp4", "late.webm", "late.avi"]) {
        yield* burn({ ...common, source: late, output: at(name) })
        const result = yield* probe(at(name))
        assert.closeTo(result.duration, late.duration, 0.08, name)
        assert.strictEqual(audioStreams(result).length, 1, name)
        assert.strictEqual(videoStream(result)?.width, 322, name)
      }
    })
  )

  it.effect("says when there is no picture, and when there are no subtitles", () =>
    Effect.gen(function* () {
      const at = yield* temporary
      const sound = yield* probe(yield* film(at("a.m4a")))
      const common = { subtitles: at("none.srt"), language, mode: "hard" as const }
      assert.include(
        (yield* Effect.flip(burn({ ...common, source: sound, output: at("b.mp4") }))).message,
        "need a picture"
      )
      const video = yield* probe(yield* film(at("a.mp4")))
      assert.include(
        (yield* Effect.flip(burn({ ...common, source: video, output: at("b.mp4") }))).message,
        "There is no file"
      )
    })
  )
})
