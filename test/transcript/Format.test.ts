import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { Language } from "../../src/domain/Language.ts"
import { tidyText } from "../../src/transcript/Subtitles/Markup.ts"
import { formatSrt, formatVtt, parse } from "../../src/transcript/Subtitles.ts"

const read = (text: string, name: string) => parse(new TextEncoder().encode(text), name)

const fragments = [
  "word",
  "42",
  " ",
  "\n",
  "\n\n",
  "\r\n",
  "-->",
  "00:00:01,000 --> 00:00:02,000",
  "1",
  "&",
  "&amp;",
  "&#60;",
  "&lt;",
  "<i>",
  "</i>",
  "<v Bob>",
  "<",
  ">",
  "{\\an8}",
  "{",
  "[speaker 1] ",
  "[speaker: A] ",
  "[music]",
  "NOTE x",
  "STYLE",
  "line: 3",
  "WEBVTT",
  "\u00a0",
  "\u2028",
  "\t",
  "漢字",
  "🎬",
  "\u200f",
  "é",
  "Dialogue: 0",
  "[Script Info]",
  "\u0000",
  "\u0007",
  "<c.x>",
  "<00:01.000>",
  "&nbsp",
  ";",
  "}",
  "]",
  "]]>",
  "{{",
  "\ufeff",
  "<br>",
  "<rt>x</rt>"
] as const
const Text = Schema.Array(Schema.Literals(fragments))
const Piece = Schema.Struct({
  text: Text,
  any: Schema.String,
  speaker: Schema.NullOr(
    Schema.Literals(["speaker 1", "Anna Lee", "A]", "<b>", "a & b", "speaker one two", "&amp;", "x\ny"])
  ),
  gap: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 90_000_000 })),
  length: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20_000 }))
})

const cuesOf = (pieces: ReadonlyArray<typeof Piece.Type>): ReadonlyArray<Cue> => {
  let clock = 0
  return pieces.map(({ text, any, speaker, gap, length }, index) => {
    const start = clock + gap
    clock = start + length
    return { id: index + 1, start: start / 1000, end: clock / 1000, text: `${text.join("")}${any}`, speaker }
  })
}

/** What a file of subtitles can hold of a cue: lines that are not empty. */
const kept = (cues: ReadonlyArray<Cue>): ReadonlyArray<Cue> =>
  cues
    .filter(({ text }) => tidyText(text) !== "")
    .map((cue, index) => ({
      id: index + 1,
      start: cue.start,
      end: cue.end,
      text: tidyText(cue.text),
      speaker: cue.speaker === null ? null : cue.speaker.replace("\n", " ")
    }))

describe("what is written is read again", () => {
  for (const [name, format] of [
    ["subs.srt", formatSrt],
    ["subs.vtt", formatVtt]
  ] as const) {
    it.effect.prop(
      name,
      [Schema.Array(Piece)],
      ([pieces]) => {
        const cues = cuesOf(pieces)
        const expected = kept(cues)
        if (expected.length === 0) return Effect.void
        return Effect.map(read(format(cues), name), (found) => {
          assert.deepStrictEqual(found.cues, expected)
          assert.deepStrictEqual(found.warnings, [])
        })
      },
      { arbitrary: { runs: 300 } }
    )
  }
})

describe("what is written", () => {
  const cues: ReadonlyArray<Cue> = [
    { id: 7, start: 0.0004, end: 1.2345, text: "Q&A: <3 you", speaker: null },
    { id: 8, start: 360_000, end: 360_001.999_6, text: "Two\n\nlines", speaker: "speaker 1" },
    { id: 9, start: 360_003, end: 360_002, text: " ", speaker: null },
    { id: 10, start: 360_003, end: 360_004, text: "see --> there", speaker: "Anna" }
  ]
  it("is what a person would write in SRT", () => {
    assert.strictEqual(
      formatSrt(cues),
      `1
00:00:00,000 --> 00:00:01,235
Q&A: <3 you

2
100:00:00,000 --> 100:00:02,000
[speaker 1] Two
lines

3
100:00:03,000 --> 100:00:04,000
[speaker: Anna] see --&gt; there
`
    )
  })
  it("is escaped in WebVTT", () => {
    assert.strictEqual(
      formatVtt(cues, Language.make("en")),
      `WEBVTT
Language: en

00:00:00.000 --> 00:00:01.235
Q&amp;A: &lt;3 you

100:00:00.000 --> 100:00:02.000
<v speaker 1>Two
lines

100:00:03.000 --> 100:00:04.000
<v Anna>see --&gt; there
`
    )
  })
})
