import * as Effect from "effect/Effect"
import type { Interval } from "../domain/Sound.ts"
import type { Source } from "../domain/Source.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import { longestSeconds, wantedSeconds } from "../transcript/Transcribe/Pieces.ts"
import { asked, type EstimatedPart } from "./EstimatedPart.ts"
import type { ExpectedScript } from "./ExpectedScript.ts"
import { knownVoices } from "./KnownVoices.ts"
import { nameOfSound } from "./NameOfSound.ts"
import { atOnce, type DubSettings } from "./Settings.ts"

/** `keptMinutes`: those that were written down before and are not asked for again. */
export interface EstimatedTranscription extends EstimatedPart {
  readonly keptMinutes: number
}

/** Seconds that intervals cover together: pieces may overlap, and one that was sent again lies within another. */
export const coveredSeconds = (intervals: ReadonlyArray<Interval>): number => {
  let covered = 0
  let until = -Infinity
  for (const { end, start } of intervals.toSorted((a, b) => a.start - b.start)) {
    covered += Math.max(0, end - Math.max(start, until))
    until = Math.max(until, end)
  }
  return covered
}

/** Seconds: a sound of which less is left has been written down to its end. */
const nothingLeft = 1

/** What writing down a video, or a stretch of it, would ask for beside what is kept from before. */
export const estimateTranscription = Effect.fnUntraced(function* (
  source: Source,
  settings: DubSettings,
  speech: ExpectedScript["speech"],
  stretch: Interval | undefined
) {
  const { kept, provider } = yield* SpeechToText
  const seconds = stretch === undefined ? source.duration : stretch.end - stretch.start
  const keptPieces = Effect.fnUntraced(function* ({ language, stream }: NonNullable<ExpectedScript["speech"]>) {
    if (kept === undefined) return []
    const voices = provider.knowsSpeakersAgain === true ? (yield* knownVoices(settings)).voices : []
    const sound = nameOfSound(source, stream, stretch, provider, settings, voices)
    return yield* kept({ sound, language, speakers: settings.speakers })
  })
  const keptSeconds = Math.min(seconds, coveredSeconds(speech === undefined ? [] : yield* keptPieces(speech)))
  const isDone = keptSeconds > 0 && seconds - keptSeconds < nothingLeft
  const left = isDone ? 0 : seconds - keptSeconds
  const longest = Math.min(longestSeconds(provider), wantedSeconds(provider, seconds, atOnce(settings.concurrency)))
  // Pieces are about equally long.
  const piece = Math.max(1, seconds) / Math.max(1, Math.ceil(seconds / Math.max(1, longest)))
  const price = isDone ? 0 : provider.usdPerMinute
  const estimated: EstimatedTranscription = {
    ...asked(provider),
    requests: isDone ? 0 : Math.max(1, Math.round(left / piece)),
    characters: 0,
    minutes: left / 60,
    usd: price === undefined ? null : (price * left) / 60,
    keptMinutes: keptSeconds / 60
  }
  return estimated
})
