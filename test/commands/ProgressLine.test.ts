import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import stringWidth from "string-width"
import { endedLine, plainLine, type RunningStage, runningLine } from "../../src/commands/ProgressLine.ts"
import { makeRecentRate } from "../../src/commands/RecentRate.ts"
import { lookOf } from "../../src/commands/Terminal.ts"

const unicode = lookOf({ hasColours: false, hasUnicode: true })
const ascii = lookOf({ hasColours: false, hasUnicode: false })
const coloured = lookOf({ hasColours: true, hasUnicode: true })

const idle = { inFlight: 0, queued: 0, retrying: 0, refused: 0, waitMillis: 0, usd: 0 }

const stage = (more: Partial<RunningStage> = {}): RunningStage => ({
  name: "speak es",
  unit: "lines",
  startedAt: 0,
  done: 17,
  total: 40,
  detail: undefined,
  perSecond: 1.4,
  activity: { inFlight: 5, queued: 9, retrying: 0, refused: 3, waitMillis: 4200, usd: 0.0123 },
  ...more
})

const at = (columns: number, one: RunningStage, look = unicode) =>
  runningLine(one, 12_000, look, { columns, names: 10 })

describe("the line of a stage that runs", () => {
  it("tells all there is at 200 columns", () => {
    assert.strictEqual(
      at(199, stage()),
      "  speak es   ████████████░░░░░░░░░░░░░░░░░░  42 %  17/40 lines, 1.4 a second, 21 s left, 5 in flight, 3 refused, waiting 5 s, $0.0123"
    )
  })

  it("leaves out at 80 columns what matters least", () => {
    assert.strictEqual(at(79, stage()), "  speak es   █████░░░░░░░  42 %  21 s left, 5 in flight, waiting 5 s, $0.0123")
    assert.strictEqual(
      at(79, stage({ activity: { ...idle, inFlight: 5 } })),
      "  speak es   █████░░░░░░░  42 %  17/40 lines, 17 s left, 5 in flight"
    )
  })

  it("has no bar where there is hardly room, and keeps how long it will take", () => {
    assert.strictEqual(at(45, stage()), "  speak es    42 %  21 s left, waiting 5 s")
    assert.strictEqual(at(30, stage()), "  speak es    42 %  21 s left")
  })

  it("says how long it has taken where it is not known how far it is", () => {
    assert.strictEqual(
      at(79, stage({ name: "translate", done: 0, total: 0, perSecond: undefined, activity: { ...idle, inFlight: 2 } })),
      "  translate   12 s, 2 in flight"
    )
  })

  it("tells sound and picture by their speed, and what is being done", () => {
    const render = stage({
      name: "render",
      unit: "seconds",
      done: 30,
      total: 120,
      detail: "encoding",
      perSecond: 22.4,
      activity: undefined
    })
    assert.strictEqual(
      at(120, render),
      "  render     ███████░░░░░░░░░░░░░░░░░░░░░░░  25 %  encoding, 22 × real time, 5 s left"
    )
    assert.strictEqual(
      at(120, render, ascii),
      "  render     #######.......................  25 %  encoding, 22 x real time, 5 s left"
    )
  })

  it("asks for patience with what failed and is asked for again", () => {
    assert.include(at(150, stage({ activity: { ...idle, retrying: 2 } })), "2 to ask again")
    assert.notInclude(at(150, stage({ activity: { ...idle, retrying: 2, waitMillis: 9000 } })), "again")
  })

  it("says why it waits, even where there is room for little else", () => {
    const why = "openai: too many requests (429)"
    assert.strictEqual(
      at(79, stage({ activity: { ...idle, queued: 4, waitMillis: 12_000, why } })),
      "  speak es   █████░░░░░░░  42 %  waiting 12 s, openai: too many requests (429)"
    )
  })

  it("is coloured only where asked for, and no wider for it", () => {
    assert.include(at(79, stage(), coloured), "\u001b[")
    assert.notInclude(at(79, stage()), "\u001b[")
    assert.strictEqual(stringWidth(at(79, stage(), coloured)), stringWidth(at(79, stage())))
  })

  it("lets no name of a file move the cursor", () => {
    assert.notMatch(at(199, stage({ name: "speak a\u001b[2J\r\nb", detail: "\u009b1m" })), /\p{Cc}/u)
  })

  it("cuts long names in the middle, wide letters too", () => {
    const line = at(79, stage({ name: "speak 日本語の講演その一とその二とその三.mp4 ja" }))
    assert.isAtMost(stringWidth(line), 79)
    assert.match(line, /^ {2}speak 日本.*….*mp4 ja/)
  })

  it.prop(
    "is never wider than the terminal",
    { name: Schema.String, detail: Schema.String, columns: Schema.Int, done: Schema.Int, total: Schema.Int },
    ({ columns, detail, done, name, total }) => {
      const width = 20 + (Math.abs(columns) % 220)
      const one = stage({ name, detail, done: Math.abs(done), total: Math.abs(total) })
      assert.isAtMost(stringWidth(at(width, one)), width)
      assert.notMatch(at(width, one, ascii).replaceAll(name, ""), /[█░…×]/)
    }
  )
})

describe("the line of a stage that is over", () => {
  const speak = { name: "speak", seconds: 12.3, reused: false }
  const room = { columns: undefined, names: 10 }

  it("has a mark by how it ended, and its time", () => {
    const lines = [
      endedLine(speak, "done", "40 spoken by openai", unicode, room),
      endedLine({ ...speak, reused: true }, "done", "40 kept from before", unicode, room),
      endedLine(speak, "partial", "38 spoken, 2 failed", unicode, room),
      endedLine(speak, "failed", "0 spoken, 40 failed", unicode, room),
      endedLine(speak, "interrupted", undefined, unicode, room),
      endedLine(speak, "failed", undefined, ascii, room),
      endedLine(speak, "done", "fastest 1.25×", ascii, room)
    ]
    assert.deepStrictEqual(lines, [
      "✓ speak           12 s  40 spoken by openai",
      "✓ speak      as before  40 kept from before",
      "! speak           12 s  38 spoken, 2 failed",
      "✗ speak           12 s  0 spoken, 40 failed",
      "– speak           12 s  interrupted",
      "x speak           12 s",
      "+ speak           12 s  fastest 1.25x"
    ])
  })

  it("fits the terminal, and is whole where there is none", () => {
    const path = `/home/anna/${"very-long-folder/".repeat(9)}talk.es.mp4`
    const line = endedLine({ ...speak, name: "render" }, "done", path, unicode, { columns: 79, names: 10 })
    assert.strictEqual(stringWidth(line), 79)
    assert.match(line, /talk\.es\.mp4$/)
    assert.include(endedLine({ ...speak, name: "render" }, "done", path, unicode, room), path)
  })
})

describe("the line in the log of a build", () => {
  it("tells all there is", () => {
    assert.strictEqual(
      plainLine(stage(), 12_000, ascii),
      "  speak es 42 %  17/40 lines, 1.4 a second, 21 s left, 5 in flight, 3 refused, waiting 5 s, $0.0123"
    )
  })
})

describe("how fast something goes", () => {
  it("is told by what was done of late, not by what was there already", () => {
    const rate = makeRecentRate(0)
    rate.told(100, 50)
    for (let second = 2; second <= 10; second++) rate.told(second * 1000, 50 + 2 * second)
    assert.closeTo(rate.perSecond(10_000)!, 2, 0.4)
    assert.isUndefined(makeRecentRate(0).perSecond(60_000))
  })

  it("is measured anew when something else begins", () => {
    const rate = makeRecentRate(0)
    for (let second = 2; second <= 10; second++) rate.told(second * 1000, 10 * second)
    rate.begin(10_000, 100)
    assert.isUndefined(rate.perSecond(20_000))
    for (let second = 11; second <= 15; second++) rate.told(second * 1000, 90 + second)
    assert.closeTo(rate.perSecond(15_000)!, 1, 0.1)
  })

  it("forgets how it was half a minute ago, and falls when nothing comes", () => {
    const rate = makeRecentRate(0)
    for (let second = 2; second <= 60; second++) rate.told(second * 1000, 10 * second)
    for (let second = 61; second <= 120; second++) rate.told(second * 1000, 600 + second - 60)
    assert.closeTo(rate.perSecond(120_000)!, 1, 0.05)
    assert.isBelow(rate.perSecond(240_000)!, 0.5)
  })
})
