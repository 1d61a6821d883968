import { assert, describe, it } from "@effect/vitest"
import { liveLines } from "../../src/commands/LiveLines.ts"

/** A terminal: what stays, and what is drawn under it now. */
const screen = () => {
  const kept: Array<string> = []
  let drawn: ReadonlyArray<string> = []
  const lines = liveLines({
    draw: (text) => void (drawn = text.split("\n")),
    clear: () => void (drawn = []),
    keep: (line) => {
      // What stays is written where the cursor is: nothing may be drawn then.
      assert.deepStrictEqual(drawn, [])
      kept.push(line)
    }
  })
  return { lines, kept, drawn: () => drawn }
}

describe("liveLines", () => {
  it("stacks the stages that run, and lets what is over stay above them", () => {
    const { drawn, kept, lines } = screen()
    lines.set("speak es", "speak es 10 %", true)
    lines.set("speak de", "speak de 5 %", true)
    assert.deepStrictEqual(drawn(), ["speak es 10 %", "speak de 5 %"])
    lines.set("speak es", "speak es 20 %", false)
    assert.deepStrictEqual(drawn(), ["speak es 10 %", "speak de 5 %"])
    lines.keep("! a warning")
    assert.deepStrictEqual(drawn(), ["speak es 20 %", "speak de 5 %"])
    lines.end("speak es")
    lines.keep("✓ speak es")
    assert.deepStrictEqual(drawn(), ["speak de 5 %"])
    lines.end("speak de")
    lines.keep("✓ speak de")
    assert.deepStrictEqual(drawn(), [])
    assert.deepStrictEqual(kept, ["! a warning", "✓ speak es", "✓ speak de"])
  })
})
