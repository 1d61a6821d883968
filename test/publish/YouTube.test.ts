import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { frequentWords } from "../../src/publish/FrequentWords.ts"
import { stopWords } from "../../src/publish/StopWords.ts"
import {
  firstWords,
  fitTags,
  opening,
  plain,
  shorten,
  stamp,
  tagsLength,
  youTubeTexts
} from "../../src/publish/YouTube.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
/** Long texts of anything: repeated, so that they pass the limits. */
const Text = Schema.Struct({
  word: Schema.Union([
    Schema.String,
    Schema.Literals(["<script>", "a,b", '"q"', "語", "👨‍👩‍👧", "\u202e", "ä\n\nö", "long words "])
  ]),
  times: between(1, 900)
})
const textOf = ({ times, word }: typeof Text.Type) => word.repeat(times)

const say = (...texts: ReadonlyArray<string>) =>
  texts.map((text, i) => ({ text, speaker: null, start: i * 4, end: i * 4 + 3, spokenStart: i * 4 }))

const tagsOf = (language: string, title: string, ...texts: ReadonlyArray<string>) =>
  Effect.map(stopWords(Language.make(language)), (words) =>
    frequentWords(say(...texts), language, { title, stopWords: words })
  )

describe("youTubeTexts", () => {
  it.prop(
    "keeps to YouTube's limits, whatever it is given, and never loses a chapter",
    {
      title: Text,
      summary: Text,
      tags: Schema.Array(Text),
      gaps: Schema.Array(between(10, 4000)),
      name: Text
    },
    ({ gaps, name, summary, tags, title }) => {
      let at = -10
      const starts = [0, ...gaps, ...gaps, ...gaps].map((gap) => (at += Math.max(10, gap)))
      const chapters = gaps.length === 0 ? [] : starts.map((start) => ({ at: start, title: textOf(name) }))
      const texts = youTubeTexts({
        title: textOf(title),
        summary: textOf(summary),
        tags: tags.map(textOf),
        chapters
      })
      assert.isBelow(new TextEncoder().encode(texts.description).length, 5001)
      assert.isBelow(texts.description.length, 5000)
      assert.notMatch(texts.description + texts.chapters + texts.tags, /[<>]/)
      const lines = texts.chapters.split("\n").filter((one) => one !== "")
      assert.strictEqual(lines.length, chapters.length)
      for (const one of lines) assert.match(one, /^(\d+:)?\d\d:\d\d \S/)
      if (lines.length > 0) assert.isTrue(texts.description.endsWith(texts.chapters))
      const kept = texts.tags.trim() === "" ? [] : texts.tags.trim().split(", ")
      assert.isBelow(tagsLength(kept), 500)
      assert.strictEqual(new Set(kept).size, kept.length)
    },
    { arbitrary: { runs: 300, size: 30 } }
  )

  it("writes what is to be pasted", () => {
    const texts = youTubeTexts({
      title: "Roofs of <Rome>",
      summary: "What holds them up.\n\nAnd why.",
      tags: ["Rome", "roofs", "rome", "a tag, with comma", "x".repeat(31), "<b>"],
      chapters: [
        { at: 0, title: "Welcome" },
        { at: 75, title: "The first roof" },
        { at: 3725, title: "" }
      ]
    })
    assert.strictEqual(
      texts.description,
      "# Roofs of ‹Rome›\n\nWhat holds them up.\n\nAnd why.\n\n00:00 Welcome\n01:15 The first roof\n1:02:05 1:02:05\n"
    )
    assert.strictEqual(texts.chapters, "00:00 Welcome\n01:15 The first roof\n1:02:05 1:02:05\n")
    assert.strictEqual(texts.tags, "Rome, roofs, a tag with comma, b\n")
    assert.strictEqual(youTubeTexts({ title: "t", summary: "", tags: [], chapters: [] }).chapters, "")
  })
})

describe("the pieces", () => {
  it("counts tags as YouTube does: commas, and quotes around those with spaces", () => {
    assert.strictEqual(tagsLength([]), 0)
    assert.strictEqual(tagsLength(["abc"]), 3)
    assert.strictEqual(tagsLength(["abc", "d e"]), 3 + 1 + 5)
    const many = fitTags(Array.from({ length: 200 }, (_, i) => `tag ${i}`))
    assert.isAtMost(tagsLength(many), 499)
    assert.isAbove(tagsLength(many), 485)
  })

  it("stamps, cleans and shortens", () => {
    assert.deepStrictEqual([0, 59, 60, 3599, 3600, 36_061].map(stamp), [
      "00:00",
      "00:59",
      "01:00",
      "59:59",
      "1:00:00",
      "10:01:01"
    ])
    assert.strictEqual(plain("a\u202e<b>\u0000\n c\ud800"), "a‹b› c\ufffd")
    assert.strictEqual(shorten("one two three", 9), "one two…")
    assert.strictEqual(shorten("x".repeat(50), 10), `${"x".repeat(9)}…`)
    assert.strictEqual(shorten("👍".repeat(20), 10), "👍👍👍👍…")
  })

  it("takes titles, descriptions and tags from what is said", () => {
    const lines = say(
      "Welcome to our course on roofs, where nothing is simple and everything leaks in the end.",
      "Today we go to Rome. In Rome, scaffolding matters.",
      "The scaffolding of Rome is old."
    )
    assert.strictEqual(firstWords(lines), "Welcome to our course on roofs")
    assert.strictEqual(firstWords(say("- 3. The roof")), "3. The roof")
    assert.strictEqual(firstWords(say("今日は屋根の話をします。それから壁の話。")), "今日は屋根の話をします")
    assert.include(opening(lines), "Today we go to Rome.")
    assert.deepStrictEqual(frequentWords(lines, "en").slice(0, 2), ["Rome", "scaffolding"])
    assert.include(frequentWords(say("屋根の話です", "屋根を見ます"), "ja"), "屋根")
  })

  it.effect(
    "finds tags that tell what a talk is about: phrases, names, one form of a word, nothing of every talk",
    () =>
      Effect.gen(function* () {
        const english = yield* tagsOf(
          "en",
          "machine_learning",
          "Hello everyone, and welcome to machine learning. Today we're going to talk about neural networks.",
          "A neural network is a model that learns from data, and that's really it.",
          "When I was at Stanford, people said that machine learning is just gradient descent.",
          "So let's look at gradient descent, because gradient descent is how neural networks learn.",
          "We will use Python. In Python, gradient descent is a loop, you know."
        )
        assert.sameMembers(english.slice(0, 5), [
          "gradient descent",
          "machine learning",
          "neural networks",
          "Python",
          "Stanford"
        ])
        for (const word of ["really", "going", "neural", "network", "gradient", "hello"])
          assert.notInclude(english, word)
        const german = yield* tagsOf(
          "de",
          "",
          "Heute geht es um die Dampfmaschine und wie sie läuft.",
          "James Watt hat die Dampfmaschine nicht erfunden, aber den Kondensator.",
          "Der Kondensator macht die Dampfmaschine sparsamer, und sie läuft besser."
        )
        assert.deepStrictEqual(german.slice(0, 2), ["Dampfmaschine", "Kondensator"])
        const french = yield* tagsOf(
          "fr",
          "",
          "Aujourd'hui nous parlons du cycle de l'eau.",
          "Le cycle de l'eau ne s'arrête jamais, car l'eau s'évapore."
        )
        assert.strictEqual(french[0], "cycle de l'eau")
        const japanese = yield* tagsOf(
          "ja",
          "",
          "今日は機械学習についてお話しします。",
          "機械学習とニューラルネットワーク。",
          "ニューラルネットワークの層。"
        )
        assert.sameMembers([...japanese], ["機械学習", "ニューラルネットワーク"])
        assert.isUndefined(yield* stopWords(Language.make("mn")))
        assert.deepStrictEqual(frequentWords([], "en"), [])
      })
  )

  it.prop(
    "of anything gives tags that YouTube takes, each once",
    [Schema.Array(Text), Schema.Literals(["en", "de", "ja", "ar", "fr"])],
    ([texts, language]) => {
      const tags = frequentWords(say(...texts.map(textOf), ...texts.map(textOf)), language, { title: "x" })
      assert.isAtMost(tagsLength(fitTags(tags)), 499)
      assert.strictEqual(new Set(tags).size, tags.length)
      for (const tag of tags) assert.isAtMost(tag.length, 30)
    },
    { arbitrary: { runs: 60, size: 12 } }
  )
})
