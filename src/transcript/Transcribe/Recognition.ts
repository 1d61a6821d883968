import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type { Interval } from "../../domain/Sound.ts"
import { decodeWav, encodeWav } from "../../media/Wav.ts"
import type { ServiceError } from "../../requests/ServiceError.ts"
import type { KnownSpeaker, Transcription, TranscriptionRequest } from "../SpeechToText.ts"
import { encodePiece, sampleFormat } from "./Encode.ts"
import {
  heardSpeakers,
  mostKnown,
  nameSpeakers,
  recognisable,
  samplesOf,
  tokenOf,
  voicesIn,
  type HeardSpeaker
} from "./Speakers.ts"
import { timedSegments, type TimedSegment } from "./Tokens.ts"

/** A voice that is known from elsewhere: whose it is, and a sound file (WAV) of 2 to 10 seconds of it. */
export interface KnownVoice {
  readonly name: string
  readonly sample: Uint8Array
}

export interface RecognitionOptions {
  /** The sound of the video, as a file. */
  readonly sound: string
  readonly ask: (request: TranscriptionRequest) => Effect.Effect<Transcription, ServiceError>
  readonly voices: ReadonlyArray<KnownVoice>
  /** Names that somebody has already who may not be heard here. */
  readonly takenNames: ReadonlyArray<string>
}

const rate = 16_000
/** Seconds of quiet between two voices of one request. */
const between = 0.8

/** Knows speakers again from one piece of a sound to the next, by samples of their voices. */
export const makeRecognition = Effect.fnUntraced(function* (options: RecognitionOptions) {
  const { sound, takenNames, voices } = options
  const now = yield* Ref.make<{ heard: ReadonlyArray<HeardSpeaker>; lost: boolean }>({
    heard: voices.map(({ name, sample }) => ({ name, seconds: 0, sample: undefined, kept: sample })),
    lost: false
  })

  const referencesTo = (speakers: ReadonlyArray<HeardSpeaker>) =>
    Effect.forEach(speakers, ({ kept, name, sample }) =>
      Effect.map(kept === undefined ? encodePiece(sound, sample!, sampleFormat) : Effect.succeed(kept), (bytes) => ({
        name: tokenOf(name),
        sample: bytes,
        contentType: sampleFormat.contentType
      }))
    )

  /** Stretches of the sound after one another, and where each of them came to lie. */
  const inARow = Effect.fnUntraced(function* (stretches: ReadonlyArray<Interval>) {
    const parts = yield* Effect.forEach(stretches, (stretch) =>
      Effect.map(encodePiece(sound, stretch, sampleFormat), (bytes) =>
        Option.match(decodeWav(bytes), { onNone: () => new Float32Array(0), onSome: ({ samples }) => samples })
      )
    )
    const gap = Math.round(between * rate)
    const spans: Array<Interval> = []
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length + gap, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      spans.push({ start: at / rate, end: (at + part.length) / rate })
      at += part.length + gap
    }
    return { audio: encodeWav(all, rate), seconds: all.length / rate, spans }
  })

  /** Asks who of some known speakers the voices behind some labels are; whoever is none of them is not in the answer. */
  const whoIs = Effect.fnUntraced(function* (
    labels: ReadonlyArray<{ readonly label: string; readonly sample: Interval }>,
    speakers: ReadonlyArray<HeardSpeaker>,
    request: Pick<TranscriptionRequest, "subject" | "language">
  ) {
    const { audio, seconds, spans } = yield* inARow(labels.map(({ sample }) => sample))
    const answer = yield* options.ask({
      subject: `${request.subject}, who speaks`,
      audio,
      fileName: sampleFormat.fileName,
      contentType: sampleFormat.contentType,
      seconds,
      language: request.language,
      knownSpeakers: yield* referencesTo(speakers)
    })
    const names = new Map(speakers.map(({ name }) => [tokenOf(name), name]))
    const found = voicesIn(spans, timedSegments(answer, { start: 0, end: seconds }))
    return labels.flatMap(({ label }, index) => {
      const name = names.get(found[index] ?? "")
      return name === undefined ? [] : [[label, name] as const]
    })
  })

  /** The labels of a piece that belong to speakers who were heard before, but not named in the piece's own request. */
  const aliasesOf = Effect.fnUntraced(function* (
    segments: ReadonlyArray<TimedSegment>,
    heard: ReadonlyArray<HeardSpeaker>,
    request: Pick<TranscriptionRequest, "subject" | "language">
  ) {
    const others = recognisable(heard).slice(mostKnown)
    const known = new Set(heard.map(({ name }) => tokenOf(name)))
    const labels = [...new Set(segments.flatMap(({ speaker }) => speaker ?? []))].filter((label) => !known.has(label))
    const aliases = new Map<string, string>()
    const sampled = labels.flatMap((label) => {
      const [sample] = samplesOf(segments, label)
      return sample === undefined ? [] : [{ label, sample }]
    })
    let failed = false
    for (let from = 0; from < others.length; from += mostKnown) {
      const left = sampled.filter(({ label }) => !aliases.has(label))
      if (left.length === 0) break
      // What was paid for already is worth more than a name.
      const found = yield* Effect.option(whoIs(left, others.slice(from, from + mostKnown), request))
      failed ||= Option.isNone(found)
      for (const [label, name] of Option.getOrElse(found, () => [])) aliases.set(label, name)
    }
    return { aliases, unsure: failed || (others.length > 0 && sampled.length < labels.length) }
  })

  return {
    /** Whom the next request is told of. */
    known: Effect.flatMap(Ref.get(now), ({ heard }): ReturnType<typeof referencesTo> =>
      referencesTo(recognisable(heard).slice(0, mostKnown))
    ),
    /** The segments of a piece, their speakers named as in the pieces before it. */
    recognise: Effect.fnUntraced(function* (
      segments: ReadonlyArray<TimedSegment>,
      known: ReadonlyArray<KnownSpeaker>,
      request: Pick<TranscriptionRequest, "subject" | "language">
    ) {
      const { heard, lost } = yield* Ref.get(now)
      const { aliases, unsure } =
        known.length === 0
          ? { aliases: new Map<string, string>(), unsure: false }
          : yield* aliasesOf(segments, heard, request)
      const named = nameSpeakers(segments, heard, { aliases, taken: takenNames })
      const after = heardSpeakers(heard, named.segments)
      const isNew = after.length > heard.length
      const before = heard.filter(({ seconds }) => seconds > 0)
      const nobody = before.length > 0 && !before.some(({ name }) => named.knownAgain.has(name))
      yield* Ref.set(now, { heard: after, lost: lost || (isNew && (nobody || unsure)) })
      return named.segments
    }),
    /** Whether somebody may have been taken for somebody else. */
    lost: Effect.map(Ref.get(now), ({ lost }) => lost)
  }
})
