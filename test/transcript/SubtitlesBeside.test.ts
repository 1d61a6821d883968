import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Option, Path } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { findSubtitlesBeside, findSubtitlesIn } from "../../src/transcript/SubtitlesBeside.ts"

const en = Language.make("en")
const es = Language.make("es")

const found = Effect.fnUntraced(function* (
  names: ReadonlyArray<string>,
  wanted: {
    readonly from?: Language
    readonly to?: Language
    readonly alsoTo?: ReadonlyArray<Language>
    readonly video?: string
  } = {}
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped()
  for (const name of names) yield* fs.writeFileString(path.join(folder, name), "")
  const video = path.join(folder, wanted.video ?? "talk.mp4")
  const beside = yield* findSubtitlesBeside(video, { from: wanted.from, to: wanted.to, alsoTo: wanted.alsoTo })
  const inSpanish = yield* findSubtitlesIn(video, es)
  return {
    name: Option.getOrUndefined(beside)?.path.slice(folder.length + 1),
    language: Option.getOrUndefined(beside)?.language,
    inSpanish: inSpanish?.slice(folder.length + 1)
  }
}, Effect.scoped)

describe("subtitles beside a video", () => {
  const cases: ReadonlyArray<
    readonly [string, ReadonlyArray<string>, Parameters<typeof found>[1], { name?: string; language?: string }]
  > = [
    ["none", ["talk.mp4", "other.srt", "talk.txt", "talker.srt"], {}, {}],
    ["the plain name", ["talk.mp4", "talk.srt"], {}, { name: "talk.srt" }],
    ["a language", ["talk.mp4", "talk.en.vtt"], {}, { name: "talk.en.vtt", language: "en" }],
    ["a name", ["talk.mp4", "talk.Spanish.ass"], {}, { name: "talk.Spanish.ass", language: "es" }],
    ["a region", ["talk.mp4", "talk.pt_BR.SRT"], {}, { name: "talk.pt_BR.SRT", language: "pt-BR" }],
    ["the whole file name", ["talk.mp4", "talk.mp4.srt"], {}, { name: "talk.mp4.srt" }],
    ["plain before tagged", ["talk.fr.srt", "talk.vtt"], {}, { name: "talk.vtt" }],
    ["srt before vtt", ["talk.en.vtt", "talk.en.srt"], {}, { name: "talk.en.srt", language: "en" }],
    ["the language spoken first", ["talk.srt", "talk.en.srt"], { from: en }, { name: "talk.en.srt", language: "en" }],
    ["not another language", ["talk.fr.srt"], { from: en }, {}],
    ["not the language dubbed to", ["talk.es.srt", "talk.fr.srt"], { to: es }, { name: "talk.fr.srt", language: "fr" }],
    [
      "none of several dubbed to",
      ["talk.de.srt", "talk.es.srt", "talk.fr.srt"],
      { to: es, alsoTo: [Language.make("de")] },
      { name: "talk.fr.srt", language: "fr" }
    ],
    ["that of the dub if it is all there is", ["talk.es.srt"], { to: es }, { name: "talk.es.srt", language: "es" }],
    ["not forced ones", ["talk.en.forced.srt", "talk.en.sdh.srt"], {}, { name: "talk.en.sdh.srt", language: "en" }],
    ["Hindi", ["talk.hi.srt"], {}, { name: "talk.hi.srt", language: "hi" }],
    ["not those of another part", ["talk.part2.en.srt"], {}, {}],
    ["not those of a dub", ["talk.es.mp4", "talk.es.srt"], {}, {}],
    [
      "odd names",
      ["-a b's [1].mp4", "-a b's [1].en.srt"],
      { video: "-a b's [1].mp4" },
      { name: "-a b's [1].en.srt", language: "en" }
    ]
  ]
  for (const [title, names, wanted, expected] of cases) {
    it.effect(title, () =>
      found(names, wanted).pipe(
        Effect.map(({ name, language }) => {
          assert.deepStrictEqual({ name, language } as unknown, { name: expected.name, language: expected.language })
        }),
        Effect.provide(NodeServices.layer)
      )
    )
  }

  it.effect("those in one language", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* found(["talk.srt", "talk.es-MX.srt", "talk.es.vtt"])).inSpanish, "talk.es.vtt")
      assert.strictEqual((yield* found(["talk.srt", "talk.es-MX.srt"])).inSpanish, "talk.es-MX.srt")
      assert.strictEqual((yield* found(["talk.srt", "talk.en.srt"])).inSpanish, undefined)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("a folder that is not there", () =>
    findSubtitlesBeside("/nowhere/at/all/talk.mp4", { from: undefined }).pipe(
      Effect.map((none) => assert.isTrue(Option.isNone(none))),
      Effect.provide(NodeServices.layer)
    )
  )
})
