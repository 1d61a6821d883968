import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Path, Schema } from "effect"
import { reportedLanguages, reportFormat, reportName, reportPageName } from "../../src/dub/ReportFile.ts"
import type { Report } from "../../src/dub/Report.ts"
import { type RunRecord, runRecordFormat, runRecordName } from "../../src/dub/RunRecord.ts"
import { mendCommand, urlFrom, outputNow, writeReportPage } from "../../src/dub/WriteReportPage.ts"

const requests = {
  sent: 1,
  ok: 1,
  retried: 0,
  failed: 0,
  cached: 0,
  characters: 5,
  audioSeconds: 1,
  seconds: 1,
  peakConcurrency: 1,
  waitedSeconds: 0
}

/** As an older version wrote it: without what was added since. */
const report = (language: string): Report => ({
  version: 1,
  video: "/videos/it's.mp4",
  language,
  output: `/videos/out/it's.${language}.mp4`,
  status: "complete",
  wallSeconds: 1,
  stages: [],
  requests: { speech: requests, transcription: requests, language: requests },
  cost: { estimatedUsd: 0, actualUsd: 0 },
  sound: { integratedLufs: -16, loudnessRange: 2, truePeakDbtp: -2, sourceLufs: -16 },
  fit: {
    tempoP50: 1,
    tempoP95: 1,
    tempoMax: 1,
    driftP95: 0,
    driftMax: 0,
    overlaps: 0,
    underrunSeconds: 0,
    withinComfort: 1
  },
  warnings: [],
  utterances: [
    {
      id: 1,
      lines: [1],
      speaker: null,
      text: `A line in ${language}.`,
      start: 1,
      end: 2,
      spokenStart: 1,
      spokenEnd: 2,
      tempo: 1,
      clipSeconds: 1,
      key: "k",
      attempts: 1,
      cached: false,
      status: "ok"
    }
  ]
})

const record: RunRecord = {
  endedAt: 1_795_000_000_000,
  hasPicture: false,
  sourceLanguage: "en",
  script: "/w/es/subs.srt",
  command: { folder: "/it's here", words: ["dubber", "full", "it's.mp4", "--to", "es"] },
  concurrency: 5,
  attempts: [{ kind: "speech", subject: "utterance 1", startedAt: 1000, endedAt: 2000, outcome: "ok", slot: 0 }],
  waits: []
}

/** A workdir with these reports. */
const workdir = Effect.fnUntraced(function* (...languages: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const root = yield* fs.makeTempDirectoryScoped()
  for (const language of languages) {
    yield* fs.makeDirectory(`${root}/${language}`)
    yield* fs.writeFileString(`${root}/${reportName(language)}`, reportFormat.encode(report(language)))
  }
  const page = (language: string) => fs.readFileString(`${root}/${reportPageName(language)}`)
  return { fs, page, root }
})

describe("writeReportPage", () => {
  it.effect("makes the page of what lies in the workdir, with or without a record of the run", () =>
    Effect.gen(function* () {
      const { fs, page, root } = yield* workdir("es")
      assert.strictEqual(yield* writeReportPage(root, "es"), `${root}/es/report.html`)
      const without = yield* page("es")
      assert.include(without, "A line in es.")
      assert.include(without, "Nothing was asked of any service")
      assert.include(without, "<video")
      assert.include(without, `dubber synth &#39;/videos/it&#39;\\&#39;&#39;s.mp4&#39; --to es --workdir ${root}`)

      yield* fs.writeFileString(`${root}/${runRecordName("es")}`, runRecordFormat.encode(record))
      yield* writeReportPage(root, "es")
      const withRecord = yield* page("es")
      assert.include(withRecord, "utterance 1: answered")
      assert.include(withRecord, "<audio")
      assert.include(withRecord, "English")
      assert.include(withRecord, "/w/es/subs.srt")
      assert.strictEqual(yield* writeReportPage(root, "fr"), undefined)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("finds again what was moved together with the workdir, and leaves alone what was not", () =>
    Effect.gen(function* () {
      const { fs, page, root } = yield* workdir("es")
      const was: RunRecord = {
        ...record,
        workdir: "/videos/.work/it's",
        script: "/videos/.work/it's/es/subs.srt",
        command: { folder: "/videos", words: ["dubber", "full", "it's.mp4", "--to", "es"] }
      }
      const moved = `${root}/.work/it's`
      yield* fs.makeDirectory(moved, { recursive: true })
      yield* fs.copy(`${root}/es`, `${moved}/es`)
      yield* fs.makeDirectory(`${root}/out`)
      yield* fs.writeFileString(`${root}/out/it's.es.mp4`, "")
      yield* fs.writeFileString(`${moved}/es/subs.srt`, "")
      yield* fs.writeFileString(
        `${moved}/${reportName("es")}`,
        reportFormat.encode({ ...report("es"), video: "it's.mp4" })
      )
      yield* fs.writeFileString(`${moved}/${runRecordName("es")}`, runRecordFormat.encode(was))
      yield* writeReportPage(moved, "es")
      const made = yield* fs.readFileString(`${moved}/${reportPageName("es")}`)
      assert.include(made, `href="../../../out/it&#39;s.es.mp4">${root}/out/it&#39;s.es.mp4<`)
      assert.strictEqual(yield* outputNow(moved, report("es")), `${root}/out/it's.es.mp4`)
      assert.include(made, 'data-path="/videos/it&#39;s.mp4"')
      assert.include(made, `cd ${root} &amp;&amp; dubber full`)
      assert.include(made, `<code>${moved.replace("'", "&#39;")}/es/subs.srt</code>`)
      // Alone in its new place.
      yield* fs.writeFileString(`${root}/${runRecordName("es")}`, runRecordFormat.encode(was))
      yield* writeReportPage(root, "es")
      assert.include(yield* page("es"), ">/videos/out/it&#39;s.es.mp4<")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("names the other languages, on pages that were there before too", () =>
    Effect.gen(function* () {
      const { page, root } = yield* workdir("de", "es", "fr")
      assert.deepStrictEqual(yield* reportedLanguages(root), ["de", "es", "fr"])
      yield* writeReportPage(root, "es")
      yield* writeReportPage(root, "de")
      for (const language of ["de", "es"]) {
        const content = yield* page(language)
        for (const other of ["de", "es"])
          assert.include(content, `href="../${other}/report.html"`.replace(`../${language}/`, ""))
      }
      yield* Effect.all([writeReportPage(root, "es"), writeReportPage(root, "fr")], { concurrency: 2 })
      assert.include(yield* page("de"), 'href="../fr/report.html"')
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})

describe("urlFrom", () => {
  it.effect.prop(
    "is followed by a browser to the file, whatever its name",
    { name: Schema.String.pipe(Schema.check(Schema.isPattern(/^[^/\0\ud800-\udfff]+$/))) },
    ({ name }) =>
      Effect.gen(function* () {
        const paths = yield* Path.Path
        if (name === "." || name === "..") return
        for (const folder of ["/a/work/es", "/other/place"]) {
          const url = new URL(urlFrom(paths, folder, `/a/out/${name}`), `file://${folder}/report.html`)
          assert.strictEqual(decodeURIComponent(url.pathname), `/a/out/${name}`)
          assert.strictEqual(`${url.search}${url.hash}`, "")
        }
      }).pipe(Effect.provide(NodeServices.layer))
  )
})

const typed = (...words: ReadonlyArray<string>) => ({ folder: "/a b", words })

describe("mendCommand", () => {
  const of = report("es")

  it("is what was typed, in its folder, as far as it mends", () => {
    assert.strictEqual(
      mendCommand("/w", of, typed("npx", "dubber", "full", "it's.mp4", "--cached-only", "--to", "es,de")),
      "cd '/a b' && npx dubber full 'it'\\''s.mp4' --to es,de"
    )
    assert.strictEqual(
      mendCommand("/w x", of, typed("dubber", "batch", "full", "*.mp4")),
      "cd '/a b' && dubber synth '/videos/it'\\''s.mp4' --to es --workdir '/w x'"
    )
    assert.strictEqual(mendCommand("/w", of, null), "dubber synth '/videos/it'\\''s.mp4' --to es --workdir /w")
  })
})
