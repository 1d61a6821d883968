import { assert, describe, it } from "@effect/vitest"
import { namesInLines, noteOfNames } from "../../src/dub/NamesInLines.ts"

const cues = (...texts: ReadonlyArray<string>) => texts.map((text) => ({ speaker: null, text }))
const talk = ["Anna: Good morning.", "Ben: Hello Anna.", "- Anna: How are you?", "Ben: Well.", "Cleo: Good."]

describe("names that lines begin with", () => {
  it("are found where most lines begin with a few that come again", () => {
    const found = namesInLines(cues(...talk))!
    assert.deepStrictEqual(found, { count: 5, names: ["Anna", "Ben", "Cleo"] })
    assert.strictEqual(
      noteOfNames(found, 5, "en/subs.srt"),
      "5 of 5 lines begin with a name (Anna, Ben, Cleo), which is spoken: " +
        'write [speaker: Anna] instead of "Anna:" in en/subs.srt for a voice of each one\'s own'
    )
    assert.deepStrictEqual(
      namesInLines(cues("DR. MILLER: A.", "DR. MILLER: B.", "Speaker 2: C.", "Speaker 2: D."))?.names,
      ["DR. MILLER", "Speaker 2"]
    )
    assert.strictEqual(namesInLines(cues("安娜：早上好。", "本：你好。", "安娜：再见。", "本：再见。"))?.count, 4)
  })

  it("are none where they are few, all different, times, or labels already", () => {
    assert.isUndefined(namesInLines(cues(...talk.slice(0, 3))))
    assert.isUndefined(namesInLines(cues(...talk, "One line.", "Two lines.", "Three lines.")))
    assert.isUndefined(namesInLines(cues("Note: a.", "Warning: b.", "Question: c.", "Answer: d.", "First: e.")))
    assert.isUndefined(namesInLines(cues("At 10:30 we go.", "At 10:40 too.", "At 10:50 as well.", "At 11:00 no more.")))
    assert.isUndefined(namesInLines(cues(...talk).map((one) => ({ ...one, speaker: "Anna" }))))
    assert.isUndefined(namesInLines([]))
  })
})
