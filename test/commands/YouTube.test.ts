import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const cues = [
  { start: 1, end: 3, text: "Welcome to a lesson on roofs." },
  { start: 5, end: 8, text: "A roof keeps the water out." },
  { start: 14, end: 17, text: "Now we come to the walls." },
  { start: 18, end: 21, text: "Walls carry what is above them." },
  { start: 27, end: 30, text: "At the end there are doors." }
]

describe("dubber youtube and full --youtube", () => {
  it.live("write texts in every language of the run, at the times of the dub, and the report's page beside", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      yield* film(`${cwd}/roofs.mp4`, { seconds: 40 })
      yield* fs.writeFileString(`${cwd}/roofs.en.srt`, srt(cues))
      const words: Record<string, string> = { Spanish: "Esto es el tema", German: "Das ist der Inhalt von" }
      const chat = yield* chatEndpoint({
        rewrite: (line, { asked }) =>
          `${words[String(asked["to"] ?? asked["language"])]} ${line["wanted"] === undefined ? "número" : line["wanted"] === "tags" ? "a, b" : "título"} ${line.id}`
      })
      const env = { DUBBER_LLM_BASE_URL: chat.baseUrl }
      const ran = yield* dubber(
        ["full", "roofs.mp4", "--from", "en", "--to", "es,de", "--youtube", "--align", "segment", "--no-refit"],
        { cwd, env }
      )
      assert.strictEqual(ran.code, 0, ran.stderr)
      for (const [language, word] of [
        ["es", "Esto es el tema título"],
        ["de", "Das ist der Inhalt von título"]
      ] as const) {
        const folder = `${cwd}/.work/roofs/${language}`
        const json = yield* fs.readFileString(`${folder}/report.json`)
        const report = yield* Schema.decodeEffect(Schema.fromJsonString(Report))(json)
        const starts = report.utterances.map((one) => Math.floor(one.spokenStart))
        const chapters = (yield* fs.readFileString(`${folder}/youtube/chapters.txt`)).trim().split("\n")
        assert.strictEqual(chapters.length, 3)
        assert.strictEqual(chapters[0], `00:00 ${word} 1`)
        for (const chapter of chapters.slice(1)) assert.include(starts, Number(chapter.slice(3, 5)))
        const description = yield* fs.readFileString(`${folder}/youtube/description.md`)
        assert.isTrue(description.startsWith(`# ${word} 4\n`))
        assert.isTrue(description.endsWith(`${chapters.join("\n")}\n`))

        const page = yield* fs.readFileString(`${folder}/report.html`)
        const media = /<video[^>]*\ssrc="([^"]+)"/.exec(page)![1]!
        assert.isTrue(yield* fs.exists(`${folder}/${decodeURIComponent(media)}`))
        assert.include(page, "Welcome to a lesson on roofs.")
      }

      const before = chat.requests.length
      yield* fs.writeFileString(`${cwd}/.work/roofs/es/youtube/tags.txt`, "mine\n")
      const again = yield* dubber(["youtube", "roofs.mp4", "--to", "es"], { cwd, env })
      assert.strictEqual(again.code, 0, again.stderr)
      assert.strictEqual(chat.requests.length, before)
      assert.strictEqual(yield* fs.readFileString(`${cwd}/.work/roofs/es/youtube/tags.txt`), "mine\n")

      const shown = yield* dubber(["report", "roofs.mp4", "--to", "es"], { cwd })
      assert.include(shown.stdout, `${yield* fs.realPath(cwd)}/.work/roofs/es/report.html`)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("say what to run first where nothing is known of a video", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      yield* film(`${cwd}/roofs.mp4`, { seconds: 1 })
      const ran = yield* dubber(["youtube", "roofs.mp4"], { cwd })
      assert.strictEqual(ran.code, 1)
      assert.include(ran.stderr, 'Run "dubber full roofs.mp4" first')
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
