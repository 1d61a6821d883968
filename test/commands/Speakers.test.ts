import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { decodeWav } from "../../src/media/Wav.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, say } from "../support/Media.ts"
import { transcriptionEndpoint } from "../support/TranscriptionEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))
const readReport = Schema.decodeSync(Schema.fromJsonString(Report))

const anna = "Good morning everybody, and welcome to our talk about the weather and the sea."
const ben = "Thank you very much, it is wonderful to be here with all of you this morning."

/** What this server knows a voice by: a quiet tone under it. */
const tones = { anna: 3000, ben: 5000 }

const levelAt = (samples: Float32Array, rate: number, hertz: number): number => {
  let [re, im] = [0, 0]
  for (const [i, sample] of samples.entries()) {
    re += sample * Math.cos((2 * Math.PI * hertz * i) / rate)
    im += sample * Math.sin((2 * Math.PI * hertz * i) / rate)
  }
  return Math.hypot(re, im) / samples.length
}

const whose = (samples: Float32Array, rate: number) =>
  levelAt(samples, rate, tones.anna) > levelAt(samples, rate, tones.ben) ? "anna" : "ben"

describe("speakers of a series", () => {
  it.live("are known again in the next episode by their voices, with their names and their voices in the dub", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const seconds = {
        anna: (yield* say(anna, "en+f4")).length / 48_000,
        ben: (yield* say(ben, "en")).length / 48_000
      }
      const sounds = (order: ReadonlyArray<"anna" | "ben">) => {
        let at = 1
        return order.map((who) => {
          const start = at
          at += seconds[who] + 1
          return { who, start, end: start + seconds[who] }
        })
      }
      const episodes = { one: sounds(["anna", "ben"]), two: sounds(["ben", "anna"]) }
      for (const [name, said] of Object.entries(episodes)) {
        const heard = said.flatMap(({ start, who }) => [
          { at: start, seconds: seconds[who], tone: tones[who], level: 0.02 },
          { at: start, words: who === "anna" ? anna : ben, voice: who === "anna" ? "en+f4" : "en" }
        ])
        yield* film(`${cwd}/${name}.mkv`, { seconds: said.at(-1)!.end + 1, sounds: [{ heard, codec: "flac" }] })
      }
      let episode: keyof typeof episodes = "one"
      const told: Array<Record<string, string>> = []
      const stt = yield* transcriptionEndpoint((form) => {
        const names = (form.fields["known_speaker_names[]"] ?? []) as ReadonlyArray<string>
        const samples = (form.fields["known_speaker_references[]"] ?? []) as ReadonlyArray<string>
        const known = Object.fromEntries(
          samples.map((sample, i) => {
            const wav = Option.getOrThrow(decodeWav(Buffer.from(sample.split(",")[1]!, "base64")))
            return [whose(wav.samples, wav.sampleRate), names[i]!]
          })
        )
        told.push(known)
        const letters: Array<string> = []
        const segments = episodes[episode].map(({ end, start, who }) => {
          if (known[who] === undefined && !letters.includes(who)) letters.push(who)
          const speaker = known[who] ?? "AB"[letters.indexOf(who)]!
          return { start, end, text: who === "anna" ? anna : ben, speaker }
        })
        return { body: { text: `${anna} ${ben}`, segments } }
      })
      const env = { DUBBER_STT_BASE_URL: stt.baseUrl }
      const flags = ["--tts", "espeak", "--voices", "show/voices.yaml", "--from", "en", "--json"]
      const listening = ["--stt", "openai", "--stt-model", "gpt-4o-transcribe-diarize"]
      const speakersOf = (ran: { readonly stdout: string }) =>
        readReport(ran.stdout).utterances.map(({ speaker }) => speaker)

      const first = yield* dubber(["full", "one.mkv", ...flags, ...listening], { cwd, env })
      assert.strictEqual(first.code, 0, first.stderr)
      assert.deepStrictEqual(speakersOf(first), ["speaker 1", "speaker 2"])
      assert.deepStrictEqual(told, [{}])
      const folder = `${cwd}/show/voices`
      assert.deepStrictEqual((yield* fs.readDirectory(folder)).toSorted(), ["speaker 1.wav", "speaker 2.wav"])

      // A person gives one of them a name.
      const script = `${cwd}/.work/one/en/subs.srt`
      const text = yield* fs.readFileString(script)
      assert.include(text, "[speaker 1] Good morning")
      yield* fs.writeFileString(script, text.replace("[speaker 1]", "[Anna]"))
      const mended = yield* dubber(
        ["synth", "one.mkv", ...flags.filter((flag) => flag !== "--from" && flag !== "en")],
        {
          cwd,
          env
        }
      )
      assert.strictEqual(mended.code, 0, mended.stderr)
      assert.deepStrictEqual(speakersOf(mended), ["Anna", "speaker 2"])
      // Her voice stayed the same: nothing was spoken again.
      assert.strictEqual(readReport(mended.stdout).requests.speech.sent, 0)
      assert.deepStrictEqual((yield* fs.readDirectory(folder)).toSorted(), ["Anna.wav", "speaker 2.wav"])

      episode = "two"
      const second = yield* dubber(["full", "two.mkv", ...flags, ...listening], { cwd, env })
      assert.strictEqual(second.code, 0, second.stderr)
      assert.deepStrictEqual(told.at(-1), { anna: "Anna", ben: "known-2" })
      assert.deepStrictEqual(speakersOf(second), ["speaker 2", "Anna"])
      const keys = (ran: { readonly stdout: string }) =>
        Object.fromEntries(readReport(ran.stdout).utterances.map(({ key, speaker }) => [speaker, key]))
      assert.deepStrictEqual(keys(second), keys(mended))
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
