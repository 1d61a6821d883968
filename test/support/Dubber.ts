import { Effect, FileSystem } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inject } from "vitest"

/** Where what Node has compiled is kept from test to test. */
export const compileCache = join(tmpdir(), "dubber-compile-cache")

export interface Ran {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Called with the process as soon as it runs, to signal it. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void
  /** Called with what comes on stdout, as it comes. */
  readonly onOutput?: (text: string) => void
  /** Called with what comes on stderr, as it comes. */
  readonly onTold?: (text: string, child: ChildProcess) => void
}

/** Runs the command line as a user would, with nothing of this machine's settings but the path. */
export const dubber = (args: ReadonlyArray<string>, options: RunOptions): Effect.Effect<Ran> =>
  Effect.callback<Ran>((resume) => {
    const child = spawn(process.execPath, [inject("bin"), ...args], {
      cwd: options.cwd,
      env: {
        PATH: process.env["PATH"],
        HOME: options.cwd,
        LANG: "C.UTF-8",
        NODE_COMPILE_CACHE: compileCache,
        ...options.env
      },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString()
      options.onOutput?.(chunk.toString())
    })
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString()
      options.onTold?.(chunk.toString(), child)
    })
    child.on("close", (code, signal) => resume(Effect.succeed({ code: code ?? signal!, stdout, stderr })))
    options.onStart?.((signal) => child.kill(signal))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** A folder of its own for one test. */
export const workplace = Effect.flatMap(FileSystem.FileSystem, (fs) =>
  fs.makeTempDirectoryScoped({ prefix: "dubber test " })
)
