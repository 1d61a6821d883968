import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { Cue } from "../../../src/domain/Cue.ts"
import type { SpeakerTurn } from "../../../src/transcript/SpeakerDiarization.ts"
import { withSpeakers } from "../../../src/transcript/SpeakerDiarization/Labels.ts"

const turn = (speaker: string, start: number, end: number): SpeakerTurn => ({ speaker, start, end })

/** A cue whose words take half a second each, with no pause between them. */
const cue = (start: number, text: string, id = 1): Cue => {
  const words = text.split(" ").map((word, i) => ({ text: word, start: start + i / 2, end: start + i / 2 + 0.5 }))
  return { id, start, end: start + words.length / 2, text, speaker: null, words }
}

const said = (cues: ReadonlyArray<Cue>) => cues.map(({ end, speaker, start, text }) => [speaker, text, start, end])

describe("labels from turns of speech", () => {
  it("go to whoever speaks, and a line is parted where another takes over", () => {
    const cues = [cue(1, "Shall we begin? Yes, let us begin."), cue(5, "Good.", 2)]
    const turns = [turn("Anna", 0.9, 2.4), turn("Ben", 2.5, 4.6), turn("Anna", 5, 5.6)]
    assert.deepStrictEqual(said(withSpeakers(cues, turns, true)), [
      ["Anna", "Shall we begin?", 1, 2.5],
      ["Ben", "Yes, let us begin.", 2.5, 4.5],
      ["Anna", "Good.", 5, 5.5]
    ])
    const [first, second] = withSpeakers(cues, turns, true)
    assert.deepStrictEqual(
      [first, second].map((part) => part!.words!.map(({ text }) => text)),
      [
        ["Shall", "we", "begin?"],
        ["Yes,", "let", "us", "begin."]
      ]
    )
  })

  it("of subtitles stay whole, with whoever speaks most of them", () => {
    const { words: _, ...plain } = cue(1, "Shall we begin? Yes, let us begin.")
    const turns = [turn("Anna", 0.9, 2.4), turn("Ben", 2.5, 4.6)]
    assert.deepStrictEqual(said(withSpeakers([plain], turns, false)), [["Ben", plain.text, 1, 4.5]])
  })

  it("do not change over a word between two of another, nor where a turn is cut short", () => {
    const cues = [cue(1, "one two three four five six")]
    const turns = [turn("Anna", 1, 2.4), turn("Ben", 2.05, 2.3), turn("Anna", 2.9, 3.4)]
    assert.deepStrictEqual(said(withSpeakers(cues, turns, true)), [["Anna", cues[0]!.text, 1, 4]])
    assert.deepStrictEqual(said(withSpeakers(cues, [], true)), [[null, cues[0]!.text, 1, 4]])
  })

  it("are whose turn has most of a word where two speak at once", () => {
    const cues = [cue(0, "a b c d e f g h")]
    const turns = [turn("Anna", 0, 4), turn("Ben", 2, 4)]
    assert.deepStrictEqual(
      withSpeakers(cues, turns, true).map(({ speaker }) => speaker),
      ["Anna"]
    )
  })

  it.prop(
    "lose no word and keep the order of time",
    [
      Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))),
      Schema.Array(
        Schema.Struct({
          speaker: Schema.Literals(["A", "B", "C"]),
          start: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 })),
          length: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))
        })
      )
    ],
    ([lengths, list]) => {
      let at = 0
      const cues = lengths.map((count, i) => {
        const made = cue(at, Array.from({ length: count }, (_, w) => `w${i}.${w}`).join(" "), i + 1)
        at = made.end + 0.3
        return made
      })
      const turns = list.map(({ length, speaker, start }) => turn(speaker, start / 10, (start + length) / 10))
      const found = withSpeakers(cues, turns, true)
      assert.strictEqual(found.map(({ text }) => text).join(" "), cues.map(({ text }) => text).join(" "))
      assert.deepStrictEqual(
        found.flatMap(({ words }) => words ?? []),
        cues.flatMap(({ words }) => words ?? [])
      )
      for (const [i, one] of found.entries()) {
        assert.strictEqual(one.id, i + 1)
        assert.isAbove(one.end, one.start)
        if (i > 0) assert.isAtLeast(one.start + 1e-9, found[i - 1]!.start)
      }
    },
    { arbitrary: { runs: 200 } }
  )
})
