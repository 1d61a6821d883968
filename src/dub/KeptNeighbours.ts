import * as Effect from "effect/Effect"
import type { Source } from "../domain/Source.ts"
import type { Utterance } from "../domain/Utterance.ts"
import type { Glossary } from "../script/Glossary.ts"
import { keyOf } from "../speech/ClipKey.ts"
import { Clips } from "../speech/Clips.ts"
import { TextToSpeech } from "../speech/TextToSpeech.ts"
import { clipLevels } from "../timeline/Level.ts"
import { speechBounds, trim } from "../timeline/Trim.ts"
import type { DubSettings } from "./Settings.ts"
import { speechRequests, type Voiced } from "./SpeakUtterances.ts"
import type { Script } from "./WriteScript.ts"

/** Seconds around a part beyond which a line makes no difference to when those of the part are heard. */
const reach = 60

/**
 * The lines around a part whose clips are there: with them the part's are heard when they are in the whole. Nothing is
 * asked for.
 */
export const keptNeighbours = Effect.fn("keptNeighbours")(function* (
  run: { readonly source: Source; readonly script: Script; readonly utterances: ReadonlyArray<Utterance> },
  chosen: ReadonlySet<number>,
  settings: DubSettings,
  glossary: Glossary | undefined
) {
  const clips = yield* Clips
  const { provider } = yield* TextToSpeech
  const own = run.utterances.filter(({ id }) => chosen.has(id))
  const isNear = ({ end, start }: Utterance) => own.some((one) => start - one.end < reach && one.start - end < reach)
  const near = new Set(run.utterances.filter((one) => !chosen.has(one.id) && isNear(one)).map(({ id }) => id))
  const requests = speechRequests(run.source, run.script, run.utterances, settings, glossary)
  const kept = yield* Effect.forEach(
    requests.filter(({ id }) => near.has(id)),
    Effect.fnUntraced(function* ({ id, request }) {
      const key = keyOf(provider, request)
      if (!(yield* clips.has(key))) return []
      const samples = yield* clips.load(key)
      const { end, start } = speechBounds(samples)
      const { lufs, ...levels } = clipLevels(trim(samples, { start, end }))
      const speech = { speechStart: start, speechEnd: end, lufs, levels }
      const voiced: Voiced = { kind: "clip", key, attempts: 0, cached: true, ...speech }
      return [[id, voiced] as const]
    })
  )
  return new Map(kept.flat()) as ReadonlyMap<number, Voiced>
})
