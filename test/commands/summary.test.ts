import { assert, describe, it } from "@effect/vitest"
import stringWidth from "string-width"
import { summary, summaryTitle } from "../../src/commands/summary.ts"
import { lookOf } from "../../src/commands/Terminal.ts"
import { asksAnew } from "../../src/dub/FailedLines.ts"
import { noTimeLeft, pastTheEnd } from "../../src/dub/PastTheEnd.ts"
import { partialProblem } from "../../src/dub/Synthesize.ts"
import type { Report, UtteranceReport } from "../../src/dub/Report.ts"

const none = {
  sent: 0,
  ok: 0,
  retried: 0,
  failed: 0,
  cached: 0,
  characters: 0,
  audioSeconds: 0,
  seconds: 0,
  peakConcurrency: 0,
  waitedSeconds: 0
}

const utterance = (id: number, more: Partial<UtteranceReport> = {}): UtteranceReport => ({
  id,
  lines: [id],
  speaker: null,
  text: `Line ${id}, in which something is said that goes on for a good while, until it is over.`,
  start: id * 60,
  end: id * 60 + 4,
  spokenStart: id * 60,
  spokenEnd: id * 60 + 4,
  tempo: 1,
  clipSeconds: 4,
  key: `key ${id}`,
  attempts: 1,
  cached: false,
  status: "ok",
  ...more
})

const report = (more: Partial<Report> = {}): Report => ({
  version: 1,
  video: "/films/talk.mp4",
  language: "es",
  output: "/films/out/talk.es.mp4",
  status: "complete",
  seconds: 754,
  wallSeconds: 29.4,
  requestTime: { takenSeconds: 20, oneByOneSeconds: 84 },
  stages: [],
  requests: { speech: { ...none, sent: 3, cached: 1 }, transcription: none, language: { ...none, sent: 2 } },
  cost: { estimatedUsd: 0.013, actualUsd: 0.0123 },
  sound: { integratedLufs: -16.04, loudnessRange: 5.21, truePeakDbtp: -1.5, sourceLufs: -15.8 },
  fit: {
    tempoP50: 1,
    tempoP95: 1.2,
    tempoMax: 1.28,
    driftP95: 0.21,
    driftMax: 0.4,
    overlaps: 0,
    underrunSeconds: 0,
    withinComfort: 0.96
  } as Report["fit"],
  warnings: [],
  utterances: [
    utterance(1, { cached: true }),
    utterance(2, { tempo: 1.28, spokenStart: 120.4 }),
    utterance(3),
    utterance(4)
  ],
  ...more
})

const wide = { look: lookOf({ hasColours: false, hasUnicode: true }), columns: 200 }

const lost = (id: number, mend?: UtteranceReport["mend"]) =>
  utterance(id, { key: null, status: "failed", error: "no", ...(mend === undefined ? {} : { mend }) })

const missing = { status: "failed", key: null, error: "no" } as const

/** What is said to mend a report of a line that was spoken and of these. */
const mendOf = (...utterances: ReadonlyArray<UtteranceReport>) =>
  partialProblem(report({ status: "partial", utterances: [utterance(1), ...utterances] }))?.mend

/** What is said of lines that failed for these reasons. */
const whatOf = (...errors: ReadonlyArray<string>) => {
  const utterances = errors.map((error, i) => utterance(i + 1, { ...missing, error }))
  return partialProblem(report({ status: "partial", utterances }))?.what
}

describe("the summary of a run", () => {
  it("tells what came out, how it fits and sounds, and what it cost and saved", () => {
    assert.strictEqual(summaryTitle(report(), wide), "Done: Spanish (es)")
    assert.deepStrictEqual(summary(report(), wide), [
      "video     /films/out/talk.es.mp4 (12 min 34 s)",
      "lines     4 spoken, 1 kept from before",
      "fit       96 % at a comfortable tempo, 95 % late by less than 0.21 s",
      "worst     1.28×, 0.4 s late, line 2 at 2:00: Line 2, in which something is said that goes on for a good while, until it is over.",
      "sound     -16.0 LUFS, true peak -1.5 dBTP, range 5.2 LU, source -15.8 LUFS",
      "cost      $0.0123, estimated $0.0130",
      "time      29 s instead of 1 min 33 s one request at a time"
    ])
  })

  it("names what failed, with the reason and no more than ten", () => {
    const failed = Array.from({ length: 12 }, (_, i) =>
      utterance(i + 1, { key: null, status: "failed", error: "openai: this text is not allowed" })
    )
    const partial = report({ status: "partial", utterances: [...failed, utterance(13)] })
    assert.strictEqual(summaryTitle(partial, wide), "Done, but 12 lines could not be spoken: Spanish (es)")
    const lines = summary(partial, { ...wide, columns: 80 })
    assert.include(lines[1], "1 spoken, 12 failed")
    assert.strictEqual(lines.filter((line) => line.startsWith("failed")).length, 11)
    const first = lines.find((line) => line.startsWith("failed"))
    assert.match(first!, /^failed {4}line 1 at 1:00: Line 1, in .*…: openai: this text is not allowed$/)
    assert.isAtMost(stringWidth(`  ${first}`), 80)
    assert.strictEqual(lines.at(-1), "failed    and 2 more")
  })

  it("counts and names the lines of subs.srt, however they are spoken", () => {
    const grouped = report({
      status: "partial",
      utterances: [
        utterance(1, { lines: [1, 2, 3], cached: true }),
        utterance(2, { lines: [4], tempo: 1.28 }),
        utterance(3, { lines: [4] }),
        utterance(4, { lines: [5, 6], key: null, status: "failed", error: "no" })
      ]
    })
    assert.strictEqual(summaryTitle(grouped, wide), "Done, but 2 lines could not be spoken: Spanish (es)")
    const lines = summary(grouped, wide)
    assert.strictEqual(lines[1], "lines     4 spoken, 3 kept from before, 2 failed")
    assert.match(lines[3]!, /^worst {5}1\.28×, line 4 at 2:00: /)
    assert.match(lines.at(-1)!, /^failed {4}lines 5-6 at 4:00: Line 4, .*: no$/)
    assert.include(partialProblem(grouped)?.message, "2 lines of 6 could not be spoken (lines 5-6): no.")
  })

  it("gives of the reasons for which lines are missing the one that most have, and says that there are others", () => {
    assert.include(whatOf("late", "no", "no"), "(lines 1-3): no; some for other reasons, see the report.")
    assert.include(whatOf("late", "no"), "(lines 1-2): late; some for other reasons, see the report.")
  })

  it("has lines asked for anew that were only looked for among those that are kept", () => {
    const cases: ReadonlyArray<readonly [Partial<UtteranceReport>, boolean]> = [
      [{ mend: "asking" }, true],
      [{}, true],
      [{ mend: "words" }, false],
      [{ error: pastTheEnd, mend: "time" }, false]
    ]
    for (const [more, expected] of cases) {
      const utterances = [utterance(1), utterance(2, { ...missing, ...more })]
      assert.strictEqual(asksAnew({ utterances }), expected, JSON.stringify(more))
    }
  })

  it("does not promise that lines after the end of the video will ever be spoken", () => {
    const past = { status: "failed", key: null, error: pastTheEnd, mend: "time" } as const
    const partial = report({
      status: "partial",
      utterances: [utterance(1), utterance(12, past), utterance(13, { ...past, lines: [13, 14] })]
    })
    assert.strictEqual(
      partialProblem(partial)?.message,
      "Lines 12-14 begin after the video's end (12:34) and cannot be heard: remove them from subs.srt or the subtitles."
    )
    const mixed = report({
      status: "partial",
      utterances: [utterance(1), utterance(2, { status: "failed", key: null, error: "no" }), utterance(12, past)]
    })
    assert.strictEqual(
      partialProblem(mixed)?.message,
      "1 line of 3 could not be spoken (line 2): no. The original sound is kept under it. The same command speaks only this one. Line 12 begins after the video's end (12:34) and cannot be heard: remove it from subs.srt or the subtitles."
    )
    const late = { status: "failed", key: null, error: noTimeLeft, mend: "time" } as const
    assert.strictEqual(
      partialProblem(
        report({ status: "partial", utterances: [utterance(1), utterance(11, late), utterance(12, past)] })
      )?.message,
      "Line 12 begins after the video's end (12:34) and cannot be heard: remove it from subs.srt or the subtitles. Line 11 has no time left before the video's end (12:34) and cannot be heard: shorten it and the lines before in subs.srt or the subtitles."
    )
  })

  it("says of failed lines what speaks them: the same command, other words, or asking at all", () => {
    const kept = "The original sound is kept under them."
    const words = "The words of line 3 were refused: change them in subs.srt, then run the same command."
    assert.strictEqual(mendOf(lost(3, "words")), `The original sound is kept under it. ${words}`)
    assert.strictEqual(mendOf(lost(3)), "The original sound is kept under it. The same command speaks only this one.")
    assert.strictEqual(
      mendOf(lost(3, "asking"), lost(4, "asking")),
      `${kept} Without --cached-only the same command speaks only those.`
    )
    assert.strictEqual(
      mendOf(lost(2), lost(3, "words"), lost(4)),
      `${kept} The same command speaks only lines 2, 4. ${words}`
    )
  })

  it("says what has no room before what is merely fast", () => {
    const [, , , worst] = summary(
      report({ utterances: [utterance(1, { tempo: 1.29 }), utterance(2, { tempo: 1.3, status: "overflow" })] }),
      wide
    )
    assert.match(worst!, /^worst {5}1\.30×, no room, line 2 at 2:00: Line 2/)
  })

  it("leaves out what is not there to tell", () => {
    const silent = report({
      output: null,
      status: "failed",
      requestTime: { takenSeconds: 0, oneByOneSeconds: 0 },
      requests: { speech: none, transcription: none, language: none },
      sound: { integratedLufs: null, loudnessRange: null, truePeakDbtp: null, sourceLufs: null },
      utterances: [utterance(1)]
    })
    assert.deepStrictEqual(
      summary(silent, wide).map((line) => line.split(/ +/)[0]),
      ["lines", "fit", "cost", "time"]
    )
    assert.include(summary(silent, wide)[2], "nothing was asked of any service")
  })

  it("fits 80 columns but for paths, in letters where there are no signs, and lets no text move the cursor", () => {
    const look = lookOf({ hasColours: false, hasUnicode: false })
    const hostile = utterance(2, { tempo: 1.28, text: "日本語の\u001b[2J講演".repeat(9) })
    const lines = summary(report({ utterances: [hostile] }), { look, columns: 80 })
    for (const line of lines.slice(1)) assert.isAtMost(stringWidth(`  ${line}`), 80, line)
    assert.match(lines[3]!, /^worst {5}1\.28x, line 2 at 2:00: 日本語の \[2J講演.*\.\.\.$/)
    assert.notMatch(lines.join(""), /\p{Cc}/u)
  })
})
