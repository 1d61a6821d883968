import { assert, describe, it } from "@effect/vitest"
import { capabilitiesOf, lookOf, type TerminalEnvironment } from "../../src/commands/Terminal.ts"

const utf8: TerminalEnvironment = { TERM: "xterm-256color", LANG: "en_US.UTF-8" }

const of = (environment: TerminalEnvironment, isTerminal = true, platform = "linux") => {
  const { hasColours, hasUnicode, isLive } = capabilitiesOf(isTerminal, environment, platform)
  return [isLive ? "live" : "plain", hasColours ? "colours" : "none", hasUnicode ? "unicode" : "ascii"].join(" ")
}

const table: Record<string, readonly [expected: string, ...Parameters<typeof of>]> = {
  "a terminal": ["live colours unicode", utf8],
  "a pipe": ["plain none unicode", utf8, false],
  NO_COLOR: ["live none unicode", { ...utf8, NO_COLOR: "1" }],
  "an empty NO_COLOR": ["live colours unicode", { ...utf8, NO_COLOR: "" }],
  "NO_COLOR against FORCE_COLOR": ["live none unicode", { ...utf8, NO_COLOR: "1", FORCE_COLOR: "3" }],
  "FORCE_COLOR in a pipe": ["plain colours unicode", { ...utf8, FORCE_COLOR: "1" }, false],
  "FORCE_COLOR=0": ["live none unicode", { ...utf8, FORCE_COLOR: "0" }],
  CI: ["plain colours unicode", { ...utf8, CI: "true" }],
  "CI=false": ["live colours unicode", { ...utf8, CI: "false" }],
  "a dumb terminal": ["plain none unicode", { ...utf8, TERM: "dumb" }],
  "a dumb terminal with FORCE_COLOR": ["plain colours unicode", { ...utf8, TERM: "dumb", FORCE_COLOR: "1" }],
  "LANG=C": ["live colours ascii", { TERM: "xterm", LANG: "C" }],
  "no LANG": ["live colours ascii", { TERM: "xterm" }],
  "no LANG on a Mac": ["live colours unicode", { TERM: "xterm" }, true, "darwin"],
  "LC_ALL wins over LANG": ["live colours ascii", { ...utf8, LC_ALL: "POSIX" }],
  "LC_CTYPE wins over LANG": ["live colours unicode", { TERM: "xterm", LANG: "C", LC_CTYPE: "C.utf8" }],
  "the console of Linux": ["live colours ascii", { ...utf8, TERM: "linux" }]
}

describe("what a terminal can", () => {
  for (const [name, [expected, ...given]] of Object.entries(table)) {
    it(name, () => assert.strictEqual(of(...given), expected))
  }
})

describe("how lines look", () => {
  it("has marks of letters where there are no others", () => {
    const { marks, plain } = lookOf({ hasColours: false, hasUnicode: false })
    assert.deepStrictEqual(Object.values(marks), ["+", "!", "x", "-", "!"])
    assert.strictEqual(plain("1.2× – “so” it’s said …"), '1.2x - "so" it\'s said ...')
  })

  it("is coloured with what terminals know", () => {
    const { marks, paint } = lookOf({ hasColours: true, hasUnicode: true })
    assert.strictEqual(marks.done, "\u001b[32m✓\u001b[39m")
    assert.strictEqual(paint("bold", "title"), "\u001b[1mtitle\u001b[22m")
  })
})
