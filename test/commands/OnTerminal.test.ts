import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schedule } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { hasScript, onTerminal } from "../support/Pty.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

/** A film of six lines, and a voice that takes its time and refuses once. */
const stage = Effect.fnUntraced(function* (latencyMillis: number) {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  const speech = yield* speechEndpoint({
    latencyMillis: () => latencyMillis,
    fault: ({ index }) => (index === 2 ? "429-retry-after" : "ok"),
    retryAfterMillis: 3000
  })
  yield* film(`${cwd}/talk.mp4`, { seconds: 20 })
  const cues = Array.from({ length: 6 }, (_, i) => ({ start: i * 3 + 1, end: i * 3 + 3, text: `Line number ${i}.` }))
  yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
  const run = (columns: number, env: Readonly<Record<string, string>> = {}, sized = true) =>
    onTerminal(["full", "talk.mp4", "--from", "en", "--align", "segment", "-c", "2"], {
      cwd,
      columns,
      sized,
      env: { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: speech.baseUrl, ...env }
    })
  return { cwd, run, speech }
})

describe.skipIf(!hasScript)("on a real terminal", () => {
  it.live("Ctrl-C lets requests under way end and says so, and leaves the terminal as it was; the rest follows", () =>
    Effect.gen(function* () {
      const { cwd, run, speech } = yield* stage(700)
      const first = yield* run(80)
      const during = yield* first.shows("2 in flight")
      assert.match(during.at(-1)!, /^ {2}speak {6}░{12} {3}0 % {2}0\/6 lines, \d s, 2 in flight$/)
      first.type("\u0003")
      assert.strictEqual(yield* first.code, 130)
      const lines = yield* first.screen.lines
      const said = lines.findIndex((line) => line.includes("stopping: 2 requests have 5 s to end"))
      assert.isAbove(said, 0, lines.join("\n"))
      assert.match(lines.at(-2)!, /^– speak +\d\.\d s {2}interrupted$/)
      assert.include(lines.at(-1), "interrupted: what was made is kept")
      // Both were let finish, and their sound is there.
      const clips = yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(`${cwd}/.work/talk/clips`))
      assert.strictEqual(clips.filter((name) => name.endsWith(".wav")).length, 2)
      assert.strictEqual(speech.received.length, 2)
      assert.notMatch(first.screen.bytes(), /\[\?25l/)

      const second = yield* run(200, { NO_COLOR: "1" })
      const waiting = yield* second.shows(" refused, waiting ")
      assert.match(
        waiting.at(-1)!,
        /^ {2}speak {6}█+░+ +\d+ % {2}\d\/6 lines, (\d+\.\d a second, )?\d s( left)?, (\d in flight, )?1 refused, waiting \d s/
      )
      assert.strictEqual(yield* second.code, 0)
      const end = yield* second.screen.lines
      assert.deepStrictEqual(
        end.filter((line) => /^[✓✗!–] /.test(line)).map((line) => line.split(/ +/)[1]),
        ["probe", "listen", "script", "group", "speak", "plan", "render"]
      )
      const summary = end.slice(end.indexOf("Done: English (en)"))
      assert.deepStrictEqual(
        summary.map((line) => line.trim().split(/ +/)[0]),
        ["Done:", "video", "lines", "fit", "sound", "time", "look", "change"]
      )
      assert.match(summary[2]!, /6 spoken, 2 kept from before$/)
      assert.notMatch(second.screen.bytes(), /\[\d+m/)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("Ctrl-C twice waits for nobody", () =>
    Effect.gen(function* () {
      const { run, speech } = yield* stage(60_000)
      const started = yield* run(80)
      yield* started.shows("2 in flight")
      started.type("\u0003")
      yield* started.shows("Ctrl-C again stops at once")
      started.type("\u0003")
      assert.strictEqual(yield* started.code, 130)
      assert.strictEqual(speech.answered.length, 0)
      // The cursor stands below what was drawn, and was never hidden.
      assert.strictEqual(started.screen.cursor().column, 0)
      assert.notMatch(started.screen.bytes(), /\[\?25l/)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("when it is closed, requests under way come in and the workdir is free", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { cwd, run, speech } = yield* stage(700)
      const started = yield* run(80)
      yield* started.shows("2 in flight")
      started.hangUp()
      const held = fs.exists(`${cwd}/.work/talk/.lock`)
      yield* Effect.repeat(held, { until: (isHeld) => !isHeld, schedule: Schedule.spaced("50 millis") })
      const clips = yield* fs.readDirectory(`${cwd}/.work/talk/clips`)
      assert.strictEqual(clips.filter((name) => name.endsWith(".wav")).length, 2)
      assert.strictEqual(speech.received.length, 2)
      assert.include(yield* fs.readFileString(`${cwd}/.work/talk/logs/full.log`), "interrupted: what was made is kept")
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("of no size, as in a container, is drawn on as one of 80 columns", () =>
    Effect.gen(function* () {
      const { run } = yield* stage(100)
      const started = yield* run(80, { LANG: "C" }, false)
      yield* started.shows(" refused, waiting ")
      assert.strictEqual(yield* started.code, 0)
      assert.notInclude(started.screen.bytes(), "…")
      const lines = yield* started.screen.lines
      assert.isTrue(
        lines.some((line) => /^\+ group +\d\.\d s {2}6 utterances from 6 lines$/.test(line)),
        lines.join("\n")
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
