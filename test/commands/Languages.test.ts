import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { chatEndpoint } from "../support/ChatEndpoint.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"
import { transcriptionEndpoint, verboseJson } from "../support/TranscriptionEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))
const readReports = Schema.decodeSync(Schema.fromJsonString(Schema.Array(Report)))

const sentences = [
  "The first thing is said.",
  "Then comes the second.",
  "Now the third is here.",
  "At last the fourth."
]
const translations: Record<string, string> = {
  es: "Esto es una frase en español, la número",
  de: "Das hier ist ein Satz auf Deutsch, Nummer",
  fr: "Ceci est une phrase en français, la numéro"
}
const codes: Record<string, string> = { Spanish: "es", German: "de", French: "fr" }
const targetOf = (body: unknown): string =>
  Object.entries(codes).find(([name]) => JSON.stringify(body).includes(name))?.[1] ?? "?"

describe("--to es,de,fr", () => {
  it.live("listens once, speaks side by side within one concurrency, and reports each by itself", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const speech = yield* speechEndpoint({ latencyMillis: () => 250 })
      const chat = yield* chatEndpoint({
        rewrite: (line, { body }) => `${translations[targetOf(body)]} ${line.id}.`,
        delayMillis: 50
      })
      const words = sentences.flatMap((sentence, i) =>
        sentence.split(" ").map((text, at) => ({ text, start: 1 + i * 5 + at * 0.4, end: 1.35 + i * 5 + at * 0.4 }))
      )
      const stt = yield* transcriptionEndpoint(() => ({ body: verboseJson(words) }))
      const heard = sentences.map((_, i) => ({ at: 1 + i * 5, words: sentences[i]! }))
      yield* film(`${cwd}/talk.mp4`, { seconds: 21, sounds: [{ seconds: 21, heard }] })
      const env = {
        DUBBER_TTS_BASE_URL: speech.baseUrl,
        DUBBER_STT_BASE_URL: stt.baseUrl,
        DUBBER_LLM_BASE_URL: chat.baseUrl
      }
      const args = ["full", "talk.mp4", "--from", "en", "--to", "es,de,fr", "-c", "3", "--align", "segment", "--json"]
      const ran = yield* dubber([...args], { cwd, env })
      assert.strictEqual(ran.code, 0, ran.stderr)

      assert.strictEqual(stt.forms.length, 1)
      assert.strictEqual(chat.requests.length, 3)
      assert.deepStrictEqual(chat.requests.map(({ body }) => targetOf(body)).toSorted(), ["de", "es", "fr"])
      const spoken = ["es", "de", "fr"].flatMap((to) => sentences.map((_, i) => `${translations[to]} ${i + 1}.`))
      assert.deepStrictEqual([...speech.inputs].toSorted(), spoken.toSorted())
      // One number for the whole run, and it is used: no language waits for another to end.
      assert.strictEqual(speech.peakInFlight(), 3)
      const firstOf = (to: string) => speech.inputs.findIndex((text) => text.startsWith(translations[to]!))
      const lastOf = (to: string) => speech.inputs.findLastIndex((text) => text.startsWith(translations[to]!))
      assert.isBelow(Math.max(firstOf("es"), firstOf("de"), firstOf("fr")), lastOf("es"))

      const reports = readReports(ran.stdout)
      assert.deepStrictEqual(
        reports.map(({ language, status }) => [language, status]),
        [
          ["es", "complete"],
          ["de", "complete"],
          ["fr", "complete"]
        ]
      )
      for (const report of reports) {
        assert.strictEqual(report.requests.speech.sent, 4)
        assert.strictEqual(report.requests.language.sent, 1)
        assert.strictEqual(report.requests.transcription.sent, 1)
        const names = report.stages.map(({ name }) => name)
        assert.strictEqual(new Set(names).size, names.length, names.join())
        assert.includeMembers(names, ["listen", "translate", "speak", "render"])
        assert.isTrue(yield* fs.exists(report.output!))
      }
      assert.include(ran.stderr, "speak fr")
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("one language that fails stops no other, and is named; the exit code is that of the worst", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const speech = yield* speechEndpoint({ fault: (_, text) => (text.includes("número 2.") ? "refused" : "ok") })
      const chat = yield* chatEndpoint({
        rewrite: (line, { body }) => `${translations[targetOf(body)]} ${line.id}.`,
        reply: ({ body }) =>
          targetOf(body) === "de"
            ? { status: 401, body: { error: { message: "no German for you", code: "invalid_api_key" } } }
            : undefined
      })
      yield* film(`${cwd}/talk.mp4`, { seconds: 12, sounds: [{ seconds: 12 }] })
      const cues = sentences.slice(0, 2).map((text, i) => ({ start: 1 + i * 5, end: 4 + i * 5, text }))
      yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
      const env = { DUBBER_TTS_BASE_URL: speech.baseUrl, DUBBER_LLM_BASE_URL: chat.baseUrl }
      const args = ["full", "talk.mp4", "--from", "en", "--align", "segment", "--json"]
      const worst = yield* dubber([...args, "--to", "es,de"], { cwd, env })
      assert.strictEqual(worst.code, 1, worst.stderr)
      assert.match(worst.stderr, /dubber: .*\bde: /)
      assert.isTrue(yield* fs.exists(`${cwd}/out/talk.es.mp4`))
      assert.isFalse(yield* fs.exists(`${cwd}/out/talk.de.mp4`))
      assert.deepStrictEqual(
        readReports(worst.stdout).map(({ language, status }) => [language, status]),
        [["es", "partial"]]
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
