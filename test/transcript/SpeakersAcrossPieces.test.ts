import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option } from "effect"
import type { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { decodeWav, encodeWav } from "../../src/media/Wav.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import * as OpenAi from "../../src/transcript/SpeechToText/OpenAi.ts"
import { SpeechToText } from "../../src/transcript/SpeechToText.ts"
import { transcribe, type TranscribeOptions } from "../../src/transcript/Transcribe.ts"
import { heardWords, transcriptionEndpoint, verboseJson } from "../support/TranscriptionEndpoint.ts"
import { findPiece, makeTalk, platform, writeTalk, type Talk } from "./Talk.ts"

/** Who says each sentence; a third one comes in late. */
const three = ["Ann", "Bob", "Bob", "Ann", "Bob", "Ann", "Cy", "Ann", "Bob", "Cy", "Ann", "Bob"]
/** More than a service takes samples of; then all that were left out, and one who never spoke before. */
const many = ["Ann", "Bob", "Cy", "Dee", "Eve", "Fay", "Bob", "Dee", "Eve"]

/** Sounds with at least so many seconds of digital silence between them. */
const parted = (samples: Float32Array, rate: number, seconds: number): ReadonlyArray<Float32Array> => {
  const parts: Array<Float32Array> = []
  let from = 0
  let zeros = 0
  for (let i = 0; i <= samples.length; i++) {
    if (i < samples.length && samples[i] === 0) zeros++
    else {
      if (zeros >= seconds * rate || i === samples.length) {
        const part = samples.subarray(from, i - zeros)
        if (part.some((sample) => sample !== 0)) parts.push(part)
        from = i
      }
      zeros = 0
    }
  }
  return parts
}

interface Diarized {
  readonly cast: ReadonlyArray<string>
  readonly takesSamples?: boolean
  readonly pieces?: number
  readonly options?: (talk: Talk) => Partial<TranscribeOptions>
}

/**
 * Transcribes a talk in pieces by a server that tells speakers apart within a piece, by letters in order of appearance, and
 * knows those again of whom it is sent a sample: by what the sample really holds.
 */
const diarized = Effect.fnUntraced(function* ({ cast, options, pieces = 2.6, takesSamples = true }: Diarized) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const talk = yield* makeTalk({ sentences: cast.length, pause: 1, gap: 0.08 })
  const path = yield* writeTalk(`${folder}/talk.mkv`, talk)
  const context = yield* Effect.context<Ffmpeg>()
  const sentenceAt = (seconds: number) => {
    const word = talk.words.findIndex(({ end }) => end > seconds)
    return Math.floor(word / 5)
  }
  const places = new Map<string, ReturnType<typeof look>>()
  const look = (audio: Uint8Array) => Effect.runPromiseWith(context)(findPiece(talk, audio))
  const find = (audio: Uint8Array) => {
    const key = Buffer.from(audio).toString("base64")
    const place = places.get(key) ?? look(audio)
    places.set(key, place)
    return place
  }
  let inFlight = 0
  let most = 0
  const told: Array<Record<string, string>> = []
  const asked: Array<ReadonlyArray<string>> = []
  const endpoint = yield* transcriptionEndpoint(async (form) => {
    most = Math.max(most, ++inFlight)
    const names = (form.fields["known_speaker_names[]"] ?? []) as ReadonlyArray<string>
    const samples = (form.fields["known_speaker_references[]"] ?? []) as ReadonlyArray<string>
    assert.isAtMost(samples.length, 4)
    assert.isBelow(form.received.body.length, 25_000_000)
    const known: Record<string, string> = {}
    const sampled = await Promise.all(samples.map((sample) => find(Buffer.from(sample.split(",")[1]!, "base64"))))
    for (const [i, place] of sampled.entries()) {
      assert.match(samples[i]!, /^data:audio\/wav;base64,/)
      assert.isAtLeast(place.seconds, 2)
      assert.isAtMost(place.seconds, 10)
      const who = cast[sentenceAt(place.offset + 0.1)]!
      // All of the sample is of one speaker.
      assert.strictEqual(cast[sentenceAt(place.offset + place.seconds - 0.1)], who)
      known[who] = names[i]!
    }
    told.push(known)
    const letters: Array<string> = []
    const label = (who: string) => {
      if (known[who] !== undefined) return known[who]
      if (!letters.includes(who)) letters.push(who)
      return "ABCDEFG"[letters.indexOf(who)]!
    }
    inFlight--
    if (!takesSamples && samples.length > 0) {
      return { status: 400, body: { error: { message: "Unknown parameter: known_speaker_names" } } }
    }
    if (form.fileName === "voice.wav") {
      const { sampleRate, samples: all } = Option.getOrThrow(decodeWav(form.audio))
      const voices = parted(all, sampleRate, 0.7)
      const heard = await Promise.all(voices.map((voice) => find(encodeWav(voice, sampleRate))))
      const people = heard.map(({ offset }) => cast[sentenceAt(offset + 0.1)]!)
      const segments = voices.map((voice, i) => {
        const start = (voice.byteOffset - all.byteOffset) / 4 / sampleRate
        return { start, end: start + voice.length / sampleRate, text: "words", speaker: label(people[i]!) }
      })
      asked.push(people)
      return { body: { text: "words", segments } }
    }
    const { offset, seconds } = await find(form.audio)
    const { segments, text } = verboseJson(heardWords(talk.words, offset, seconds))
    const labelled = segments.map((segment) => ({
      ...segment,
      speaker: label(cast[sentenceAt(offset + segment.start + 0.05)]!)
    }))
    return { body: { text, segments: labelled } }
  })
  const openAi = OpenAi.layer({
    endpoint: { baseUrl: endpoint.baseUrl, apiKey: undefined },
    model: "gpt-4o-transcribe-diarize"
  })
  const short = Layer.effect(
    SpeechToText,
    Effect.map(SpeechToText, (stt) =>
      SpeechToText.of({ ...stt, provider: { ...stt.provider, longestSeconds: talk.seconds / pieces } })
    )
  ).pipe(Layer.provide(openAi), Layer.provide(RequestLog.layer))
  const found = yield* transcribe({
    path,
    audioStream: 1,
    duration: talk.seconds,
    language: undefined,
    concurrency: 4,
    onProgress: () => Effect.void,
    ...options?.(talk)
  }).pipe(Effect.provide(short))
  return { found, told, asked, most, requests: endpoint.forms.length }
})

/** The sound of one sentence of a talk, as a file. */
const voiceOf = (talk: Talk, sentence: number): Uint8Array => {
  const [first, last] = [talk.words[sentence * 5]!, talk.words[sentence * 5 + 4]!]
  return encodeWav(talk.samples.slice(first.start * 48_000, last.end * 48_000))
}

describe("speakers across pieces", () => {
  it.live("are known again by samples of their voices, and who comes in late gets the next number", () =>
    Effect.gen(function* () {
      const { asked, found, most, requests, told } = yield* diarized({ cast: three })
      assert.isAtLeast(requests, 3)
      assert.strictEqual(most, 1)
      assert.deepStrictEqual(told[0], {})
      assert.deepStrictEqual(told.at(-1), { Ann: "known-1", Bob: "known-2", Cy: "known-3" })
      assert.deepStrictEqual(asked, [])
      const labels: Record<string, string> = { Ann: "speaker 1", Bob: "speaker 2", Cy: "speaker 3" }
      assert.deepStrictEqual(
        found.cues.map(({ speaker }) => speaker),
        three.map((who) => labels[who]!)
      )
      assert.deepStrictEqual(found.warnings, [])
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("are known again where they are more than a request takes: a short one asks who the others are", () =>
    Effect.gen(function* () {
      const { asked, found } = yield* diarized({ cast: many, pieces: 1.9 })
      const labels = new Map<string, string>()
      for (const who of many) if (!labels.has(who)) labels.set(who, `speaker ${labels.size + 1}`)
      assert.deepStrictEqual(
        found.cues.map(({ speaker }) => speaker),
        many.map((who) => labels.get(who)!)
      )
      // Who is known by the piece's own request is not asked for again.
      assert.strictEqual(asked.length, 1)
      assert.strictEqual(asked[0]!.length, 1)
      assert.deepStrictEqual(found.warnings, [])
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("are never taken for one another by a server that takes no samples, and that is said", () =>
    Effect.gen(function* () {
      const { found, requests, told } = yield* diarized({ cast: three, takesSamples: false })
      const whose = new Map<string | null, Set<string>>()
      for (const [i, { speaker }] of found.cues.entries()) {
        whose.set(speaker, (whose.get(speaker) ?? new Set()).add(three[i]!))
      }
      for (const [speaker, people] of whose) assert.strictEqual(people.size, 1, `${speaker}`)
      assert.match(found.warnings.join(), /did not know the speakers again/)
      // It is asked with samples once only.
      assert.isAtLeast(requests, 4)
      assert.strictEqual(told.filter((known) => Object.keys(known).length > 0).length, 1)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("are known from other videos by voices that are given, and others get numbers that nobody has", () =>
    Effect.gen(function* () {
      const { found, told } = yield* diarized({
        cast: three,
        options: (talk) => ({
          voices: [
            { name: "Bob", sample: voiceOf(talk, 1) },
            { name: "speaker 4", sample: voiceOf(talk, 0) }
          ],
          takenNames: ["speaker 6", "Anna"]
        })
      })
      assert.deepStrictEqual(told[0], { Bob: "Bob", Ann: "known-4" })
      const labels: Record<string, string> = { Ann: "speaker 4", Bob: "Bob", Cy: "speaker 7" }
      assert.deepStrictEqual(
        found.cues.map(({ speaker }) => speaker),
        three.map((who) => labels[who]!)
      )
      assert.deepStrictEqual(found.warnings, [])
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})
