import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { Report } from "../../src/dub/Report.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, levelBetween, listen, srt } from "../support/Media.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))
const readReports = Schema.decodeSync(Schema.fromJsonString(Schema.Array(Report)))

const tracks = Effect.fnUntraced(function* (path: string) {
  const ffmpeg = yield* Ffmpeg
  const shown = "stream=codec_type:stream_tags=language,title:stream_disposition=default"
  const { streams } = JSON.parse(yield* ffmpeg.probe(["-show_entries", shown, "-of", "json", file(path)])) as {
    readonly streams: ReadonlyArray<{
      readonly codec_type: string
      readonly tags?: { readonly language?: string; readonly title?: string }
      readonly disposition: { readonly default: number }
    }>
  }
  return streams.map((one) => [one.codec_type, one.tags?.language, one.disposition.default === 1] as const)
})

const subtitleText = Effect.fnUntraced(function* (path: string, track: number) {
  const ffmpeg = yield* Ffmpeg
  const text = yield* ffmpeg.text(["-i", file(path), "-map", `0:s:${track}`, "-f", "srt", "pipe:1"])
  return text.replaceAll("\r", "")
})

const line = (text: string) => srt([{ start: 2, end: 4, text }])

describe("--one-file", () => {
  it.live("has a sound and a subtitle track a language, tagged, and the original where it is kept; mp4 and mkv", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      // The sound does not say what language it is in; the run does.
      yield* film(`${cwd}/talk.mp4`, { seconds: 8, sounds: [{ seconds: 8 }] })
      yield* fs.writeFileString(`${cwd}/own.srt`, line("This is said in English."))
      yield* fs.writeFileString(`${cwd}/talk.es.srt`, line("Esto se dice en español."))
      yield* fs.writeFileString(`${cwd}/talk.de.srt`, line("Das wird auf Deutsch gesagt."))
      const both = ["talk.mp4", "--to", "es,de", "--one-file", "--background", "drop", "--json", "--tts", "espeak"]
      const listening = ["--subs", "own.srt", "--from", "en"]
      const ran = yield* dubber(["full", ...both, ...listening, "--keep-original", "--bilingual"], { cwd })
      assert.strictEqual(ran.code, 0, ran.stderr)
      const reports = readReports(ran.stdout)
      const output = `${yield* fs.realPath(cwd)}/out/talk.es+de.mp4`
      assert.deepStrictEqual(
        reports.map((report) => [report.language, report.status, report.output]),
        [
          ["es", "complete", output],
          ["de", "complete", output]
        ]
      )
      for (const { stages } of reports) {
        assert.deepStrictEqual(stages.filter(({ name }) => name === "render").length, 1)
        assert.strictEqual(stages.filter(({ name }) => name === "speak").length, 1)
      }
      assert.deepStrictEqual((yield* fs.readDirectory(`${cwd}/out`)).toSorted(), ["talk.es+de.mp4"])
      assert.deepStrictEqual(yield* tracks(output), [
        ["video", "und", true],
        ["audio", "spa", true],
        ["audio", "deu", false],
        ["audio", "eng", false],
        ["subtitle", "spa", (yield* tracks(output))[4]![2]],
        ["subtitle", "deu", false]
      ])
      for (const [i, report] of reports.entries()) {
        const heard = yield* listen(output, { track: i })
        const [one] = report.utterances
        assert.isAbove(levelBetween(heard, one!.spokenStart, one!.spokenEnd), -40)
        assert.isBelow(levelBetween(heard, 0.2, 1.8), -70)
        assert.isBelow(levelBetween(heard, one!.spokenEnd + 0.2, 7.8), -70)
        assert.closeTo(heard.length / 48_000, 8, 0.05)
      }
      assert.include(yield* subtitleText(output, 0), "Esto se dice en español.\nThis is said in English.")
      assert.include(yield* subtitleText(output, 1), "Das wird auf Deutsch gesagt.\nThis is said in English.")

      const again = yield* dubber(["synth", ...both, "-o", "out/all.mkv"], { cwd })
      assert.strictEqual(again.code, 0, again.stderr)
      assert.deepStrictEqual(
        (yield* tracks(`${cwd}/out/all.mkv`)).map(([kind, language]) => [kind, language]),
        [
          ["video", undefined],
          ["audio", "spa"],
          ["audio", "deu"],
          ["subtitle", "spa"],
          ["subtitle", "deu"]
        ]
      )
      assert.strictEqual(readReports(again.stdout)[0]!.requests.speech.sent, 0)
      assert.notInclude(yield* subtitleText(`${cwd}/out/all.mkv`, 0), "English")

      // A language that cannot be had leaves the others, in a file that does not claim it.
      yield* fs.writeFileString(`${cwd}/talk.fr.srt`, "not subtitles")
      const three = ["talk.mp4", "--to", "es,fr,de", "--one-file", "--background", "drop", "--tts", "espeak", "--json"]
      const some = yield* dubber(["full", ...three, ...listening], { cwd })
      assert.strictEqual(some.code, 1)
      assert.match(some.stderr, /fr: .*talk\.fr\.srt/)
      assert.deepStrictEqual(
        readReports(some.stdout).map((report) => [report.language, report.output]),
        [
          ["es", output],
          ["de", output]
        ]
      )
      assert.notInclude((yield* fs.readDirectory(`${cwd}/out`)).join(), "fr")

      const hard = yield* dubber(["synth", ...both, "--subtitles", "hard"], { cwd })
      assert.strictEqual(hard.code, 2)
      assert.include(hard.stderr, "one picture for all languages")
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
