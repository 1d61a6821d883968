import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import { execFile } from "node:child_process"
import { delimiter, dirname } from "node:path"
import { inject } from "vitest"
import { Report } from "../../src/dub/Report.ts"
import { RunRecord } from "../../src/dub/RunRecord.ts"
import { amplitudes, Peaks } from "../../src/media/Peaks.ts"
import { Chromium, chromium, fileUrl, openPage } from "../support/Chromium.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"

const cues = (words: ReadonlyArray<string>) =>
  words.map((text, i) => ({ start: 1 + i * 4, end: 3.5 + i * 4, text: `${text} ${["one", "two", "three"][i]}.` }))

/** The program as it is installed, and the Node of this test. */
const programs = [inject("bin"), process.execPath].map((path) => dirname(path)).join(delimiter)

/** Runs a line in a shell, as a person who pastes it would. */
const paste = (line: string) =>
  Effect.promise(
    () =>
      new Promise<string>((done, failed) => {
        execFile("sh", ["-c", `PATH="$0:$PATH"; ${line}`, programs], { cwd: "/" }, (error, _, stderr) =>
          error ? failed(error) : done(stderr)
        )
      })
  )

const read = <A, I>(schema: Schema.Codec<A, I>, path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.flatMap(fs.readFileString(path), Schema.decodeEffect(Schema.fromJsonString(schema)))
  )

// Without a Chromium on this machine these are skipped.
describe.skipIf(chromium === undefined)("the report of a dub (skipped where there is no Chromium)", () => {
  layer(Chromium.layer, { excludeTestServices: true })((it) => {
    it.effect(
      "plays the dub from a workdir elsewhere, and its command mends a line, whatever the names",
      () =>
        Effect.gen(function* () {
          const fs = yield* FileSystem.FileSystem
          const cwd = `${yield* fs.realPath(yield* workplace)}/it's #1 50% <b>`
          yield* fs.makeDirectory(cwd)
          const name = `-a 'talk' #2?%`
          const heard = cues(["number", "number", "number"]).map(({ start, text }) => ({ at: start, words: text }))
          yield* film(`${cwd}/${name}.mp4`, { seconds: 13, sounds: [{ seconds: 13, heard, language: "eng" }] })
          yield* fs.writeFileString(`${cwd}/${name}.en.srt`, srt(cues(["Original", "Original", "Original"])))
          yield* fs.writeFileString(`${cwd}/${name}.es.srt`, srt(cues(["Línea", "Línea", "Línea"])))
          yield* fs.writeFileString(`${cwd}/${name}.de.srt`, srt(cues(["Zeile", "Zeile", "Zeile"])))
          const workdir = ["--workdir", "../else where/w#"]
          const dub = ["full", `./${name}.mp4`, "--from", "en", "--tts", "espeak", "--align", "segment", ...workdir]
          const ran = yield* dubber([...dub, "--to", "es,de"], { cwd })
          assert.strictEqual(ran.code, 0, ran.stderr)
          const root = `${cwd}/../else where/w#`

          const wave = yield* read(Peaks, `${root}/peaks.json`)
          assert.closeTo(wave.values.length / wave.perSecond, 13, 0.1)
          const dubbed = yield* read(Peaks, `${root}/es/peaks.json`)
          const loudest = (from: number, to: number) =>
            Math.max(...amplitudes(dubbed).subarray(from * dubbed.perSecond, to * dubbed.perSecond))
          const record = yield* read(RunRecord, `${root}/es/run.json`)
          assert.deepStrictEqual([record.sourceLanguage, record.attempts.length, record.concurrency], ["en", 3, 5])
          const report = yield* read(Report, `${root}/es/report.json`)
          assert.strictEqual(report.utterances[1]!.sourceText, "Original two.")
          assert.strictEqual(report.utterances[1]!.slotEnd, report.utterances[2]!.start)

          const { spokenEnd, spokenStart } = report.utterances[1]!
          assert.isAbove(loudest(spokenStart, spokenEnd), 0.05)
          assert.isBelow(loudest(0, 0.8), 0.02)

          const { asked, complaints, evaluate, page, until } = yield* openPage(fileUrl(`${root}/es/report.html`))
          yield* until("document.querySelector('#dub').readyState > 0")
          yield* Effect.promise(() => page.click('button.bar[data-id="2"]'))
          yield* until("!document.querySelector('#dub').paused")
          assert.closeTo(yield* evaluate("document.querySelector('#dub').currentTime"), spokenStart, 0.4)
          assert.include(yield* evaluate("document.querySelector('#now').textContent"), "Línea two.Original two.")
          yield* Effect.promise(() => page.click("#hear-original"))
          yield* until("!document.querySelector('#original').paused")
          assert.strictEqual(yield* evaluate("document.querySelectorAll('.piece path.original[d]').length"), 1)
          yield* Effect.promise(() => page.click("nav.languages a:not([aria-current])"))
          assert.match(yield* evaluate("document.title"), /in German/)
          assert.strictEqual(
            yield* evaluate("document.querySelector('nav.languages [aria-current]').textContent"),
            "German"
          )
          yield* Effect.promise(() => page.goBack())
          assert.isTrue(asked.every((address) => address.startsWith("file://")))
          assert.deepStrictEqual(complaints, [])

          const lines = `${root}/es/subs.srt`
          const text = yield* fs.readFileString(lines)
          yield* fs.writeFileString(lines, text.replace("Línea two.", "Otra línea."))
          yield* paste(yield* evaluate("document.querySelector('#command').textContent"))
          const after = yield* read(Report, `${root}/es/report.json`)
          assert.strictEqual(after.utterances[1]!.text, "Otra línea.")
          assert.deepStrictEqual([after.requests.speech.sent, after.requests.speech.cached], [1, 2])

          yield* fs.remove(`${root}/es/report.html`)
          const shown = yield* dubber(["report", `./${name}.mp4`, ...workdir], { cwd })
          assert.strictEqual(shown.code, 0, shown.stderr)
          assert.include(shown.stdout, `${yield* fs.realPath(root)}/es/report.html`)
          assert.include(yield* fs.readFileString(`${root}/es/report.html`), "Otra línea.")
          const none = yield* dubber(["report", `./${name}.mp4`, "--to", "fr", ...workdir], { cwd })
          assert.strictEqual(none.code, 1)
          assert.include(none.stderr, "There is no report of fr in")
        }),
      // Five processes one after another.
      120_000
    )
  })
})
