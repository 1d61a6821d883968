import { assert, describe, it } from "@effect/vitest"
import { countLines, lineName, lineNames, lineNumbers } from "../../src/domain/Utterance.ts"

const of = (...lines: ReadonlyArray<number>) => ({ lines })

describe("lines, by their numbers in subs.srt", () => {
  it("name what is spoken at one go", () => {
    assert.strictEqual(lineName(of(4)), "line 4")
    assert.strictEqual(lineName(of(4, 5, 6)), "lines 4-6")
    assert.strictEqual(lineNumbers(of(4, 7)), "4, 7")
  })

  it("are told apart where one is spoken in parts, and counted once", () => {
    const all = [of(1, 2), of(3), of(3), of(3, 4)]
    assert.deepStrictEqual(lineNames(all), ["lines 1-2", "line 3", "line 3 (2)", "lines 3-4"])
    assert.strictEqual(countLines(all), 4)
  })
})
