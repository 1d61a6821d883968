import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, type Ran, workplace } from "../support/Dubber.ts"
import { film, levelBetween, listen, srt } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"
import { transcriptionEndpoint, verboseJson } from "../support/TranscriptionEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const reportOf = (ran: Ran) => {
  assert.strictEqual(ran.code, 0, ran.stderr)
  return Schema.decodeSync(Schema.fromJsonString(Report))(ran.stdout)
}

/** A line every two seconds; two of them are a sentence each and are spoken at one go. */
const cues = Array.from({ length: 30 }, (_, i) => ({
  start: 2 * i + 0.2,
  end: 2 * i + 1.6,
  text: `This is line number ${i + 1}.`
}))
const spanish = (text: string) => text.replace("This is line number", "Esta es la línea")
const textsOf = (first: number, last: number) => cues.slice(first - 1, last).map(({ text }) => spanish(text))
const duplicates = (texts: ReadonlyArray<string>) => texts.filter((text, i) => texts.indexOf(text) !== i)

const makeTalk = Effect.fnUntraced(function* (cwd: string, lines: number, rate: string) {
  const fs = yield* FileSystem.FileSystem
  const own = cues.slice(0, lines)
  const heard = own.map(({ start }, i) => ({ at: start, seconds: 1.4, tone: 300 + 10 * i }))
  const seconds = 2 * lines
  yield* film(`${cwd}/talk.mp4`, {
    seconds,
    picture: { size: "64x48", rate },
    sounds: [{ heard, seconds, language: "eng" }]
  })
  yield* fs.writeFileString(`${cwd}/talk.srt`, srt(own))
})

/** Every file of a folder with its content, but for those of parts, logs and clips. */
const contents = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* fs.readDirectory(folder, { recursive: true })
  const own = names
    .filter((name) => /\.\w+$/.test(name) && !/^(parts|logs|clips|translations|transcriptions)\b/.test(name))
    .toSorted()
  return yield* Effect.forEach(own, (name) =>
    Effect.map(fs.readFileString(`${folder}/${name}`), (text) => [name, text])
  )
})

describe("dubber full --range", () => {
  it.live("dubs a part, pays for no other line, pays for none twice, and leaves everything of the whole alone", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const speech = yield* speechEndpoint()
      const chat = yield* chatEndpoint({ rewrite: ({ text }) => spanish(text) })
      const env = { DUBBER_TTS_BASE_URL: speech.baseUrl, DUBBER_LLM_BASE_URL: chat.baseUrl }
      const run = (...more: ReadonlyArray<string>) =>
        dubber(["full", "talk.mp4", "--from", "en", "--to", "es", "--background", "drop", "--json", ...more], {
          cwd,
          env
        })
      yield* makeTalk(cwd, cues.length, "5")
      const asked = () =>
        chat.requests.flatMap(({ asked: { lines } }) => lines.map(({ id }) => id)).toSorted((a, b) => a - b)

      // Lines 11 to 14 are in it, 15 begins when it is over.
      const part = reportOf(yield* run("--range", "0:20-0:28"))
      assert.strictEqual(part.output, `${yield* fs.realPath(cwd)}/out/talk.es.0m20s-0m28s.mp4`)
      assert.deepStrictEqual(asked(), [11, 12, 13, 14])
      assert.deepStrictEqual(speech.inputs.join(" ").match(/\d+/g), ["11", "12", "13", "14"])
      assert.deepStrictEqual(
        part.utterances.flatMap(({ lines }) => lines),
        [11, 12, 13, 14]
      )
      assert.strictEqual(part.video, "talk.mp4")
      assert.deepStrictEqual(part.part?.stretches, [{ start: 20, end: 28 }])
      assert.approximately((yield* probe(part.output!)).duration, 8, 0.04)
      // Heard where the report says, and nowhere else.
      const sound = yield* listen(part.output!)
      const [first] = part.utterances
      assert.isAbove(levelBetween(sound, first!.spokenStart + 0.02, first!.spokenEnd - 0.02), -40)
      assert.isBelow(levelBetween(sound, 0, first!.spokenStart - 0.005), -70)
      assert.deepStrictEqual(yield* contents(`${cwd}/.work/talk`), [])

      const whole = reportOf(yield* run())
      assert.deepStrictEqual(
        asked(),
        cues.map((_, i) => i + 1)
      )
      assert.deepStrictEqual(duplicates(speech.inputs), [])
      assert.strictEqual(whole.requests.speech.cached, part.utterances.length)
      const keys = new Map(whole.utterances.map(({ id, key }) => [id, key]))
      assert.deepStrictEqual(
        part.utterances.map(({ id, key }) => [id, key]),
        part.utterances.map(({ id }) => [id, keys.get(id)])
      )

      // A line that a person changed is spoken as it stands now; the rest is when it is in the whole.
      const subs = `${cwd}/.work/talk/es/subs.srt`
      yield* fs.writeFileString(subs, (yield* fs.readFileString(subs)).replace("línea 22", "línea veintidós"))
      const before = yield* contents(`${cwd}/.work/talk`)
      const sent = speech.inputs.length
      const edited = reportOf(yield* run("--range", "40-"))
      assert.deepStrictEqual(
        speech.inputs.slice(sent).map((text) => /veintidós/.test(text)),
        [true]
      )
      assert.strictEqual(chat.requests.flatMap(({ asked: { lines } }) => lines).length, cues.length)
      assert.strictEqual(edited.requests.language.sent, 0)
      assert.deepStrictEqual(yield* contents(`${cwd}/.work/talk`), before)
      for (const one of edited.utterances.slice(2)) {
        const same = whole.utterances.find(({ id }) => id === one.id)!
        assert.approximately(one.spokenStart + 40, same.spokenStart, 0.02)
        assert.approximately(one.tempo, same.tempo, 0.01)
      }
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live(
    "has no more transcribed than the part and a little around it, and the whole is transcribed all the same",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const cwd = yield* workplace
        const words = ["Sunlight", "looks", "white", "but", "it", "is", "a", "mixture", "of", "colours."]
        const stt = yield* transcriptionEndpoint(() => ({
          // The same sentence wherever it listens: from second 6 of what it was sent.
          body: verboseJson(words.map((text, i) => ({ text, start: 6 + i / 2, end: 6.4 + i / 2 })))
        }))
        yield* film(`${cwd}/talk.mp4`, {
          seconds: 75,
          picture: { size: "64x48", rate: "5" },
          sounds: [
            {
              heard: Array.from({ length: 6 }, (_, i) => ({
                at: i < 3 ? 5 * i : 31 + 5 * i,
                words: "one two three four five six seven"
              }))
            }
          ]
        })
        const env = { DUBBER_STT_BASE_URL: stt.baseUrl }
        const run = (...more: ReadonlyArray<string>) =>
          dubber(["full", "talk.mp4", "--tts", "espeak", "--stt-model", "whisper-1", "--json", ...more], { cwd, env })

        const lines = yield* run("--lines", "3")
        assert.strictEqual(lines.code, 2)
        assert.match(lines.stderr, /Which lines of talk\.mp4 these are is not known.*--range/)
        assert.strictEqual(stt.forms.length, 0)

        const part = reportOf(yield* run("--range", "0:50-1:00"))
        assert.strictEqual(stt.forms.length, 1)
        yield* fs.writeFile(`${cwd}/sent.mp3`, stt.forms[0]!.audio)
        assert.approximately((yield* probe(`${cwd}/sent.mp3`)).duration, 20, 0.1)
        // It was heard 6 s into what was sent, which began 5 s before the part.
        const [first] = part.utterances
        assert.approximately(first!.start, 1, 0.2)
        assert.strictEqual(first!.text.split(" ").length, words.length)
        assert.isFalse(yield* fs.exists(`${cwd}/.work/talk/transcript.json`))

        // The same part again asks for nothing.
        reportOf(yield* run("--range", "0:50-1:00"))
        assert.strictEqual(stt.forms.length, 1)

        const whole = reportOf(yield* run())
        assert.isAbove(stt.forms.length, 1)
        assert.approximately(whole.utterances[0]!.start, 6, 0.2)
      }).pipe(Effect.scoped, Effect.provide(services))
  )
})

describe("dubber --lines", () => {
  it.live(
    "has stretches of several lines one after the other, prepared, spoken and estimated apart from the whole",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const cwd = yield* workplace
        const speech = yield* speechEndpoint()
        const chat = yield* chatEndpoint({ rewrite: ({ text }) => spanish(text) })
        const env = { DUBBER_TTS_BASE_URL: speech.baseUrl, DUBBER_LLM_BASE_URL: chat.baseUrl }
        yield* makeTalk(cwd, 12, "25")
        const common = ["talk.mp4", "--to", "es", "--align", "segment", "--lines", "3,7-9"]
        const prepared = yield* dubber(["prep", ...common, "--from", "en"], { cwd, env })
        assert.strictEqual(prepared.code, 0, prepared.stderr)
        assert.deepStrictEqual(
          chat.requests.flatMap(({ asked }) => asked.lines.map(({ id }) => id)),
          [3, 7, 8, 9]
        )
        const subs = /edit (\S.*subs\.srt) as you like, then run: dubber synth talk\.mp4 --to es --lines 3,7-9/.exec(
          prepared.stderr
        )?.[1]
        const text = yield* fs.readFileString(subs!)
        assert.deepStrictEqual(text.match(/Esta.*/g), [...textsOf(3, 3), ...textsOf(7, 9)])
        yield* fs.writeFileString(subs!, text.replace("línea 8", "línea ocho"))

        const report = reportOf(yield* dubber(["synth", ...common, "--json"], { cwd, env }))
        assert.strictEqual(report.output, `${yield* fs.realPath(cwd)}/out/talk.es.lines-3+7-9.mp4`)
        assert.deepStrictEqual(speech.inputs.map((one) => /línea (\S+)\./.exec(one)?.[1]).toSorted(), [
          "3",
          "7",
          "9",
          "ocho"
        ])
        assert.deepStrictEqual(
          report.utterances.map(({ lines }) => lines),
          [[3], [7], [8], [9]]
        )
        const stretches = report.part!.stretches
        assert.strictEqual(stretches.length, 2)
        assert.isTrue(stretches[0]!.start < cues[2]!.start && stretches[0]!.end < cues[3]!.start)
        assert.isTrue(stretches[1]!.start < cues[6]!.start && stretches[1]!.end > cues[8]!.end)
        const seconds = stretches.reduce((sum, { end, start }) => sum + end - start, 0)
        assert.approximately((yield* probe(report.output!)).duration, seconds, 0.04)
        assert.approximately(
          report.utterances[1]!.start,
          stretches[0]!.end - stretches[0]!.start + cues[6]!.start - stretches[1]!.start,
          0.05
        )

        const whole = yield* dubber(["full", "talk.mp4", "--from", "en", "--to", "es", "--align", "segment"], {
          cwd,
          env
        })
        assert.strictEqual(whole.code, 0, whole.stderr)
        assert.deepStrictEqual(duplicates(speech.inputs), [])
      }).pipe(Effect.scoped, Effect.provide(services))
  )
})
