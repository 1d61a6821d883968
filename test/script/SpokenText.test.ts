import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { isSpoken, spokenText } from "../../src/script/SpokenText.ts"

const cases: ReadonlyArray<readonly [written: string, spoken: string]> = [
  ["<i>Hi</i> ♪ la ♪", "Hi la"],
  ['{\\an8}Top <font color="#fff">line</font>', "Top line"],
  ["(laughs) Hello", "Hello"],
  ["(the phone) rings", "(the phone) rings"],
  ["- Hi. - Hello.", "Hi. Hello."],
  ["– Hi\n– Hello", "Hi Hello"],
  ["-5 degrees", "-5 degrees"],
  ["Wow!!! 😀 really???? Hm.....", "Wow! really? Hm..."],
  ["What?!?!", "What?!"],
  ["See https://www.example.com/docs/api?x=1. Mail me@example.com.", "See example.com docs api. Mail me@example.com."],
  ["array[0] list[i] [1] [speaker 1] hi", "array[0] list[i] [1] hi"],
  ["*bold* #hashtag 👍🏽 👨‍👩‍👧 ❤️", "bold hashtag"],
  ["AT&amp;T &lt;b&gt; 3 < 5 > 2", "AT&T 3 < 5 > 2"],
  ["one → two", "one, two"],
  ["a\u0007b\u202ec\ufeff", "abc"],
  ["می\u200cخواهم", "می\u200cخواهم"],
  ["こんにちは[拍手]", "こんにちは"],
  ["It cost $3.50, i.e. 10 % of v1.2 (roughly) — no more.", "It cost $3.50, i.e. 10 % of v1.2 (roughly) — no more."]
]

describe("spokenText", () => {
  for (const [written, spoken] of cases) {
    it(JSON.stringify(written), () => {
      expect(spokenText(written)).toBe(spoken)
    })
  }

  it.prop("holds no control characters and is never longer", [Schema.String], ([text]) => {
    const spoken = spokenText(text)
    expect(spoken).not.toMatch(/\n|\p{Cc}/u)
    expect(spoken.length).toBeLessThanOrEqual(text.length)
  })

  it.prop(
    "leaves ordinary words and numbers alone",
    [
      Schema.Array(
        Schema.Literals(["word", "Ärger", "3.5", "1,000", "it's", "well-known", "fin.", "20%", "(maybe)", "no,"])
      )
    ],
    ([words]) => {
      expect(spokenText(words.join(" "))).toBe(words.join(" "))
    }
  )
})

describe("isSpoken", () => {
  it("is false where nothing is left to say", () => {
    for (const text of ["[applause]", "(door slams)", "(RISAS)", "♪ ♪", "…", "- -", "", "<b></b>", "😀"]) {
      expect(isSpoken(text), text).toBe(false)
    }
    for (const text of ["[laughs] Yes", "5", "はい", "(maybe)"]) expect(isSpoken(text), text).toBe(true)
  })
})

describe("a hostile text", () => {
  for (const piece of ["-", "- ", ".", "!?", "(", "[", "<i ", "♪", "&amp;", "*a* ", "http://", "\n- "]) {
    it(`costs no more than its length: ${JSON.stringify(piece)}`, () => {
      expect(spokenText(`${piece.repeat(100_000 / piece.length)}5`).length).toBeLessThanOrEqual(100_001)
    })
  }
})
