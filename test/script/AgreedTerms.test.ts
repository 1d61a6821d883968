import { assert, describe, it } from "@effect/vitest"
import { lecture } from "../../scripts/bench/lecture.ts"
import { Language } from "../../src/domain/Language.ts"
import { agreeing } from "../../src/script/AgreedTerms.ts"
import { talkTerms } from "../../src/script/TalkTerms.ts"

const [en, es, ja, de] = ["en", "es", "ja", "de"].map((tag) => Language.make(tag)) as [
  Language,
  Language,
  Language,
  Language
]

const english = [
  "Today I talk about the gateway.",
  "The gateway joins two networks.",
  "When the network is slow, check the gateway.",
  "There are three servers in this network.",
  "Setting up the server is very simple.",
  "Next we join the server and the gateway.",
  "That is all."
]
const japanese = [
  "今日はゲートウェイについて話します。",
  "ゲートウェイは二つのネットワークをつなぎます。",
  "ネットワークが遅いときは、ゲートウェイを確認してください。",
  "このネットワークには三つのサーバーがあります。",
  "サーバーの設定はとても簡単です。",
  "次に、サーバーとゲートウェイをつなぎます。",
  "これで終わりです。"
]

const numbered = (texts: ReadonlyArray<string>) => texts.map((text, i) => ({ id: i + 1, text }))

const agreedBetween = (
  sources: ReadonlyArray<string>,
  from: Language,
  translations: ReadonlyArray<string>,
  to: Language
) => {
  const agreed = agreeing(talkTerms(numbered(sources), from), numbered(sources), { from, to })
  agreed.learn(numbered(translations))
  return Object.fromEntries(
    agreed.agreedIn(sources.map((_, i) => i + 1)).map(({ term, translation }) => [term, translation])
  )
}

describe("talkTerms", () => {
  it("are what a talk keeps coming back to, in languages with and without spaces", () => {
    assert.sameMembers(
      talkTerms(numbered(japanese), ja).map(({ text }) => text),
      ["ゲートウェイ", "ネットワーク", "サーバー"]
    )
    const terms = talkTerms(numbered(english), en)
    assert.deepInclude(
      terms.map(({ lines, text }) => [text, [...lines]]),
      ["gateway", [1, 2, 3, 6]]
    )
  })

  it("know names by their capitals, and terms of several words by themselves", () => {
    const texts = [
      "We call it machine learning, says Ada Lovelace.",
      "But machine learning is no magic.",
      "For Ada Lovelace machine learning was a dream.",
      "So she wrote it down."
    ]
    const terms = talkTerms(numbered(texts), en)
    assert.isTrue(terms.find(({ text }) => text === "Ada Lovelace")?.isName)
    assert.deepInclude(
      terms.map(({ text }) => text),
      "machine learning"
    )
    assert.notInclude(
      terms.map(({ text }) => text),
      "machine"
    )
  })
})

describe("how terms come to be translated", () => {
  it("shows in the lines, either way", () => {
    assert.deepInclude(agreedBetween(english, en, japanese, ja), { gateway: "ゲートウェイ", network: "ネットワーク" })
    assert.deepInclude(agreedBetween(japanese, ja, english, en), { ゲートウェイ: "gateway" })
  })

  it("in a lecture as a person translated it shows, and no batch of it strays", () => {
    const { lines } = lecture(0)
    const agreed = agreeing(talkTerms(lines, en), lines, { from: en, to: es })
    const strays: Array<number> = []
    for (let from = 0; from < lines.length; from += 30) {
      const batch = lines.slice(from, from + 30).map(({ id, translation }) => ({ id, text: translation }))
      strays.push(...agreed.straysIn(batch).keys())
      agreed.learn(batch)
    }
    assert.deepStrictEqual(strays, [])
    const known = agreed.agreedIn(lines.map(({ id }) => id))
    for (const [term, translation] of [
      ["carpenter", "carpintero"],
      ["pendulum", "péndulo"],
      ["Earth", "Tierra"],
      ["answer", "respuesta"]
    ]) {
      assert.deepInclude(known, { term, translation })
    }
  })

  it("strays where two lines of a batch have another word, unless that may be for something else that they share", () => {
    const sources = [
      "The gateway is there.",
      "A gateway here.",
      "No gateway any more.",
      "Where is the gateway?",
      "The gateway runs.",
      "It does not run.",
      "Every gateway counts.",
      "This gateway still runs."
    ]
    const agreed = agreeing(talkTerms(numbered(sources), en), numbered(sources), { from: en, to: de })
    agreed.learn(numbered(["Das Gateway ist da.", "Ein Gateway hier.", "Kein Gateway mehr.", "Wo ist das Gateway?"]))
    const translated = ["Die Torstation läuft.", "Es läuft nicht.", "Jede Torstation zählt.", "Sie läuft immer noch."]
    const [first, second, third, fourth] = translated.map((text, i) => ({ id: i + 5, text }))
    const strays = (...lines: ReadonlyArray<typeof first>) => [
      ...agreed.straysIn(lines.filter((line) => line !== undefined)).keys()
    ]
    assert.deepStrictEqual(strays(first, second, third), [5, 7])
    assert.deepStrictEqual(strays(first, second), [])
    assert.deepStrictEqual(strays(first, fourth), [])
    assert.isTrue(agreed.says("Die Gateways laufen.", "Gateway"))
    assert.isFalse(agreed.says("Die Torstation läuft.", "Gateway"))
  })
})
