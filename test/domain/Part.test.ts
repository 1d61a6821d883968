import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { clock, parseLines, parseRange, parseTime, partFlag, partName } from "../../src/domain/Part.ts"

/** The name of every second line up to so many. */
const named = (count: number) =>
  partName(Option.getOrThrow(parseLines(Array.from({ length: count }, (_, i) => 2 * i + 1).join(","))))

describe("a part of a video", () => {
  it("is a range of times as people write them", () => {
    const rows: ReadonlyArray<readonly [text: string, name: string, flag: string]> = [
      ["1:00-2:00", "1m00s-2m00s", "--range 1:00-2:00"],
      ["90-120.5", "1m30s-2m00.5s", "--range 1:30-2:00.5"],
      ["1:02:03.250-1:02:04", "1h02m03.25s-1h02m04s", "--range 1:02:03.25-1:02:04"],
      ["1:00-", "1m00s-end", "--range 1:00-"],
      ["-0:30", "0m00s-0m30s", "--range 0:00-0:30"],
      [" 1m30s - 2m ", "1m30s-2m00s", "--range 1:30-2:00"],
      ["90:00–95:00", "1h30m00s-1h35m00s", "--range 1:30:00-1:35:00"]
    ]
    for (const [text, name, flag] of rows) {
      const part = Option.getOrThrow(parseRange(text))
      assert.deepStrictEqual([partName(part), partFlag(part)], [name, flag], text)
    }
  })

  it("is none where it is written otherwise", () => {
    for (const text of ["", "-", "a-b", "1:00", "1:75-2:00", "1:60:00-2:00:00", "1-2-3", "1:00-x"]) {
      assert.isTrue(Option.isNone(parseRange(text)), text)
    }
    for (const text of ["", "x", "1-2-3", "1,,2", "1.5", "-"]) assert.isTrue(Option.isNone(parseLines(text)), text)
  })

  it("is lines by their numbers, in order, each once", () => {
    const rows: ReadonlyArray<readonly [text: string, name: string, flag: string]> = [
      ["10-20", "lines-10-20", "--lines 10-20"],
      ["10", "lines-10", "--lines 10"],
      ["10-", "lines-10-end", "--lines 10-"],
      ["-5", "lines-1-5", "--lines 1-5"],
      ["9, 3, 7-8", "lines-3+7-9", "--lines 3,7-9"],
      ["1,2,3", "lines-1-3", "--lines 1-3"]
    ]
    for (const [text, name, flag] of rows) {
      const part = Option.getOrThrow(parseLines(text))
      assert.deepStrictEqual([partName(part), partFlag(part)], [name, flag], text)
    }
  })

  it("has a short name however many lines it has, another one for other lines", () => {
    assert.isBelow(named(200).length, 60)
    assert.notStrictEqual(named(200), named(201))
  })

  it("tells times to the millisecond where there are fractions", () => {
    assert.deepStrictEqual([0, 59.9999, 61.05, 3600, 3723.25].map(clock), [
      "0:00",
      "1:00",
      "1:01.05",
      "1:00:00",
      "1:02:03.25"
    ])
    assert.deepStrictEqual(Option.getOrThrow(parseTime("0:07,5")), 7.5)
  })
})
