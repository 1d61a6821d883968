import { assert, describe, it } from "@effect/vitest"
import type { MediaStream, Source } from "../../src/domain/Source.ts"
import { containerFor, containerOf, outputExtension, subtitleCodecFor } from "../../src/media/Container.ts"

const stream = (kind: MediaStream["kind"], codec: string): MediaStream => ({
  index: 0,
  kind,
  codec,
  language: null,
  title: null,
  startTime: 0,
  duration: null,
  isDefault: true
})

const source = (path: string, ...streams: ReadonlyArray<MediaStream>): Source => ({
  path,
  size: 1,
  format: "",
  startTime: 0,
  duration: 1,
  streams,
  chapters: 0,
  fingerprint: ""
})

const goesIn = (path: string, from: string) => subtitleCodecFor(containerOf(path)!, stream("subtitle", from))

describe("containerFor", () => {
  for (const [path, codec, extension] of [
    ["a.mp4", "h264", "mp4"],
    ["A.MOV", "prores", "mov"],
    ["a.mov", "vp9", "mp4"],
    ["a.webm", "vp9", "webm"],
    ["a.webm", "h264", "mp4"],
    ["a.avi", "mpeg4", "avi"],
    ["a.ts", "h264", "mp4"],
    ["a.flv", "flv1", "mkv"],
    ["a.wmv", "wmv3", "mkv"],
    ["a.mp4", "vp8", "mkv"],
    ["noextension", "h264", "mp4"],
    ["folder.mkv/noextension", "h264", "mp4"],
    ["a.mp3", "h264", "mp4"],
    ["a.constructor", "h264", "mp4"]
  ] as const) {
    it(`${path} with ${codec} gives ${extension}`, () => {
      assert.strictEqual(outputExtension(source(path, stream("video", codec), stream("audio", "aac"))), extension)
    })
  }

  it("gives sound for sound", () => {
    for (const [path, extension] of [
      ["a.mp3", "mp3"],
      ["a.wav", "wav"],
      ["a.wma", "m4a"],
      ["a.oga", "ogg"],
      ["a.mp4", "mp4"]
    ] as const) {
      const cover = { ...stream("video", "mjpeg"), attachedPicture: true }
      assert.strictEqual(containerFor(source(path, stream("audio", "x"), cover)).extension, extension)
    }
  })
})

describe("subtitleCodecFor", () => {
  it("copies, changes or leaves out", () => {
    assert.strictEqual(goesIn("a.mkv", "ass"), "copy")
    assert.strictEqual(goesIn("a.mkv", "mov_text"), "subrip")
    assert.strictEqual(goesIn("a.mkv", "hdmv_pgs_subtitle"), "copy")
    assert.strictEqual(goesIn("a.mp4", "subrip"), "mov_text")
    assert.strictEqual(goesIn("a.mp4", "mov_text"), "copy")
    assert.isNull(goesIn("a.mp4", "hdmv_pgs_subtitle"))
    assert.strictEqual(goesIn("a.webm", "mov_text"), "webvtt")
    assert.isNull(goesIn("a.avi", "subrip"))
  })
})
