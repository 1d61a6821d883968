import { assert, describe, it } from "@effect/vitest"
import { toTranscription } from "../../../src/transcript/SpeechToText/LocalAnswer.ts"

const words = (text: string, tokens: ReadonlyArray<string>) =>
  toTranscription({ text, tokens, timestamps: tokens.map((_, index) => index / 10) }, "paraformer").words.map(
    (word) => word.text
  )

describe("toTranscription", () => {
  it("puts tokens together to words with times", () => {
    const heard = toTranscription(
      {
        text: " Hello world, yes.",
        tokens: [" He", "llo", " world", ",", " yes", "."],
        timestamps: [0.1, 0.3, 0.6, 0.9, 2, 2.2]
      },
      "transducer"
    )
    assert.strictEqual(heard.text, "Hello world, yes.")
    assert.deepStrictEqual(
      heard.words.map(({ text }) => text),
      ["Hello", "world,", "yes."]
    )
    assert.deepStrictEqual(
      heard.words.map(({ start }) => start),
      [0.1, 0.6, 2]
    )
    assert.approximately(heard.words[0]!.end, 0.6, 1e-9)
    assert.approximately(heard.words[1]!.end, 1.3, 1e-9, "a pause is no part of the word before it")
  })
  it("believes the durations that come", () => {
    const { words: timed } = toTranscription(
      { text: "Well so", tokens: ["▁Well", "▁so"], timestamps: [0, 1], durations: [0.24, 0.08] },
      "transducer"
    )
    assert.deepStrictEqual(timed, [
      { text: "Well", start: 0, end: 0.24 },
      { text: "so", start: 1, end: 1.08 }
    ])
  })
  it("knows how Paraformer writes words, and languages without spaces", () => {
    assert.deepStrictEqual(words("你好 hello tokyo", ["你", "好", "hello", "to@@", "kyo"]), [
      "你",
      "好",
      "hello",
      "tokyo"
    ])
  })
  it("takes the text alone where the tokens have no times or are not the text", () => {
    assert.deepStrictEqual(
      toTranscription({ text: " ok ", lang: "<|ja|>", tokens: [" ok"], timestamps: [] }, "whisper"),
      {
        text: "ok",
        language: "ja" as never,
        segments: [],
        words: []
      }
    )
    const bytes = toTranscription({ text: "你好", tokens: ["ƌŕş", "ƍĩ"], timestamps: [0, 1] }, "transducer")
    assert.deepStrictEqual(bytes.words, [])
    assert.isUndefined(toTranscription({ text: "", lang: "" }, "whisper").language)
    assert.isUndefined(toTranscription({ text: "", lang: "<|nospeech|>" }, "senseVoice").language)
  })
})
