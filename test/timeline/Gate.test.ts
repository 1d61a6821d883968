import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { metricNames } from "../../src/domain/MetricNames.ts"
import { checkGate, parseGate } from "../../src/timeline/Gate.ts"
import { fitMetrics, type FitRow } from "../../src/timeline/Metrics.ts"

const row = (start: number, end: number, tempo: number): FitRow => ({
  start,
  end,
  spokenStart: start,
  spokenEnd: end,
  tempo,
  status: "ok"
})

const gate = (text: string) => Result.getOrThrow(parseGate(text))
const refusal = (text: string) => Result.getOrThrow(Result.flip(parseGate(text)))

describe("a gate", () => {
  it("is read with or without spaces", () => {
    assert.deepStrictEqual(gate("tempoMax<=1.3, withinComfort >= 0.9,truePeakDbtp<-1,overlaps==0"), [
      { name: "tempoMax", operator: "<=", limit: 1.3 },
      { name: "withinComfort", operator: ">=", limit: 0.9 },
      { name: "truePeakDbtp", operator: "<", limit: -1 },
      { name: "overlaps", operator: "=", limit: 0 }
    ])
  })

  it("asks only for what is measured, and says what that is", () => {
    const problem = refusal("tempoMax<=1.3,speed<2")
    assert.strictEqual(problem.exitCode, 2)
    assert.include(problem.message, "speed")
    for (const name of metricNames) assert.include(problem.message, name)
    assert.isBelow(problem.message.length, 300)
  })

  it("is refused where it is no condition", () => {
    for (const text of ["", "tempoMax", "tempoMax<=", "tempoMax<=1.3,", "<=1", "tempoMax<=1.3.2", "tempoMax=>1"]) {
      assert.strictEqual(refusal(text).exitCode, 2, text)
    }
    assert.isBelow(refusal("x".repeat(5_000)).message.length, 300)
  })

  it("lists what does not hold", () => {
    const metrics = fitMetrics([row(0, 2, 1.31), row(5, 7, 1)], [])
    assert.deepStrictEqual(checkGate(metrics, gate("tempoMax<=1.3,withinComfort>=0.9,overlaps=0,integratedLufs>-20")), [
      "tempoMax is 1.31, not <= 1.3",
      "withinComfort is 0.5, not >= 0.9",
      "integratedLufs was not measured (integratedLufs > -20)"
    ])
    assert.deepStrictEqual(checkGate(metrics, gate("tempoMax<=1.31,tempoMax<1.4,overlaps=0")), [])
    assert.deepStrictEqual(checkGate({ driftP95: 1.200_02 }, gate("driftP95<=1.2")), [
      "driftP95 is 1.20002, not <= 1.2"
    ])
  })
})
