import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, layer } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { dubber, workplace } from "../support/Dubber.ts"
import { film, srt } from "../support/Media.ts"
import { speechEndpoint } from "../support/SpeechEndpoint.ts"
import { serve } from "../support/HttpService.ts"

/** A folder with a film, its subtitles, and what is wrong with files. */
class Place extends Context.Service<Place, string>()("test/BadInput/Place") {
  static readonly layer = Layer.effect(
    Place,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      const write = (name: string, content: string | Uint8Array) =>
        fs.writeFile(`${cwd}/${name}`, typeof content === "string" ? new TextEncoder().encode(content) : content)
      yield* film(`${cwd}/talk.mp4`, { seconds: 6 })
      yield* film(`${cwd}/mute.mp4`, { seconds: 2, sounds: [] })
      yield* write("one.srt", srt([{ start: 1, end: 2, text: "Just one line here." }]))
      yield* write(
        "far.srt",
        srt([
          { start: 1, end: 2, text: "In time." },
          { start: 100, end: 102, text: "Far out." }
        ])
      )
      yield* write("prose.srt", "Dear reader,\nthis is no subtitle file.\n")
      yield* write("prose.mp4", "Dear reader, this is no video.\n")
      yield* write("empty.mp4", "")
      const whole = yield* fs.readFile(`${cwd}/talk.mp4`)
      yield* write("cut.mp4", whole.subarray(0, whole.length >> 1))
      yield* write("out-there.mp4", "not ours")
      yield* fs.makeDirectory(`${cwd}/folder.mp4`)
      return cwd
    })
  ).pipe(Layer.provideMerge(Ffmpeg.layer), Layer.provideMerge(NodeServices.layer))
}

interface Case {
  readonly args: ReadonlyArray<string>
  readonly env?: Record<string, string>
  readonly code: number
  /** What the one line on stderr must say. */
  readonly says: ReadonlyArray<string | RegExp>
}

const subs = ["--subs", "one.srt", "--from", "en", "--tts", "espeak"]

const cases: Record<string, Case> = {
  "no such file": { args: ["full", "gone.mp4"], code: 1, says: ["gone.mp4", "no file"] },
  "a folder": { args: ["full", "folder.mp4"], code: 1, says: ["folder.mp4", "folder"] },
  "a text file called .mp4": { args: ["full", "prose.mp4", ...subs], code: 1, says: ["prose.mp4"] },
  "an empty file": { args: ["full", "empty.mp4", ...subs], code: 1, says: ["empty.mp4", "empty"] },
  "a video cut in the middle": { args: ["full", "cut.mp4", ...subs], code: 1, says: ["cut.mp4"] },
  "no sound and no subtitles": { args: ["full", "mute.mp4"], code: 1, says: ["mute.mp4", "--subs"] },
  "no key and no subtitles": { args: ["full", "talk.mp4"], code: 1, says: ["--subs", "OPENAI_API_KEY"] },
  "subtitles that are not there": { args: ["full", "talk.mp4", "--subs", "no.srt"], code: 1, says: ["no.srt"] },
  "subtitles that are none": { args: ["full", "talk.mp4", "--subs", "prose.srt"], code: 1, says: [/prose\.srt:1/] },
  "a language that is none": {
    args: ["full", "talk.mp4", "--to", "klingonese"],
    code: 2,
    says: ["klingonese", "--to"]
  },
  "a language that nobody speaks": {
    args: ["full", "talk.mp4", "--subs", "one.srt", "--from", "bo", "--tts", "espeak"],
    code: 1,
    says: ["Tibetan", "--voice"]
  },
  "a voice that is not there": {
    args: ["full", "talk.mp4", ...subs, "--voice", "nova"],
    code: 2,
    says: ["nova", "OPENAI_API_KEY"]
  },
  "a voice for one speaker that is not there": {
    args: ["full", "talk.mp4", ...subs, "--voice-for", "Ben=nobody"],
    code: 2,
    says: ["nobody", "dubber voices"]
  },
  "translation without a model": {
    args: ["full", "talk.mp4", ...subs, "--to", "es"],
    code: 1,
    says: ["language model", "OPENAI_API_KEY"]
  },
  "concurrency 0": { args: ["full", "talk.mp4", "-c", "0"], code: 2, says: ["--concurrency", "1 to 64"] },
  "concurrency 65": { args: ["full", "talk.mp4", "-c", "65"], code: 2, says: ["--concurrency", "1 to 64"] },
  "concurrency many": { args: ["full", "talk.mp4", "-c", "many"], code: 2, says: ["many", "1 to 64"] },
  "concurrency many, from the environment": {
    args: ["full", "talk.mp4"],
    env: { MAX_CONCURRENT: "many" },
    code: 2,
    says: ["MAX_CONCURRENT", "many", "1 to 64"]
  },
  "a tempo that is no number": {
    args: ["full", "talk.mp4", "--max-tempo", "fast"],
    code: 2,
    says: ['--max-tempo is "fast": it is a number']
  },
  "an unknown flag": { args: ["full", "talk.mp4", "--speed", "2"], code: 2, says: ["--speed", "--help"] },
  "an unknown command": { args: ["dub", "talk.mp4"], code: 2, says: ["dub"] },
  "a file that begins with a dash": {
    args: ["full", "-dash.mp4"],
    code: 2,
    says: ["-dash.mp4 is read as flags: write ./-dash.mp4"]
  },
  "no video": { args: ["full"], code: 2, says: ["VIDEO"] },
  "an audio track that is not there": {
    args: ["full", "talk.mp4", "--audio-track", "3"],
    code: 2,
    says: ["audio track 3", "1 ("]
  },
  "an output of somebody else's": {
    args: ["full", "talk.mp4", ...subs, "-o", "out-there.mp4"],
    code: 1,
    says: ["out-there.mp4", "--force"]
  },
  "the video itself as output": {
    args: ["full", "talk.mp4", ...subs, "-o", "./talk.mp4"],
    code: 2,
    says: ["the video itself"]
  },
  "an output that no player would know": {
    args: ["full", "talk.mp4", ...subs, "-o", "talk.xyz"],
    code: 2,
    says: ["talk.xyz", "no .xyz files", ".mp4", ".avi"]
  },
  "an output without an ending": {
    args: ["full", "talk.mp4", ...subs, "-o", "talk"],
    code: 2,
    says: ["talk has no ending", ".mkv"]
  },
  "a budget that is no sum": {
    args: ["full", "talk.mp4", "--budget", "free"],
    code: 2,
    says: ['--budget is "free"', "--budget 2.50", "--tts espeak"]
  },
  "a flag of another command": { args: ["synth", "talk.mp4", "--script", "one.srt"], code: 2, says: ["full and prep"] },
  "a language by another name": { args: ["full", "talk.mp4", "--language", "es"], code: 2, says: ["--to", "--from"] },
  "an output whose name is too long, before there is anything to write": {
    args: ["full", "talk.mp4", "--subs", "one.srt", "--from", "bo", "--tts", "espeak", "-o", `${"x".repeat(300)}.mp4`],
    code: 1,
    says: ["xxx.mp4 is too long for this disk"]
  },
  "an output that cannot hold the picture": {
    args: ["full", "talk.mp4", ...subs, "-o", "talk.webm"],
    code: 2,
    says: [".webm", "h264"]
  },
  "a music bed that is not there": {
    args: ["full", "talk.mp4", ...subs, "--background", "bed.mp3"],
    code: 1,
    says: ["bed.mp3"]
  },
  "a music bed without sound": {
    args: ["full", "talk.mp4", ...subs, "--background", "mute.mp4"],
    code: 1,
    says: ["no sound in mute.mp4", "--background"]
  },
  "a music bed that is words": {
    args: ["full", "talk.mp4", ...subs, "--background", "prose.srt"],
    code: 1,
    says: ["prose.srt is not a video or sound file"]
  },
  "an empty voice": {
    args: ["full", "talk.mp4", ...subs, "--voice", ""],
    code: 2,
    says: ["--voice is empty", "dubber voices"]
  },
  "a range of no length": { args: ["full", "talk.mp4", "--range", "5-5"], code: 2, says: ["begins and ends at 0:05"] },
  "a log level that is none": {
    args: ["full", "talk.mp4"],
    env: { DUBBER_LOG_LEVEL: "loud" },
    code: 2,
    says: ['DUBBER_LOG_LEVEL is "loud"', "debug"]
  },
  "a file as workdir": {
    args: ["full", "talk.mp4", ...subs, "--workdir", "one.srt"],
    code: 1,
    says: ["one.srt is a file, not a folder"]
  },
  "a text that begins with a dash": {
    args: ["say", "-5 degrees"],
    code: 2,
    says: ['"-5 degrees" is read as flags', "after --"]
  },
  "nothing prepared": { args: ["synth", "talk.mp4", "--workdir", "w-empty"], code: 1, says: ["prep"] },
  "no key for a service": {
    args: ["full", "talk.mp4", "--tts", "elevenlabs", ...subs.slice(0, 4)],
    code: 2,
    says: ["ELEVENLABS_API_KEY"]
  }
}

/** What is no video. */
const unread = new Set(["gone.mp4", "folder.mp4", "prose.mp4", "empty.mp4"])

layer(Place.layer, { excludeTestServices: true })("bad input", (it) => {
  describe.concurrent("gets a clear line", () => {
    // Asked again and again: the longest of them.
    it.effect("when nobody answers: where it asked", () =>
      Effect.gen(function* () {
        const cwd = yield* Place
        const { url } = yield* Effect.scoped(serve(() => ({})))
        const args = ["full", "talk.mp4", "--subs", "one.srt", "--from", "en", "--workdir", "nobody"]
        const ran = yield* dubber(args, { cwd, env: { OPENAI_API_KEY: "sk-x", OPENAI_BASE_URL: `${url}/v1` } })
        assert.strictEqual(ran.code, 1)
        assert.include(ran.stderr, url.slice("http://".length))
      })
    )

    for (const [name, { args, code, env, says }] of Object.entries(cases)) {
      it.effect(name, () =>
        Effect.gen(function* () {
          const cwd = yield* Place
          const workdir = args.includes("--workdir") ? [] : ["--workdir", `.work/${name.replaceAll(/\W/g, "-")}`]
          const takes = ["full", "synth", "prep"].includes(args[0]!) ? workdir : []
          const ran = yield* dubber([...args, ...takes], { cwd, ...(env === undefined ? {} : { env }) })
          assert.strictEqual(ran.code, code, ran.stderr)
          assert.strictEqual(ran.stdout, "")
          const last =
            ran.stderr
              .trim()
              .split("\n")
              .findLast((line) => line.startsWith("dubber:")) ?? ran.stderr
          for (const part of says) {
            if (typeof part === "string") assert.include(last, part)
            else assert.match(last, part)
          }
          assert.isBelow(last.length, 330, last)
          assert.notMatch(ran.stderr, /\n\s+at /)
          // Nothing was begun: nothing is left.
          const fs = yield* FileSystem.FileSystem
          if (unread.has(args[1]!)) assert.isFalse(yield* fs.exists(`${cwd}/${workdir[1]!}`))
        })
      )
    }
  })

  it.effect("reads a .env as Windows saves it, takes no folder for one, and tells all of it in JSON where asked", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const place = yield* Place
      const cwd = `${place}/windows`
      yield* fs.makeDirectory(cwd)
      const line = "\ufeffMAX_CONCURRENT=many\r\n"
      yield* fs.writeFile(`${cwd}/.env`, Buffer.from(line, "utf16le"))
      const marked = yield* dubber(["full", "../talk.mp4"], { cwd })
      assert.include(marked.stderr, 'MAX_CONCURRENT is "many"')
      yield* fs.writeFile(`${cwd}/.env`, Uint8Array.of(1, 0, 2, 255, 0))
      const binary = yield* dubber(["full", "../talk.mp4"], { cwd })
      assert.strictEqual(binary.code, 2)
      assert.include(binary.stderr, "dubber: What is in .env is no text.")
      yield* fs.remove(`${cwd}/.env`)
      yield* fs.makeDirectory(`${cwd}/.env`)
      const wrong = yield* dubber(["full", "gone.mp4", "--log-format", "json"], { cwd })
      assert.include((JSON.parse(wrong.stderr) as { message: string }).message, "There is no file gone.mp4")
      const usage = yield* dubber(["full", "--speed", "--log-format", "json"], { cwd })
      assert.strictEqual(usage.code, 2)
      for (const told of usage.stderr.trim().split("\n")) assert.strictEqual(JSON.parse(told).level, "ERROR")
    })
  )

  it.effect("says that lines past the end are not spoken, and speaks the others", () =>
    Effect.gen(function* () {
      const cwd = yield* Place
      const args = [
        "full",
        "talk.mp4",
        "--subs",
        "far.srt",
        "--from",
        "en",
        "--tts",
        "espeak",
        "--workdir",
        "far",
        "-o",
        "far.mp4"
      ]
      const ran = yield* dubber(args, { cwd, env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" } })
      assert.strictEqual(ran.code, 3, ran.stderr)
      assert.include(ran.stderr, "after the end of the video")
      // A collector that is not there fails nothing, and is told once.
      assert.strictEqual(ran.stderr.split("! No traces could be sent to http://127.0.0.1:9\n").length, 2)
    })
  )

  it.effect("says that a key was refused, without the key, after few requests", () =>
    Effect.gen(function* () {
      const cwd = yield* Place
      const speech = yield* speechEndpoint({ fault: () => "401" })
      const ran = yield* dubber(["full", "talk.mp4", "--subs", "far.srt", "--from", "en", "--workdir", "refused"], {
        cwd,
        env: { OPENAI_API_KEY: "sk-wrong-key-123456", OPENAI_BASE_URL: speech.baseUrl }
      })
      assert.strictEqual(ran.code, 1)
      const where = `openai at ${speech.baseUrl} (OPENAI_BASE_URL): the key was refused (401): see OPENAI_API_KEY.`
      assert.include(ran.stderr, where)
      assert.notInclude(ran.stderr, "sk-wrong")
      assert.isAtMost(speech.received.length, 2)

      // Each service names its own variable; what is secret in an address is not shown.
      const address = speech.baseUrl.replace("http://", "http://me:p@ss@")
      const own = yield* dubber(["full", "talk.mp4", "--subs", "far.srt", "--from", "en", "--workdir", "refused"], {
        cwd,
        env: { DUBBER_TTS_BASE_URL: address }
      })
      assert.match(own.stderr, /\/v1 \(DUBBER_TTS_BASE_URL\): the key was refused \(401\): set DUBBER_TTS_API_KEY\./)
      assert.notMatch(own.stderr, /p@ss|me:/)
    }).pipe(Effect.scoped)
  )

  it.effect("says that an address is none before anything is done", () =>
    Effect.gen(function* () {
      const cwd = yield* Place
      const args = ["full", "talk.mp4", "--subs", "one.srt", "--from", "en", "--workdir", "bare"]
      const bare = yield* dubber(args, { cwd, env: { OPENAI_BASE_URL: "me:secret@localhost:8880" } })
      assert.strictEqual(bare.code, 2)
      assert.strictEqual(
        bare.stderr,
        'dubber: OPENAI_BASE_URL is "localhost:8880": an address must begin with http:// or https://. Write it as in OPENAI_BASE_URL=http://localhost:8880.\n'
      )
      const other = yield* dubber(args, { cwd, env: { DUBBER_TTS_BASE_URL: "ftp://localhost" } })
      assert.match(other.stderr, /^dubber: DUBBER_TTS_BASE_URL is "ftp:\/\/localhost": an address must begin with http/)
    })
  )

  it.effect("says that a model does not exist", () =>
    Effect.gen(function* () {
      const cwd = yield* Place
      const service = yield* serve(() => ({
        status: 404,
        body: { error: { message: "The model `no-such-voice` does not exist", code: "model_not_found" } }
      }))
      const args = [
        "full",
        "talk.mp4",
        "--subs",
        "one.srt",
        "--from",
        "en",
        "--tts-model",
        "no-such-voice",
        "--workdir",
        "model"
      ]
      const ran = yield* dubber(args, { cwd, env: { DUBBER_TTS_BASE_URL: `${service.url}/v1` } })
      assert.strictEqual(ran.code, 1)
      assert.include(ran.stderr, "no-such-voice")
      assert.strictEqual(service.received.length, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("refuses a folder that may not be written to before anything is paid for", () =>
    Effect.gen(function* () {
      const cwd = yield* Place
      const speech = yield* speechEndpoint()
      // /proc is read-only for everybody, root included.
      const args = ["full", "talk.mp4", "--subs", "one.srt", "--from", "en", "--workdir", "ro", "-o", "/proc/dub.mp4"]
      const ran = yield* dubber(args, { cwd, env: { OPENAI_API_KEY: "k", OPENAI_BASE_URL: speech.baseUrl } })
      assert.strictEqual(ran.code, 1)
      assert.include(ran.stderr, "/proc")
      const other = yield* dubber([...args.slice(0, 6), "--workdir", "/sys/dub"], { cwd })
      assert.match(other.stderr, /^dubber: \/sys\/dub (may not|could not) be written/)
      assert.strictEqual(speech.received.length, 0)
    }).pipe(Effect.scoped)
  )

  it.effect("takes any file name as it is", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* Place
      for (const name of ["-a 'b' \"c\" $(d) 100%d:e;f.mp4", "new\nline 🎬 فيديو.mp4"]) {
        yield* fs.copyFile(`${cwd}/talk.mp4`, `${cwd}/${name}`)
        const ran = yield* dubber(["full", ...subs, "--", name], { cwd })
        assert.strictEqual(ran.code, 0, `${JSON.stringify(name)}: ${ran.stderr}`)
        assert.isTrue(yield* fs.exists(`${cwd}/out/${name.slice(0, -4)}.en.mp4`), name)
      }
    })
  )
})
