import { Effect } from "effect"
import { spawn, spawnSync } from "node:child_process"
import { inject } from "vitest"
import { compileCache } from "./Dubber.ts"
import { makeScreen, type Screen } from "./Screen.ts"

/** util-linux's `script`, which runs a program on a terminal of its own. */
export const hasScript = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux") === true

const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`

export interface OnTerminal {
  readonly screen: Screen
  /** The exit code, when it has ended. */
  readonly code: Effect.Effect<number>
  /** Types something: "\u0003" is Ctrl-C. */
  readonly type: (keys: string) => void
  /** Closes the terminal, as its window is closed. */
  readonly hangUp: () => void
  /** Waits until what stands on the screen has this in it; gives what stands there then. */
  readonly shows: (text: string) => Effect.Effect<ReadonlyArray<string>>
}

/**
 * Runs the command line on a terminal of so many columns, as a user would; ended with the scope. With `sized` false the
 * terminal says that it has no size, and is shown as one of so many.
 */
export const onTerminal = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  options: {
    readonly cwd: string
    readonly columns: number
    readonly sized?: boolean
    readonly env?: Readonly<Record<string, string>>
  }
) {
  const screen = yield* makeScreen({ columns: options.columns })
  const words = [process.execPath, inject("bin"), ...args].map(quoted).join(" ")
  const size = options.sized === false ? [0, 0] : [options.columns, 30]
  const child = spawn("script", ["-qefc", `stty cols ${size[0]} rows ${size[1]}; exec ${words}`, "/dev/null"], {
    cwd: options.cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: options.cwd,
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
      NODE_COMPILE_CACHE: compileCache,
      ...options.env
    },
    stdio: ["pipe", "pipe", "ignore"]
  })
  yield* Effect.addFinalizer(() => Effect.sync(() => child.kill("SIGKILL")))
  child.stdout.setEncoding("utf8").on("data", (text: string) => screen.write(text))
  const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)))
  const shows = (text: string): Effect.Effect<ReadonlyArray<string>> =>
    Effect.gen(function* () {
      const lines = yield* screen.lines
      if (lines.join("\n").includes(text)) return lines
      if (child.exitCode !== null) return yield* Effect.die(new Error(`"${text}" never came:\n${lines.join("\n")}`))
      yield* Effect.sleep("20 millis")
      return yield* shows(text)
    })
  const run: OnTerminal = {
    screen,
    code: Effect.promise(() => ended),
    type: (keys) => void child.stdin.write(keys),
    hangUp: () => void child.kill("SIGKILL"),
    shows
  }
  return run
})
