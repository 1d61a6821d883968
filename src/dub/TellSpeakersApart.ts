import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Transcript } from "../domain/Cue.ts"
import type { Source } from "../domain/Source.ts"
import { holdStart } from "../media/HoldStart.ts"
import { SpeakerDiarization } from "../transcript/SpeakerDiarization.ts"
import { withSpeakers } from "../transcript/SpeakerDiarization/Labels.ts"
import { knownVoices } from "./KnownVoices.ts"
import { chooseAudioTrack, type Origin } from "./Origin.ts"
import type { Advance } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"

/** Who speaks when: the shape of speakers.json. */
const Turns = Schema.Array(Schema.Struct({ start: Schema.Finite, end: Schema.Finite, speaker: Schema.String }))

/** What labels of speakers depend on besides the transcript; undefined where nobody tells speakers apart. */
export const speakersBy = Effect.fnUntraced(function* (settings: DubSettings) {
  const diarization = Option.getOrUndefined(yield* Effect.serviceOption(SpeakerDiarization))
  return diarization === undefined ? undefined : { model: diarization.model, speakers: settings.speakers ?? null }
})

/**
 * A transcript whose lines say who speaks, where something on this machine can tell and the transcript does not say. A
 * line that was heard becomes several where another speaker takes over; one that a person wrote stays whole.
 */
export const tellSpeakersApart = Effect.fn("tellSpeakersApart")(function* (
  source: Source,
  cues: Transcript,
  origin: Origin["kind"],
  settings: DubSettings,
  advance: Advance
) {
  const workdir = yield* Workdir.Workdir
  const diarization = Option.getOrUndefined(yield* Effect.serviceOption(SpeakerDiarization))
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  if (diarization === undefined || audio === undefined || cues.some(({ speaker }) => speaker !== null)) return cues
  const turns = yield* workdir.artifact({
    name: "speakers.json",
    inputs: { source: source.fingerprint, stream: audio.index, ...(yield* speakersBy(settings)) },
    format: Workdir.json(Turns),
    make: Effect.gen(function* () {
      return yield* diarization.turns({
        path: source.path,
        audioStream: audio.index,
        clock: holdStart(source, [audio]),
        speakers: settings.speakers,
        ...(yield* knownVoices(settings)),
        onProgress: (done, total) => advance(done, total, "telling speakers apart")
      })
    })
  })
  return withSpeakers(cues, turns.value, origin === "speech")
})
