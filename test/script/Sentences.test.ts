import { describe, expect, it } from "@effect/vitest"
import { Language } from "../../src/domain/Language.ts"
import { clauses, endsSentence, isCased, joinTexts, sentences, turns } from "../../src/script/Sentences.ts"

const split = (language: string, text: string) =>
  sentences(text, { language: Language.make(language), cased: isCased([text]) })

const cases: ReadonlyArray<readonly [language: string, ...sentences: Array<string>]> = [
  [
    "en",
    "Hello, e.g. this is Dr. Smith.",
    "He has 3.5 apples at example.com.",
    "Use v1.2.3!",
    "Fine?",
    '"Yes."',
    "Go."
  ],
  [
    "en",
    "J. F. Kennedy met Mr. Nixon, etc.",
    "The U.S. President left at 5 p.m. today.",
    "No.",
    "I said no.",
    "No. 5 is alive."
  ],
  [
    "en",
    "She left... but came back.",
    "He stayed…",
    "They went on.",
    '"Really?" she said.',
    "(Yes.)",
    "Visit https://a.b/c.d?x=1.",
    "Then."
  ],
  ["en", "1. Introduction.", "St. Petersburg vs. Moscow, i.e. both.", "Done."],
  ["en", "hello there.", "how are you.", "fine"],
  [
    "de",
    "Das ist z. B. ein Test.",
    "Und d. h. gut.",
    "Am 3. Mai war Prof. Dr. Müller da, bzw. auch i. d. R. öfter.",
    "Es sind 12.",
    "Ja!"
  ],
  ["es", "Hola, p. ej. esto.", "¿Qué tal?", "¡Bien!", "El Sr. García vive en EE. UU. desde 1990.", "Fin."],
  ["fr", "« Bonjour. »", "Il est là !", "M. Dupont arrive.", "C'est comme ça qu'il est.", "Oui."],
  ["ru", "Это т. е. тест.", "Вот и т. д.", "Новое предложение.", "И. И. Иванов пришёл."],
  ["el", "Τι κάνεις;", "Καλά."],
  ["hi", "नमस्ते।", "कैसे हो?", "ठीक।"],
  ["ar", "مرحبا.", "كيف حالك؟", "بخير."],
  ["ur", "یہ ہے۔", "وہ ہے۔"],
  ["hy", "Բարեւ։", "Ինչպես ես։"],
  ["am", "ሰላም።", "እንዴት ነህ፧", "ጥሩ።"]
]

describe("sentences", () => {
  for (const [language, ...expected] of cases) {
    it(`${language}: ${expected[0]}`, () => {
      expect(split(language, expected.join(" "))).toEqual(expected)
    })
  }

  it("need no space where the script has none", () => {
    expect(split("ja", "これはペンです。そうですか？「はい。」と彼は言った。はい!Web 2.0です。")).toEqual([
      "これはペンです。",
      "そうですか？",
      "「はい。」と彼は言った。",
      "はい!",
      "Web 2.0です。"
    ])
    expect(split("zh", "我是3．5。好！")).toEqual(["我是3．5。", "好！"])
  })

  it("end with a cue unless the next one goes on", () => {
    const rules = { language: Language.make("en"), cased: true }
    const ends = (text: string, after: string) => endsSentence(text, after, rules)
    expect(ends("That is all.", "Next one.")).toBe(true)
    expect(ends("That is all.", "")).toBe(true)
    expect(ends("for example, e.g.", "This one.")).toBe(false)
    expect(ends("He met Dr.", "Smith there.")).toBe(false)
    expect(ends("John F.", "Kennedy spoke.")).toBe(false)
    expect(ends("made in the U.S.", "They sell it.")).toBe(true)
    expect(ends("apples, pears, etc.", "and more.")).toBe(false)
    expect(ends("He was…", "…going home.")).toBe(false)
    expect(ends("Well,", "Yes.")).toBe(false)
    expect(ends("no stop here", "Yes.")).toBe(false)
    expect(endsSentence("that is all.", "next one.", { ...rules, cased: false })).toBe(true)
  })
})

describe("turns", () => {
  it("are what several people say in one cue", () => {
    expect(turns("- Hi. - Hello.")).toEqual(["Hi.", "Hello."])
    expect(turns("– Hi, Bob\n– Hello!")).toEqual(["Hi, Bob", "Hello!"])
    expect(turns("-5 degrees. - cold")).toEqual(["-5 degrees. - cold"])
    expect(turns("It is - I think - so.")).toEqual(["It is - I think - so."])
  })
})

describe("joinTexts", () => {
  it("puts spaces where the language has them", () => {
    expect(joinTexts(["one", "two"], Language.make("en"))).toBe("one two")
    expect(joinTexts(["これは", "ペンです。"], Language.make("ja"))).toBe("これはペンです。")
    expect(joinTexts(["API", "Gateway"], Language.make("ja"))).toBe("API Gateway")
    expect(joinTexts(["สวัสดี", "ครับ"], Language.make("th"))).toBe("สวัสดีครับ")
  })
})

describe("clauses", () => {
  it("end at commas, else at words", () => {
    expect(clauses("One, two three four, five", 10, Language.make("en"))).toEqual([
      "One,",
      "two three",
      "four,",
      "five"
    ])
  })
})

describe("a hostile text", () => {
  for (const piece of ["a.", "a. ", ".", '."', "U.S. ", "- a. ", "。", '"', ") "]) {
    it(`costs no more than its length: ${JSON.stringify(piece)}`, () => {
      const text = piece.repeat(100_000 / piece.length)
      expect(split("en", text).join("").length).toBeLessThanOrEqual(text.length)
      expect(turns(`- ${text}`).length).toBeGreaterThan(0)
    })
  }
})
