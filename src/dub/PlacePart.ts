import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Transcript } from "../domain/Cue.ts"
import type { Interval } from "../domain/Sound.ts"
import { partName } from "../domain/Part.ts"
import type { Source } from "../domain/Source.ts"
import type { Utterance } from "../domain/Utterance.ts"
import type { Glossary } from "../script/Glossary.ts"
import { stretchOf } from "./ChoosePart.ts"
import { cutBed, cutExcerpt } from "./CutExcerpt.ts"
import { cutTimeline, cutTranscript, stretchesOf } from "./CutTimeline.ts"
import { keptNeighbours } from "./KeptNeighbours.ts"
import { placeUtterances } from "./PlaceUtterances.ts"
import { readTranscript } from "./ReadTranscript.ts"
import { refitUtterances } from "./RefitUtterances.ts"
import type { DubSettings } from "./Settings.ts"
import { speechRequests, type Voiced } from "./SpeakUtterances.ts"
import { measurePace } from "./VoicePace.ts"
import { Workdir } from "./Workdir.ts"
import type { Script } from "./WriteScript.ts"

/** Where an excerpt comes from. */
export interface ExcerptOf {
  /** What the part is called, and the video that it is of. */
  readonly name: string
  readonly video: string
  /** The excerpt itself, before it is dubbed. */
  readonly path: string
  /** What of the video it holds, one after the other; seconds there. */
  readonly stretches: ReadonlyArray<Interval>
  /** What the source says, at its times in the excerpt. */
  readonly transcript: Transcript
}

/** Lines of a video of which the chosen ones were spoken. */
interface Spoken {
  readonly source: Source
  readonly script: Script
  readonly utterances: ReadonlyArray<Utterance>
  readonly voiced: ReadonlyMap<number, Voiced>
  readonly chosen: ReadonlySet<number>
}

/** Cuts a stretch that is known beforehand, which takes the machine, beside the speaking, which mostly waits. */
export const cutEarly = (source: Source, { part }: Pick<DubSettings, "part">) =>
  part?.kind === "range" ? Effect.forkChild(cutExcerpt(source, [stretchOf(part, source)])) : Effect.void

/**
 * Decides when the lines of a part are heard, as they would be in the whole as far as that is known, and gives the part as
 * a video of its own: the excerpt with its lines at their times there.
 */
export const placePart = Effect.fn("placePart")(function* (
  run: Spoken,
  settings: DubSettings,
  glossary: Glossary | undefined,
  early: Effect.Success<ReturnType<typeof cutEarly>>
) {
  const { chosen, script, source, utterances } = run
  const { part } = settings
  const requests = speechRequests(source, script, utterances, settings, glossary).filter(({ id }) => chosen.has(id))
  const pace = yield* measurePace(script.language, requests, run.voiced)
  const neighbours = yield* keptNeighbours(run, chosen, settings, glossary)
  const voiced = new Map([...run.voiced, ...neighbours])
  const { refit, ...fitting } = yield* refitUtterances({ ...run, voiced, pace }, settings, glossary)
  const timeline = yield* placeUtterances(source, script.language, fitting.utterances, fitting.voiced, settings)
  const heard = { ...fitting, timeline }
  const excerpt = early === undefined ? yield* cutExcerpt(source, stretchesOf(heard, chosen)) : yield* Fiber.join(early)
  const { cuts } = excerpt
  const of: ExcerptOf = {
    name: part === undefined ? "" : partName(part),
    video: source.path,
    path: excerpt.source.path,
    stretches: cuts.map(({ end, start }) => ({ start, end })),
    transcript: cutTranscript(yield* readTranscript, cuts)
  }
  const { background, videoSeconds } = yield* cutBed(source, cuts, settings)
  return {
    source: excerpt.source,
    script,
    ...cutTimeline(heard, cuts),
    videoSeconds,
    background,
    pace,
    refit,
    excerpt: of
  }
})

/** What is done with an excerpt finds its transcript, not that of the video, under the name of the latter. */
export const inExcerpt =
  ({ excerpt }: { readonly excerpt?: ExcerptOf | undefined }) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Workdir> => {
    if (excerpt === undefined) return effect
    const text = new TextEncoder().encode(JSON.stringify(excerpt.transcript))
    return Effect.updateService(effect, Workdir, (workdir) =>
      Workdir.of({
        ...workdir,
        read: (name) => (name === "transcript.json" ? Effect.succeed(text) : workdir.read(name))
      })
    )
  }
