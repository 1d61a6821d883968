import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { type AskedLine, chatEndpoint, completion } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const cues = Array.from({ length: 52 }, (_, i) => ({
  start: i,
  end: i + 0.8,
  text: `This is line number ${i + 1}.`
}))
const spanish = (text: string) => text.replace("This is line number", "Esta es la línea")

const until = (isSo: () => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => (isSo() ? resolve() : void setTimeout(look, 5))
    look()
  })

describe("dubber full", () => {
  it.live("speaks what is translated while the last lines still are, each line once, and says so", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const speech = yield* speechEndpoint({ secondsFor: () => 0.5 })
      const isLast = (lines: ReadonlyArray<AskedLine>) => lines.some(({ id }) => id === cues.length)
      const chat = yield* chatEndpoint({
        rewrite: ({ text }) => spanish(text),
        // The last batch is answered when all other lines have been spoken.
        reply: ({ asked }) => {
          if (!isLast(asked.lines)) return undefined
          const lines = asked.lines.map(({ id, text }) => ({ id, text: spanish(text) }))
          const ahead = cues.length - lines.length
          return until(() => speech.answered.length >= ahead).then(() => completion(JSON.stringify({ lines })))
        }
      })
      yield* film(`${cwd}/talk.mp4`, { seconds: 54, sounds: [{ seconds: 54 }] })
      yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
      const env = { DUBBER_TTS_BASE_URL: speech.baseUrl, DUBBER_LLM_BASE_URL: chat.baseUrl }
      const ran = yield* dubber(["full", "talk.mp4", "--from", "en", "--to", "es", "--align", "segment", "--json"], {
        cwd,
        env
      })
      assert.strictEqual(ran.code, 0, ran.stderr)

      const translated = Math.max(...chat.answered.map(({ at }) => at))
      const ahead = speech.received.filter(({ at }) => at < translated).length
      const last = chat.requests.find(({ asked }) => isLast(asked.lines))!
      assert.strictEqual(ahead, cues.length - last.asked.lines.length)
      assert.isAbove(ahead, 0)
      assert.deepStrictEqual(speech.inputs.toSorted(), cues.map(({ text }) => spanish(text)).toSorted())

      const report = yield* Schema.decodeEffect(Schema.fromJsonString(Report))(ran.stdout)
      assert.isTrue(report.utterances.every(({ attempts, cached }) => attempts === 1 && !cached))
      assert.strictEqual(report.requests.speech.sent, cues.length)
      assert.strictEqual(report.requests.speech.cached, 0)
      const stages = new Map(report.stages.map((stage) => [stage.name, stage]))
      assert.isFalse(stages.get("speak")!.reused)
      assert.strictEqual(stages.get("speak")!.spent?.requests, cues.length)
      assert.strictEqual(stages.get("translate")!.spent?.requests, chat.requests.length)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
