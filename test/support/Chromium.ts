import { Effect } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const programs = ["chromium", "chromium-browser", "google-chrome"]

/** The Chromium of this machine, where there is one. */
export const chromium = programs.find((name) => {
  try {
    execFileSync("which", [name], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
})

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--remote-debugging-port=0"
]

export interface Page {
  /** The value of an expression (a promise is awaited) in the page. */
  readonly evaluate: (expression: string) => Effect.Effect<any>
  /** A key as it comes from a keyboard: "Tab", "ArrowRight", "Enter". */
  readonly press: (key: string) => Effect.Effect<void>
  /** What the page or its policy complained of. */
  readonly complaints: ReadonlyArray<string>
}

const codes: Record<string, number> = { Tab: 9, Enter: 13, ArrowRight: 39, ArrowDown: 40, Home: 36, End: 35 }

/** Opens an address in a Chromium of its own, which ends with the scope. */
export const openPage = (url: string, size = { width: 1200, height: 900 }) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "dubber-chromium-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
    )
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(
          chromium!,
          [...flags, `--user-data-dir=${folder}`, `--window-size=${size.width},${size.height}`, "about:blank"],
          {
            stdio: ["ignore", "ignore", "pipe"]
          }
        )
      ),
      (running) =>
        Effect.callback<void>((resume) => {
          running.on("close", () => resume(Effect.void))
          running.kill("SIGKILL")
        })
    )
    const address = yield* Effect.callback<string>((resume) => {
      let said = ""
      child.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString()
        const port = /ws:\/\/([^/]+)\//.exec(said)?.[1]
        if (port !== undefined) resume(Effect.succeed(port))
      })
    })
    const targets = (yield* Effect.promise(() =>
      fetch(`http://${address}/json/list`).then((answer) => answer.json())
    )) as Array<{
      readonly type: string
      readonly webSocketDebuggerUrl: string
    }>
    const socket = new WebSocket(targets.find(({ type }) => type === "page")!.webSocketDebuggerUrl)
    const waiting = new Map<number, (message: any) => void>()
    const complaints: Array<string> = []
    let loaded: (() => void) | undefined
    const isLoaded = new Promise<void>((done) => (loaded = done))
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data))
      waiting.get(message.id)?.(message)
      if (message.method === "Page.loadEventFired") loaded!()
      if (message.method === "Runtime.exceptionThrown") complaints.push(message.params.exceptionDetails.text)
      if (message.method === "Log.entryAdded" && message.params.entry.level === "error") {
        complaints.push(message.params.entry.text)
      }
    })
    yield* Effect.promise(() => new Promise((done) => socket.addEventListener("open", done)))
    let id = 0
    const send = (method: string, params: object = {}) =>
      Effect.promise(
        () =>
          new Promise<any>((done) => {
            waiting.set(++id, done)
            socket.send(JSON.stringify({ id, method, params }))
          })
      )
    for (const domain of ["Page", "Runtime", "Log"]) yield* send(`${domain}.enable`)
    yield* send("Page.navigate", { url })
    yield* Effect.promise(() => isLoaded)
    const page: Page = {
      complaints,
      evaluate: (expression) =>
        Effect.map(
          send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }),
          ({ result }) => result.result.value
        ),
      press: Effect.fnUntraced(function* (key) {
        const event = { key, code: key, windowsVirtualKeyCode: codes[key], ...(key === "Enter" ? { text: "\r" } : {}) }
        yield* send("Input.dispatchKeyEvent", { type: "keyDown", ...event })
        yield* send("Input.dispatchKeyEvent", { type: "keyUp", ...event })
      })
    }
    return page
  })
