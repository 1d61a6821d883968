import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { reportPage } from "../../src/publish/ReportPage.ts"
import { chromium, openPage } from "../support/Chromium.ts"
import { film } from "../support/Media.ts"
import { pageData } from "../support/ReportData.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const write = Effect.fnUntraced(function* (page: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "report #1 " })
  yield* fs.writeFileString(`${folder}/report.html`, page)
  return { folder, url: `file://${encodeURI(folder).replaceAll("#", "%23")}/report.html` }
})

const until = (condition: string) =>
  `new Promise((done) => { const look = () => ${condition} ? done(true) : setTimeout(look, 20); look() })`

// Without a Chromium on this machine these are skipped; what stands in the page is held by ReportPage.test.ts.
describe.skipIf(chromium === undefined)("report.html in Chromium (skipped where there is none)", () => {
  it.live("plays a bar from its start to its end, and is walked through by keyboard", () =>
    Effect.gen(function* () {
      const data = pageData(5)
      const { folder, url } = yield* write(reportPage(data))
      yield* film(`${folder}/roofs.es.mp4`, { seconds: 30, sounds: [{ seconds: 30, language: "spa" }] })
      const page = yield* openPage(url)
      yield* page.evaluate(until("document.querySelector('#media').readyState >= 1"))

      yield* page.evaluate("document.querySelector('button.bar[data-id=\"2\"]').click()")
      yield* page.evaluate(until("!document.querySelector('#media').paused"))
      assert.closeTo(
        yield* page.evaluate("document.querySelector('#media').currentTime"),
        data.utterances[1]!.spokenStart,
        0.5
      )
      assert.include(yield* page.evaluate("document.querySelector('#about').textContent"), "Water finds every gap.")
      assert.include(yield* page.evaluate("document.querySelector('#about').textContent"), "The original of line 2.")
      yield* page.evaluate("document.querySelector('#media').playbackRate = 4")
      yield* page.evaluate(until("document.querySelector('#media').paused"))
      const stopped: number = yield* page.evaluate("document.querySelector('#media').currentTime")
      assert.isAtLeast(stopped, data.utterances[1]!.spokenEnd)
      assert.isBelow(stopped, 29)

      yield* page.press("ArrowRight")
      assert.strictEqual(yield* page.evaluate("document.activeElement.dataset.id"), "3")
      yield* page.press("End")
      assert.strictEqual(yield* page.evaluate("document.activeElement.dataset.id"), "5")
      yield* page.press("Home")
      assert.strictEqual(yield* page.evaluate("document.activeElement.dataset.id"), "1")
      assert.strictEqual(yield* page.evaluate("document.querySelectorAll('button.bar[tabindex=\"0\"]').length"), 1)
      yield* page.press("Enter")
      yield* page.evaluate(until("!document.querySelector('#media').paused"))
      assert.deepStrictEqual(page.complaints, [])
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("is ready with 2,000 lines, nothing wider than a phone, and says so when the video is gone", () =>
    Effect.gen(function* () {
      const { url } = yield* write(reportPage(pageData(2000)))
      const page = yield* openPage(url, { width: 500, height: 800 })
      const ready = yield* page.evaluate(
        "performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart"
      )
      assert.isBelow(ready, 20_000)
      assert.isAtMost(
        yield* page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
        0
      )
      yield* page.evaluate(until("document.querySelector('#about').textContent.includes('cannot play')"))
      yield* page.evaluate(
        "document.querySelector('#overview').dispatchEvent(new MouseEvent('click', { clientX: 250 }))"
      )
      assert.isAbove(yield* page.evaluate("scrollY"), 0)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("runs nothing of what its texts hold", () =>
    Effect.gen(function* () {
      const hostile = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">\u202e'
      const data = pageData(3)
      const { url } = yield* write(
        reportPage({
          ...data,
          title: hostile,
          output: `/out/${hostile}`,
          warnings: [hostile],
          utterances: data.utterances.map((one) => ({ ...one, text: hostile, sourceText: hostile, speaker: hostile })),
          attempts: data.attempts.map((one) => ({ ...one, subject: hostile, outcome: hostile }))
        })
      )
      const page = yield* openPage(url)
      yield* page.evaluate("document.querySelector('button.bar').click()")
      yield* page.evaluate("document.querySelector('details').open = true")
      assert.isTrue(yield* page.evaluate("window.hacked === undefined"))
      assert.strictEqual(yield* page.evaluate("document.querySelectorAll('img').length"), 0)
      assert.strictEqual(yield* page.evaluate("document.querySelectorAll('script').length"), 1)
      assert.include(yield* page.evaluate("document.querySelector('#about').textContent"), "</script><script>")
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
