import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Path, type Scope } from "effect"
import { parse } from "../../src/domain/Language.ts"
import type { Source } from "../../src/domain/Source.ts"
import { findVideos } from "../../src/dub/BatchFiles.ts"
import { planBatch, type WantedVideo } from "../../src/dub/BatchPlan.ts"
import { defaults } from "../../src/dub/Settings.ts"
import { fingerprint } from "../../src/media/Fingerprint.ts"

const languages = (codes: string) =>
  codes
    .split(",")
    .filter((code) => code !== "")
    .map((code) => {
      const language = parse(code)
      return language._tag === "Some" ? language.value : assert.fail(code)
    })

const wanted = (
  video: string,
  more: Partial<WantedVideo> & { readonly to?: string; readonly output?: string } = {}
): WantedVideo => {
  const { output, to = "es", ...rest } = more
  return { settings: { ...defaults, video, output }, languages: languages(to), ...rest }
}

/** A folder with files, each of its own content. */
const place = Effect.fnUntraced(function* (files: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const root = yield* fs.realPath(yield* fs.makeTempDirectoryScoped({ prefix: "batch [plan] " }))
  for (const file of files) {
    yield* fs.makeDirectory(paths.dirname(paths.join(root, file)), { recursive: true })
    yield* fs.writeFileString(paths.join(root, file), `film ${file}`)
  }
  const at = (...parts: ReadonlyArray<string>) => paths.join(root, ...parts)
  /** What an earlier run leaves of a video. */
  const worked = Effect.fnUntraced(function* (name: string, video: string) {
    const source: Source = {
      path: video,
      size: 1,
      format: "mp4",
      startTime: 0,
      duration: 1,
      streams: [],
      chapters: 0,
      fingerprint: yield* fingerprint(video)
    }
    yield* fs.makeDirectory(at(".work", name), { recursive: true })
    yield* fs.writeFileString(at(".work", name, "source.json"), JSON.stringify(source))
  })
  const plan = (videos: ReadonlyArray<WantedVideo>) => planBatch(videos, { work: at(".work"), output: at("out") })
  /** Workdirs and outputs, seen from the folder. */
  const placed = (videos: ReadonlyArray<WantedVideo>) =>
    Effect.map(plan(videos), (planned) =>
      planned.videos.map(({ settings, workdir }) => [
        paths.relative(root, workdir),
        paths.relative(root, settings.output ?? settings.outputBase!)
      ])
    )
  return { at, fs, plan, placed, worked }
})

const live = <E>(name: string, effect: Effect.Effect<void, E, NodeServices.NodeServices | Scope.Scope>) =>
  it.live(name, () => effect.pipe(Effect.scoped, Effect.provide(NodeServices.layer)))

describe("planBatch", () => {
  live(
    "gives each video its own name, and that of its folder where another has the same",
    Effect.gen(function* () {
      const { at, placed } = yield* place(["week1/intro.mp4", "week2/intro.mp4", "week2/Intro two.mkv"])
      const videos = ["week1/intro.mp4", "week2/intro.mp4", "week2/Intro two.mkv"].map((file) => wanted(at(file)))
      assert.deepStrictEqual(yield* placed(videos), [
        [".work/week1-intro", "out/week1-intro"],
        [".work/week2-intro", "out/week2-intro"],
        [".work/Intro two", "out/Intro two"]
      ])
    })
  )

  live(
    "leaves work where it is: a video keeps its place when others of its name come, or when it is moved",
    Effect.gen(function* () {
      const { at, fs, placed, worked } = yield* place(["week1/intro.mp4", "week2/intro.mp4", "week3/intro.mp4"])
      yield* worked("intro", at("week1/intro.mp4"))
      const all = [1, 2, 3].map((week) => wanted(at(`week${week}/intro.mp4`)))
      const expected = [
        [".work/intro", "out/intro"],
        [".work/week2-intro", "out/week2-intro"],
        [".work/week3-intro", "out/week3-intro"]
      ]
      assert.deepStrictEqual(yield* placed(all), expected)
      assert.deepStrictEqual(yield* placed(all.toReversed()), expected.toReversed())
      // What belongs to one that is not asked for now is not taken from it.
      assert.deepStrictEqual(yield* placed([all[1]!]), [expected[1]!])
      yield* fs.rename(at("week1/intro.mp4"), at("week1/welcome.mp4"))
      assert.deepStrictEqual(yield* placed([wanted(at("week1/welcome.mp4"))]), [[".work/welcome", "out/welcome"]])
      yield* fs.makeDirectory(at("old"))
      yield* fs.rename(at("week1/welcome.mp4"), at("old/intro.mp4"))
      assert.deepStrictEqual(yield* placed([wanted(at("old/intro.mp4")), all[1]!]), [expected[0]!, expected[1]!])
    })
  )

  live(
    "tells files of one name and folder apart by their endings, and names that differ in letters' case only",
    Effect.gen(function* () {
      const { at, placed } = yield* place(["a/talk.mp4", "a/talk.mov", "b/TALK.mp4"])
      const names = Effect.fnUntraced(function* (...files: ReadonlyArray<string>) {
        return (yield* placed(files.map((file) => wanted(at(file))))).map(([workdir]) => workdir!.toLowerCase())
      })
      assert.deepStrictEqual(yield* names("a/talk.mp4", "a/talk.mov"), [".work/talk.mp4", ".work/talk.mov"])
      assert.strictEqual(new Set(yield* names("a/talk.mp4", "a/talk.mov", "b/TALK.mp4")).size, 3)
      assert.strictEqual(new Set(yield* names("a/talk.mp4", "b/TALK.mp4")).size, 2)
    })
  )

  live(
    "takes a video that is named twice once, and one in other languages as another dub in the same workdir",
    Effect.gen(function* () {
      const { at, fs, plan } = yield* place(["talk.mp4"])
      yield* fs.symlink(at("talk.mp4"), at("link.mp4"))
      const { repeated, videos } = yield* plan([
        wanted(at("talk.mp4"), { where: "first" }),
        wanted(at("talk.mp4"), { where: "again" }),
        wanted(at("talk.mp4"), { to: "de" })
      ])
      assert.strictEqual(repeated, 1)
      assert.strictEqual(videos.length, 2)
      assert.strictEqual(videos[0]!.workdir, videos[1]!.workdir)
      const clash = yield* Effect.flip(plan([wanted(at("talk.mp4")), wanted(at("link.mp4"), { to: "fr,es" })]))
      assert.include(clash.message, "would be written to the same file")
      assert.include(clash.message, "Name the video once")
    })
  )

  live(
    "says before anything is done what would be written over by another",
    Effect.gen(function* () {
      const { at, plan } = yield* place(["a.mp4", "b.mp4"])
      for (const [videos, what] of [
        [
          [
            wanted(at("a.mp4"), { output: at("x.mp4") }),
            wanted(at("b.mp4"), { output: at("X.mp4"), where: "l, video 2" })
          ],
          "a.mp4 and l, video 2 would be written to the same file"
        ],
        [
          [wanted(at("a.mp4"), { workdir: at("w") }), wanted(at("b.mp4"), { workdir: `${at("w")}/` })],
          "have the same workdir"
        ],
        [[wanted(at("a.mp4"), { output: at("b.mp4") }), wanted(at("b.mp4"))], "is one of the videos"]
      ] as const) {
        const problem = yield* Effect.flip(plan(videos))
        assert.include(problem.message, what)
        assert.strictEqual(problem.exitCode, 2)
      }
      const { videos } = yield* plan([wanted(at("a.mp4"), { outputFolder: at("there") })])
      assert.strictEqual(videos[0]!.settings.outputBase, at("there/a"))
    })
  )
})

const find = (path: string, folder?: string) => Effect.map(findVideos(path, folder), (found) => found.files)

describe("findVideos", () => {
  live(
    "finds a file by its name whatever is in it, those of a folder, and those that match a pattern",
    Effect.gen(function* () {
      const files = [
        "w [1]*.mp4",
        "-x.mp4",
        "s/2.mp4",
        "s/10.MKV",
        "s/1.mp4",
        "s/1.srt",
        "s/deep/er/d.webm",
        ".hid/h.mp4"
      ]
      const { at } = yield* place(files)
      assert.deepStrictEqual(yield* find(at("w [1]*.mp4")), [at("w [1]*.mp4")])
      assert.deepStrictEqual(yield* find("w [1]*.mp4", at()), [at("w [1]*.mp4")])
      assert.deepStrictEqual(yield* find("-x.mp4", at()), [at("-x.mp4")])
      assert.deepStrictEqual(yield* find(at("s")), [at("s/1.mp4"), at("s/2.mp4"), at("s/10.MKV")])
      assert.deepStrictEqual(yield* find("s/*", at()), [at("s/1.mp4"), at("s/2.mp4"), at("s/10.MKV")])
      assert.deepStrictEqual(yield* find("../s/{1,2}.mp4", at("s")), [at("s/1.mp4"), at("s/2.mp4")])
      assert.sameMembers(
        [...(yield* find("**/*.{mp4,webm}", at()))],
        ["w [1]*.mp4", "-x.mp4", "s/1.mp4", "s/2.mp4", "s/deep/er/d.webm"].map((file) => at(file))
      )
      for (const [path, what] of [
        ["nothere.mp4", "There is no file"],
        ["no*.mp4", "There is no video that matches"],
        ["s/deep", "There is no video in the folder"]
      ] as const) {
        assert.include((yield* Effect.flip(findVideos(path, at()))).message, what)
      }
    })
  )
})
