import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"

/** What ffmpeg says after the reason. */
const afterwords =
  /^\s*$|^Conversion failed!|^Error (opening|initializing|selecting|submitting|while) |^Last message repeated|^Task finished|^Terminating|^Nothing was written|^Exiting/

/** ffmpeg or ffprobe could not be started, or said no. `stderr` holds its last lines. */
export class FfmpegError extends Schema.TaggedError<FfmpegError>()("FfmpegError", {
  program: Schema.String,
  notInstalled: Schema.Boolean,
  exitCode: Schema.optionalKey(Schema.Int),
  stderr: Schema.String
}) {
  /** Whether what it wrote to has no room left. */
  get diskFull(): boolean {
    return /No space left on device|Disk quota exceeded|File too large/.test(this.stderr)
  }
  /** Whether it was not allowed to read or write. */
  get notPermitted(): boolean {
    return /Permission denied|Read-only file system|Operation not permitted/.test(this.stderr)
  }
  /** The line of stderr that says why. */
  get reason(): string {
    const lines = this.stderr.split("\n")
    const line = lines.findLast((text) => !afterwords.test(text)) ?? lines.findLast((text) => text.trim() !== "")
    return (line ?? "no reason given").replace(/^\[[^\]]* @ 0x[0-9a-f]+\] /, "").slice(0, 200)
  }
  override get message() {
    if (this.notInstalled) return `${this.program} is not installed. Install it with your package manager (ffmpeg).`
    if (this.exitCode === undefined) return `${this.program} did not run to its end: ${this.reason}`
    return `${this.program} ended with exit code ${this.exitCode}: ${this.reason}`
  }
}

const stopped = (program: string, error: PlatformError.PlatformError, stderr = "") => {
  const { cause } = error.reason
  const why = cause instanceof Error ? cause.message : error.message
  return new FfmpegError({
    program,
    notInstalled: error.reason._tag === "NotFound",
    stderr: `${stderr}\n${why}`.trim()
  })
}

/** Lets Linux end a program when this one ends, however that comes: killed, it could not do so itself. */
const leash = ["--pdeathsig", "TERM"]

/** A path as ffmpeg takes it whatever is in the name: "-x.mp4", "a:b.mkv", "http:x" are files too. */
export const file = (path: string): string => `file:${path}`

/**
 * ffmpeg and ffprobe as child processes. Nothing goes through a shell; interrupting the effect or closing the stream
 * ends the process. All calls get `-nostdin -hide_banner -v error` (ffmpeg; not `log`) or `-v error` (ffprobe).
 */
export class Ffmpeg extends Context.Service<
  Ffmpeg,
  {
    /** Streams stdout, feeding `input` to stdin; fails after the last byte when the exit code is not zero. */
    pipe<E = never, R = never>(
      args: ReadonlyArray<string>,
      input?: Stream.Stream<Uint8Array, E, R>
    ): Stream.Stream<Uint8Array, FfmpegError | E, R>
    /** Runs to the end and gives what was written to stdout, as text. */
    text(args: ReadonlyArray<string>): Effect.Effect<string, FfmpegError>
    /** Runs to the end and gives the last lines of stderr: where filters write what they measured (`-v info`). */
    log(args: ReadonlyArray<string>): Effect.Effect<string, FfmpegError>
    /** ffprobe, to the end; gives its stdout. */
    probe(args: ReadonlyArray<string>): Effect.Effect<string, FfmpegError>
  }
>()("dubber/media/Ffmpeg") {
  static readonly layerWith = (programs: { readonly ffmpeg: string; readonly ffprobe: string }) =>
    Layer.effect(
      Ffmpeg,
      Effect.gen(function* () {
        const spawner = yield* ChildProcessSpawner.ChildProcessSpawner

        // Where nobody is left to read what it writes, ffmpeg goes on to the end, which may be hours away.
        const isLeashed = yield* Effect.cached(
          spawner.exitCode(ChildProcess.make("setpriv", [...leash, "true"])).pipe(
            Effect.map((code) => code === 0),
            Effect.orElseSucceed(() => false)
          )
        )

        const start = Effect.fnUntraced(function* <E, R>(
          program: string,
          args: ReadonlyArray<string>,
          keptLines: number,
          input: Stream.Stream<Uint8Array, E, R> | undefined
        ) {
          // One that is fed ends when it is fed no more.
          const leashed = input === undefined && program === programs.ffmpeg && (yield* isLeashed)
          const child = yield* spawner.spawn(
            ChildProcess.make(leashed ? "setpriv" : program, leashed ? [...leash, program, ...args] : args, {
              stdin: input === undefined ? "ignore" : "pipe",
              // Asked to end, it would first finish a file that nobody wants, or wait for a reader that is gone.
              killSignal: "SIGKILL"
            })
          )
          const log = yield* child.stderr.pipe(
            Stream.decodeText(),
            Stream.splitLines,
            Stream.runFold(
              (): Array<string> => [],
              (lines, line) => {
                lines.push(line)
                if (lines.length > keptLines) lines.shift()
                return lines
              }
            ),
            Effect.map((lines) => lines.join("\n")),
            Effect.orElseSucceed(() => ""),
            Effect.forkScoped
          )
          const checkExit = Effect.gen(function* () {
            const exitCode = yield* child.exitCode.pipe(
              Effect.catch((error) =>
                Effect.flatMap(Fiber.join(log), (stderr) => Effect.fail(stopped(program, error, stderr)))
              )
            )
            const stderr = yield* Fiber.join(log)
            const notInstalled = leashed && exitCode === 127 && /failed to execute/.test(stderr)
            const error = new FfmpegError({ program, notInstalled, exitCode, stderr })
            // A file that could not be closed for lack of room is a failure that ffmpeg calls a success.
            if (exitCode !== 0 || error.diskFull) return yield* error
          })
          return { child, log, checkExit }
        })

        const pipe = <E = never, R = never>(
          program: string,
          args: ReadonlyArray<string>,
          input: Stream.Stream<Uint8Array, E, R> | undefined
        ): Stream.Stream<Uint8Array, FfmpegError | E, R> =>
          Stream.unwrap(
            Effect.gen(function* () {
              const { child, checkExit } = yield* start(program, args, 20, input)
              const output = child.stdout.pipe(
                Stream.mapError((error) => stopped(program, error)),
                Stream.concat(Stream.fromEffectDrain(checkExit))
              )
              if (input === undefined) return output
              // A broken pipe only says that the child stopped reading; its exit code says why.
              const feed = input.pipe(
                Stream.mapError((error) => ({ ofInput: error })),
                Stream.run(child.stdin),
                Effect.catch((error) => ("ofInput" in error ? Effect.fail(error.ofInput) : Effect.void))
              )
              return Stream.drainFork(output, Stream.fromEffectDrain(feed))
            }).pipe(Effect.mapError((error) => stopped(program, error)))
          )

        const quiet = ["-nostdin", "-hide_banner", "-v", "error"]
        const text = (program: string, args: ReadonlyArray<string>) =>
          pipe(program, args, undefined).pipe(Stream.decodeText(), Stream.mkString)

        return Ffmpeg.of({
          pipe: (args, input) => pipe(programs.ffmpeg, [...quiet, ...args], input),
          text: (args) => text(programs.ffmpeg, [...quiet, ...args]),
          log: (args) =>
            Effect.gen(function* () {
              const { child, log, checkExit } = yield* start(
                programs.ffmpeg,
                ["-nostdin", "-hide_banner", "-nostats", ...args],
                2000,
                undefined
              )
              yield* Stream.runDrain(child.stdout)
              yield* checkExit
              return yield* Fiber.join(log)
            }).pipe(
              Effect.scoped,
              Effect.catchTag("PlatformError", (error) => Effect.fail(stopped(programs.ffmpeg, error)))
            ),
          probe: (args) => text(programs.ffprobe, ["-v", "error", ...args])
        })
      })
    )

  static readonly layer = this.layerWith({ ffmpeg: "ffmpeg", ffprobe: "ffprobe" })
}
