import { findPeaks } from "../../src/media/Peaks.ts"
import type { PageAttempt, PageData, PageUtterance } from "../../src/publish/ReportPage/Data.ts"

/** The same numbers every time, evenly from 0 to 1. */
const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

const texts = [
  "Welcome to a lesson on roofs, and on what lies underneath them.",
  "Water finds every gap.",
  "So we begin where it ends: at the gutter, which nobody looks at until it is too late.",
  "مرحبا بكم في هذا الدرس عن السقوف",
  "今日は屋根の話をします。"
]

/** A waveform of noise that comes and goes. */
const wave = (seconds: number, next: () => number) => {
  const length = Math.ceil(seconds * 50)
  const found = findPeaks(length, 50)
  const samples = new Float32Array(length)
  for (let i = 0; i < length; i++) samples[i] = (0.05 + Math.max(0, Math.sin(i / 35))) * next() * 0.5
  found.add(samples, 1, 0)
  return found.peaks()
}

/** A run of so many utterances, some of them too fast, late, failed or without room, spoken five at once. */
export const pageData = (count: number, given: Partial<PageData> = {}): PageData => {
  const next = random(7)
  const utterances: Array<PageUtterance> = []
  const attempts: Array<PageAttempt> = []
  const slots = [0, 0, 0, 0, 0]
  let at = 0.5
  for (let i = 0; i < count; i++) {
    const length = 1 + next() * 4
    const status = next() < 0.02 ? "failed" : next() < 0.03 ? "overflow" : "ok"
    const tempo = status === "overflow" ? 1.38 : 0.86 + next() * next() * 0.5
    const late = next() < 0.1 ? next() : next() * 0.1 - 0.05
    const subject = `utterance ${i + 1}`
    for (let n = next() < 0.05 ? 0 : 1; n < 2; n++) {
      const slot = slots.indexOf(Math.min(...slots))
      const startedAt = slots[slot]! + 2
      slots[slot] = startedAt + 200 + next() * 1200
      const outcome = n === 0 ? (next() < 0.7 ? "RateLimited" : "Unavailable") : status === "failed" ? "Refused" : "ok"
      attempts.push({ kind: "speech", subject, startedAt, endedAt: slots[slot]!, outcome, slot })
    }
    utterances.push({
      id: i + 1,
      lines: [2 * i + 1, 2 * i + 2],
      speaker: null,
      text: texts[i % texts.length]!,
      sourceText: `The original of line ${i + 1}.`,
      start: at,
      end: at + length,
      slotEnd: at + length + 0.6,
      spokenStart: at + late,
      spokenEnd: status === "failed" ? at + late : at + late + length * 0.95,
      tempo,
      attempts: 1,
      cached: false,
      status,
      ...(status === "failed" ? { error: "openai: the text was refused (400)" } : {})
    })
    at += length + 0.6
  }
  const totals = {
    sent: attempts.length,
    ok: count,
    retried: attempts.length - count,
    failed: 0,
    cached: 0,
    characters: 60 * count,
    audioSeconds: 4 * count,
    seconds: 100,
    peakConcurrency: 5,
    waitedSeconds: 12,
    usd: 0.53
  }
  const none = { ...totals, sent: 0, ok: 0, retried: 0, peakConcurrency: 0, waitedSeconds: 0, usd: 0 }
  return {
    title: "roofs",
    spoken: { tag: "es", name: "Spanish" },
    source: { tag: "en", name: "English" },
    languages: [{ tag: "es", name: "Spanish", url: "report.html", isThis: true }],
    endedAt: 1_795_000_000_000,
    output: "/videos/out/roofs.es.mp4",
    media: {
      kind: "video",
      dub: { path: "/videos/out/roofs.es.mp4", url: "roofs.es.mp4" },
      original: { path: "/videos/roofs.mp4", url: "../roofs.mp4" }
    },
    duration: at + 2,
    status: "partial",
    wallSeconds: 63.2,
    stages: [
      { name: "listen", seconds: 1.2, reused: true },
      {
        name: "speak",
        seconds: 48.1,
        reused: false,
        spent: { requests: attempts.length, characters: 60 * count, audioSeconds: 4 * count, usd: 0.5 }
      },
      { name: "refit", seconds: 2.5, reused: false, spent: { requests: 3, characters: 90, audioSeconds: 6, usd: 0.02 } }
    ],
    requests: { speech: totals, transcription: none, language: none },
    cost: { estimatedUsd: 0.6, actualUsd: 0.53 },
    sound: { integratedLufs: -16.1, truePeakDbtp: -1.6, sourceLufs: -16 },
    fit: { tempoP50: 1.02, tempoP95: 1.2, tempoMax: 1.38, driftP95: 0.3, driftMax: 0.9, withinComfort: 0.93 },
    warnings: ["Line 3 was left as it was."],
    utterances,
    attempts,
    waits: [
      { kind: "speech", from: 900, to: 1400 },
      { kind: "speech", from: 1401, to: 1500 }
    ],
    concurrency: 8,
    waves: { original: wave(at + 2, next), dub: wave(at + 2, next) },
    mend: { command: "dubber synth roofs.mp4 --to es", file: ".work/roofs/es/subs.srt" },
    ...given
  }
}
