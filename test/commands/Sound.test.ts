import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option, Result, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { decodeWav } from "../../src/media/Wav.ts"
import { audioStreams, videoStream } from "../../src/domain/Source.ts"
import { checkGate, parseGate } from "../../src/timeline/Gate.ts"
import { Stretch } from "../../src/timeline/Stretch.ts"
import * as Sonic from "../../src/timeline/Stretch/Sonic.ts"
import { speechBounds, trim } from "../../src/timeline/Trim.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { ebur128, type Film, film, lag, listen, srt } from "../support/Media.ts"

const services = Layer.mergeAll(Ffmpeg.layer, Sonic.layer).pipe(Layer.provideMerge(NodeServices.layer))

const cues = [
  { start: 0.6, end: 1.9, text: "The very first thing of all is what is said here." },
  { start: 2, end: 4.6, text: "Then comes the second one." }
]

const words = [
  { at: 0.6, words: "Le premier." },
  { at: 3.2, words: "Ensuite le second." }
]

interface Odd {
  readonly name: string
  readonly film: Film
  readonly background?: string
  /** Of the dub's track. */
  readonly channels: number
}

const sources: Record<string, Odd> = {
  "a silent source at 96 kHz, whose picture starts late": {
    name: "silent.mkv",
    film: { picture: { startsAt: 0.52 }, sounds: [{ heard: [], channels: 2, sampleRate: 96_000, codec: "flac" }] },
    background: "duck",
    channels: 2
  },
  "8 kHz and mono, shorter than a picture of varying rate": {
    name: "phone.mp4",
    film: { picture: { variableRate: true }, sounds: [{ heard: words.slice(0, 1), seconds: 3, sampleRate: 8000 }] },
    background: "duck",
    channels: 1
  },
  "5.1 that starts late, longer than the picture": {
    name: "cinema.mkv",
    film: { picture: { seconds: 5 }, sounds: [{ heard: words, channels: 6, startsAt: 0.3, codec: "ac3" }] },
    background: "keep",
    channels: 6
  },
  "no sound at all": { name: "mute.mp4", film: { sounds: [] }, channels: 1 }
}

describe("the sound of a dub of", () => {
  for (const [title, odd] of Object.entries(sources)) {
    it.live(`${title}: as long as the source, each line where the report says, as loud as it says`, () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const cwd = yield* workplace
        yield* film(`${cwd}/${odd.name}`, { seconds: 7, ...odd.film })
        yield* fs.writeFileString(`${cwd}/lines.srt`, srt(cues))
        const lines = [
          "--subs",
          "lines.srt",
          "--from",
          "en",
          "--tts",
          "espeak",
          "--align",
          "segment",
          "--min-tempo",
          "1"
        ]
        const under = odd.background === undefined ? [] : ["--background", odd.background]
        const ran = yield* dubber(["full", odd.name, ...lines, ...under, "--loudness", "-18", "--json"], { cwd })
        assert.strictEqual(ran.code, 0, ran.stderr)
        const report = yield* Schema.decodeEffect(Schema.fromJsonString(Report))(ran.stdout)
        const source = yield* probe(`${cwd}/${odd.name}`)
        const result = yield* probe(report.output!)
        assert.closeTo(result.duration, source.duration, 1024 / 48_000 + 0.002)
        assert.strictEqual(audioStreams(result)[0]!.channels, odd.channels)
        const startOf = (video: typeof source) => videoStream(video)!.startTime - video.startTime
        const shift = startOf(result) - startOf(source)
        assert.closeTo(shift, 0, 0.024)

        const heard = yield* listen(report.output!)
        assert.strictEqual(report.utterances.length, 2)
        assert.isAbove(report.fit.tempoMax, 1.02)
        const { stretch } = yield* Stretch
        for (const { key, spokenEnd, spokenStart, tempo } of report.utterances) {
          const stem = odd.name.slice(0, -4)
          const clip = Option.getOrThrow(decodeWav(yield* fs.readFile(`${cwd}/.work/${stem}/clips/${key}.wav`)))
          const length = Math.round((spokenEnd - spokenStart) * 48_000)
          const speech = yield* stretch(trim(clip.samples, speechBounds(clip.samples)), tempo, length)
          const at = spokenStart + shift
          const reference = new Float32Array(Math.round(at * 48_000) + speech.length)
          reference.set(speech, Math.round(at * 48_000))
          const found = lag(reference, heard, { at: at + 0.3, seconds: 0.3, reach: 500 })
          assert.isAbove(found.likeness, 0.8)
          assert.isAtMost(Math.abs(found.samples), 480)
        }

        const measured = yield* ebur128(report.output!)
        assert.closeTo(measured.integrated, -18, 1)
        assert.closeTo(measured.integrated, report.sound.integratedLufs!, 0.5)
        assert.isAtMost(measured.truePeak, -1)
        assert.isAbove(report.sound.speechToBed!, 14.9)
        const gate = "speechToBed>=14.9,bareSpeechSeconds<5,speechOverlap>0.3,loudnessRange>=0,truePeakDbtp<=-1"
        assert.deepStrictEqual(checkGate({ ...report.fit, ...report.sound }, Result.getOrThrow(parseGate(gate))), [])
      }).pipe(Effect.scoped, Effect.provide(services))
    )
  }
})
