import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { characterBudget, estimateSeconds } from "../../src/script/Pace.ts"

const seconds = (language: string, text: string) => estimateSeconds(text, Language.make(language))

describe("estimateSeconds", () => {
  const spoken: ReadonlyArray<readonly [language: string, text: string, low: number, high: number]> = [
    ["en", "Welcome to this course on programming.", 2, 3],
    ["es", "Bienvenidos a este curso de programación.", 2.3, 3.3],
    ["de", "Willkommen zu diesem Programmierkurs.", 2, 3],
    ["ru", "Добро пожаловать на этот курс программирования.", 2.8, 4],
    ["ja", "このプログラミング講座へようこそ。", 2.2, 3.5],
    ["zh", "欢迎来到这门编程课程。", 1.6, 2.4],
    ["ar", "مرحبا بكم في هذه الدورة.", 1.4, 2.4],
    ["en", "1984", 0.9, 1.4],
    ["en", "API", 0.4, 0.9]
  ]
  for (const [language, text, low, high] of spoken) {
    it(`${language}: ${text}`, () => {
      expect(seconds(language, text)).toBeGreaterThan(low)
      expect(seconds(language, text)).toBeLessThan(high)
    })
  }

  it.prop("grows with the text and is never negative", [Schema.String, Schema.String], ([a, b]) => {
    expect(seconds("en", a)).toBeGreaterThanOrEqual(0)
    expect(seconds("en", `${a} ${b}`)).toBeGreaterThanOrEqual(seconds("en", a) - 0.3)
  })
})

describe("characterBudget", () => {
  it("is by language", () => {
    expect(characterBudget(2, Language.make("en"))).toBe(31)
    expect(characterBudget(2, Language.make("es-MX"))).toBe(30)
    expect(characterBudget(2, Language.make("ja"))).toBe(11)
    expect(characterBudget(0, Language.make("en"))).toBe(1)
  })
})
