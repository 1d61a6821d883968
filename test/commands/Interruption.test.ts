import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import type { ChildProcess } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, type Picture, srt } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const count = 12
const concurrency = 3

/** A film of twelve lines, a voice that takes a moment for each, and the command that dubs it. */
const stage = Effect.fnUntraced(function* (picture: Picture = { size: "64x48", rate: "5" }) {
  const fs = yield* FileSystem.FileSystem
  const cwd = yield* workplace
  const speech = yield* speechEndpoint({ latencyMillis: () => 150 })
  yield* film(`${cwd}/talk.mp4`, { seconds: 40, picture })
  const cues = Array.from({ length: count }, (_, i) => ({
    start: i * 3 + 1,
    end: i * 3 + 3,
    text: `Line number ${i}.`
  }))
  yield* fs.writeFileString(`${cwd}/talk.srt`, srt(cues))
  const args = ["full", "talk.mp4", "--from", "en", "--align", "segment", "-c", String(concurrency)]
  const env = { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: speech.baseUrl }
  return {
    cwd,
    speech,
    run: (
      onStart?: (kill: (signal: NodeJS.Signals) => void) => void,
      more: ReadonlyArray<string> = [],
      onTold?: (text: string, child: ChildProcess) => void
    ) =>
      dubber([...args, ...more], {
        cwd,
        env,
        ...(onStart === undefined ? {} : { onStart }),
        ...(onTold === undefined ? {} : { onTold })
      })
  }
})

/** Sends the signal once so many requests have been answered. */
const after =
  (answers: number, signal: NodeJS.Signals, answered: ReadonlyArray<unknown>) =>
  (kill: (signal: NodeJS.Signals) => void) => {
    const timer = setInterval(() => {
      if (answered.length < answers) return
      clearInterval(timer)
      // Not at the very moment of an answer, whose sound is still on its way to the disk.
      setTimeout(() => kill(signal), 50)
    }, 10)
  }

/** The processes that were started with a name among their arguments. */
const processesNaming = (name: string): ReadonlyArray<string> =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(name)
    } catch {
      return false
    }
  })

/** Everything under a folder, without what a run may leave behind for the next. */
const files = (folder: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(folder, { recursive: true }))

describe("a run that is ended early", () => {
  it.live("by Ctrl-C, keeps what was paid for, exits with 130, and the next asks only for the rest", () =>
    Effect.gen(function* () {
      const { cwd, run, speech } = yield* stage()
      const first = yield* run(after(4, "SIGINT", speech.answered))
      assert.strictEqual(first.code, 130, first.stderr)
      assert.include(first.stderr, "interrupted: what was made is kept")
      const paid = speech.received.length
      assert.isBelow(paid, count)
      const left = yield* files(cwd)
      // What was in flight was let finish: everything that was asked for is there.
      assert.strictEqual(left.filter((name) => name.endsWith(".wav")).length, paid)
      assert.isFalse(left.some((name) => name.includes("out/") && name.endsWith(".mp4")))

      const second = yield* run()
      assert.strictEqual(second.code, 0, second.stderr)
      assert.strictEqual(speech.received.length, count)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("by Ctrl-C twice, ends at once and says that the next run tidies up, which it does", () =>
    Effect.gen(function* () {
      const { cwd, run, speech } = yield* stage()
      const first = yield* run(after(4, "SIGINT", speech.answered), [], (text, child) => {
        if (text.includes("stopping")) child.kill("SIGINT")
      })
      assert.strictEqual(first.code, 130)
      assert.strictEqual(first.stderr.trim().split("\n").at(-1), "dubber: ended at once; the next run tidies up")
      const second = yield* run()
      assert.strictEqual(second.code, 0, second.stderr)
      const left = yield* files(`${cwd}/.work`)
      assert.deepStrictEqual(
        left.filter((name) => /\.dubber-|\.tmp$|\.lock$|(^|\/)tmp(\/|$)/.test(name)),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("by kill -9 at any moment, asks again at most for what was in flight", () =>
    Effect.gen(function* () {
      const { cwd, run, speech } = yield* stage()
      let kills = 0
      for (const answers of [1, 5, 9]) {
        const ran = yield* run(after(answers, "SIGKILL", speech.answered))
        assert.strictEqual(ran.code, "SIGKILL")
        kills++
      }
      const last = yield* run()
      assert.strictEqual(last.code, 0, last.stderr)
      // What was in flight, and an answer whose sound was on its way to the disk.
      assert.isAtMost(speech.received.length, count + kills * (concurrency + 1))
      const left = yield* files(`${cwd}/.work`)
      assert.strictEqual(left.filter((name) => name.endsWith(".wav") && !name.includes("tmp")).length, count)
      assert.deepStrictEqual(
        left.filter((name) => /\.dubber-|\.tmp$|\.lock$/.test(name)),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("by kill -9 while it writes, leaves no ffmpeg behind, and what it left there goes with the next", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { cwd, run } = yield* stage({ size: "160x120", rate: "25" })
      const out = `${cwd}/out`
      const killed = (options: ReadonlyArray<string>) =>
        run((kill) => {
          const timer = setInterval(() => {
            if (!existsSync(out) || !readdirSync(out).some((name) => /^\.dubber-.*\.mp4$/.test(name))) return
            clearInterval(timer)
            kill("SIGKILL")
          }, 2)
        }, options)
      // Drawn on the picture, slowly: what is copied is written in no time.
      const hard = ["--subtitles", "hard"]
      assert.strictEqual((yield* killed(hard)).code, "SIGKILL")
      const left = yield* fs.readDirectory(out)
      assert.strictEqual(left.length, 1)
      assert.match(left[0]!, /^\.dubber-[0-9a-f]{6}-\d+-[0-9a-f]{12}\.mp4$/)
      if (process.platform === "linux") {
        yield* Effect.sleep("300 millis")
        assert.deepStrictEqual(processesNaming(left[0]!), [])
      }
      const clean = yield* dubber(["clean", "talk.mp4"], { cwd })
      assert.match(clean.stdout, /^\d+ files?, \d+\.\d MB removed from \.work\/talk and beside its outputs\.$/m)
      assert.deepStrictEqual(yield* fs.readDirectory(out), [])

      assert.strictEqual((yield* killed(hard)).code, "SIGKILL")
      const last = yield* run()
      assert.strictEqual(last.code, 0, last.stderr)
      assert.deepStrictEqual(yield* fs.readDirectory(out), ["talk.en.mp4"])
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("by nobody reading any more, ends as if interrupted and leaves nothing half done", () =>
    Effect.gen(function* () {
      const { cwd, run, speech } = yield* stage()
      const ran = yield* run(undefined, [], (text, child) => {
        if (text.includes("probe")) child.stderr!.destroy()
      })
      assert.strictEqual(ran.code, 130)
      assert.isBelow(speech.received.length, count)
      const left = yield* files(cwd)
      assert.deepStrictEqual(
        left.filter((name) => /\.dubber-|\.tmp$|\.lock$|\/tmp(\/|$)/.test(name)),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("but not by a terminal that closes and is not its own, as nohup asks", () =>
    Effect.gen(function* () {
      const { run, speech } = yield* stage()
      const ran = yield* run(after(4, "SIGHUP", speech.answered))
      assert.strictEqual(ran.code, 0, ran.stderr)
      assert.strictEqual(speech.received.length, count)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("between stages and while writing, leaves the output that was there as it was", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { cwd, run } = yield* stage()
      const first = yield* run()
      assert.strictEqual(first.code, 0, first.stderr)
      const output = `${cwd}/out/talk.en.mp4`
      const before = yield* fs.readFile(output)
      const subs = `${cwd}/.work/talk/en/subs.srt`
      yield* fs.writeFileString(subs, (yield* fs.readFileString(subs)).replace("Line number 3.", "Another line."))
      const killed = yield* run((kill) => {
        const timer = setInterval(() => {
          // The plan is made: what follows is the mix.
          clearInterval(timer)
          kill("SIGTERM")
        }, 1500)
      })
      assert.include([0, 130], killed.code as number)
      if (killed.code === 130) assert.deepStrictEqual(yield* fs.readFile(output), before)
      const left = yield* fs.readDirectory(`${cwd}/out`)
      assert.deepStrictEqual(left, ["talk.en.mp4"])
      assert.strictEqual((yield* run()).code, 0)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
