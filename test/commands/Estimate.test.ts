import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { existsSync, readdirSync } from "node:fs"
import { setTimeout } from "node:timers/promises"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film } from "../support/Media.ts"
import { transcriptionEndpoint, verboseJson } from "../support/TranscriptionEndpoint.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

/** Sixteen minutes: two pieces where two requests are under way at once. */
const seconds = 960
const spoken = "The garden is green and very quiet."
const words = spoken.split(" ").map((text, i) => ({ text, start: 1 + i * 0.3, end: 1.28 + i * 0.3 }))

const keptIn = (folder: string): ReadonlyArray<string> =>
  (existsSync(folder) ? readdirSync(folder) : []).filter((name) => /^[0-9a-f]{40}\.json$/.test(name))

const untilKept = (folder: string): Promise<void> =>
  keptIn(folder).length > 0 ? Promise.resolve() : setTimeout(20).then(() => untilKept(folder))

describe("dubber estimate", () => {
  it.live("counts no piece of a transcription that is kept, as long as it would be cut and sent in the same way", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const heard = [1, 250, 481, 700].map((at) => ({ at, words: spoken, level: 0.8 }))
      yield* film(`${cwd}/talk.mp4`, { seconds, picture: { size: "64x48", rate: "1" }, sounds: [{ seconds, heard }] })
      const folder = `${cwd}/.work/talk/transcriptions`
      let isBroken = true
      // Of the two pieces the one that comes second is refused when the other one is kept.
      const stt = yield* transcriptionEndpoint(async ({ received }) => {
        if (!isBroken || received.index === 0) return { body: verboseJson(words) }
        await untilKept(folder)
        return { status: 400, body: { error: { message: "this sound is broken" } } }
      })
      const env = { DUBBER_STT_BASE_URL: stt.baseUrl }
      const run = (command: string, ...more: ReadonlyArray<string>) =>
        dubber([command, "talk.mp4", ...(more.includes("--from") ? [] : ["--from", "en"]), ...more], { cwd, env })
      const transcription = (...more: ReadonlyArray<string>) =>
        Effect.map(run("estimate", "--json", ...more), ({ stderr, stdout }) => {
          assert.notStrictEqual(stdout, "", stderr)
          return JSON.parse(stdout).transcription
        })
      const two = ["--concurrency", "2"]

      const before = yield* transcription(...two)
      assert.deepInclude(before, { requests: 2, minutes: 16, keptMinutes: 0 })
      const failed = yield* run("prep", ...two)
      assert.include(failed.stderr, "this sound is broken")
      assert.strictEqual(stt.forms.length, 2)

      const after = yield* transcription(...two)
      assert.strictEqual(after.requests, 1)
      assert.approximately(after.minutes, 8, 3)
      assert.approximately(after.minutes + after.keptMinutes, 16, 0.01)
      assert.include(
        (yield* run("estimate", ...two)).stdout,
        `${after.minutes.toFixed(1)} min (${after.keptMinutes.toFixed(1)} min more are kept from before)`
      )
      // Cut otherwise, or asked in another language, nothing of it is of use.
      assert.deepInclude(yield* transcription("--concurrency", "3"), { requests: 3, keptMinutes: 0 })
      assert.deepInclude(yield* transcription(...two, "--from", "fr"), { requests: 2, keptMinutes: 0 })
      assert.deepInclude(yield* transcription(...two, "--stt-model", "other"), { keptMinutes: 0 })

      isBroken = false
      const prepared = yield* run("prep", ...two)
      assert.strictEqual(prepared.code, 0, prepared.stderr)
      assert.strictEqual(stt.forms.length, 3)
      assert.isNull(yield* transcription(...two))
      yield* fs.remove(`${cwd}/.work/talk/transcription.json`)
      assert.deepInclude(yield* transcription(...two), { requests: 0, minutes: 0, usd: 0 })

      // Files of older versions do not say what they are of: they are used, and not counted.
      for (const name of keptIn(folder)) {
        const { of: _, ...old } = JSON.parse(yield* fs.readFileString(`${folder}/${name}`))
        yield* fs.writeFileString(`${folder}/${name}`, JSON.stringify(old))
      }
      assert.deepInclude(yield* transcription(...two), { requests: 2, keptMinutes: 0 })
      assert.strictEqual((yield* run("prep", ...two)).code, 0)
      assert.strictEqual(stt.forms.length, 3)
    }).pipe(Effect.scoped, Effect.provide(services))
  )
})
