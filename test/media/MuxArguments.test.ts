import { assert, describe, it } from "@effect/vitest"
import type { MediaStream, Source } from "../../src/domain/Source.ts"
import { containerOf } from "../../src/media/Container.ts"
import { muxArguments } from "../../src/media/MuxArguments.ts"
import { toMediaStream } from "../../src/media/ProbeJson.ts"

const video: MediaStream = {
  index: 0,
  kind: "video",
  codec: "hevc",
  language: null,
  title: null,
  startTime: 0,
  duration: 1,
  isDefault: true,
  width: 64,
  height: 48
}

const source: Source = {
  path: "/films/a.mkv",
  size: 1,
  format: "matroska,webm",
  startTime: 0,
  duration: 1,
  chapters: 0,
  fingerprint: "",
  streams: [video]
}

const told = (of: Source, output: string) =>
  muxArguments({ source: of, container: containerOf(output)!, keptSound: [], subtitles: [], covers: [], comment: "" })

const tag = (of: Source, output: string) => {
  const { before } = told(of, output)
  const at = before.indexOf("-tag:v:0")
  return at === -1 ? undefined : before[at + 1]
}

const data = (index: number, codec_tag_string: string, codec_name?: string) =>
  toMediaStream({
    index,
    codec_type: "data",
    codec_tag_string,
    ...(codec_name === undefined ? {} : { codec_name })
  })

describe("what ffmpeg is told to copy", () => {
  it("tags HEVC from elsewhere as Apple's players know it, and leaves films of theirs as they are", () => {
    assert.strictEqual(tag(source, "a.mp4"), "hvc1")
    assert.strictEqual(tag(source, "a.mov"), "hvc1")
    assert.isUndefined(tag(source, "a.mkv"))
    assert.isUndefined(tag({ ...source, format: "mov,mp4,m4a,3gp,3g2,mj2" }, "a.mp4"))
    assert.isUndefined(tag({ ...source, streams: [{ ...video, codec: "h264" }] }, "a.mp4"))
  })

  it("tells of data that is left out, but not of what is written anew", () => {
    const streams = [
      video,
      data(1, "gpmd", "bin_data"),
      data(2, "mebx"),
      data(3, "[0][0][0][0]", "klv"),
      data(4, "text", "bin_data"),
      data(5, "tmcd")
    ]
    const dropped = ["data track 1 (gpmd)", "data track 2 (mebx)", "data track 3 (klv)"]
    assert.deepStrictEqual(told({ ...source, streams, chapters: 2 }, "a.mp4").dropped, dropped)
    assert.deepStrictEqual(told({ ...source, streams }, "a.mp4").dropped, [...dropped, "data track 4 (text)"])
  })
})
