import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Cause, ConfigProvider, Effect, Exit, Fiber, FileSystem, Layer } from "effect"
import { Command } from "effect/cli"
import * as TestConsole from "effect/testing/TestConsole"
import { dubber as cli } from "../../src/commands/dubber.ts"
import type { Problem } from "../../src/domain/Problem.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { serve } from "../support/HttpService.ts"
import { film, srt } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const key = "sk-verysecret-0123456789abcdef"
/** Stands in every line that is said, in every language. */
const said = "abracadabra"

const parsed = (text: string): ReadonlyArray<any> =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

/** A collector of OpenTelemetry: OTLP over HTTP, as JSON. */
const collector = Effect.gen(function* () {
  const service = yield* serve(({ path }) => (path === "/v1/traces" ? { body: {} } : { status: 404 }))
  const spans = () =>
    service.received.flatMap((one) =>
      one.json().resourceSpans.flatMap((resource: any) => resource.scopeSpans.flatMap((scope: any) => scope.spans))
    )
  return { service, spans }
})

const attributesOf = (span: any): Record<string, unknown> =>
  Object.fromEntries(span.attributes.map(({ key: name, value }: any) => [name, Object.values(value)[0]]))

/** A film of four lines, a model that translates them, and a voice that refuses the second request. */
const stage = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  const speech = yield* speechEndpoint({
    fault: ({ index }) => (index === 1 ? "429-retry-after" : "ok"),
    retryAfterMillis: 300
  })
  const chat = yield* chatEndpoint({ rewrite: ({ id }) => `${said} en español, línea ${id}.` })
  yield* film(`${cwd}/talk.mp4`, { seconds: 16 })
  const cues = Array.from({ length: 4 }, (_, i) => ({
    start: i * 4 + 0.5,
    end: i * 4 + 3,
    text: `The ${said} of number ${i + 1}.`
  }))
  yield* fs.writeFileString(`${cwd}/talk.en.srt`, srt(cues))
  const env = { OPENAI_API_KEY: key, DUBBER_TTS_BASE_URL: speech.baseUrl, DUBBER_LLM_BASE_URL: chat.baseUrl }
  const run = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
    dubber(args, { cwd, env: { ...env, DUBBER_TTS_API_KEY: key, DUBBER_LLM_API_KEY: key, ...more } })
  const log = (command: string) => fs.readFileString(`${cwd}/.work/talk/logs/${command}.log`)
  return { cwd, fs, log, run }
})

/** `dubber logs` without a process of its own: what it prints, and how it failed. */
const logs = (cwd: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(
      Command.runWith(cli, { version: "0" })(["logs", "talk.mp4", "--workdir", `${cwd}/.work/talk`, ...args])
    )
    const lines = (yield* TestConsole.logLines).map(String)
    const stderr = (yield* TestConsole.errorLines).map(String).join("\n")
    const problem = Exit.isFailure(exit) ? (Cause.squash(exit.cause) as Problem) : undefined
    return { stdout: lines.join("\n"), stderr, problem }
  }).pipe(
    Effect.provide(TestConsole.layer),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown({}))
  )

const entry = (message: string) =>
  `${JSON.stringify({ message, level: "INFO", timestamp: "2026-11-22T20:00:00.000Z", annotations: {} })}\n`

const full = ["full", "talk.mp4", "--to", "es", "--align", "segment", "-c", "2"]

describe("logs and traces", () => {
  it.live("tell who was asked what, how often and how long, and neither keys nor what is said", () =>
    Effect.gen(function* () {
      const { cwd, fs, log, run } = yield* stage
      const { service, spans } = yield* collector
      const ran = yield* run(full, { OTEL_EXPORTER_OTLP_ENDPOINT: service.url, OTEL_SERVICE_NAME: "nightly" })
      assert.strictEqual(ran.code, 0, ran.stderr)

      const text = yield* log("full")
      const entries = parsed(text)
      assert.deepInclude(entries[0], { message: "run begins", level: "INFO" })
      const about = (subject: string) =>
        entries.map(({ annotations }) => annotations).filter((one) => one.subject === subject && "outcome" in one)
      const [translated] = about("translation batch 1")
      assert.deepInclude(translated, {
        kind: "language",
        outcome: "ok",
        language: "es",
        lines: "1-4",
        service: "openai"
      })
      const refused = entries.filter(({ annotations }) => annotations.outcome === "RateLimited")
      assert.strictEqual(refused.length, 1)
      assert.strictEqual(refused[0].level, "WARN")
      assert.deepInclude(refused[0].annotations, { status: 429, attempt: 1, retryAfterSeconds: 0.3, language: "es" })
      const again = about(refused[0].annotations.subject).find(({ attempt }) => attempt === 2)
      assert.strictEqual(again.outcome, "ok")
      assert.isAbove(again.bytes, 10_000)
      assert.isAbove(again.seconds, 0)
      assert.match(again.clip, /^[0-9a-f]{40}$/)
      assert.strictEqual(again.model, "gpt-4o-mini-tts")
      const stages = entries
        .filter(({ message }) => message.endsWith(" done"))
        .map(({ annotations }) => annotations.stage)
      assert.deepStrictEqual(stages, ["probe", "listen", "translate", "group", "speak", "plan", "render"])

      // Every span has one parent, up to the run itself.
      const all = spans()
      const byId = new Map(all.map((span: any) => [span.spanId, span]))
      const roots = all.filter((span: any) => span.parentSpanId === undefined || span.parentSpanId === "")
      assert.deepStrictEqual(
        roots.map((span: any) => span.name),
        ["dubber full"]
      )
      assert.isTrue(all.every((span: any) => roots.includes(span) || byId.has(span.parentSpanId)))
      const attempts = all.filter((span: any) => span.name === "attempt").map(attributesOf)
      assert.strictEqual(attempts.length, 6)
      assert.strictEqual(attempts.filter(({ outcome }: any) => outcome === "RateLimited").length, 1)
      const requests = all.filter((span: any) => span.name === "speech request").map(attributesOf)
      assert.strictEqual(requests.length, 4)
      assert.isTrue(requests.every((one: any) => one.service === "openai" && one.model === "gpt-4o-mini-tts"))
      const [resource] = service.received[0]!.json().resourceSpans
      assert.deepInclude(attributesOf(resource.resource), { "service.name": "nightly" })

      // What is said is in the files that are for it, and nowhere else; the key is nowhere.
      const sent = service.received.map(({ body }) => body.toString()).join("\n")
      for (const told of [text, sent]) {
        assert.notInclude(told, said)
        assert.notInclude(told, key)
        assert.notInclude(told, key.slice(3))
      }
      const files = yield* fs.readDirectory(`${cwd}/.work`, { recursive: true })
      for (const name of files.filter((one) => /\.(json|log|srt|vtt|html|yaml)$/.test(one))) {
        assert.notInclude(yield* fs.readFileString(`${cwd}/.work/${name}`), key, name)
      }
      assert.notInclude(ran.stderr + ran.stdout, key)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("are shown to people: the last run, what was wrong, and all that happened to a line in every run", () =>
    Effect.gen(function* () {
      const { cwd, fs, log, run } = yield* stage
      const first = yield* run(full)
      assert.strictEqual(first.code, 0, first.stderr)
      const subs = `${cwd}/.work/talk/es/subs.srt`
      const edited = (yield* fs.readFileString(subs)).replace("línea 2.", "línea dos.")
      yield* fs.writeFileString(subs, edited)
      const second = yield* run(["synth", "talk.mp4", "--debug"])
      assert.strictEqual(second.code, 0, second.stderr)

      // At debug, what is said is told too, on the terminal as in the log; the key still is not.
      const debug = yield* log("synth")
      assert.include(debug, `${said} en español, línea dos.`)
      assert.match(second.stderr, /^\d\d:\d\d:\d\d\.\d{3} DEBUG line 2: asked for ".*línea dos/m)
      assert.notInclude(debug + second.stderr, key)

      const last = yield* logs(cwd)
      assert.match(last.stdout, /^\d\d:\d\d:\d\d\.\d{3} INFO {2}run begins command=synth/)
      assert.match(last.stdout, /INFO {2}line 2: answered in \d.* kB, openai gpt-4o-mini-tts \[es\]$/m)

      const wrong = yield* logs(cwd, "--of", "full", "--level", "warn")
      assert.match(wrong.stdout, /^\S+ WARN {2}line \d: rate limited \(429\) in .*, asked to wait 0\.3 s/)
      assert.strictEqual(wrong.stdout.trim().split("\n").length, 1)

      const line = yield* logs(cwd, "--line", "2")
      const told = line.stdout.split("\n")
      assert.strictEqual(told[0], "line 2 of talk.mp4 in Spanish (es)")
      assert.deepStrictEqual(
        told.slice(1, 8).map((one) => one.replace(/clips\/\w+\.wav, \S+ s/, "clips/K.wav")),
        [
          `  said        0:04.50 to 0:07.00 The ${said} of number 2.`,
          "              by subtitles talk.en.srt",
          `  to speak    0:04.50 to 0:07.00 ${said} en español, línea dos.`,
          "              by openai gpt-6-luna, edited by hand",
          "  at one go   line 2, 0:04.50 to 0:07.00, room until 0:08.50",
          told[6]!,
          "  clip        clips/K.wav, 1 attempt"
        ]
      )
      assert.match(told[6]!, /^ {2}heard {7}0:04\.\d\d to 0:0\d\.\d\d, tempo \d\.\d\d/)
      const entries = told.slice(8).filter((one) => one !== "")
      assert.match(entries[0]!, /INFO {2}translation batch 1: answered in .* lines=1-4 \[es\]$/)
      assert.isTrue(entries.some((one) => /line 2: answered/.test(one)))
      assert.isFalse(entries.some((one) => /line [134]:/.test(one)))

      const json = yield* logs(cwd, "--line", "2", "--json")
      assert.strictEqual(JSON.parse(json.stdout).log.length, entries.length)
      const none = yield* logs(cwd, "--line", "9")
      assert.include(none.problem?.message, "There is no line 9")
      const failed = yield* run(["full", "talk.mp4", "--subs", "gone.srt"])
      assert.strictEqual(failed.code, 1)
      const ended = (yield* logs(cwd, "--of", "full")).stdout.split("\n")
      assert.match(
        ended.at(-1)!,
        /ERROR the run ended with exit 1: There is no file gone\.srt\. Check its name and folder\.$/
      )
      // Where in the program is for who looks into it.
      assert.notInclude(ended.join("\n"), "at file:")
      assert.include((yield* logs(cwd, "--of", "full", "--level", "debug")).stdout, "at file:")
      const unknown = yield* logs(cwd, "--of", "prep")
      assert.strictEqual(unknown.problem?.exitCode, 2)
      assert.include(unknown.problem?.message, "There is one of full, synth.")
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("are of the last run that made something, and where there is nothing say what else there is", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const folder = `${cwd}/.work/talk/logs`
      yield* fs.makeDirectory(folder, { recursive: true })
      yield* fs.writeFileString(`${folder}/estimate.log`, entry("run begins") + entry("an estimate"))
      const only = yield* logs(cwd)
      assert.include(only.stdout, "an estimate")
      yield* fs.writeFileString(`${folder}/full.log`, entry("run begins") + entry("a dub"))
      yield* fs.utimes(`${folder}/full.log`, 1_700_000_000, 1_700_000_000)
      const last = yield* logs(cwd)
      assert.include(last.stdout, "a dub")
      assert.notInclude(last.stdout, "an estimate")
      assert.strictEqual(last.stderr, "")
      assert.include((yield* logs(cwd, "--of", "estimate")).stdout, "an estimate")
      const none = yield* logs(cwd, "--level", "warn")
      assert.strictEqual(none.stdout, "")
      assert.strictEqual(
        none.stderr,
        "Nothing of level warn or above in the last run of full; without --level there are 2 lines; " +
          "--all shows every run; there is also --of estimate."
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("are followed as they grow, line by whole line, and begin anew when a file does", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const path = `${cwd}/.work/talk/logs/full.log`
      yield* fs.makeDirectory(`${cwd}/.work/talk/logs`, { recursive: true })
      yield* fs.writeFileString(path, entry("an old run") + entry("run begins") + entry("first"))
      const started: Array<(signal: NodeJS.Signals) => void> = []
      let stdout = ""
      const running = yield* Effect.forkChild(
        dubber(["logs", "talk.mp4", "-f"], {
          cwd,
          onStart: (kill) => void started.push(kill),
          onOutput: (text) => (stdout += text)
        })
      )
      const shows = (text: string): Effect.Effect<void> =>
        Effect.suspend(() =>
          stdout.includes(text) ? Effect.void : Effect.andThen(Effect.sleep("20 millis"), shows(text))
        )
      yield* shows("first")
      const added = entry("second")
      yield* fs.writeFileString(path, added.slice(0, 20), { flag: "a" })
      yield* Effect.sleep("400 millis")
      yield* fs.writeFileString(path, added.slice(20), { flag: "a" })
      yield* shows("second")
      yield* fs.writeFileString(path, entry("anew"))
      yield* shows("anew")
      yield* fs.writeFileString(`${cwd}/.work/talk/logs/synth.log`, entry("elsewhere"))
      yield* shows("elsewhere")
      started[0]!("SIGINT")
      const { code, stderr } = yield* Fiber.join(running)
      assert.strictEqual(code, 130)
      assert.strictEqual(stderr, "")
      assert.deepStrictEqual(
        stdout
          .trim()
          .split("\n")
          .map((line) => line.split("INFO  ")[1]),
        ["run begins", "first", "second", "anew", "elsewhere"]
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
