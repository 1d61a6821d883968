import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const times = [
  { start: 0.5, end: 2.5 },
  { start: 4, end: 6 }
]
const lines = (...texts: ReadonlyArray<string>) => srt(texts.map((text, i) => ({ ...times[i]!, text })))

const texts = {
  en: lines("Good morning, and welcome to the first lesson.", "Today we will talk about what the sky is made of."),
  es: lines("Buenos días y bienvenidos a la primera lección.", "Hoy vamos a hablar de qué está hecho el cielo."),
  de: lines("Guten Morgen und willkommen zur ersten Stunde.", "Heute reden wir darüber, woraus der Himmel ist.")
}

const stage = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  yield* film(`${cwd}/talk.mp4`, { seconds: 8 })
  yield* fs.writeFileString(`${cwd}/talk.en.srt`, texts.en)
  yield* fs.writeFileString(`${cwd}/mine.srt`, texts.es)
  const run = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    dubber([...args, "--to", "es"], { cwd, env: { DUBBER_TTS: "espeak", ...env } })
  return { cwd, fs, run }
})

describe("a script that is given", () => {
  it.live(
    "stays for later runs without it, is told, and costs what a run would; a translation beside the video too",
    () =>
      Effect.gen(function* () {
        const { cwd, fs, run } = yield* stage
        const before = yield* run(["estimate", "talk.mp4"])
        assert.strictEqual(before.code, 1)
        assert.match(before.stdout, /^translation +not set up +1 request$/m)
        assert.include(
          before.stderr,
          "dubber: A run would stop: Translating from English to Spanish needs a language model"
        )
        assert.include(before.stderr, "OPENAI_API_KEY")
        assert.isBelow(before.stderr.length, 300)

        const first = yield* run(["full", "talk.mp4", "--script", "mine.srt"])
        assert.strictEqual(first.code, 0, first.stderr)
        const again = yield* run(["full", "talk.mp4"])
        assert.strictEqual(again.code, 0, again.stderr)
        assert.include(
          again.stderr,
          "going on with es/subs.srt of the workdir, which an earlier run made from mine.srt"
        )
        assert.include(again.stderr, "2 lines in Spanish, from mine.srt")
        // An edited script goes on to be spoken as it stands, also in a part.
        const subs = `${cwd}/.work/talk/es/subs.srt`
        yield* fs.writeFileString(subs, (yield* fs.readFileString(subs)).replace("el cielo", "todo el cielo"))
        const part = yield* run(["full", "talk.mp4", "--range", "3-7"])
        assert.strictEqual(part.code, 0, part.stderr)
        assert.include(part.stderr, "from mine.srt, edited by hand")
        assert.include(yield* fs.readFileString(`${cwd}/.work/talk/parts/0m03s-0m07s/es/spoken.srt`), "todo el cielo")
        // What a model would be paid for is asked only where the script is removed.
        const { baseUrl, received } = yield* chatEndpoint({ rewrite: () => "No." })
        const withModel = yield* run(["full", "talk.mp4"], { DUBBER_LLM_BASE_URL: baseUrl })
        assert.strictEqual(withModel.code, 0, withModel.stderr)
        assert.strictEqual(received.length, 0)
        const estimated = yield* run(["estimate", "talk.mp4"])
        assert.strictEqual(estimated.code, 0, estimated.stderr)
        assert.notInclude(estimated.stdout, "translation")

        yield* fs.remove(subs)
        const removed = yield* run(["estimate", "talk.mp4"], { DUBBER_LLM_BASE_URL: baseUrl })
        assert.match(removed.stdout, /^translation +no price .*\(a server of your own\)$/m)
        yield* fs.rename(`${cwd}/mine.srt`, `${cwd}/talk.es.srt`)
        const beside = yield* run(["estimate", "talk.mp4"], { DUBBER_LLM_BASE_URL: baseUrl })
        assert.notInclude(beside.stdout, "translation")
        assert.strictEqual(received.length, 0)
      }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("and is older than what is said now, is named with what changed and how to go on, for a part too", () =>
    Effect.gen(function* () {
      const { cwd, fs, run } = yield* stage
      assert.strictEqual((yield* run(["prep", "talk.mp4", "--script", "mine.srt"])).code, 0)
      yield* fs.writeFileString(`${cwd}/talk.en.srt`, texts.en.replace("first lesson", "second lesson"))
      const told =
        "dubber: talk.en.srt has changed since mine.srt was given. Give --script mine.srt again, or set OPENAI_API_KEY " +
        `to have it translated; dubber synth speaks ${cwd}/.work/talk/es/subs.srt as it is.`
      for (const part of [[], ["--lines", "1"]]) {
        const ran = yield* run(["full", "talk.mp4", ...part])
        assert.strictEqual(ran.code, 1)
        assert.strictEqual(ran.stderr.trim().split("\n").at(-1), told)
      }
      assert.strictEqual((yield* run(["full", "talk.mp4", "--script", "mine.srt"])).code, 0)
      assert.strictEqual((yield* run(["full", "talk.mp4"])).code, 0)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("is told to be in another language than it is to be spoken in, in the run and in its report", () =>
    Effect.gen(function* () {
      const { cwd, fs, run } = yield* stage
      yield* fs.writeFileString(`${cwd}/de.srt`, texts.de)
      const ran = yield* run(["full", "talk.mp4", "--script", "de.srt", "--json"])
      assert.strictEqual(ran.code, 0, ran.stderr)
      const told = "de.srt reads like German, not Spanish as --to asks; it is spoken as it is."
      assert.include(ran.stderr, told)
      assert.isTrue(JSON.parse(ran.stdout).warnings.some((warning: string) => warning.startsWith(told)))
      yield* fs.writeFileString(
        `${cwd}/ru.srt`,
        lines("Доброе утро и добро пожаловать.", "Сегодня мы поговорим о небе.")
      )
      const refused = yield* run(["prep", "talk.mp4", "--script", "ru.srt"])
      assert.strictEqual(refused.code, 2)
      assert.match(refused.stderr, /^dubber: ru\.srt is written in Cyrillic letters .* --to ru\.$/m)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
