import { assert, describe, it } from "@effect/vitest"
import { plan, type PlanOptions, type Planned, type ToPlan } from "../../src/timeline/Plan.ts"

const options = { duration: 600, maxTempo: 1.3, minTempo: 0.9 }

const line = (start: number, end: number, clipSeconds: number, other: Partial<ToPlan> = {}): ToPlan => ({
  id: 0,
  speaker: "a",
  start,
  end,
  clipSeconds,
  spoken: true,
  ...other
})

const planned = (lines: ReadonlyArray<ToPlan>, other: Partial<PlanOptions> = {}): ReadonlyArray<Planned> => {
  const numbered = lines.map((each, i) => ({ ...each, id: i + 1 }))
  const result = plan(numbered, { ...options, ...other })
  assert.deepStrictEqual(
    result.map(({ id }) => id),
    numbered.map(({ id }) => id)
  )
  return result
}

const only = (each: ToPlan, other: Partial<PlanOptions> = {}): Planned => planned([each], other)[0]!

const gaps = (result: ReadonlyArray<Planned>): ReadonlyArray<number> =>
  result.slice(1).map(({ start }, i) => start - result[i]!.end)

/** Back to back lines of `window` seconds with 0.2 s between, whose clips are `factor` times as long. */
const dense = (count: number, window: number, factor: number): ReadonlyArray<ToPlan> =>
  Array.from({ length: count }, (_, i) =>
    line(i * (window + 0.2), i * (window + 0.2) + window, Math.round(window * factor * 48_000) / 48_000)
  )

/** How much the tempo changes from a line that is too long to the one after it. */
const jumpAfterLong = (...[first, second, third]: readonly [string, string, string]): number => {
  const [, long, after] = planned([
    line(5, 8, 3, { speaker: first }),
    line(8.2, 11.2, 4.2, { speaker: second }),
    line(11.4, 14.4, 3, { speaker: third })
  ])
  return Math.abs(long!.tempo - after!.tempo)
}

describe("a line by itself", () => {
  it("is heard at its own time and tempo", () => {
    const placed = only(line(10, 12, 2))
    assert.deepStrictEqual(placed, { id: 1, start: 10, end: 12, tempo: 1, overflow: false })
  })

  it("takes the pause after it before any tempo", () => {
    const [long, next] = planned([line(10, 12, 4.5), line(15, 17, 2)])
    assert.deepStrictEqual([long!.start, long!.end, long!.tempo], [10, 14.5, 1])
    assert.deepStrictEqual([next!.start, next!.tempo], [15, 1])
  })

  it("is slowed where the source's speech would be bare, no further than it lasts", () => {
    const placed = only(line(10, 12.1, 2))
    assert.isAtLeast(placed.tempo, 2 / 2.1 - 1e-6)
    assert.isBelow(placed.tempo, 1)
    assert.isAtMost(placed.end, 12.1 + 1e-4)
  })

  it("is not dragged below the lowest tempo, and not at all where nothing is bare", () => {
    assert.isAtLeast(only(line(10, 20, 4)).tempo, 0.9)
    assert.isBelow(only(line(10, 20, 4)).tempo, 0.95)
    assert.strictEqual(only(line(10, 12, 2), { minTempo: 0.5 }).tempo, 1)
    assert.strictEqual(only(line(10, 20, 4), { minTempo: 1 }).tempo, 1)
  })

  it("is not slowed where it is late, for that would only make it end later than what it covers", () => {
    const [long, late] = planned([line(5, 8, 4.6, { speaker: "b" }), line(8.2, 14.2, 5.8), line(20, 22, 2)])
    assert.isAbove(long!.end, 8.5)
    assert.strictEqual(late!.tempo, 1)
    const [, inside] = planned([line(5, 8, 4.6, { speaker: "b" }), line(8.2, 14.2, 4.8), line(20, 22, 2)])
    assert.isBelow(inside!.tempo, 1)
    assert.isAtMost(inside!.end, 14.2 + 1e-3)
  })

  it("starts at 0.6 s, at 60.4 s and at 0 where it is said there", () => {
    assert.deepStrictEqual(
      planned([line(0.6, 2, 1.4), line(60.4, 62, 1.6)]).map(({ start, tempo }) => [start, tempo]),
      [
        [0.6, 1],
        [60.4, 1]
      ]
    )
    assert.strictEqual(only(line(60.4, 62, 1.6)).start, 60.4)
    assert.strictEqual(only(line(0, 2, 2)).start, 0)
    assert.strictEqual(only(line(-0.5, 2, 2.5)).start, 0)
  })

  it("lies on samples, as long as its tempo makes it", () => {
    const placed = only(line(1 / 3, 2, 1.234_56))
    assert.strictEqual(placed.start, Math.round(48_000 / 3) / 48_000)
    assert.strictEqual(Math.round((placed.end - placed.start) * 48_000), Math.round((1.234_56 * 48_000) / placed.tempo))
  })
})

describe("the original voice in place of a line that failed", () => {
  const failed = line(15.5, 18, 0, { spoken: false, original: true })

  it("is not talked over: the line before it is faster instead", () => {
    const lines = [line(10, 15.4, 6.5), line(19, 21, 2)]
    const [free] = planned(lines)
    assert.isAbove(free!.end, 15.6)
    const [held, original, after] = planned([lines[0]!, failed, lines[1]!])
    assert.isAtMost(held!.end, 15.5)
    assert.isAtMost(held!.tempo, 1.3)
    assert.isFalse(held!.overflow)
    assert.deepStrictEqual([original!.start, original!.end], [15.5, 18])
    assert.deepStrictEqual([after!.start, after!.tempo], [19, 1])
  })

  it("is told where there is no other way", () => {
    const [long, , after] = planned([line(10, 15.4, 9), failed, line(19, 21, 2)])
    assert.closeTo(long!.tempo, 1.3, 0.01)
    assert.isTrue(long!.overflow)
    assert.isFalse(after!.overflow)
  })
})

describe("hard cases", () => {
  it("plans no lines", () => {
    assert.deepStrictEqual(planned([]), [])
  })

  it("leaves a long silent tail alone", () => {
    const result = planned([line(1, 3, 2), line(4, 6, 2)], { duration: 7_200 })
    assert.deepStrictEqual(
      result.map(({ end, overflow, tempo }) => [end, overflow, tempo]),
      [
        [3, false, 1],
        [6, false, 1]
      ]
    )
  })

  it("says two cues at one time one after the other", () => {
    const result = planned([line(5, 7, 2), line(5, 7, 2), line(14, 16, 2)])
    assert.isAtLeast(gaps(result)[0]!, 0.08 - 1e-9)
    assert.isAtLeast(result[0]!.start, 4.9 - 1e-9)
    assert.isBelow(result[1]!.start, 7.1)
    assert.deepStrictEqual(result[2]!.start, 14)
    assert.isFalse(result.some(({ overflow }) => overflow))
  })

  it("speaks a zero-length cue at its time and natural tempo", () => {
    assert.deepStrictEqual(only(line(5, 5, 2)), { id: 1, start: 5, end: 7, tempo: 1, overflow: false })
  })

  it("gives a clip without length no time, and lets nothing move for it", () => {
    const result = planned([line(5, 7, 2), line(6, 6.5, 0), line(7.1, 9, 1.9)])
    assert.deepStrictEqual(
      result.map(({ start, tempo }) => [start, tempo]),
      [
        [5, 1],
        [6, 1],
        [7.1, 1]
      ]
    )
  })

  it("passes through what is not spoken", () => {
    const result = planned([line(5, 7, 9, { spoken: false }), line(5.5, 7, 1.5)])
    assert.deepStrictEqual(result[0], { id: 1, start: 5, end: 7, tempo: 1, overflow: false })
    assert.strictEqual(result[1]!.start, 5.5)
  })

  it("keeps the order given where a cue is out of order by one", () => {
    const result = planned([line(5, 7, 2), line(4.8, 5, 1), line(12, 14, 2)])
    assert.isAtLeast(gaps(result)[0]!, 0.08 - 1e-9)
    assert.strictEqual(result[2]!.start, 12)
  })

  it("marks a cue past the end, at the highest tempo and no earlier than the lead-in", () => {
    const [before, past] = planned([line(50, 52, 2), line(65, 66, 2)], { duration: 60 })
    assert.deepStrictEqual([before!.start, before!.tempo, before!.overflow], [50, 1, false])
    assert.isTrue(past!.overflow)
    assert.closeTo(past!.tempo, 1.3, 1e-4)
    assert.isAtLeast(past!.start, 64.9 - 1e-9)
  })

  it("marks a clip longer than the video", () => {
    const placed = only(line(1, 3, 30), { duration: 10 })
    assert.isTrue(placed.overflow)
    assert.closeTo(placed.tempo, 1.3, 1e-4)
    assert.isAtLeast(placed.start, 0)
    assert.isAtMost(placed.start, 0.01)
  })

  it("speeds up for the end of the video", () => {
    const placed = only(line(7.5, 9.5, 2.7), { duration: 10 })
    assert.isAtMost(placed.end, 10)
    assert.isAbove(placed.tempo, 1.03)
    assert.isAtLeast(placed.start, 7.4 - 1e-9)
    assert.isFalse(placed.overflow)
  })

  it("ends no line even a sample after the video where they fit before it", () => {
    for (const clipSeconds of [2.1, 2.2, 2.3, 2.4]) {
      const result = planned([line(4, 5.9, 2), line(6, 7.9, clipSeconds), line(8, 9.9, clipSeconds)], { duration: 10 })
      assert.isAtMost(result[2]!.end, 10 + 1e-9, `${clipSeconds} s`)
      assert.isAtLeast(Math.min(...gaps(result)), 0)
    }
  })

  it("starts before its time only where the end of the video leaves no other way, and says so", () => {
    const placed = only(line(8, 9.5, 3.9), { duration: 10 })
    assert.isAtMost(placed.end, 10)
    assert.closeTo(placed.tempo, 1.3, 1e-3)
    assert.closeTo(placed.start, 7, 0.01)
    assert.isTrue(placed.overflow)
  })

  it("makes room for such a line without overlap", () => {
    const result = planned([line(5, 7.8, 2.8), line(8, 9.5, 3.9)], { duration: 10 })
    assert.isAtLeast(gaps(result)[0]!, 0)
    assert.isAtMost(result[1]!.end, 10)
  })

  it("plans 500 dense lines that fit", () => {
    const result = planned(dense(500, 2.5, 1.2), { duration: 1_400 })
    assert.isAtLeast(Math.min(...gaps(result)), 0.08 - 1e-9)
    assert.isAtMost(Math.max(...result.map(({ tempo }) => tempo)), 1.3)
    assert.isFalse(result.some(({ overflow }) => overflow))
  })

  it("does the least harm to 500 dense lines that can't fit, and marks them", () => {
    const result = planned(dense(500, 2.5, 1.7), { duration: 1_350 })
    assert.isAtLeast(Math.min(...gaps(result)), 0)
    assert.isAtMost(Math.max(...result.map(({ tempo }) => tempo)), 1.3)
    assert.isAbove(result.filter(({ overflow }) => overflow).length, 450)
  })

  it("marks both a hopeless line and what it pushes away", () => {
    const result = planned([line(5, 7, 12), line(7.2, 9, 1.8), line(60, 62, 2)])
    assert.deepStrictEqual(
      result.map(({ overflow }) => overflow),
      [true, true, false]
    )
    assert.strictEqual(result[2]!.start, 60)
  })

  it("survives times and lengths of any size", () => {
    const result = planned([line(0, 1e6, 1e-3), line(0, 0, 7_200), line(1e6, 1e6, 1e4), line(3, 2, 1)], { duration: 0 })
    for (const { end, start, tempo } of result) assert.isTrue([end, start, tempo].every(Number.isFinite))
    assert.isAtLeast(Math.min(...gaps(result)), 0)
  })
})

describe("pauses", () => {
  it("gives drift back to under 0.3 s after a pause of 2 s", () => {
    const first = dense(8, 3, 1.25)
    const end = first.at(-1)!.end
    const result = planned([...first, line(end + 2, end + 5, 3)])
    assert.isAbove(result[7]!.start - first[7]!.start, 0.3)
    assert.isBelow(result[8]!.start - (end + 2), 0.3)
  })

  it("spreads tempo over neighbours of one speaker, and not over other speakers", () => {
    assert.isBelow(jumpAfterLong("a", "a", "a"), jumpAfterLong("a", "b", "c"))
  })

  it("counts a pause from the end of the longest line before it, not of one that was said within that", () => {
    const [, inside, after] = planned([line(5, 11, 6), line(6, 7, 1), line(11.2, 14.2, 3), line(14.4, 16, 2)])
    assert.isAbove(inside!.tempo, 1.05)
    assert.isAbove(after!.tempo, 1.01)
  })
})

describe("options", () => {
  it("never speeds up with noSpeedup, and marks what is more than 3 s late", () => {
    const result = planned(dense(30, 2.5, 1.3), { noSpeedup: true })
    assert.isAtMost(Math.max(...result.map(({ tempo }) => tempo)), 1)
    assert.isAtLeast(Math.min(...gaps(result)), 0)
    for (const [i, { overflow, start }] of result.slice(0, -1).entries()) {
      const late = start - i * 2.7 > 3 || result[i + 1]!.start - (i + 1) * 2.7 > 3
      assert.strictEqual(overflow, late)
    }
    assert.isTrue(result[20]!.overflow)
  })

  it("keeps each line in its own window with strict, and marks what does not fit", () => {
    const lines = [line(5, 8, 3.6), line(12, 14, 4), line(20, 22, 1.9), line(30, 30, 1)]
    const result = planned(lines, { strict: true })
    assert.deepStrictEqual(
      result.map(({ overflow }) => overflow),
      [false, true, false, true]
    )
    assert.isAtMost(result[0]!.end, 8.001)
    assert.closeTo(result[1]!.tempo, 1.3, 1e-3)
    assert.isAtMost(result[2]!.end, 22.001)
  })

  it("lets lines of different speakers overlap where they did, on request", () => {
    const lines = [
      line(5, 9, 4, { speaker: "a" }),
      line(8, 11, 3, { speaker: "b" }),
      line(11.3, 14, 2.7, { speaker: "a" })
    ]
    const apart = planned(lines)
    const together = planned(lines, { allowOverlapOfSpeakers: true })
    assert.isAtLeast(Math.min(...gaps(apart)), 0.08 - 1e-9)
    assert.deepStrictEqual(
      together.map(({ start, tempo }) => [start, tempo]),
      [
        [5, 1],
        [8, 1],
        [11.3, 1]
      ]
    )
  })

  it("puts an interjection within the other speaker's line, and keeps its speaker from overlapping itself", () => {
    const lines = [
      line(5, 15, 10, { speaker: "a" }),
      line(7, 7.5, 0.5, { speaker: "b" }),
      line(12, 14.5, 2.5, { speaker: "b" }),
      line(14, 18, 4, { speaker: "b" })
    ]
    const result = planned(lines, { allowOverlapOfSpeakers: true })
    assert.deepStrictEqual(
      result.slice(0, 3).map(({ start }) => start),
      [5, 7, 12]
    )
    assert.isAtLeast(result[3]!.start, result[2]!.end)
  })

  it("leaves the lead-in and the breath to the caller", () => {
    const lines = dense(20, 2, 1.2)
    const result = planned(lines, { leadIn: 0, breath: 0.25 })
    for (const [i, { start }] of result.entries()) assert.isAtLeast(start, lines[i]!.start - 1e-9)
    assert.isAtLeast(Math.min(...gaps(result)), 0.25 - 1e-9)
    const none = planned(lines, { leadIn: 0, breath: 0 })
    assert.isAtLeast(Math.min(...gaps(none)), 0)
  })
})
