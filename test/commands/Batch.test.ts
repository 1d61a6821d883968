import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { BatchReport } from "../../src/dub/BatchReport.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { serveElevenLabs } from "../support/ElevenLabsEndpoint.ts"
import { dubber, type RunOptions, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { speechEndpoint, type SpeechEndpointSettings } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const reportIn = (stdout: string) => Schema.decodeSync(Schema.fromJsonString(BatchReport))(stdout)

const statuses = (report: BatchReport) => Object.fromEntries(report.videos.map(({ status, video }) => [video, status]))

/** Films with subtitles beside them, each with as many lines of its own, and a voice that answers by a script. */
const stage = Effect.fnUntraced(function* (
  names: ReadonlyArray<string>,
  lines: number,
  settings: SpeechEndpointSettings = {}
) {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* Effect.flatMap(workplace, (path) => fs.realPath(path))
  const speech = yield* speechEndpoint({ sameSound: true, secondsFor: () => 0.8, ...settings })
  const seconds = lines * 2 + 2
  yield* fs.makeDirectory(`${cwd}/lessons`)
  yield* film(`${cwd}/first.mp4`, { seconds, picture: { size: "64x48" }, sounds: [{ seconds, language: "eng" }] })
  for (const [index, name] of names.entries()) {
    yield* fs.copyFile(`${cwd}/first.mp4`, `${cwd}/lessons/${name}.mp4`)
    // Files of the same content are the same video: each gets a tail of its own.
    yield* fs.writeFile(
      `${cwd}/lessons/${name}.mp4`,
      new TextEncoder().encode(`\0\0\0\u0010free${name.slice(0, 8).padEnd(8)}`),
      {
        flag: "a"
      }
    )
    const cues = Array.from({ length: lines }, (_, i) => ({
      start: i * 2 + 1,
      end: i * 2 + 2,
      text: `Lesson ${index} says line ${i}.`
    }))
    yield* fs.writeFileString(`${cwd}/lessons/${name}.srt`, srt(cues))
  }
  yield* fs.remove(`${cwd}/first.mp4`)
  const env = { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: speech.baseUrl }
  const run = (args: ReadonlyArray<string>, more: Partial<RunOptions> = {}) =>
    dubber(["batch", "--from", "en", "--align", "segment", ...args], { cwd, env, ...more })
  const left = (folder: string) =>
    fs.readDirectory(`${cwd}/${folder}`, { recursive: true }).pipe(Effect.orElseSucceed((): Array<string> => []))
  return { cwd, fs, speech, run, left }
})

const unfinished = (names: ReadonlyArray<string>) =>
  names.filter((name) => /\.dubber-|\.tmp$|\.lock$|(^|\/)tmp\//.test(name))

describe("dubber batch", () => {
  it.live(
    "dubs what a pattern and a list name under one ceiling, though one is broken; again it asks for nothing",
    () =>
      Effect.gen(function* () {
        const { cwd, fs, left, run, speech } = yield* stage(["1", "2 [a]'%d", "-10"], 6, { latencyMillis: () => 200 })
        yield* fs.writeFileString(`${cwd}/lessons/broken.mp4`, "no video")
        yield* fs.writeFileString(
          `${cwd}/list.csv`,
          "\ufeffvideo,voice,output\r\n# the last one\r\nlessons/-10.mp4,nova,results/\r\nnothere.mp4,,\r\n"
        )
        const args = ["lessons/[12b]*.mp4", "--from-file", "list.csv", "-c", "4", "-j", "3", "--voice", "onyx"]
        const ran = yield* run([...args, "--json"])
        assert.strictEqual(ran.code, 3, ran.stderr)
        assert.strictEqual(speech.received.length, 18)
        assert.strictEqual(speech.peakInFlight(), 4)
        const report = reportIn(ran.stdout)
        assert.deepStrictEqual(statuses(report), {
          "lessons/1.mp4": "complete",
          "lessons/2 [a]'%d.mp4": "complete",
          "lessons/broken.mp4": "failed",
          "lessons/-10.mp4": "complete",
          "nothere.mp4": "failed"
        })
        assert.include(report.videos[2]!.problems[0], "is not a video or sound file")
        assert.include(report.videos[4]!.problems[0], "list.csv, video 2: There is no file nothere.mp4")
        assert.deepInclude(report.counts, { videos: 5, complete: 3, reused: 0, failed: 2 })
        assert.deepStrictEqual(report.lines, { spoken: 18, kept: 0, failed: 0 })
        assert.isAbove(report.oneByOneSeconds, 18 * 0.2)
        for (const [index, file, voice] of [
          [0, "out/1.en.mp4", "onyx"],
          [1, "out/2 [a]'%d.en.mp4", "onyx"],
          [2, "results/-10.en.mp4", "nova"]
        ] as const) {
          assert.isTrue(yield* fs.exists(`${cwd}/${file}`), file)
          const own = speech.received.filter(({ json }) => json().input.startsWith(`Lesson ${index} `))
          assert.strictEqual(own.length, 6, file)
          assert.isTrue(own.every(({ json }) => json().voice === voice))
        }
        // Each has its own report, with its own requests, and its own log.
        const one = JSON.parse(yield* fs.readFileString(`${cwd}/.work/1/en/report.json`))
        assert.strictEqual(one.requests.speech.sent, 6)
        assert.isTrue(yield* fs.exists(`${cwd}/.work/-10/logs/batch.log`))
        assert.deepStrictEqual(unfinished([...(yield* left(".work")), ...(yield* left("out"))]), [])

        const again = yield* run(args.slice(0, 1))
        assert.strictEqual(again.code, 3, again.stderr)
        assert.strictEqual(speech.received.length, 18)
        assert.include(again.stderr, "as before")
        assert.include(again.stderr, "2 of 3 videos complete (all as before), 1 failed")
        assert.include(again.stderr, "The same command goes on")
      }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("tells once of a collector of traces that is not there", () =>
    Effect.gen(function* () {
      const { run } = yield* stage(["a", "b"], 1)
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }
      const ran = yield* run(["lessons", "--tts", "espeak", "-j", "2"], { env })
      assert.strictEqual(ran.code, 0, ran.stderr)
      assert.strictEqual(ran.stderr.split("No traces could be sent to http://127.0.0.1:9\n").length, 2, ran.stderr)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("spends no more than the budget on all videos together, and goes on with a larger one", () =>
    Effect.gen(function* () {
      const voice = yield* serveElevenLabs()
      const { run } = yield* stage(["a", "b", "c", "d"], 4)
      const env = { ELEVENLABS_API_KEY: "xi-key", ELEVENLABS_BASE_URL: voice.url }
      // A line of 21 characters costs about $0.002.
      const args = ["lessons", "--tts", "elevenlabs", "--json", "-j", "2", "-c", "2"]
      const ran = yield* run([...args, "--budget", "0.015"], { env })
      assert.strictEqual(ran.code, 3, ran.stderr)
      const report = reportIn(ran.stdout)
      const sent = voice.speech.length
      assert.isAtMost(report.costUsd, 0.015)
      assert.isAtLeast(report.costUsd, 0.0125)
      assert.closeTo(report.costUsd, sent * 0.0021, 1e-6)
      assert.deepStrictEqual(Object.values(statuses(report)).toSorted(), ["complete", "partial", "skipped", "skipped"])
      assert.include(report.videos[2]!.problems[0], "not started: elevenlabs: the budget of")
      const rest = yield* run(args, { env })
      assert.strictEqual(rest.code, 0, rest.stderr)
      assert.strictEqual(voice.speech.length, 16)
      assert.strictEqual(reportIn(rest.stdout).counts.reused, 1)
      assert.closeTo(reportIn(rest.stdout).costUsd, (16 - sent) * 0.0021, 1e-6)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("asks with a dead key once, for however many videos", () =>
    Effect.gen(function* () {
      const { run, speech } = yield* stage(["a", "b", "c", "d", "e"], 3, { fault: () => "401" })
      const ran = yield* run(["lessons/*.mp4", "-c", "1", "-j", "2"])
      assert.strictEqual(ran.code, 1, ran.stderr)
      assert.strictEqual(speech.received.length, 1)
      assert.match(ran.stderr, /Failed: none of 5 videos complete, \d failed, \d not started/)
      assert.notInclude(ran.stderr, "sk-0123456789")
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("stops at the first video that fails with --fail-fast, and ends what runs cleanly", () =>
    Effect.gen(function* () {
      const { left, run, speech } = yield* stage(["a", "b", "c", "d"], 5, {
        latencyMillis: (text) => (text.includes("Lesson 0") ? 50 : 1000),
        fault: (_, input) => (input.includes("Lesson 0") ? "refused" : "ok")
      })
      const ran = yield* run(["lessons", "--fail-fast", "--json", "-c", "3", "-j", "2"])
      assert.strictEqual(ran.code, 1, ran.stderr)
      const report = reportIn(ran.stdout)
      assert.deepStrictEqual(Object.values(statuses(report)), ["failed", "interrupted", "skipped", "skipped"])
      // What was asked for of the second was let come, and is kept.
      const kept = (yield* left(".work/b/clips")).filter((name) => name.endsWith(".wav"))
      assert.strictEqual(kept.length, speech.inputs.filter((input) => input.includes("Lesson 1")).length)
      assert.deepStrictEqual(unfinished(yield* left(".work")), [])
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("is ended by Ctrl-C: what was paid for is kept, and the same command asks for the rest", () =>
    Effect.gen(function* () {
      const { left, run, speech } = yield* stage(["a", "b", "c"], 6, { latencyMillis: () => 250 })
      const ran = yield* run(["lessons", "-c", "3", "-j", "2"], {
        onStart: (kill) => {
          const timer = setInterval(() => {
            if (speech.answered.length < 4) return
            clearInterval(timer)
            setTimeout(() => kill("SIGINT"), 60)
          }, 10)
        }
      })
      assert.strictEqual(ran.code, 130, ran.stderr)
      assert.include(ran.stderr, "Interrupted: none of 3 videos complete")
      const paid = speech.received.length
      assert.isBelow(paid, 18)
      const clips = (yield* left(".work")).filter((name) => name.includes("/clips/") && name.endsWith(".wav"))
      assert.strictEqual(clips.length, paid)
      assert.deepStrictEqual(yield* left("out"), [])
      const rest = yield* run(["lessons", "-c", "3"])
      assert.strictEqual(rest.code, 0, rest.stderr)
      assert.strictEqual(speech.received.length, 18)
      assert.include(rest.stderr, "Done: 3 videos complete")
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("says what cannot be before anything is asked for", () =>
    Effect.gen(function* () {
      const { cwd, fs, run, speech } = yield* stage(["a", "b"], 2)
      yield* fs.writeFileString(`${cwd}/wrong.yaml`, "- lessons/a.mp4\n- video: lessons/b.mp4\n  max-tempo: 9\n")
      yield* fs.writeFileString(`${cwd}/same.csv`, "video,output\nlessons/a.mp4,x.mp4\nlessons/b.mp4,./x.mp4\n")
      const cases: ReadonlyArray<readonly [args: ReadonlyArray<string>, code: number, what: string]> = [
        [["--from-file", "wrong.yaml"], 2, "wrong.yaml, video 2: --max-tempo is 9"],
        [["--from-file", "same.csv"], 2, "would be written to the same file"],
        [["--from-file", "nothere.txt"], 1, "There is no file nothere.txt"],
        [["lesson/*.mp4", "c.mp4"], 1, "dubber: There is no video that matches lesson/*.mp4. There is no file c.mp4."],
        [["lessons", "--subs", "lessons/a.srt"], 2, "--subs names one file, but there are 2 videos"]
      ]
      yield* Effect.forEach(
        cases,
        Effect.fnUntraced(function* ([args, code, what]) {
          const ran = yield* run(args)
          assert.strictEqual(ran.code, code, ran.stderr)
          assert.include(ran.stderr, what)
          assert.isTrue(ran.stderr.split("\n").every((line) => line.length < 300))
          assert.strictEqual(ran.stderr.trim().split("\n").length, 1, ran.stderr)
        }),
        { concurrency: 3 }
      )
      assert.strictEqual(speech.received.length, 0)
      assert.isFalse(yield* fs.exists(`${cwd}/.work`))
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
