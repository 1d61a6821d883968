import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { fileURLToPath } from "node:url"
import { inject } from "vitest"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))
const script = fileURLToPath(new URL("../../scripts/batch.sh", import.meta.url))

const sh = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Record<string, string>) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const child = yield* spawner.spawn(ChildProcess.make("sh", [script, ...args], { env, extendEnv: true }))
  const [stdout, stderr] = yield* Effect.all(
    [Stream.mkString(Stream.decodeText(child.stdout)), Stream.mkString(Stream.decodeText(child.stderr))],
    { concurrency: 2 }
  )
  return { code: Number(yield* child.exitCode), said: stdout + stderr }
}, Effect.scoped)

/** A folder with a video of one line, and the program under a name of its own. */
const stage = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  const lessons = `${cwd}/the lessons of 100 %`
  yield* fs.makeDirectory(lessons)
  yield* film(`${lessons}/first one.mp4`, { seconds: 4, sounds: [{ seconds: 4, language: "eng" }] })
  yield* fs.writeFileString(`${lessons}/first one.srt`, srt([{ start: 1, end: 3, text: "Good evening to you." }]))
  const program = `${cwd}/my dubber`
  yield* fs.writeFileString(program, `#!/bin/sh\nexec "${process.execPath}" "${inject("bin")}" "$@"\n`)
  yield* fs.chmod(program, 0o755)
  const run = (...flags: ReadonlyArray<string>) =>
    sh([lessons, "en", "--from", "en", "--tts", "espeak", ...flags], { DUBBER: program })
  const log = Effect.gen(function* () {
    const names = (yield* fs.readDirectory(`${lessons}/logs`)).filter((name) =>
      /^dubber-\d{4}-\d\d-\d\d\.log$/.test(name)
    )
    return (yield* Effect.forEach(names, (name) => fs.readFileString(`${lessons}/logs/${name}`))).join("")
  })
  return { fs, lessons, run, log }
})

describe("the nightly job", () => {
  it.live("dubs a folder without a word, one job at a time, and mails only what is wrong", () =>
    Effect.gen(function* () {
      const { fs, lessons, log, run } = yield* stage
      const both = yield* Effect.all([run(), run()], { concurrency: 2 })
      const codes = both.map(({ code }) => code).toSorted((a, b) => a - b)
      assert.deepStrictEqual(codes, [0, 75], both.map(({ said }) => said).join("\n"))
      assert.strictEqual(both.find(({ code }) => code === 0)!.said, "")
      assert.include(both.find(({ code }) => code === 75)!.said, "still running")
      assert.isTrue(yield* fs.exists(`${lessons}/dubbed/first one.en.mp4`))
      assert.match(yield* log, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d all is dubbed$/m)

      yield* fs.writeFileString(`${lessons}/broken.mp4`, "no video")
      const next = yield* run()
      assert.strictEqual(next.code, 3, next.said)
      assert.include(next.said, "some is missing")
      assert.match(next.said, /broken .* failed: broken\.mp4 is not a video or sound file/)
      assert.match(yield* log, /first one +1 line +free +as before/)

      const wrong = yield* run("--max-tempo", "9")
      assert.strictEqual(wrong.code, 2)
      assert.include(wrong.said, "the command is wrong")
      assert.strictEqual((yield* sh([lessons], {})).code, 2)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
