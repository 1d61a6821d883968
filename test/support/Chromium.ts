import { NodeServices } from "@effect/platform-node"
import { Context, Effect, FileSystem, Layer } from "effect"
import { spawnSync } from "node:child_process"
import { type Browser, type BrowserContextOptions, chromium as playwright, type Page } from "playwright-core"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"

const find =
  'for name in "${CHROMIUM_PATH:-chromium}" chromium chromium-browser google-chrome google-chrome-stable; do command -v "$name" && exit; done'

/** The Chromium of this machine, where there is one: CHROMIUM_PATH, or in the PATH. */
export const chromium: string | undefined =
  spawnSync("sh", ["-c", find], { encoding: "utf8" }).stdout.trim() || undefined

if (chromium === undefined) {
  process.stderr.write(
    "No Chromium here: tests in a real browser are skipped (scripts/setup-browser.sh, CHROMIUM_PATH)\n"
  )
}

const launch = () =>
  playwright.launch({
    executablePath: chromium!,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required"
    ]
  })

/**
 * A Chromium for all tests of a file; it has a profile of its own, and asks nobody anything. One that is gone is
 * replaced, so that a test's second try has one.
 */
export class Chromium extends Context.Service<Chromium, Effect.Effect<Browser>>()("test/Chromium") {
  static readonly layer = Layer.effect(
    Chromium,
    Effect.gen(function* () {
      let browser: Browser | undefined
      yield* Effect.addFinalizer(() => Effect.promise(async () => browser?.close()))
      const connected = Effect.promise(async () => {
        if (browser?.isConnected() !== true) browser = await launch()
        return browser
      })
      return Chromium.of(connected)
    })
  ).pipe(Layer.provideMerge(Ffmpeg.layer), Layer.provideMerge(NodeServices.layer))
}

export interface Opened {
  readonly page: Page
  /** What the page asked for besides itself. */
  readonly asked: ReadonlyArray<string>
  /** What the page or its policy complained of. */
  readonly complaints: ReadonlyArray<string>
  /** The value of an expression in the page; a promise is awaited. */
  readonly evaluate: (expression: string) => Effect.Effect<any>
  readonly press: (...keys: ReadonlyArray<string>) => Effect.Effect<void>
  /** Waits until an expression holds in the page. */
  readonly until: (expression: string) => Effect.Effect<void>
}

/** Opens an address as a person would; the page is closed with the scope. */
export const openPage = Effect.fnUntraced(function* (url: string, options: BrowserContextOptions = {}) {
  const browser = yield* yield* Chromium
  const context = yield* Effect.acquireRelease(
    Effect.promise(() => browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })),
    (opened) => Effect.promise(() => opened.close())
  )
  const page = yield* Effect.promise(() => context.newPage())
  const asked: Array<string> = []
  const complaints: Array<string> = []
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("blob:")) asked.push(request.url())
  })
  page.on("console", (message) => complaints.push(message.text()))
  page.on("pageerror", (error) => complaints.push(error.message))
  yield* Effect.promise(() => page.goto(url))
  const opened: Opened = {
    page,
    asked,
    complaints,
    evaluate: (expression) => Effect.promise(() => page.evaluate(expression)),
    press: (...keys) =>
      Effect.forEach(keys, (key) => Effect.promise(() => page.keyboard.press(key)), { discard: true }),
    // Not waitForFunction: it evaluates in the page, which the page's policy forbids.
    until: (expression) =>
      Effect.promise(() =>
        page.evaluate(
          `new Promise((done) => { const look = () => (${expression}) ? done() : setTimeout(look, 20); look() })`
        )
      )
  }
  return opened
})

/** Writes a page into a folder of its own with a name that has to be quoted and encoded, and gives its address. */
export const writePage = Effect.fnUntraced(function* (content: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "report #1 50% <it's> " })
  yield* fs.writeFileString(`${folder}/report.html`, content)
  return { folder, url: fileUrl(`${folder}/report.html`) }
})

/** A path as an address that a browser opens. */
export const fileUrl = (path: string): string => `file://${path.split("/").map(encodeURIComponent).join("/")}`
