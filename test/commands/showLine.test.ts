import { assert, describe, it } from "@effect/vitest"
import { Language } from "../../src/domain/Language.ts"
import { isAbout } from "../../src/commands/showLine.ts"
import type { LineHistory } from "../../src/dub/LineHistory.ts"

const history = (id: number): LineHistory =>
  ({ language: Language.make("es"), line: { id, start: id, end: id + 1, text: "Hola" } }) as LineHistory

const told = (message: string): ReadonlyArray<number> =>
  Array.from({ length: 12 }, (_, k) => k + 1).filter((id) =>
    isAbout({ message, level: "WARN", timestamp: "2026-01-01T00:00:00Z" } as Parameters<typeof isAbout>[0], history(id))
  )

describe("isAbout", () => {
  it("finds the lines that a warning names", () => {
    assert.deepStrictEqual(told("Line 4 was left untranslated: the model gave back the same words."), [4])
    assert.deepStrictEqual(
      told("3 lines were left untranslated (3-4, 9): the model gave back the same words."),
      [3, 4, 9]
    )
    assert.deepStrictEqual(told("Lines 4, 9 came distorted by clipping: listen to them"), [4, 9])
    assert.deepStrictEqual(told("Lines 4-6 could not be spoken: too many requests (429)."), [4, 5, 6])
    assert.deepStrictEqual(told("Lines 10 to 12 could not be spoken."), [10, 11, 12])
    assert.deepStrictEqual(told("751 lines in English, from subtitles talk.en.srt"), [])
  })
})
