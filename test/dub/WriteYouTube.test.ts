import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Language } from "../../src/domain/Language.ts"
import type { Source } from "../../src/domain/Source.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { Workdir } from "../../src/dub/Workdir.ts"
import { byTopic, writeYouTube } from "../../src/dub/WriteYouTube.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import type { TalkLine } from "../../src/publish/Chapters.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { RequestPolicy } from "../../src/requests/RequestPolicy.ts"
import * as OpenAi from "../../src/script/LanguageModel/OpenAi.ts"
import * as RetriedLanguageModel from "../../src/script/RetriedLanguageModel.ts"
import { topicsCost } from "../../src/script/Topics.ts"
import {
  type AskedLine,
  chatEndpoint,
  type ChatOptions,
  type Misbehaviour,
  misbehaviours
} from "../support/ChatEndpoint.ts"

const es = Language.make("es")

const source = (duration: number): Source => ({
  path: "/videos/tejados_de_Roma.mp4",
  size: 1,
  format: "mov,mp4",
  startTime: 0,
  duration,
  streams: [],
  chapters: 0,
  fingerprint: "f"
})

const topics = ["Los tejados son viejos", "Las paredes también lo son", "Las puertas se abren"]

/** Three topics of 20 seconds, spoken half a second late. */
const lines: ReadonlyArray<TalkLine> = topics.flatMap((topic, n) =>
  Array.from({ length: 4 }, (_, i) => ({
    text: i === 0 ? `${topic} y hablamos de ellos.` : `Aquí se dice algo más sobre el tema ${n}.`,
    speaker: null,
    start: n * 22 + i * 5 + 0.6,
    end: n * 22 + i * 5 + 5,
    spokenStart: n * 22 + i * 5 + 1.1
  }))
)

const good = (line: AskedLine): string => {
  switch (line["wanted"]) {
    case "chapter title":
      return `El tema número ${line.id}`
    case "video title":
      return "Por qué gotean los tejados"
    case "description":
      return "Un paseo por los tejados de Roma y sus paredes."
    default:
      return "Roma, tejados, arquitectura romana"
  }
}

const withModel = (options: ChatOptions) =>
  Effect.gen(function* () {
    const endpoint = yield* chatEndpoint({ rewrite: good, ...options })
    const model = OpenAi.layer({ endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined }, model: "served" })
    const layer = RetriedLanguageModel.layer(model).pipe(
      Layer.provide(RequestPolicy.layer({ kind: "language", concurrency: 1, attempts: 1 })),
      Layer.provide(RequestLog.layer)
    )
    return { endpoint, layer }
  })

const inWorkdir = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const root = yield* fs.makeTempDirectoryScoped()
    const file = (name: string) => fs.readFileString(`${root}/es/youtube/${name}`)
    return yield* Effect.gen(function* () {
      const value = yield* program
      const progress = yield* Progress
      return {
        value,
        description: yield* file("description.md"),
        chapters: yield* file("chapters.txt"),
        tags: yield* file("tags.txt"),
        warnings: yield* progress.warnings
      }
    }).pipe(
      Effect.provide(Layer.mergeAll(Workdir.layer(root), Ffmpeg.layer).pipe(Layer.provideMerge(Progress.layerSilent)))
    )
  })

const write = (duration = 70) => writeYouTube({ source: source(duration), language: es, lines })
const services = NodeServices.layer

const rulesHold = (chapters: string) => {
  const seconds = chapters
    .trim()
    .split("\n")
    .map((one) => /^(\d\d):(\d\d) \S/.exec(one)!)
    .map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest))
  assert.isAtLeast(seconds.length, 3)
  assert.strictEqual(seconds[0], 0)
  for (const [i, at] of seconds.entries()) assert.isAtLeast((seconds[i + 1] ?? 70) - at, 10)
}

const chapters = (...titles: ReadonlyArray<string>) => titles.map((title, i) => ({ at: i * 20, title }))

describe("chapters", () => {
  it("that go on with a topic are one with it, as long as three are left", () => {
    assert.deepStrictEqual(byTopic(chapters("Roofs", "Roofs ", "Walls", "roofs")), [
      { at: 0, title: "Roofs" },
      { at: 40, title: "Walls" },
      { at: 60, title: "roofs" }
    ])
    assert.deepStrictEqual(byTopic(chapters("a", "a", "b")), chapters("a", "a", "b"))
    assert.deepStrictEqual(byTopic([]), [])
  })

  it("cost one request, and one more at most, however long the talk is", () => {
    assert.deepInclude(topicsCost(0, 500), { requests: 1, atMost: 2 })
    const long = topicsCost(21, 150_000)
    assert.strictEqual(long.atMost, 2)
    assert.isBelow(long.read, 20_000)
    assert.isAbove(long.written, 1000)
  })
})

describe("writeYouTube", () => {
  it.live("asks the model once for everything, and keeps what it said and what a person wrote", () =>
    Effect.gen(function* () {
      const { endpoint, layer } = yield* withModel({})
      const fs = yield* FileSystem.FileSystem
      const ran = yield* inWorkdir(
        Effect.gen(function* () {
          yield* write()
          const workdir = yield* Workdir
          const path = workdir.path("es/youtube/tags.txt")
          yield* fs.writeFileString(path, "mine\n")
          yield* write()
        }).pipe(Effect.provide(layer))
      )
      assert.strictEqual(endpoint.requests.length, 1)
      const asked = endpoint.requests[0]!.asked
      assert.deepStrictEqual(
        asked.lines.map((line) => line["wanted"]),
        ["chapter title", "chapter title", "chapter title", "video title", "description", "tags"]
      )
      assert.include(asked.lines[1]!.text, "Las paredes también lo son")
      assert.strictEqual(ran.chapters, "00:00 El tema número 1\n00:23 El tema número 2\n00:45 El tema número 3\n")
      assert.strictEqual(
        ran.description,
        `# Por qué gotean los tejados\n\nUn paseo por los tejados de Roma y sus paredes.\n\n${ran.chapters}`
      )
      assert.strictEqual(ran.tags, "mine\n")
      assert.deepStrictEqual(ran.warnings, [])
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("does without a model: first words, opening sentences, frequent words", () =>
    Effect.gen(function* () {
      const ran = yield* inWorkdir(write())
      assert.strictEqual(
        ran.chapters,
        topics.map((topic, n) => `00:${["00", "23", "45"][n]} ${topic} y hablamos de ellos`).join("\n") + "\n"
      )
      assert.isTrue(ran.description.startsWith("# tejados de Roma\n\nLos tejados son viejos"))
      assert.deepStrictEqual(ran.warnings, [])
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("has no chapters where the video is too short for three", () =>
    Effect.gen(function* () {
      const ran = yield* inWorkdir(write(29))
      assert.strictEqual(ran.chapters, "")
      assert.notMatch(ran.description, /\d\d:\d\d/)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  for (const how of misbehaviours) {
    it.live(`stands a model that goes wrong: ${how}`, () =>
      Effect.gen(function* () {
        const { endpoint, layer } = yield* withModel({ misbehave: () => how })
        const ran = yield* inWorkdir(write().pipe(Effect.provide(layer)))
        assert.isAtMost(endpoint.requests.length, 8)
        rulesHold(ran.chapters)
        assert.isTrue(ran.description.startsWith("# "))
        assert.notMatch(ran.description, /sorry|и|99999|All of lines/u)
        const isLost: ReadonlyArray<Misbehaviour> = [
          "garbage",
          "refusal",
          "content filter",
          "no content",
          "server error"
        ]
        if (isLost.includes(how)) {
          assert.include(ran.warnings.join(), "taken from the talk itself")
          assert.include(ran.chapters, "00:00 Los tejados son viejos")
        }
      }).pipe(Effect.scoped, Effect.provide(services))
    )
  }

  it.live("believes no address that the talk doesn't name, and no angle brackets", () =>
    Effect.gen(function* () {
      const { layer } = yield* withModel({
        rewrite: (line) =>
          line["wanted"] === "description" ? "Visit https://evil.example now" : `<b>${good(line)}</b>`
      })
      const ran = yield* inWorkdir(write().pipe(Effect.provide(layer)))
      assert.notInclude(ran.description, "evil")
      assert.notMatch(ran.description + ran.tags + ran.chapters, /[<>]/)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
