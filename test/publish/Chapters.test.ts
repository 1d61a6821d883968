import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { sections, type TalkLine } from "../../src/publish/Chapters.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Said = Schema.Struct({
  pause: between(-300, 6000),
  length: between(0, 12_000),
  drift: between(-100, 3000),
  text: Schema.Literals(["Now this is said.", "and this goes on", "Part 2: Roofs", "#", "", "Ünd dann?"]),
  speaker: Schema.NullOr(Schema.Literals(["Anna"]))
})
const Talk = Schema.Array(Said).check(Schema.isMaxLength(80))

const linesOf = (said: typeof Talk.Type): ReadonlyArray<TalkLine> => {
  let at = 0
  return said.map(({ drift, length, pause, speaker, text }) => {
    const start = Math.max(0, at + pause / 1000)
    at = start + length / 1000
    return { text, speaker, start, end: at, spokenStart: Math.max(0, start + drift / 1000) }
  })
}

const line = (start: number, end: number, text: string, speaker: string | null = null): TalkLine => ({
  text,
  speaker,
  start,
  end,
  spokenStart: start
})

describe("sections", () => {
  it.prop(
    "obey YouTube's rules: none, or three at least, the first at 0, ten seconds each to the end, whole and rising",
    { said: Talk, tail: between(-2000, 40_000), cuts: Schema.Array(between(0, 300)) },
    ({ cuts, said, tail }) => {
      const lines = linesOf(said)
      const duration = Math.max(0.1, (lines.at(-1)?.end ?? 0) + tail / 1000)
      const parts = sections(lines, { duration, sceneCuts: cuts })
      if (parts.length === 0) return
      assert.isAtLeast(parts.length, 3)
      assert.strictEqual(parts[0]!.at, 0)
      const ends = [...parts.slice(1).map(({ at }) => at), duration]
      for (const [i, { at }] of parts.entries()) {
        assert.isTrue(Number.isInteger(at))
        assert.isAtLeast(ends[i]! - at, 10)
      }
      const kept = [...lines].filter(({ text }) => text !== "")
      assert.sameMembers(
        parts.flatMap((part) => part.lines),
        kept
      )
      // Nothing of a later chapter is heard before it begins.
      for (const [i, part] of parts.entries()) {
        for (const one of part.lines) {
          assert.isTrue(i === 0 || Math.floor(one.spokenStart) >= part.at)
          assert.isTrue(one.spokenStart < ends[i]! + 1 || i === parts.length - 1)
        }
      }
    },
    { arbitrary: { runs: 400, size: 80 } }
  )

  it("begins where long pauses, headings and scenes are, not in the middle of a sentence", () => {
    const lines: Array<TalkLine> = []
    // Six topics of 50 s, two seconds between them, within a topic half a second.
    for (let topic = 0; topic < 6; topic++) {
      for (let i = 0; i < 10; i++) {
        const start = topic * 52 + i * 5
        const ends = i % 3 === 2 || i === 9
        lines.push(line(start, start + 4.5, `Topic ${topic}, line ${i}${ends ? "." : ""}`))
      }
    }
    const parts = sections(lines, { duration: 312, sceneCuts: [] })
    assert.isAtLeast(parts.length, 3)
    for (const { at } of parts) assert.strictEqual(at % 52, 0)
  })

  it("finds none where there is no room for three, or too little is said", () => {
    const options = { sceneCuts: [] }
    const lines = Array.from({ length: 10 }, (_, i) => line(i * 2.9, i * 2.9 + 2, "This is said."))
    assert.deepStrictEqual(sections(lines, { ...options, duration: 29.9 }), [])
    assert.deepStrictEqual(sections(lines.slice(0, 2), { ...options, duration: 600 }), [])
    assert.deepStrictEqual(sections(lines, { ...options, duration: 600 }).length > 0, true)
    assert.deepStrictEqual(sections([], { ...options, duration: 600 }), [])
  })

  it("parts three hours of 3,600 lines into about twenty", () => {
    const lines = Array.from({ length: 3600 }, (_, i) => line(i * 3, i * 3 + 2.5 - (i % 7) / 10, "This is said."))
    const parts = sections(lines, { duration: 10_800, sceneCuts: [] })
    assert.isAtLeast(parts.length, 14)
    assert.isAtMost(parts.length, 30)
  })
})
