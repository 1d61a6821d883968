import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import * as OpenAi from "../../src/transcript/SpeechToText/OpenAi.ts"
import { SpeechToText } from "../../src/transcript/SpeechToText.ts"
import { transcribe } from "../../src/transcript/Transcribe.ts"
import { heardWords, transcriptionEndpoint, verboseJson } from "../support/TranscriptionEndpoint.ts"
import { findPiece, makeTalk, writeTalk } from "./Talk.ts"

const platform = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

/** Who says each sentence; a third one comes in late. */
const cast = ["Ann", "Bob", "Bob", "Ann", "Bob", "Ann", "Cy", "Ann", "Bob", "Cy", "Ann", "Bob"]

/**
 * Transcribes a talk in pieces by a server that tells speakers apart within a piece, by letters in order of appearance, and
 * knows those again of whom it is sent a sample: by what the sample really holds.
 */
const diarized = Effect.fnUntraced(function* (takesSamples: boolean) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const talk = yield* makeTalk({ sentences: cast.length, pause: 1, gap: 0.08 })
  const path = yield* writeTalk(`${folder}/talk.mkv`, talk)
  const context = yield* Effect.context<Ffmpeg>()
  const sentenceAt = (seconds: number) => {
    const word = talk.words.findIndex(({ end }) => end > seconds)
    return Math.floor(word / 5)
  }
  let inFlight = 0
  let most = 0
  const told: Array<Record<string, string>> = []
  const endpoint = yield* transcriptionEndpoint(async (form) => {
    most = Math.max(most, ++inFlight)
    const names = (form.fields["known_speaker_names[]"] ?? []) as ReadonlyArray<string>
    const samples = (form.fields["known_speaker_references[]"] ?? []) as ReadonlyArray<string>
    const known: Record<string, string> = {}
    const places = await Promise.all(
      samples.map((sample) =>
        Effect.runPromiseWith(context)(findPiece(talk, Buffer.from(sample.split(",")[1]!, "base64")))
      )
    )
    for (const [i, place] of places.entries()) {
      assert.match(samples[i]!, /^data:audio\/wav;base64,/)
      assert.isAtLeast(place.seconds, 2)
      assert.isAtMost(place.seconds, 10)
      const who = cast[sentenceAt(place.offset + 0.1)]!
      // All of the sample is of one speaker.
      assert.strictEqual(cast[sentenceAt(place.offset + place.seconds - 0.1)], who)
      known[who] = names[i]!
    }
    told.push(known)
    const { offset, seconds } = await Effect.runPromiseWith(context)(findPiece(talk, form.audio))
    inFlight--
    if (!takesSamples && samples.length > 0) {
      return { status: 400, body: { error: { message: "Unknown parameter: known_speaker_names" } } }
    }
    const { segments, text } = verboseJson(heardWords(talk.words, offset, seconds))
    const letters: Array<string> = []
    const labelled = segments.map((segment) => {
      const who = cast[sentenceAt(offset + segment.start + 0.05)]!
      if (known[who] !== undefined) return { ...segment, speaker: known[who] }
      if (!letters.includes(who)) letters.push(who)
      return { ...segment, speaker: "ABC"[letters.indexOf(who)] }
    })
    return { body: { text, segments: labelled } }
  })
  const openAi = OpenAi.layer({
    endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined },
    model: "gpt-4o-transcribe-diarize"
  })
  const short = Layer.effect(
    SpeechToText,
    Effect.map(SpeechToText, (stt) =>
      SpeechToText.of({ ...stt, provider: { ...stt.provider, longestSeconds: talk.seconds / 2.6 } })
    )
  ).pipe(Layer.provide(openAi), Layer.provide(RequestLog.layer))
  const found = yield* transcribe({
    path,
    audioStream: 1,
    duration: talk.seconds,
    language: undefined,
    concurrency: 4,
    onProgress: () => Effect.void
  }).pipe(Effect.provide(short))
  return { found, told, most, requests: endpoint.forms.length }
})

describe("speakers across pieces", () => {
  it.live("are known again by samples of their voices, and who comes in late gets the next number", () =>
    Effect.gen(function* () {
      const { found, most, requests, told } = yield* diarized(true)
      assert.isAtLeast(requests, 3)
      assert.strictEqual(most, 1)
      assert.deepStrictEqual(told[0], {})
      assert.deepStrictEqual(told.at(-1), { Ann: "known-1", Bob: "known-2", Cy: "known-3" })
      const labels: Record<string, string> = { Ann: "speaker 1", Bob: "speaker 2", Cy: "speaker 3" }
      assert.deepStrictEqual(
        found.cues.map(({ speaker }) => speaker),
        cast.map((who) => labels[who]!)
      )
      assert.deepStrictEqual(found.warnings, [])
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("are never taken for one another by a server that takes no samples, and that is said", () =>
    Effect.gen(function* () {
      const { found } = yield* diarized(false)
      const whose = new Map<string | null, Set<string>>()
      for (const [i, { speaker }] of found.cues.entries()) {
        whose.set(speaker, (whose.get(speaker) ?? new Set()).add(cast[i]!))
      }
      for (const [speaker, people] of whose) assert.strictEqual(people.size, 1, `${speaker}`)
      assert.match(found.warnings.join(), /did not know the speakers again/)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})
