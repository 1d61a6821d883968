import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { audioStreams } from "../../src/domain/Source.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, levelBetween, listen, srt } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const cues = [
  { start: 1, end: 2.5, text: "The first thing is said." },
  { start: 4, end: 5.5, text: "Then comes the second one." },
  { start: 8, end: 9.5, text: "At last the third is heard." }
]

const readReport = (stdout: string) => Schema.decodeSync(Schema.fromJsonString(Report))(stdout)

describe("dubber full", () => {
  it.live(
    "speaks the subtitles beside a film with eSpeak NG: as long as it was, heard where it says, silent elsewhere",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const cwd = yield* workplace
        yield* film(`${cwd}/talk.mp4`, { seconds: 12, sounds: [{ seconds: 12, language: "eng" }] })
        yield* fs.writeFileString(`${cwd}/talk.en.srt`, srt(cues))
        const ran = yield* dubber(["full", "talk.mp4", "--json"], { cwd })
        assert.strictEqual(ran.code, 0, ran.stderr)

        const report = readReport(ran.stdout)
        assert.strictEqual(report.status, "complete")
        assert.strictEqual(report.output, `${yield* fs.realPath(cwd)}/out/talk.en.mp4`)
        const source = yield* probe(`${cwd}/talk.mp4`)
        const result = yield* probe(report.output!)
        assert.closeTo(result.duration, source.duration, 1024 / 48_000)
        assert.deepStrictEqual(
          result.streams.map((stream) => [stream.kind, stream.language]),
          [
            ["video", null],
            ["audio", "eng"],
            ["subtitle", "eng"]
          ]
        )

        const heard = yield* listen(report.output!)
        assert.strictEqual(report.utterances.length, 3)
        for (const one of report.utterances) {
          assert.isAtLeast(one.spokenStart, one.start - 0.1 - 1e-6)
          assert.isAbove(levelBetween(heard, one.spokenStart, one.spokenEnd), -40)
        }
        assert.isBelow(levelBetween(heard, 6.5, 7.8), -70)
        assert.isBelow(levelBetween(heard, 10.8, 12), -70)
      }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("sends each line once, and never more at once than asked for, at 1 and at 3", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      for (const concurrency of [1, 3]) {
        const cwd = yield* workplace
        const speech = yield* speechEndpoint({ latencyMillis: () => 150 })
        yield* film(`${cwd}/talk.mp4`, { seconds: 30, picture: { rate: "5" } })
        const many = Array.from({ length: 9 }, (_, i) => ({
          start: i * 3 + 0.5,
          end: i * 3 + 2,
          text: `This is line number ${i + 1}.`
        }))
        yield* fs.writeFileString(`${cwd}/own.srt`, srt(many))
        const ran = yield* dubber(
          [
            "full",
            "talk.mp4",
            "--subs",
            "own.srt",
            "--from",
            "en",
            "-c",
            String(concurrency),
            "--json",
            "--voice",
            "nova"
          ],
          { cwd, env: { OPENAI_API_KEY: "sk-secret-1234567890", OPENAI_BASE_URL: speech.baseUrl } }
        )
        assert.strictEqual(ran.code, 0, ran.stderr)
        assert.strictEqual(speech.received.length, 9)
        assert.strictEqual(speech.peakInFlight(), concurrency)
        const body = speech.received[0]!.json()
        assert.deepStrictEqual(Object.keys(body).toSorted(), ["input", "model", "response_format", "voice"])
        assert.strictEqual(body.voice, "nova")
        assert.strictEqual(body.response_format, "pcm")
        const report = readReport(ran.stdout)
        assert.strictEqual(report.requests.speech.sent, 9)
        assert.strictEqual(report.requests.speech.peakConcurrency, concurrency)
        assert.notInclude(ran.stderr + ran.stdout, "sk-secret")
        const log = yield* fs.readFileString(`${cwd}/.work/talk/logs/full.log`)
        assert.notInclude(log, "sk-secret")
      }
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("translates with a model, keeps the original as a second track, and speaks an edited line alone", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const speech = yield* speechEndpoint()
      const chat = yield* chatEndpoint({ rewrite: (line) => `Hola ${line.id}, esto es español.` })
      yield* film(`${cwd}/talk.mkv`, { seconds: 12, sounds: [{ seconds: 12, language: "eng" }] })
      yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
      const env = {
        DUBBER_TTS_BASE_URL: speech.baseUrl,
        DUBBER_LLM_BASE_URL: chat.baseUrl,
        DUBBER_LLM_API_KEY: "llm-key"
      }
      const args = ["talk.mkv", "--keep-original", "--json"]
      const first = yield* dubber(["full", ...args, "--from", "en", "--to", "Spanish", "--align", "segment"], {
        cwd,
        env
      })
      assert.strictEqual(first.code, 0, first.stderr)
      assert.strictEqual(chat.requests.length, 1)
      const result = yield* probe(readReport(first.stdout).output!)
      assert.deepStrictEqual(
        audioStreams(result).map((stream) => stream.language),
        ["spa", "eng"]
      )
      assert.deepStrictEqual(
        [...speech.inputs].toSorted(),
        [1, 2, 3].map((n) => `Hola ${n}, esto es español.`)
      )

      const subs = `${cwd}/.work/talk/es/subs.srt`
      const text = yield* fs.readFileString(subs)
      yield* fs.writeFileString(subs, text.replace("Hola 2, esto es español.", "Adiós, dos."))
      const second = yield* dubber(["synth", ...args, "--align", "segment"], { cwd, env })
      assert.strictEqual(second.code, 0, second.stderr)
      assert.strictEqual(speech.inputs.length, 4)
      assert.strictEqual(speech.inputs[3], "Adiós, dos.")
      assert.strictEqual(readReport(second.stdout).requests.speech.cached, 2)

      const third = yield* dubber(["synth", ...args, "--align", "segment"], { cwd, env })
      assert.isTrue(
        readReport(third.stdout).stages.every((stage) => stage.reused),
        third.stderr
      )
      assert.strictEqual(speech.inputs.length, 4)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("writes what it could when a line fails, keeps the original sound there, and asks only for it again", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      let refusing = true
      const speech = yield* speechEndpoint({
        fault: (_, input) => (refusing && input.includes("second") ? "refused" : "ok")
      })
      yield* film(`${cwd}/talk.mp4`, {
        seconds: 12,
        sounds: [{ seconds: 12, heard: [{ at: 0, seconds: 12, tone: 440, level: 0.1 }] }]
      })
      yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
      const env = { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: speech.baseUrl }
      const args = ["full", "talk.mp4", "--from", "en", "--json", "--align", "segment"]
      const first = yield* dubber(args, { cwd, env })
      assert.strictEqual(first.code, 3, first.stderr)
      const report = readReport(first.stdout)
      assert.deepStrictEqual(
        report.utterances.map((one) => one.status),
        ["ok", "failed", "ok"]
      )
      assert.include(first.stderr, "1 line of 3 could not be spoken (line 2)")
      const log = yield* fs.readFileString(`${cwd}/.work/talk/logs/full.log`)
      assert.include(log, '"the run ended with exit 3: 1 line of 3 could not be spoken (line 2)')
      const heard = yield* listen(report.output!)
      assert.isAbove(levelBetween(heard, 4.2, 5.3), -45)
      assert.isBelow(levelBetween(heard, 6.2, 7.5), -70)

      refusing = false
      const before = speech.inputs.length
      const second = yield* dubber(args, { cwd, env })
      assert.strictEqual(second.code, 0, second.stderr)
      assert.deepStrictEqual(speech.inputs.slice(before), ["Then comes the second one."])
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
