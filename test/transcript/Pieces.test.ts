import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import type { Interval } from "../../src/domain/Sound.ts"
import { withoutNoise } from "../../src/transcript/Transcribe/Noise.ts"
import { planPieces, planWindows } from "../../src/transcript/Transcribe/Pieces.ts"
import { timedSegments } from "../../src/transcript/Transcribe/Tokens.ts"
import { silences } from "../../src/transcript/SpeechRegions.ts"

const Steps = Schema.Array(
  Schema.Tuple([
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 })),
    Schema.Int.check(Schema.isBetween({ minimum: 3, maximum: 50 }))
  ])
)
/** Speech of tenths of seconds, pauses of tenths. */
const regionsOf = (steps: typeof Steps.Type): { regions: ReadonlyArray<Interval>; seconds: number } => {
  let clock = 0
  const regions = steps.map(([speech, pause]) => {
    const start = clock + pause / 10
    clock = start + speech / 10
    return { start, end: clock }
  })
  return { regions, seconds: clock + 1 }
}

describe("pieces", () => {
  it.prop(
    "cover the whole sound, none too long, cut in pauses or with an overlap",
    [Steps, Schema.Int.check(Schema.isBetween({ minimum: 5, maximum: 100 }))],
    ([steps, longest]) => {
      const { regions, seconds } = regionsOf(steps)
      const pieces = planPieces(silences(regions, seconds), seconds, { longest, wanted: longest, shared: 6 })
      assert.strictEqual(pieces[0]!.start, 0)
      assert.strictEqual(pieces.at(-1)!.end, seconds)
      for (const [index, piece] of pieces.entries()) {
        assert.isAtMost(piece.end - piece.start, longest + 1e-9)
        if (index === 0) continue
        const before = pieces[index - 1]!
        assert.closeTo(before.end - piece.start, piece.overlap, 1e-9)
        if (piece.overlap === 0) {
          assert.isFalse(regions.some(({ start, end }) => start < piece.start && end > piece.start))
        }
      }
    },
    { arbitrary: { runs: 300 } }
  )

  it("are about equal", () => {
    const { regions, seconds } = regionsOf(Array.from({ length: 300 }, () => [60, 6] as const))
    const pieces = planPieces(silences(regions, seconds), seconds, { longest: 1200, wanted: 400, shared: 6 })
    assert.strictEqual(pieces.length, 5)
    assert.isTrue(pieces.every(({ start, end }) => Math.abs(end - start - seconds / 5) < 65))
  })

  it.prop(
    "windows hold all speech and are at most 30 seconds long",
    [Steps],
    ([steps]) => {
      const { regions, seconds } = regionsOf(steps)
      const windows = planWindows(regions, regions, seconds, { least: 5, most: 30 })
      for (const { start, end } of windows) assert.isAtMost(end - start, 30 + 1e-9)
      for (const region of regions) {
        for (let at = region.start; at < region.end; at += 0.5) {
          const holding = windows.filter(({ start, end }) => start <= at && end >= at)
          assert.isAtLeast(holding.length, 1)
          if (holding.length > 1) assert.isTrue(holding.some(({ overlap }) => overlap > 0))
        }
      }
    },
    { arbitrary: { runs: 200 } }
  )
})

const word = (text: string, start: number, end: number) => ({ text, start, end })

describe("words", () => {
  it("that straddle two segments belong to one", () => {
    const segments = timedSegments(
      {
        text: "",
        language: undefined,
        segments: [
          { text: " It costs 3.50,", start: 0, end: 1, speaker: null },
          { text: " really.", start: 1, end: 2, speaker: null }
        ],
        words: [
          word("It", 0, 0.2),
          word("costs", 0.2, 0.6),
          word("3", 0.6, 0.8),
          word("50", 0.8, 1.1),
          word("really", 0.9, 1.5)
        ]
      },
      { start: 100, end: 101.8 }
    )
    assert.deepStrictEqual(
      segments.map(({ words }) => words.map(({ text }) => text)),
      [["It", "costs", "3", "50"], ["really"]]
    )
    assert.deepStrictEqual(
      segments.map(({ tokens }) => tokens.map(({ text }) => text)),
      [["It", "costs", "3.50,"], ["really."]]
    )
    assert.strictEqual(segments[0]!.tokens[2]!.start, 100.6)
    assert.strictEqual(segments[1]!.end, 101.8)
  })
})

const cue = (start: number, text: string): Cue => ({ id: 1, start, end: start + 2, text, speaker: null })

describe("noise", () => {
  const speech = [{ start: 0, end: 100 }]
  const clean = (cues: ReadonlyArray<Cue>, regions = speech) => {
    const { cues: kept, warnings } = withoutNoise(cues, regions)
    return { texts: kept.map(({ text }) => text), warnings: warnings.length }
  }

  it("loops of one phrase are heard once", () => {
    const loop = Array.from({ length: 8 }, (_, at) => cue(10 + at * 2, "I'm going to the store."))
    assert.deepStrictEqual(clean([cue(0, "So."), ...loop, cue(30, "Good.")]), {
      texts: ["So.", "I'm going to the store.", "Good."],
      warnings: 7
    })
    assert.deepStrictEqual(clean([cue(0, `And ${"so on ".repeat(30)}`.trim())]), { texts: ["And so on"], warnings: 1 })
  })
  it("what people do say stays", () => {
    const texts = [
      "No, no, no!",
      "Go!",
      "Go!",
      "Go!",
      "Thanks for watching my house while I was away.",
      "Very, very good."
    ]
    assert.deepStrictEqual(clean(texts.map((text, at) => cue(at * 2, text))), { texts, warnings: 0 })
  })
  it("what the service itself doubts is left out where it doubts much, or where the words are those of no speech", () => {
    const cues = [cue(1, "Hello."), cue(3, "And so it goes."), cue(5, "Thanks for watching!"), cue(7, "Well said.")]
    const doubts = new Map<Cue, "some" | "grave">([
      [cues[0]!, "some"],
      [cues[1]!, "grave"],
      [cues[2]!, "some"]
    ])
    const { cues: kept, warnings } = withoutNoise(cues, speech, doubts)
    assert.deepStrictEqual(
      kept.map(({ text }) => text),
      ["Hello.", "Well said."]
    )
    assert.match(warnings[0]!, /^00:03\.0: "And so it goes\." was left out: the service itself does not believe/)
    assert.match(warnings[1]!, /^00:05\.0: "Thanks for watching!" was left out: it is what models write over music/)
  })
  it("sounds, and words where nobody speaks, are left out", () => {
    const cues = [
      cue(1, "[Music]"),
      cue(3, "♪ ♪"),
      cue(5, "Hello."),
      cue(50, "Subtitles by the community"),
      cue(60, "you")
    ]
    assert.deepStrictEqual(clean(cues, [{ start: 4.9, end: 7 }]), { texts: ["Hello."], warnings: 4 })
  })
})
