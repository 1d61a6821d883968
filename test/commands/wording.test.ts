import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import stringWidth from "string-width"
import {
  cutEnd,
  cutMiddle,
  dollars,
  duration,
  harmless,
  padEnd,
  percent,
  wholeSeconds
} from "../../src/commands/wording.ts"

describe("duration", () => {
  it("is said as people say it", () => {
    const said = [0, 0.04, 9.94, 9.96, 42.4, 89.4, 89.6, 119.6, 125, 3599.6, 3600, 4830, 36_000].map(duration)
    assert.deepStrictEqual(said, [
      "0.0 s",
      "0.0 s",
      "9.9 s",
      "10 s",
      "42 s",
      "89 s",
      "1 min 30 s",
      "2 min",
      "2 min 5 s",
      "1 h",
      "1 h",
      "1 h 21 min",
      "10 h"
    ])
  })

  it("is rounded up where it is told again every moment", () => {
    assert.deepStrictEqual([0, 0.2, 5.1, 61, -3].map(wholeSeconds), ["0 s", "1 s", "6 s", "61 s", "0 s"])
  })
})

describe("cutMiddle", () => {
  it("leaves out the middle by what a terminal shows, not by characters", () => {
    assert.strictEqual(cutMiddle("a-long-name-of-a-talk.mp4", 15), "a-long-…alk.mp4")
    assert.strictEqual(cutMiddle("日本語の講演その一", 10), "日本…の一")
    assert.strictEqual(cutMiddle("日本語", 6), "日本語")
    assert.strictEqual(cutMiddle("talk 👩‍👩‍👧‍👦👩‍👩‍👧‍👦 end", 9), "talk… end")
    assert.strictEqual(cutMiddle("abcdef", 5, "..."), "a...f")
  })

  const texts = Schema.String
  it.prop(
    "never takes more columns than there are, and leaves alone what fits",
    { text: texts, columns: Schema.Int },
    ({ columns, text }) => {
      const room = Math.abs(columns) % 60
      for (const cut of [cutMiddle(text, room), cutEnd(text, Math.max(1, room))]) {
        assert.isAtMost(stringWidth(cut), Math.max(1, room))
      }
      if (stringWidth(text) <= room) assert.strictEqual(cutMiddle(text, room), text)
    }
  )
})

it("all is all, and not nearly all", () => {
  assert.deepStrictEqual([0, 0.29, 10 / 11, 0.9996, 1].map(percent), ["0 %", "29 %", "90 %", "99 %", "100 %"])
})

it("pads by width", () => {
  assert.strictEqual(padEnd("日本", 6), "日本  ")
  assert.strictEqual(padEnd("too long", 3), "too long")
})

it("money is told to a hundredth of a cent where it is little", () => {
  assert.deepStrictEqual([0.00123, 0.099, 0.1, 12.345].map(dollars), ["$0.0012", "$0.0990", "$0.10", "$12.35"])
})

it("what others wrote moves no cursor", () => {
  assert.strictEqual(harmless("a\u001b[2Jb\nc\u2028d\u0007"), "a [2Jb c d ")
})
