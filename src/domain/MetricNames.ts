/** What is measured of a dub: its fit and its sound. What each is: `FitMetrics` and `SoundMetrics` of timeline/Metrics.ts. */
export const metricNames = [
  "tempoP50",
  "tempoP95",
  "tempoMax",
  "driftP95",
  "driftMax",
  "overlaps",
  "underrunSeconds",
  "withinComfort",
  "speechOverlap",
  "bareSpeechSeconds",
  "integratedLufs",
  "loudnessRange",
  "truePeakDbtp",
  "sourceLufs",
  "speechToBed"
] as const
export type MetricName = (typeof metricNames)[number]
