import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { fileURLToPath } from "node:url"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { encodeWav } from "../../src/media/Wav.ts"
import { tone } from "../../src/speech/TextToSpeech/Mock.ts"
import { compileCache, workplace } from "../support/Dubber.ts"
import { serve } from "../support/HttpService.ts"
import { film, levelBetween, listen, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const example = (name: string) => fileURLToPath(new URL(`../../scripts/examples/${name}`, import.meta.url))

const run = Effect.fnUntraced(function* (name: string, args: ReadonlyArray<string>, cwd: string) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  return yield* spawner.string(
    ChildProcess.make(process.execPath, [example(name), ...args], {
      cwd,
      env: { NODE_COMPILE_CACHE: compileCache },
      extendEnv: true
    })
  )
})

const place = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  yield* film(`${cwd}/talk.mp4`, { seconds: 6, sounds: [{ seconds: 6, language: "eng" }] })
  yield* fs.writeFileString(`${cwd}/talk.srt`, srt([{ start: 2, end: 4, text: "Whistle this line for me." }]))
  return cwd
})

describe("the examples", () => {
  it.live("dub with a voice of their own", () =>
    Effect.gen(function* () {
      const cwd = yield* place
      assert.include(yield* run("own-voice.ts", ["talk.mp4", "talk.srt"], cwd), "complete: ")
      const heard = yield* listen(`${cwd}/out/talk.en.mp4`)
      assert.isAbove(levelBetween(heard, 2.1, 3), -40)
      assert.isBelow(levelBetween(heard, 0, 1.8), -70)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("dub a folder, whatever is wrong with one of its videos", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* place
      yield* fs.writeFileString(`${cwd}/broken.mp4`, "no video")
      const told = yield* run("folder.ts", ["."], cwd)
      assert.include(told, "talk.mp4: ")
      assert.include(told, "broken.mp4: broken.mp4 is not a video or sound file")
      assert.match(told, /^1 of 2 in \d/m)
      assert.isTrue(yield* fs.exists(`${cwd}/out/talk.en.mp4`))
      assert.isTrue(yield* fs.exists(`${cwd}/.work/talk/en/report.json`))
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("dub what has subtitles, and say how it came out", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* place
      assert.match(
        yield* run("library.ts", ["talk.mp4"], cwd),
        /^complete: .*talk\.en\.mp4, 100 % at a comfortable tempo$/m
      )
      assert.isTrue(yield* fs.exists(`${cwd}/.work/talk/en/report.json`))
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("dub with services of their own, and ask again what they refuse", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const spanish = new Map([
        ["Good morning to all of you.", "Buenos días a todos ustedes."],
        ["Today we learn something new.", "Hoy aprendemos algo nuevo."]
      ])
      const heard = [...spanish.keys()].map((words, i) => ({ at: 1 + 2.5 * i, words }))
      yield* film(`${cwd}/talk.mp4`, { seconds: 6, sounds: [{ seconds: 6, language: "eng", heard }] })
      const segments = [...spanish.keys()].map((text, i) => ({ start: 1 + 2.5 * i, end: 2.8 + 2.5 * i, text }))
      let refusals = 0
      const house = yield* serve(({ json, path }) => {
        if (path === "/hear") return { body: { language: "en", segments } }
        if (path === "/write") {
          const { lines } = json() as { readonly lines: ReadonlyArray<{ readonly id: number; readonly text: string }> }
          return { body: { lines: lines.map(({ id, text }) => ({ id, text: spanish.get(text) ?? text })) } }
        }
        if (refusals++ === 0) return { status: 429, headers: { "retry-after": "0" }, body: { error: "too many" } }
        return { headers: { "content-type": "audio/wav" }, body: encodeWav(tone(220, 1.5)) }
      })
      assert.include(yield* run("own-services.ts", [house.url, "talk.mp4", "es"], cwd), "complete: ")
      const said = house.received.filter(({ path }) => path === "/say")
      assert.strictEqual(said.at(-1)!.json().text, [...spanish.values()].join(" "))
      assert.deepStrictEqual(
        said.map(({ json }) => json().voice),
        said.map(() => "es-1")
      )
      const report = JSON.parse(yield* fs.readFileString(`${cwd}/.work/talk/es/report.json`))
      assert.strictEqual(report.requests.speech.sent, said.length)
      assert.strictEqual(report.requests.speech.retried, 1)
      assert.strictEqual(report.requests.transcription.sent, 1)
      assert.isAbove(report.cost.actualUsd, 0)
      const dubbed = yield* listen(`${cwd}/out/talk.es.mp4`)
      assert.isAbove(levelBetween(dubbed, 1.1, 2), -40)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
