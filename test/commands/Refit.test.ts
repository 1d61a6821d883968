import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { toLength } from "../support/Refit.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const cues = [
  { start: 1, end: 3, text: "The first thing is said." },
  { start: 4, end: 6, text: "Then comes the second one." },
  { start: 7, end: 9, text: "At last the third is heard." }
]
const long = "Después de todo esto viene por fin la segunda cosa que hay que decir aquí."

describe("dubber full", () => {
  it.live("rewrites a line that does not fit, shows what is spoken, and synth does not ask or speak it again", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const speech = yield* speechEndpoint()
      const chat = yield* chatEndpoint({
        rewrite: (line) =>
          line["characters"] === undefined
            ? line.id === 2
              ? long
              : "Una línea que cabe."
            : toLength(line.text, line["characters"] as number)
      })
      yield* film(`${cwd}/talk.mp4`, { seconds: 12, sounds: [{ seconds: 12 }] })
      yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
      const env = { DUBBER_TTS_BASE_URL: speech.baseUrl, DUBBER_LLM_BASE_URL: chat.baseUrl }
      const run = (command: string, ...flags: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const ran = yield* dubber([command, "talk.mp4", "--to", "es", "--align", "segment", "--json", ...flags], {
            cwd,
            env
          })
          assert.strictEqual(ran.code, 0, ran.stderr)
          return yield* Schema.decodeEffect(Schema.fromJsonString(Report))(ran.stdout)
        })

      const first = yield* run("full", "--from", "en")
      const asked = chat.requests.length
      assert.strictEqual(chat.requests.filter(({ asked: one }) => "characters" in one.lines[0]!).length, 1)
      // The line was written and spoken once more: that is what refitting cost.
      const spent = new Map(first.stages.map((stage) => [stage.name, stage.spent]))
      assert.strictEqual(spent.get("refit")?.requests, 2)
      assert.strictEqual(spent.get("speak")?.requests, first.requests.speech.sent - 1)
      assert.isUndefined(spent.get("render"))
      const spoken = first.utterances[1]!.text
      assert.isBelow(spoken.length, long.length)
      assert.strictEqual(first.refit?.rewritten, 1)
      assert.strictEqual(first.pace?.clips, 3)
      assert.isAtMost(first.fit.tempoMax, 1.15 + 1e-4)
      const folder = `${cwd}/.work/talk/es`
      assert.include(yield* fs.readFileString(`${folder}/subs.srt`), long)
      const subtitles = (yield* fs.readFileString(`${folder}/spoken.srt`)).replaceAll("\n", " ")
      assert.include(subtitles, spoken)

      const inputs = speech.inputs.length
      const second = yield* run("synth")
      assert.isTrue(second.stages.every(({ reused }) => reused))
      assert.strictEqual(second.utterances[1]!.text, spoken)
      const third = yield* run("synth", "--no-refit")
      assert.strictEqual(third.utterances[1]!.text, long)
      assert.strictEqual(chat.requests.length, asked)
      assert.strictEqual(speech.inputs.length, inputs)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
