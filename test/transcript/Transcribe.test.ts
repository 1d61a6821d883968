import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, Redacted } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { Language } from "../../src/domain/Language.ts"
import type { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import * as OpenAi from "../../src/transcript/SpeechToText/OpenAi.ts"
import { SpeechToText } from "../../src/transcript/SpeechToText.ts"
import { transcribe, type TranscribeOptions } from "../../src/transcript/Transcribe.ts"
import type { Reply } from "../support/HttpService.ts"
import {
  heardWords,
  transcriptionEndpoint,
  verboseJson,
  type SentForm,
  type TrueWord
} from "../support/TranscriptionEndpoint.ts"
import { findPiece, makeTalk, platform, writeTalk, type Talk } from "./Talk.ts"

const wordsOf = (cues: ReadonlyArray<{ readonly text: string }>) => cues.flatMap(({ text }) => text.split(" "))

interface Run {
  readonly talk: Talk
  readonly answer: (words: ReadonlyArray<TrueWord>, form: SentForm) => Reply
  readonly model?: string
  readonly longestSeconds?: number
  readonly startsAt?: number
  readonly options?: Partial<TranscribeOptions>
}

/** Transcribes a talk through a server that hears, in each piece it is sent, the words that are in it. */
const run = Effect.fnUntraced(function* ({ talk, answer, model, longestSeconds, startsAt = 0, options }: Run) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped()
  const path = yield* writeTalk(paths.join(folder, '-talk 100% "é".mkv'), talk, startsAt)
  const context = yield* Effect.context<Ffmpeg>()
  const truth = talk.words.map(({ text, start, end }) => ({ text, start: start + startsAt, end: end + startsAt }))
  const places: Array<{ offset: number; seconds: number }> = []
  const endpoint = yield* transcriptionEndpoint(async (form) => {
    const place = await Effect.runPromiseWith(context)(findPiece(talk, form.audio, startsAt))
    places.push(place)
    return { delayMillis: 100, ...answer(heardWords(truth, place.offset, place.seconds), form) }
  })
  const openAi = OpenAi.layer({
    endpoint: { baseUrl: endpoint.baseUrl, apiKey: Redacted.make("sk-secret") },
    model
  })
  const limited = Layer.effect(
    SpeechToText,
    Effect.map(SpeechToText, (stt) =>
      SpeechToText.of({
        ...stt,
        provider: { ...stt.provider, longestSeconds: longestSeconds ?? stt.provider.longestSeconds }
      })
    )
  )
  const progress: Array<readonly [number, number, string]> = []
  const result = yield* transcribe({
    path,
    audioStream: 1,
    duration: talk.seconds + startsAt,
    language: undefined,
    concurrency: 2,
    onProgress: (done, total, doing) => Effect.sync(() => void progress.push([done, total, doing])),
    ...options
  }).pipe(Effect.provide(limited.pipe(Layer.provide(openAi), Layer.provide(RequestLog.layer))), Effect.exit)
  return { result, endpoint, truth, progress, places }
})

const cuesOf = Effect.fnUntraced(function* (options: Run) {
  const { result, ...rest } = yield* run(options)
  return { ...rest, found: yield* result }
})

const assertWordTimes = (cues: ReadonlyArray<Cue>, truth: ReadonlyArray<TrueWord>) => {
  const heard = cues.flatMap(({ words }) => words ?? [])
  assert.strictEqual(heard.length, truth.length)
  for (const [index, word] of heard.entries()) {
    assert.strictEqual(word.text, truth[index]!.text.replace(".", ""))
    assert.closeTo(word.start, truth[index]!.start, 0.06, word.text)
  }
}

const verbose = (words: ReadonlyArray<TrueWord>): Reply => ({ body: verboseJson(words) })
const segmentsOnly = (words: ReadonlyArray<TrueWord>): Reply => {
  const { words: _words, ...body } = verboseJson(words)
  return { body }
}
const textOnly = (words: ReadonlyArray<TrueWord>): Reply => ({
  body: { text: words.map(({ text }) => text).join(" ") }
})

describe("one piece", () => {
  it.live("is asked for words and segments, and comes back on the video's clock", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 3, pause: 1, gap: 0.1 })
      const { found, endpoint, truth, progress } = yield* cuesOf({
        talk,
        answer: verbose,
        options: { language: Language.make("pt-BR"), prompt: "lantern" }
      })
      const [form, ...others] = endpoint.forms
      assert.strictEqual(others.length, 0)
      assert.deepStrictEqual(form!.fields, {
        model: "whisper-1",
        response_format: "verbose_json",
        "timestamp_granularities[]": ["word", "segment"],
        language: "pt",
        prompt: "lantern"
      })
      assert.strictEqual(form!.received.path, "/v1/audio/transcriptions")
      assert.strictEqual(form!.received.headers.authorization, "Bearer sk-secret")
      assert.match(form!.fileName, /^audio\.(?:mp3|flac)$/)
      assert.isBelow(form!.audio.length, talk.seconds * 33_000)
      assert.strictEqual(found.cues.length, 3)
      assert.deepStrictEqual(wordsOf(found.cues), wordsOf(truth))
      assert.deepStrictEqual(
        found.cues.map(({ id }) => id),
        [1, 2, 3]
      )
      assert.strictEqual(found.pieces, 1)
      assert.strictEqual(found.language, "pt-BR")
      assert.deepStrictEqual(found.warnings, [])
      assert.deepStrictEqual(progress.at(-1), [1, 1, "1 of 1 pieces"])
      assertWordTimes(found.cues, truth)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("of a sound that starts late has the video's times", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 2, pause: 1, gap: 0.1 })
      const { found, truth } = yield* cuesOf({ talk, answer: verbose, startsAt: 2.5 })
      assert.strictEqual(found.language, "en")
      assert.isAbove(found.cues[0]!.start, 2.9)
      assertWordTimes(found.cues, truth)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})

describe("several pieces", () => {
  it.live("are cut at pauses and sent at once, up to the concurrency", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 12, pause: 0.9, gap: 0.08 })
      const { found, endpoint, truth, places, progress } = yield* cuesOf({ talk, answer: verbose, longestSeconds: 12 })
      assert.isAtLeast(endpoint.forms.length, 4)
      assert.strictEqual(endpoint.peakInFlight(), 2)
      assert.isTrue(places.every(({ seconds }) => seconds <= 12.1))
      assert.deepStrictEqual(wordsOf(found.cues), wordsOf(truth))
      assertWordTimes(found.cues, truth)
      assert.strictEqual(found.pieces, endpoint.forms.length)
      assert.deepStrictEqual(progress.at(-1), [1, 1, `${found.pieces} of ${found.pieces} pieces`])
      assert.strictEqual(progress[0]?.[2], "looking for speech")
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  for (const [name, answer] of Object.entries({ "with words": verbose, "with segments alone": segmentsOnly })) {
    it.live(`overlap where nobody pauses; no word is lost or doubled (${name})`, () =>
      Effect.gen(function* () {
        const talk = yield* makeTalk({ sentences: 12, pause: 0.02, gap: 0.01 })
        const { found, endpoint, truth } = yield* cuesOf({ talk, answer, longestSeconds: 11 })
        assert.isAtLeast(endpoint.forms.length, 3)
        assert.deepStrictEqual(wordsOf(found.cues), wordsOf(truth))
        if (answer === verbose) assertWordTimes(found.cues, truth)
        assert.isTrue(found.cues.every(({ start }, index) => index === 0 || start >= found.cues[index - 1]!.start))
      }).pipe(Effect.scoped, Effect.provide(platform))
    )
  }
})

const assertSentences = (cues: ReadonlyArray<Cue>, truth: ReadonlyArray<TrueWord>) => {
  assert.deepStrictEqual(wordsOf(cues), wordsOf(truth))
  for (const cue of cues) {
    const first = truth.find(({ text }) => text === cue.text.split(" ")[0])!
    const last = truth.find(({ text }) => text === cue.text.split(" ").at(-1))!
    assert.closeTo(cue.start, first.start, 0.5, cue.text)
    assert.closeTo(cue.end, last.end, 0.5, cue.text)
  }
}

describe("models that give no times", () => {
  it.live("are asked region by region, and the speech gives the times", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 6, pause: 1, gap: 0.08 })
      const { found, endpoint, truth, places } = yield* cuesOf({
        talk,
        model: "gpt-4o-mini-transcribe",
        answer: textOnly
      })
      assert.isAtLeast(endpoint.forms.length, 2)
      assert.strictEqual(endpoint.forms[0]!.fields.response_format, "json")
      assert.isUndefined(endpoint.forms[0]!.fields["timestamp_granularities[]"])
      assert.isTrue(places.every(({ seconds }) => seconds <= 30))
      assert.strictEqual(found.cues.length, 6)
      assertSentences(found.cues, truth)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("are known by their first answer too", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 4, pause: 1, gap: 0.08 })
      const { found, truth } = yield* cuesOf({ talk, model: "some-model", answer: textOnly })
      assertSentences(found.cues, truth)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("are asked once for what lies where two pieces overlap", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 6, pause: 0.02, gap: 0.01 })
      const longestSeconds = Math.floor(0.6 * talk.seconds)
      const { endpoint, found, places, truth } = yield* cuesOf({
        talk,
        model: "some-model",
        answer: textOnly,
        longestSeconds
      })
      const starts = places.slice(2).map(({ offset }) => Math.round(offset))
      assert.strictEqual(new Set(starts).size, endpoint.forms.length - 2)
      assert.strictEqual(new Set(wordsOf(found.cues)).size, truth.length)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("that refuse verbose_json are asked for text", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 4, pause: 1, gap: 0.08 })
      const { found, truth, endpoint } = yield* cuesOf({
        talk,
        model: "some-model",
        answer: (words, form) =>
          form.fields.response_format === "verbose_json"
            ? { status: 400, body: { error: { message: "response_format 'verbose_json' is not compatible" } } }
            : textOnly(words)
      })
      assertSentences(found.cues, truth)
      assert.strictEqual(endpoint.forms.filter(({ fields }) => fields.response_format === "verbose_json").length, 1)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})

describe("speakers", () => {
  it.live("are labelled by diarized_json", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 4, pause: 1, gap: 0.08 })
      const { found, endpoint } = yield* cuesOf({
        talk,
        model: "gpt-4o-transcribe-diarize",
        options: { prompt: "not taken" },
        answer: (words) => {
          const { segments, text } = verboseJson(words)
          const labelled = segments.map((segment, at) => Object.assign(segment, { speaker: "AB"[at % 2], type: "x" }))
          return { body: { text, task: "transcribe", duration: 1, segments: labelled } }
        }
      })
      assert.deepStrictEqual(endpoint.forms[0]!.fields, {
        model: "gpt-4o-transcribe-diarize",
        response_format: "diarized_json",
        chunking_strategy: "auto"
      })
      assert.deepStrictEqual(
        found.cues.map(({ speaker }) => speaker),
        ["speaker 1", "speaker 2", "speaker 1", "speaker 2"]
      )
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})

const failure = (options: Omit<Run, "talk">) =>
  Effect.gen(function* () {
    const talk = yield* makeTalk({ sentences: 2, pause: 1, gap: 0.08 })
    const { result, endpoint } = yield* run({ talk, ...options })
    return { error: yield* Effect.flip(result), requests: endpoint.forms.length }
  }).pipe(Effect.scoped, Effect.provide(platform))

describe("what goes wrong", () => {
  it.live("an empty transcription", () =>
    Effect.gen(function* () {
      const { error } = yield* failure({ answer: () => ({ body: { text: "", segments: [], words: [] } }) })
      assert.strictEqual(error._tag, "Problem")
      assert.match(error.message, /wrote nothing down\. Choose another track/)
    })
  )

  it.live("a sound in which nobody speaks is not sent", () =>
    Effect.gen(function* () {
      const talk = { samples: new Float32Array(48_000 * 4), words: [], seconds: 4 }
      const { result, endpoint } = yield* run({ talk, answer: verbose })
      const error = yield* Effect.flip(result)
      assert.strictEqual(endpoint.forms.length, 0)
      assert.match(error.message, /no speech is heard in its sound/)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("what the service itself does not believe is left out, and said", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 3, pause: 2, gap: 0.08 })
      const { found } = yield* cuesOf({
        talk,
        answer: (words) => {
          const { segments, ...rest } = verboseJson(words)
          const sure = segments.map((segment) => ({ ...segment, no_speech_prob: 0.7, avg_logprob: -0.3 }))
          const second = { ...sure[1]!, avg_logprob: -1.4 }
          return { body: { ...rest, segments: [sure[0], second, ...sure.slice(2)] } }
        }
      })
      assert.strictEqual(found.cues.length, verboseJson(talk.words).segments.length - 1)
      assert.strictEqual(found.warnings.length, 1)
      assert.match(found.warnings[0]!, /was left out: the service itself does not believe that anybody speaks there\.$/)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )

  it.live("thanks over silence and loops are left out, and said", () =>
    Effect.gen(function* () {
      const talk = yield* makeTalk({ sentences: 2, pause: 6, gap: 0.08 })
      const { found, truth } = yield* cuesOf({
        talk,
        answer: (words) => {
          const { segments, text, words: heard } = verboseJson(words)
          const at = segments[0]!.end + 1.5
          const thanks = { id: 9, start: at, end: at + 2, text: " Thanks for watching!" }
          return { body: { text, language: "english", words: heard, segments: [...segments, thanks] } }
        }
      })
      assert.deepStrictEqual(wordsOf(found.cues), wordsOf(truth))
      assert.strictEqual(found.warnings.length, 1)
      assert.match(found.warnings[0]!, /^00:0\d\.\d: "Thanks for watching!" was left out: nobody speaks there\.$/)
    }).pipe(Effect.scoped, Effect.provide(platform))
  )
})
