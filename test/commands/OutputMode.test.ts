import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { type Fault, speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

/** Stands in every line that is said. */
const said = "abracadabra"

const stage = Effect.fnUntraced(function* (fault: (index: number) => Fault = () => "ok") {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  const speech = yield* speechEndpoint({ fault: ({ index }) => fault(index) })
  yield* film(`${cwd}/talk.mp4`, { seconds: 12 })
  const cues = [1, 5, 9].map((start, i) => ({ start, end: start + 2, text: `An ${said} of number ${i + 1}.` }))
  yield* fs.writeFileString(`${cwd}/talk.en.srt`, srt(cues))
  const env = { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: speech.baseUrl }
  return {
    cwd,
    run: (...more: ReadonlyArray<string>) => dubber(["full", "talk.mp4", "--align", "segment", ...more], { cwd, env }),
    free: (...more: ReadonlyArray<string>) => dubber(["full", "talk.mp4", ...more], { cwd })
  }
})

describe("how a run is told of", () => {
  it.live("as lines of JSON, the report on stdout; or not at all, unless something is wrong", () =>
    Effect.gen(function* () {
      const { cwd, run } = yield* stage()
      const ran = yield* run("--json", "--log-format", "json")
      assert.strictEqual(ran.code, 0, ran.stderr)
      const report = yield* Schema.decodeEffect(Schema.fromJsonString(Report))(ran.stdout)
      assert.strictEqual(report.seconds, 12)
      assert.isAtLeast(report.requestTime!.oneByOneSeconds, report.requestTime!.takenSeconds)
      const entries = ran.stderr
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.deepStrictEqual(
        entries.map(({ message }) => message).filter((message) => message.endsWith(" done")),
        ["probe", "listen", "script", "group", "speak", "plan", "render"].map((name) => `${name} done`)
      )
      const last = entries.at(-1)
      assert.strictEqual(last.message, "the run is over")
      assert.deepInclude(last.annotations, { language: "en", status: "complete", spoken: 3, kept: 0, failed: 0 })
      assert.strictEqual(last.annotations.output, report.output)
      assert.notInclude(ran.stderr, said)

      const quiet = yield* run("-q")
      assert.deepStrictEqual(quiet, { code: 0, stdout: "", stderr: "" })
      const wrong = yield* dubber(["full", "gone.mp4", "--quiet"], { cwd })
      assert.strictEqual(wrong.code, 1)
      assert.match(wrong.stderr, /^dubber: There is no file gone\.mp4[^\n]*\n$/)
      const inJson = yield* dubber(["full", "gone.mp4"], { cwd, env: { DUBBER_LOG_FORMAT: "json" } })
      assert.deepInclude(JSON.parse(inJson.stderr), { level: "ERROR", message: wrong.stderr.slice(8).trim() })
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("a stage in which all or some lines failed has not gone well, and what to do is said", () =>
    Effect.gen(function* () {
      const { run } = yield* stage((index) => (index < 3 || index === 4 ? "refused" : "ok"))
      const all = yield* run("-c", "1")
      assert.strictEqual(all.code, 1)
      assert.match(all.stderr, /^✗ speak .*0 spoken by openai gpt-4o-mini-tts, 3 failed$/m)
      const some = yield* run("-c", "1")
      assert.strictEqual(some.code, 3)
      assert.match(some.stderr, /^! speak .*2 spoken by openai gpt-4o-mini-tts, 1 failed$/m)
      assert.match(some.stderr, /^Done, but 1 line could not be spoken: English \(en\)$/m)
      assert.match(some.stderr, /^ {2}failed {4}line \d at 0:0\d: An abracadabra .*: openai: the request was refused/m)
      const [, line] = /^ {2}failed {4}line (\d)/m.exec(some.stderr)!
      assert.include(
        some.stderr,
        `\n  mend      line ${line} of .work/talk/en/subs.srt, then the same command: the words were refused\n`
      )
      assert.notInclude(some.stderr, "asks only for what failed")
      assert.match(some.stderr, new RegExp(`The words of line ${line} were refused: change them in subs\\.srt`))
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("that a plain voice speaks is said when it does, not before what else is wrong", () =>
    Effect.gen(function* () {
      const { cwd, free } = yield* stage()
      const wrong = yield* free("--to", "es")
      assert.notInclude(wrong.stderr, "no key is set")
      const right = yield* free("-o", "my talk.mp4")
      assert.strictEqual(right.code, 0, right.stderr)
      assert.isBelow(right.stderr.indexOf("✓ group"), right.stderr.indexOf("no key is set"))
      assert.include(
        right.stderr,
        `  video     ${yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.realPath(cwd))}/my talk.mp4 (12 s)`
      )
      assert.match(right.stderr, /^ {2}look {6}\.work\/talk\/en\/report\.html$/m)
      assert.match(right.stderr, /^ {2}change {4}\.work\/talk\/en\/subs\.srt, then the same command: /m)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
