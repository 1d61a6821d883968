import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { hasScript, onTerminal } from "../support/Pty.ts"
import { type Fault, speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const texts = [
  "This is the first of them",
  "Here are some of the words",
  "What is said is not much",
  "There was another one of these",
  "And that is the end of it"
]

/** A film of five lines, a voice that fails as it is told to, and the environment that names it. */
const stage = Effect.fnUntraced(function* (fault: (index: number, input: string) => Fault, latencyMillis = 50) {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  const speech = yield* speechEndpoint({
    latencyMillis: () => latencyMillis,
    retryAfterMillis: 2500,
    fault: ({ index }, input) => fault(index, input)
  })
  yield* film(`${cwd}/talk.mp4`, { seconds: 16 })
  const cues = texts.map((text, i) => ({ start: i * 3 + 0.5, end: i * 3 + 3, text: `${text}.` }))
  yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
  const env = { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: speech.baseUrl }
  const args = ["full", "talk.mp4", "--from", "en", "--align", "segment", "-c", "1"]
  return { cwd, speech, env, args }
})

/** The last line, which says why a run ended. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1)!

describe("lines that fail", () => {
  it.live.skipIf(!hasScript)("are counted while it runs, and a wait says what for", () =>
    Effect.gen(function* () {
      const { args, cwd, env } = yield* stage(
        (index, input) => (index === 0 ? "429-retry-after" : /first|words/.test(input) ? "refused" : "ok"),
        700
      )
      const run = yield* onTerminal(args, { cwd, env, columns: 80 })
      const waiting = yield* run.shows("waiting ")
      assert.match(waiting.at(-1)!, /^ {2}speak {6}░{12} {3}0 % {2}waiting \d s, openai: too many requests \(429\)$/)
      const failing = (yield* run.shows("2 failed")).at(-1)!
      assert.match(failing, /^ {2}speak {6}█*░+ +\d+ % {2}[0-3]\/5 lines, 2 failed, /)
      assert.strictEqual(yield* run.code, 3)
      const end = (yield* run.screen.lines).join("\n")
      assert.strictEqual(end.match(/^! Line.* could not be spoken: openai: the request was refused/gm)?.length, 1)
      assert.match(end, /^! speak .*2 failed$/m)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("are told in one line at the end, which ones and why", () =>
    Effect.gen(function* () {
      const { args, cwd, env } = yield* stage((_, input) => (/first|words|end/.test(input) ? "refused" : "ok"))
      const ran = yield* dubber(args, { cwd, env })
      assert.strictEqual(ran.code, 3, ran.stderr)
      assert.match(
        lastLine(ran.stderr),
        /^dubber: 3 lines of 5 could not be spoken \(lines 1-2, 5\): openai: the request was refused \(400\).*\. The original sound/
      )
      assert.isBelow(lastLine(ran.stderr).length, 300)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("are no success where they stay in their own language", () =>
    Effect.gen(function* () {
      const { args, cwd, env } = yield* stage(() => "ok")
      const chat = yield* chatEndpoint({
        rewrite: ({ id, text }) => (id % 2 === 0 ? text : `Esto es lo que se dice aquí con el número ${id}.`)
      })
      const llm = { DUBBER_LLM_BASE_URL: chat.baseUrl }
      const run = (...more: ReadonlyArray<string>) =>
        dubber([...args, "--to", "es", ...more], { cwd, env: { ...env, ...llm } })
      const first = yield* run()
      assert.strictEqual(first.code, 0, first.stderr)
      assert.match(first.stderr, /^! 2 lines were left untranslated \(2, 4\): the model gave back the same words\.$/m)
      assert.match(first.stderr, /^! translate .*5 lines in Spanish, from openai [\w.-]+, 2 left untranslated$/m)
      // Nothing is asked again, and it is no better for that.
      const second = yield* run()
      assert.match(second.stderr, /^! translate .*2 left untranslated$/m)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
