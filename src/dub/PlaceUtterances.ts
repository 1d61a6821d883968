import * as Effect from "effect/Effect"
import { counted } from "../domain/Counted.ts"
import * as Language from "../domain/Language.ts"
import { toSamples } from "../domain/Sound.ts"
import type { Source } from "../domain/Source.ts"
import { type Placement, Timeline } from "../domain/Timeline.ts"
import { countLines, type Utterance } from "../domain/Utterance.ts"
import { plan } from "../timeline/Plan.ts"
import { flawsOf, flawWarnings, gainsOf } from "./ClipFlaws.ts"
import { cutOffWarnings, untilTheEnd } from "./PastTheEnd.ts"
import { Progress } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"
import type { Voiced } from "./SpeakUtterances.ts"
import * as Workdir from "./Workdir.ts"

const planOptions = (source: Source, settings: DubSettings) => {
  const { maxTempo, minTempo, noSpeedup, overlapSpeakers, strict } = settings
  return { duration: source.duration, maxTempo, minTempo, noSpeedup, strict, allowOverlapOfSpeakers: overlapSpeakers }
}

const rowsOf = (utterances: ReadonlyArray<Utterance>, voiced: ReadonlyMap<number, Voiced>): ReadonlyArray<Row> =>
  utterances.map((utterance) => ({ utterance, voiced: voiced.get(utterance.id)! }))

/** The plan that these clips would have, and what it depends on; nothing is stored. */
export const planUtterances = (
  source: Source,
  utterances: ReadonlyArray<Utterance>,
  voiced: ReadonlyMap<number, Voiced>,
  settings: DubSettings
) => {
  const options = planOptions(source, settings)
  const rows = rowsOf(utterances, voiced)
  return {
    inputs: { rows: rows.map((row) => [row.utterance, planned(row.voiced)]), options },
    placements: place(rows, options)
  }
}

/** How many lines these are of. */
const linesOf = (utterances: ReadonlyArray<Utterance>, placements: ReadonlyArray<Placement>): number => {
  const ids = new Set(placements.map(({ id }) => id))
  return countLines(utterances.filter(({ id }) => ids.has(id)))
}

/** Decides when each clip is heard and at which tempo, for the whole timeline at once. */
export const placeUtterances = Effect.fn("placeUtterances")(function* (
  source: Source,
  language: Language.Language,
  utterances: ReadonlyArray<Utterance>,
  voiced: ReadonlyMap<number, Voiced>,
  settings: DubSettings
) {
  const workdir = yield* Workdir.Workdir
  const progress = yield* Progress
  const options = planOptions(source, settings)
  const rows = rowsOf(utterances, voiced)
  return yield* progress.stage("plan", () =>
    Effect.gen(function* () {
      const artifact = yield* workdir.artifact({
        name: `${language}/timeline.json`,
        inputs: { rows: rows.map((row) => [row.utterance, planned(row.voiced)]), options },
        format: Workdir.json(Timeline),
        make: Effect.sync(() => untilTheEnd({ duration: source.duration, placements: place(rows, options) }))
      })
      const timeline = untilTheEnd(artifact.value)
      for (const warning of cutOffWarnings(utterances, timeline)) yield* progress.warning(warning)
      for (const warning of flawWarnings(utterances, flawsOf(utterances, voiced))) yield* progress.warning(warning)
      const { placements } = timeline
      const heard = placements.filter((placement) => placement.key !== null)
      const fastest = heard.reduce((tempo, placement) => Math.max(tempo, placement.tempo), 0)
      const overflow = linesOf(
        utterances,
        heard.filter(({ status }) => status === "overflow")
      )
      const lost = linesOf(
        utterances,
        placements.filter(({ id, key }) => key === null && voiced.get(id)?.kind === "clip")
      )
      const parts = [
        `${counted(linesOf(utterances, heard), "line")} placed`,
        ...(heard.length > 0 ? [`fastest ${fastest.toFixed(2)}×`] : []),
        ...(overflow > 0 ? [`${overflow} without enough room`] : []),
        ...(lost > 0 ? [`${lost} past the end of the video`] : [])
      ]
      return { value: timeline, reused: artifact.reused, summary: parts.join(", ") }
    })
  )
})

interface Row {
  readonly utterance: Utterance
  readonly voiced: Voiced
}

/** Of a voiced line, what the plan depends on: how it was got does not matter. */
const planned = (voiced: Voiced) =>
  voiced.kind === "clip"
    ? { kind: voiced.kind, key: voiced.key, start: voiced.speechStart, end: voiced.speechEnd, lufs: voiced.lufs }
    : { kind: voiced.kind }

const clipSamples = (voiced: Voiced): number => (voiced.kind === "clip" ? voiced.speechEnd - voiced.speechStart : 0)

const place = (rows: ReadonlyArray<Row>, options: Parameters<typeof plan>[1]): ReadonlyArray<Placement> => {
  const gains = gainsOf(
    rows.map(({ utterance }) => utterance),
    new Map(rows.map(({ utterance, voiced }) => [utterance.id, voiced]))
  )
  const plans = plan(
    rows.map(({ utterance, voiced }) => ({
      id: utterance.id,
      speaker: utterance.speaker,
      start: utterance.start,
      end: utterance.end,
      clipSeconds: clipSamples(voiced) / toSamples(1),
      spoken: voiced.kind === "clip",
      original: voiced.kind === "failed"
    })),
    options
  )
  return rows.map(({ utterance, voiced }, i): Placement => {
    const { end, overflow, start, tempo } = plans[i]!
    const spoken = voiced.kind === "clip"
    return {
      id: utterance.id,
      key: spoken ? voiced.key : null,
      spokenStart: start,
      spokenEnd: spoken ? end : start,
      tempo: spoken ? tempo : 1,
      gain: gains.get(utterance.id)?.gain ?? 1,
      clipSeconds: clipSamples(voiced) / toSamples(1),
      status: voiced.kind === "failed" ? "failed" : overflow ? "overflow" : "ok"
    }
  })
}
