import { assert, describe, it } from "@effect/vitest"
import { fitMetrics, type FitRow, speechToBed } from "../../src/timeline/Metrics.ts"
import { clipLevels } from "../../src/timeline/Level.ts"
import { integratedLoudness } from "../../src/timeline/Loudness.ts"
import { concat, silence, sine } from "./Signals.ts"

const row = (start: number, end: number, spokenStart: number, spokenEnd: number, tempo = 1): FitRow => ({
  start,
  end,
  spokenStart,
  spokenEnd,
  tempo,
  status: "ok"
})

describe("fitMetrics", () => {
  it("gives percentiles of tempo and drift over the lines that are heard", () => {
    const rows = Array.from({ length: 20 }, (_, i) => row(i * 10, i * 10 + 2, i * 10 + i / 10, i * 10 + 2, 1 + i / 100))
    const failed: FitRow = { ...row(500, 510, 600, 610, 9), status: "failed" }
    const metrics = fitMetrics([...rows, failed], [])
    assert.strictEqual(metrics.tempoP50, 1.09)
    assert.strictEqual(metrics.tempoP95, 1.18)
    assert.strictEqual(metrics.tempoMax, 1.19)
    assert.closeTo(metrics.driftP95, 1.8, 1e-9)
    assert.closeTo(metrics.driftMax, 1.9, 1e-9)
    assert.strictEqual(metrics.withinComfort, 16 / 20)
  })

  it("takes an early start for drift", () => {
    assert.closeTo(fitMetrics([row(5, 6, 4.9, 6)], []).driftMax, 0.1, 1e-9)
  })

  it("counts lines that begin before an earlier one has ended, to the sample", () => {
    const sample = 1 / 48_000
    assert.strictEqual(fitMetrics([row(0, 2, 0, 2), row(2, 3, 2, 3)], []).overlaps, 0)
    assert.strictEqual(fitMetrics([row(0, 2, 0, 2), row(2, 3, 2 - sample, 3)], []).overlaps, 1)
    assert.strictEqual(fitMetrics([row(0, 9, 0, 9), row(1, 2, 1, 2), row(3, 4, 3, 4)], []).overlaps, 2)
    assert.strictEqual(fitMetrics([row(2, 3, 2, 3), row(0, 2, 0, 2)], []).overlaps, 0)
  })

  it("counts slow lines as uncomfortable too, and limits as comfortable", () => {
    const tempos = [0.85, 0.9, 1, 1.15, 1.16]
    const rows = tempos.map((tempo, i) => row(i * 5, i * 5 + 1, i * 5, i * 5 + 1, tempo))
    assert.strictEqual(fitMetrics(rows, []).withinComfort, 3 / 5)
  })

  it("measures what falls short, line by line, and the share of length in common", () => {
    const metrics = fitMetrics([row(0, 4, 0, 3), row(10, 12, 10, 14), row(20, 20, 20, 21)], [])
    assert.closeTo(metrics.underrunSeconds, 1, 1e-9)
    assert.closeTo(metrics.speechOverlap, (3 / 4 + 2 / 4 + 0) / 3, 1e-9)
  })

  it("measures the source's speech that is left bare, whichever line covers it", () => {
    const speech = [
      { start: 5, end: 7 },
      { start: 0, end: 2 },
      { start: 1, end: 3 },
      { start: 9, end: 9 }
    ]
    assert.closeTo(fitMetrics([], speech).bareSpeechSeconds, 5, 1e-4)
    assert.closeTo(
      fitMetrics([row(0, 3, 0.5, 5.5), row(5, 7, 6, 6.5)], speech).bareSpeechSeconds,
      0.5 + 0.5 + 0.5,
      1e-4
    )
    assert.strictEqual(fitMetrics([row(0, 3, 0, 8)], speech).bareSpeechSeconds, 0)
  })

  it("says of nothing that all is well", () => {
    assert.deepStrictEqual(fitMetrics([], []), {
      tempoP50: 1,
      tempoP95: 1,
      tempoMax: 1,
      driftP95: 0,
      driftMax: 0,
      overlaps: 0,
      underrunSeconds: 0,
      withinComfort: 1,
      speechOverlap: 1,
      bareSpeechSeconds: 0
    })
  })
})

const levels = (...parts: ReadonlyArray<Float32Array>) => clipLevels(concat(...parts)).energies

describe("speechToBed", () => {
  const spoken = [
    { start: 1, end: 3 },
    { start: 6, end: 8 }
  ]
  const voices = levels(silence(1), sine(997, 2, 0.5), silence(3), sine(997, 2, 0.5), silence(2))

  it("is the loudness of the voices over what lies under them, where they speak", () => {
    const bed = levels(sine(997, 1, 0.5), sine(997, 2, 0.05), sine(997, 3, 0.5), sine(997, 4, 0.05))
    assert.closeTo(speechToBed(voices, bed, spoken)!, 20, 0.1)
  })

  it("takes silence for -70 LUFS, and is nothing where nobody speaks", () => {
    const voice = integratedLoudness(levels(sine(997, 4, 0.5)))
    assert.closeTo(speechToBed(voices, levels(silence(10)), spoken)!, voice + 70, 0.1)
    assert.isUndefined(speechToBed(levels(silence(10)), voices, spoken))
    assert.isUndefined(speechToBed(voices, voices, []))
  })
})
