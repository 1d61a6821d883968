import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, Stream } from "effect"
import { Language } from "../../src/domain/Language.ts"
import type { MediaStream, Source } from "../../src/domain/Source.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { chooseSubtitleTrack, readSubtitleTrack } from "../../src/transcript/SubtitleTracks.ts"
import { film } from "../support/Media.ts"

const platform = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)
const en = Language.make("en")
const es = Language.make("es")

const stream = (index: number, fields: Partial<MediaStream>): MediaStream => ({
  index,
  kind: "subtitle",
  codec: "subrip",
  language: null,
  title: null,
  startTime: 0,
  duration: null,
  isDefault: false,
  ...fields
})
const source = (...streams: ReadonlyArray<MediaStream>): Source => ({
  path: "talk.mkv",
  size: 1,
  format: "matroska",
  startTime: 0,
  duration: 10,
  streams,
  chapters: 0,
  fingerprint: "x"
})
const sound = (language: string | null) => stream(1, { kind: "audio", codec: "aac", language, isDefault: true })

describe("the track that is taken", () => {
  const cases: ReadonlyArray<
    readonly [string, ReadonlyArray<MediaStream>, { from?: Language; to?: Language }, number | undefined]
  > = [
    [
      "none among pictures",
      [stream(2, { codec: "hdmv_pgs_subtitle" }), stream(3, { codec: "dvd_subtitle" })],
      {},
      undefined
    ],
    ["the first text", [stream(2, { codec: "dvd_subtitle" }), stream(3, { codec: "ass" }), stream(4, {})], {}, 3],
    ["the default", [stream(2, {}), stream(3, { isDefault: true })], {}, 3],
    [
      "the language asked for",
      [stream(2, { language: "spa", isDefault: true }), stream(3, { language: "eng" })],
      { from: en },
      3
    ],
    [
      "the language of the sound",
      [sound("eng"), stream(2, { language: "spa", isDefault: true }), stream(3, { language: "eng" })],
      {},
      3
    ],
    [
      "not forced ones",
      [stream(2, { isDefault: true, title: "English (Forced)" }), stream(3, { title: "Signs & Songs" }), stream(4, {})],
      {},
      4
    ],
    ["not for the hard of hearing, if there is a choice", [stream(2, { title: "SDH" }), stream(3, {})], {}, 3],
    ["the language of the dub last", [stream(2, { language: "spa" }), stream(3, { language: "fra" })], { to: es }, 3],
    ["no other language than that asked for", [stream(2, { language: "fra" })], { from: en }, undefined]
  ]
  for (const [name, streams, { from, to }, expected] of cases) {
    it(name, () => assert.strictEqual(chooseSubtitleTrack(source(...streams), { from, to })?.index, expected))
  }
})

describe("a track is read", () => {
  const cues = [
    { start: 0.5, end: 1.25, text: "<i>Hello</i> & welcome" },
    { start: 2, end: 3.5, text: "Two\nlines" }
  ]
  for (const name of ["-a 100% film.mkv", "film.mp4", "film.webm"]) {
    it.live(`of ${name}`, () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const folder = yield* fs.makeTempDirectoryScoped()
        const made = yield* film(path.join(folder, name), {
          seconds: 4,
          subtitles: [
            { language: "fra", cues: [{ start: 1, end: 2, text: "Bonjour" }] },
            { language: "eng", cues }
          ]
        })
        const probed = yield* probe(made)
        const track = chooseSubtitleTrack(probed, { from: en })
        const found = yield* readSubtitleTrack(probed, track!)
        assert.deepStrictEqual(
          found.cues.map(({ text }) => text),
          ["Hello & welcome", "Two\nlines"]
        )
        // The sound's encoder may have moved all streams by a frame of its own.
        for (const [index, { start, end }] of cues.entries()) {
          assert.closeTo(found.cues[index]!.start, start, 0.025)
          assert.closeTo(found.cues[index]!.end, end, 0.025)
        }
      }).pipe(Effect.scoped, Effect.provide(platform))
    )
  }

  it.live("ASS with its names, on the clock of a file that does not start at zero", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const ffmpeg = yield* Ffmpeg
      const folder = yield* fs.makeTempDirectoryScoped()
      const ass = path.join(folder, "x.ass")
      yield* fs.writeFileString(
        ass,
        "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,Anna,0,0,0,,{\\i1}Well, {\\i0}hello\n"
      )
      const late = path.join(folder, "late.mkv")
      const input = ["-f", "lavfi", "-i", "color=navy:size=16x16:rate=5:duration=4", "-i", file(ass)]
      const output = ["-c:v", "mpeg4", "-c:s", "ass", "-output_ts_offset", "7", "-f", "matroska", file(late)]
      yield* Stream.runDrain(ffmpeg.pipe([...input, ...output]))
      const probed = yield* probe(late)
      assert.closeTo(probed.startTime, 7, 0.01)
      const found = yield* readSubtitleTrack(probed, chooseSubtitleTrack(probed, { from: undefined })!)
      assert.deepStrictEqual(found.cues, [{ id: 1, start: 1, end: 2, text: "Well, hello", speaker: "Anna" }])
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})
