import type { Interval } from "../domain/Sound.ts"
import type { MediaStream, Source } from "../domain/Source.ts"
import type { TranscriptionProvider } from "../transcript/SpeechToText.ts"
import type { KnownVoice } from "../transcript/Transcribe/Recognition.ts"
import { wantedSeconds } from "../transcript/Transcribe/Pieces.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"

/**
 * A name for the sound that would be written down: the same as long as it would be cut and sent in the same way, so that
 * what is kept of it can be told without cutting it. `stretch`: the part of the video that alone is listened to.
 */
export const nameOfSound = (
  source: Source,
  stream: MediaStream,
  stretch: Interval | undefined,
  provider: TranscriptionProvider,
  settings: DubSettings,
  voices: ReadonlyArray<KnownVoice> = []
): string => {
  const { end, start } = stretch ?? { start: 0, end: source.duration }
  const wanted = wantedSeconds(provider, end - start, atOnce(settings.concurrency))
  return Workdir.hash(
    JSON.stringify([
      source.fingerprint,
      stream.index,
      stretch === undefined ? null : [start, end],
      Number.isFinite(wanted) ? wanted : null,
      voices.map(({ name, sample }) => [name, Workdir.hash(sample)])
    ])
  )
}
