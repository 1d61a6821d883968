import type { Report, UtteranceReport } from "../../src/dub/Report.ts"

const requests = {
  sent: 2,
  ok: 2,
  retried: 0,
  failed: 0,
  cached: 1,
  characters: 40,
  audioSeconds: 4,
  seconds: 3,
  peakConcurrency: 2,
  waitedSeconds: 0,
  usd: 0.01
}

const utterance = (id: number, failed: boolean): UtteranceReport => ({
  id,
  lines: [id],
  speaker: null,
  text: `Line ${id}.`,
  start: id,
  end: id + 1,
  spokenStart: id,
  spokenEnd: id + 1,
  tempo: 1,
  clipSeconds: 1,
  key: failed ? null : `key${id}`,
  attempts: 1,
  cached: id === 1,
  status: failed ? "failed" : "ok",
  ...(failed ? { error: "openai: the text was refused (400)" } : {})
})

/** The report of a run of three lines; of a partial one the last has failed. */
export const reportOf = (given: Partial<Report> = {}): Report => ({
  version: 1,
  video: "/videos/talk.mp4",
  language: "es",
  output: given.status === "failed" ? null : "/videos/out/talk.es.mp4",
  status: "complete",
  wallSeconds: 5,
  stages: [
    { name: "probe", seconds: 0.5, reused: false },
    { name: "speak", seconds: 3, reused: false },
    { name: "render", seconds: 1.5, reused: false }
  ],
  requests: { speech: requests, transcription: requests, language: requests },
  cost: { estimatedUsd: 0.02, actualUsd: 0.03 },
  sound: { integratedLufs: -20, loudnessRange: 3, truePeakDbtp: -2, sourceLufs: -20 },
  fit: {
    tempoP50: 1,
    tempoP95: 1,
    tempoMax: 1,
    driftP95: 0,
    driftMax: 0,
    overlaps: 0,
    underrunSeconds: 0,
    withinComfort: 1
  },
  warnings: [],
  utterances: [1, 2, 3].map((id) => utterance(id, id === 3 && given.status === "partial")),
  ...given
})
