import { assert, describe, it } from "@effect/vitest"
import { isPastEnd } from "../../src/domain/Source.ts"

describe("the end of a video", () => {
  it("is past for a line as it was heard and as it is read again from subs.srt", () => {
    const source = { duration: 12.027982 }
    const [heard, written] = [12.0279375, 12.028]
    assert.deepStrictEqual(
      [heard, written, 12.026, 0].map((start) => isPastEnd(start, source)),
      [true, true, false, false]
    )
  })
})
