import { NodeServices } from "@effect/platform-node"
import { assert, describe, it as test, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { Clips } from "../../src/speech/Clips.ts"
import { speakAll } from "../../src/speech/Speak.ts"
import { joinSamples, splitText } from "../../src/speech/Split.ts"
import { lines, speechEndpoint, voice } from "../support/SpeechEndpoint.ts"

describe("splitText", () => {
  test("leaves a short text alone", () => {
    assert.deepStrictEqual(splitText("Short enough.", 20), ["Short enough."])
  })

  test("cuts after sentences, else after clauses, else between words, else anywhere", () => {
    assert.deepStrictEqual(splitText("One is here. Two is there. Three.", 20), ["One is here.", "Two is there. Three."])
    assert.deepStrictEqual(splitText("One is here, two is there and three", 24), [
      "One is here,",
      "two is there and three"
    ])
    assert.deepStrictEqual(splitText("alpha beta gamma delta", 12), ["alpha beta", "gamma delta"])
    assert.deepStrictEqual(splitText("abcdefghij", 4), ["abcd", "efgh", "ij"])
    assert.deepStrictEqual(splitText("今日は晴れです。明日は雨です。", 10), ["今日は晴れです。", "明日は雨です。"])
  })

  test("never cuts a character in two", () => {
    for (const part of splitText("😀".repeat(9), 5)) assert.match(part, /^(😀)+$/u)
  })

  test.prop(
    "loses nothing and stays within the limit",
    [Schema.String, Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 40 }))],
    ([text, longest]) => {
      const parts = splitText(text, longest)
      assert.isTrue(parts.every((part) => part.length <= longest))
      assert.strictEqual(parts.join("").replace(/\s+/g, ""), text.replace(/\s+/g, ""))
    },
    { arbitrary: { runs: 300 } }
  )
})

describe("joinSamples", () => {
  test("has a breath between the parts and no jump at their ends", () => {
    const part = new Float32Array(48_000).fill(0.5)
    const joined = joinSamples([part, part])
    assert.strictEqual(joined.length, 2 * 48_000 + 5760)
    const steps = joined.slice(1, -1).map((sample, i) => Math.abs(sample - joined[i]!))
    assert.isBelow(Math.max(...steps), 0.5 / 200)
    assert.strictEqual(joined[0], 0.5)
  })
})

layer(Layer.provideMerge(Ffmpeg.layer, NodeServices.layer), { excludeTestServices: true })("a long text", (it) => {
  it.effect("is spoken in parts and kept as one clip; a part that was spoken is not paid for again", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      let isRefused = true
      const server = yield* speechEndpoint({
        secondsFor: () => 3,
        fault: (_, input) => (isRefused && input.includes("9") ? "refused" : "ok")
      })
      const text = Array.from({ length: 10 }, (_, i) => `${i} ${"word ".repeat(10).trim()}.`).join(" ")
      const [line] = lines(1, () => text)
      const speak = Effect.gen(function* () {
        const [spoken] = yield* speakAll([line!], { concurrency: 5 })
        const clips = yield* Clips
        return { spoken: spoken!, samples: spoken!.key === undefined ? 0 : (yield* clips.load(spoken!.key)).length }
      }).pipe(
        Effect.provide(voice(server.baseUrl, folder, { longestInput: 130 }).pipe(Layer.provideMerge(RequestLog.layer)))
      )
      assert.strictEqual((yield* speak).spoken.status, "failed")
      const parts = server.inputs.length
      assert.isAtLeast(parts, 2)
      assert.isTrue(server.inputs.every((input) => input.length <= 130))
      isRefused = false
      const { spoken, samples } = yield* speak
      assert.strictEqual(spoken.status, "ok")
      const partsInAll = new Set(server.inputs).size
      assert.strictEqual(samples, partsInAll * 3 * 48_000 + (partsInAll - 1) * 5760)
      assert.strictEqual(server.spoken.length, partsInAll)
    })
  )
})
