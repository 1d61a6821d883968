import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { isReworded, wordErrors } from "../../src/speech/Wording.ts"

const same: ReadonlyArray<readonly [text: string, said: string]> = [
  ["Hello, world!", "hello world"],
  ["It's late, isn’t it?", "Its late, isn't it"],
  ["¿Qué tal, señor?", "que tal senor"],
  ["The colour is grey.", "The color is gray."],
  ["OK.", "Okay."],
  [
    "It costs $1,250.50 in 2026.",
    "It costs one thousand two hundred and fifty dollars and fifty cents in twenty twenty-six."
  ],
  ["Forty-two people came.", "42 people came."],
  ["Use A & B at 5 %.", "Use A and B at five percent."],
  ["今日は、2つの道具を使います。", "今日は二つの道具を使います"],
  ["Straße", "STRASSE"],
  ["…", ""],
  ["", "anything"]
]

const other: ReadonlyArray<readonly [text: string, said: string]> = [
  ["Yes.", "Yes, of course."],
  ["Yes.", "No."],
  ["Hello, world!", ""],
  ["What is your name?", "My name is Cedar."],
  ["Open the settings and press save.", "Open settings and press save."],
  ["Open the settings and press save.", "Open the settings and then press save."],
  ["Do not touch the red button.", "Do touch the red button."],
  ["Sure, here we go.", "Certainly, let us begin."],
  ["我们今天学习这个工具", "我们明天学习这个工具吧"],
  ["One two three four five. Six seven eight nine ten.", "One two three four five."]
]

describe("isReworded", () => {
  for (const [text, said] of same) {
    it(`takes "${said}" for "${text}"`, () => {
      assert.isFalse(isReworded(text, said), String(wordErrors(text, said)))
    })
  }
  for (const [text, said] of other) {
    it(`does not take "${said}" for "${text}"`, () => {
      assert.isTrue(isReworded(text, said), String(wordErrors(text, said)))
    })
  }
})

describe("wordErrors", () => {
  it("counts missing and added words", () => {
    assert.strictEqual(wordErrors("a b c d", "a b c d"), 0)
    assert.strictEqual(wordErrors("a b c d", "a b d"), 1)
    assert.strictEqual(wordErrors("a b c d", "a b x y c d"), 2)
    assert.strictEqual(wordErrors("a b c d", ""), 4)
  })

  it.prop("is the same both ways, and 0 for the text itself", [Schema.String, Schema.String], ([one, two]) => {
    assert.strictEqual(wordErrors(one, one), 0)
    assert.closeTo(wordErrors(one, two), wordErrors(two, one), 1e-9)
  })
})
