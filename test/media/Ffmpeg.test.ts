import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Data, Effect, Exit, Fiber, FileSystem, Layer, Path, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { Ffmpeg, FfmpegError, file } from "../../src/media/Ffmpeg.ts"

class Broken extends Data.TaggedError("Broken") {}

const Live = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)
const tone = (seconds: number) => ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=48000:duration=${seconds}`]
const rawIn = ["-f", "s16le", "-ar", "48000", "-ac", "1", "-i", "pipe:0"]
const rawOut = ["-f", "s16le", "pipe:1"]
const second = new Uint8Array(96_000)

/** How many processes have `mark` in their command line. */
const running = Effect.fnUntraced(function* (mark: string) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const lines = yield* spawner.lines(ChildProcess.make("ps", ["-eo", "stat,args"]))
  return lines.filter((line) => line.includes(mark) && !line.startsWith("Z")).length
})

const until = Effect.fnUntraced(function* <E, R>(condition: Effect.Effect<boolean, E, R>) {
  while (!(yield* condition)) yield* Effect.sleep("20 millis")
})

layer(Live, { excludeTestServices: true })("Ffmpeg", (it) => {
  it.effect("gives what is written to stdout, to the byte", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const bytes = yield* Stream.mkUint8Array(ffmpeg.pipe([...tone(1), ...rawOut]))
      assert.strictEqual(bytes.length, 96_000)
    })
  )

  it.effect("feeds a long input and gives all of it back", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const input = Stream.map(Stream.range(1, 60), () => second)
      const bytes = yield* Stream.mkUint8Array(ffmpeg.pipe([...rawIn, ...rawOut], input))
      assert.strictEqual(bytes.length, 96_000 * 60)
    })
  )

  it.effect("ends well when the child wants no more input", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const input = Stream.map(Stream.range(1, 100_000), () => second)
      const bytes = yield* Stream.mkUint8Array(ffmpeg.pipe([...rawIn, "-t", "2", ...rawOut], input))
      assert.strictEqual(bytes.length, 96_000 * 2)
    })
  )

  it.effect("tells the child's own reason when it stops reading", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const input = Stream.map(Stream.range(1, 1000), () => second)
      const error = yield* ffmpeg
        .pipe([...rawIn, "-c:a", "no_such_coder", ...rawOut], input)
        .pipe(Stream.runDrain, Effect.flip)
      assert.instanceOf(error, FfmpegError)
      assert.isFalse(error.notInstalled)
      assert.include(error.message, "no_such_coder")
    })
  )

  it.effect("fails with the input's own error, a file's included", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const fs = yield* FileSystem.FileSystem
      const broken = Stream.concat(Stream.make(second), Stream.fail(new Broken()))
      assert.instanceOf(yield* ffmpeg.pipe([...rawIn, ...rawOut], broken).pipe(Stream.runDrain, Effect.flip), Broken)
      const missing = Stream.concat(Stream.make(second), fs.stream("/no/such/file"))
      const error = yield* ffmpeg.pipe([...rawIn, ...rawOut], missing).pipe(Stream.runDrain, Effect.flip)
      assert.strictEqual(error._tag, "PlatformError")
    })
  )

  it.effect("kills the child when interrupted, and when no more output is wanted", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const mark = `frequency=${1000 + Math.floor(Math.random() * 1e9)}`
      const endless = ["-re", "-f", "lavfi", "-i", `sine=${mark}:sample_rate=48000`]
      const fiber = yield* Effect.forkChild(ffmpeg.text([...endless, "-f", "null", "-"]))
      yield* until(Effect.map(running(mark), (count) => count === 1))
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* running(mark), 0)
      const first = yield* Stream.runHead(ffmpeg.pipe([...endless, ...rawOut]))
      assert.strictEqual(first._tag, "Some")
      assert.strictEqual(yield* running(mark), 0)
      const logged = yield* Effect.forkChild(ffmpeg.log([...endless, "-f", "null", "-"]))
      yield* until(Effect.map(running(mark), (count) => count === 1))
      yield* Fiber.interrupt(logged)
      assert.strictEqual(yield* running(mark), 0)
    })
  )

  it.effect("says what killed the child", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
      const mark = `frequency=${1000 + Math.floor(Math.random() * 1e9)}`
      const args = ["-re", "-f", "lavfi", "-i", `sine=${mark}`, "-f", "null", "-"]
      const fiber = yield* Effect.forkChild(ffmpeg.text(args))
      yield* until(Effect.map(running(mark), (count) => count === 1))
      const lines = yield* spawner.lines(ChildProcess.make("ps", ["-eo", "pid,args"]))
      const pid = Number.parseInt(lines.find((line) => line.includes(mark)) ?? "", 10)
      process.kill(pid, "SIGKILL")
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(Exit.isFailure(exit))
      const error = yield* Effect.flip(exit)
      assert.match(error.message, /^ffmpeg did not run to its end: .*SIGKILL/)
    })
  )

  it.effect("knows a missing program, a full disk and a forbidden place", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const ffmpeg = yield* Ffmpeg
      const folder = yield* fs.makeTempDirectoryScoped()
      const Missing = Ffmpeg.layerWith({ ffmpeg: "no-such-ffmpeg", ffprobe: "no-such-ffprobe" })
      const missing = yield* Ffmpeg.use((bare) => bare.probe(["-version"])).pipe(Effect.provide(Missing), Effect.flip)
      assert.isTrue(missing.notInstalled)
      assert.include(missing.message, "no-such-ffprobe is not installed")
      const full = yield* Effect.flip(ffmpeg.text(["-y", ...tone(30), "-f", "wav", file("/dev/full")]))
      assert.isTrue(full.diskFull)
      assert.include(full.message, "No space left on device")
      const nowhere = path.join(folder, "no", "where.wav")
      const absent = yield* Effect.flip(ffmpeg.text([...tone(1), file(nowhere)]))
      assert.isFalse(absent.diskFull)
      assert.include(absent.message, "No such file or directory")
    })
  )

  it.effect("takes any file name", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const ffmpeg = yield* Ffmpeg
      const folder = yield* fs.makeTempDirectoryScoped()
      for (const name of [
        "-i.wav",
        "100%d %s.wav",
        'it\'s "so".wav',
        "a\nb.wav",
        "http:x.wav",
        "file:y.wav",
        "a|b,c;d[e].wav",
        "שלום 🎬.wav"
      ]) {
        yield* ffmpeg.text([...tone(0.1), file(path.join(folder, name))])
        assert.isTrue(yield* fs.exists(path.join(folder, name)), name)
        assert.include(yield* ffmpeg.probe(["-show_entries", "format=duration", file(path.join(folder, name))]), "0.1")
      }
    })
  )

  it.effect("gives what filters write", () =>
    Effect.gen(function* () {
      const ffmpeg = yield* Ffmpeg
      const log = yield* ffmpeg.log([...tone(2), "-af", "volumedetect", "-f", "null", "-"])
      assert.match(log, /mean_volume: -2\d\.\d dB/)
    })
  )

  it.effect("does not take a full disk for a success when ffmpeg ends with 0", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const script = `${folder}/ffmpeg`
      yield* fs.writeFileString(script, "#!/bin/sh\necho 'Error closing file: No space left on device' >&2\nexit 0\n")
      yield* fs.chmod(script, 0o755)
      const ffmpeg = yield* Ffmpeg.pipe(
        Effect.provide(Layer.provide(Ffmpeg.layerWith({ ffmpeg: script, ffprobe: script }), NodeServices.layer))
      )
      const error = yield* Effect.flip(ffmpeg.text([]))
      assert.isTrue(error.diskFull)
    }).pipe(Effect.scoped)
  )
})
