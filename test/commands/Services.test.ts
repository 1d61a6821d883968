import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"
import { transcriptionEndpoint, verboseJson } from "../support/TranscriptionEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

/** Two sentences in a film: what eSpeak NG says, and when the served model hears each word. */
const sentences = [
  { at: 1, text: "The garden is green and very quiet." },
  { at: 6, text: "Nobody comes here in the winter." }
]
const words = sentences.flatMap(({ at, text }) =>
  text.split(" ").map((word, i) => ({ text: word, start: at + i * 0.3, end: at + i * 0.3 + 0.28 }))
)

const heard = sentences.map(({ at, text }) => ({ at, words: text, level: 0.8 }))

describe("dubber full with services", () => {
  it.live("transcribes, polishes, translates and speaks what nobody wrote down, each once", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      yield* film(`${cwd}/talk.mp4`, { seconds: 11, sounds: [{ seconds: 11, heard }] })
      const stt = yield* transcriptionEndpoint(() => ({ body: verboseJson(words) }))
      const chat = yield* chatEndpoint({
        rewrite: (line, request) =>
          JSON.stringify(request.body).includes("French") ? `Phrase ${line.id} en français.` : line.text
      })
      const speech = yield* speechEndpoint()
      const env = {
        DUBBER_STT_BASE_URL: stt.baseUrl,
        DUBBER_LLM_BASE_URL: chat.baseUrl,
        DUBBER_TTS_BASE_URL: speech.baseUrl
      }
      const args = ["full", "talk.mp4", "--to", "fr", "--polish", "--align", "segment", "--json"]
      const ran = yield* dubber(args, { cwd, env })
      assert.strictEqual(ran.code, 0, ran.stderr)
      const report = yield* Schema.decodeEffect(Schema.fromJsonString(Report))(ran.stdout)

      assert.strictEqual(stt.forms.length, 1)
      const form = stt.forms[0]!
      assert.strictEqual(form.fields["model"], "whisper-1")
      assert.strictEqual(form.fields["response_format"], "verbose_json")
      assert.include(form.fields["timestamp_granularities[]"] as ReadonlyArray<string>, "word")
      assert.isBelow(form.audio.length, 200_000)
      const transcript = JSON.parse(yield* fs.readFileString(`${cwd}/.work/talk/transcript.json`))
      assert.deepStrictEqual(
        transcript.map((cue: { text: string; start: number }) => [cue.text, cue.start]),
        sentences.map(({ at, text }) => [text, at])
      )
      assert.strictEqual(chat.requests.length, 2)
      assert.strictEqual(report.utterances.length, 2)
      for (const [i, one] of report.utterances.entries()) assert.closeTo(one.spokenStart, sentences[i]!.at, 0.11)
      assert.strictEqual(speech.inputs.length, 2)

      const again = yield* dubber(args, { cwd, env })
      assert.strictEqual(again.code, 0, again.stderr)
      assert.deepStrictEqual([stt.forms.length, chat.requests.length, speech.inputs.length], [1, 2, 2])
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("asks for nothing again where only the language was missing, and --from says it", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      yield* film(`${cwd}/talk.mp4`, { seconds: 11, sounds: [{ seconds: 11, heard }] })
      const stt = yield* transcriptionEndpoint(() => ({ body: { text: "Zabor quix." } }))
      const env = { DUBBER_STT_BASE_URL: stt.baseUrl, DUBBER_STT_MODEL: "gpt-4o-transcribe" }
      const untold = yield* dubber(["prep", "talk.mp4"], { cwd, env })
      assert.strictEqual(untold.code, 2, untold.stderr)
      assert.include(untold.stderr, "could not be told. Say it with --from")
      const sent = stt.forms.length
      const told = yield* dubber(["prep", "talk.mp4", "--from", "en"], { cwd, env })
      assert.strictEqual(told.code, 0, told.stderr)
      assert.strictEqual(stt.forms.length, sent)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("says that nothing is said where a transcription is empty, and speaks nothing", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      yield* film(`${cwd}/talk.mp4`, { seconds: 11, sounds: [{ seconds: 11, heard }] })
      const stt = yield* transcriptionEndpoint(() => ({ body: verboseJson([]) }))
      const ran = yield* dubber(["full", "talk.mp4"], { cwd, env: { DUBBER_STT_BASE_URL: stt.baseUrl } })
      assert.strictEqual(ran.code, 1, ran.stderr)
      assert.match(ran.stderr, /dubber: Nothing is said in talk\.mp4.*--subs/)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
