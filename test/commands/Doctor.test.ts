import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { fileURLToPath } from "node:url"
import { findingLines, verdict } from "../../src/commands/doctoring.ts"
import { lookOf } from "../../src/commands/Terminal.ts"
import type { Finding } from "../../src/dub/Doctor/Finding.ts"
import { diskFinding } from "../../src/dub/Doctor/Machine.ts"
import { lacking } from "../../src/dub/Doctor/Programs.ts"
import { serviceFindings } from "../../src/dub/Doctor/Services.ts"
import { FreeBytes } from "../../src/dub/DiskSpace.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { namesIn, requirements } from "../../src/media/Requirements.ts"
import { dubber, type Ran, workplace } from "../support/Dubber.ts"
import { serve } from "../support/HttpService.ts"

const services = Ffmpeg.layer.pipe(Layer.provideMerge(NodeServices.layer))

const of = (status: Finding["status"], subject: string): Finding => ({ subject, status, detail: "" })
const findingsOf = (ran: Ran) => JSON.parse(ran.stdout) as ReadonlyArray<Finding>
const about = (findings: ReadonlyArray<Finding>, subject: string) => findings.filter((one) => one.subject === subject)

/** A list as ffmpeg prints it, of all that is used but for some. */
const listOf = (kind: "filter" | "encoder", ...without: ReadonlyArray<string>) =>
  requirements
    .filter((one) => one.kind === kind && !without.includes(one.name))
    .map(({ name }) => ` A..... ${name}    something`)
    .join("\n")

describe("dubber doctor", () => {
  it.live("asks each service once, and tells what a key, a model, a voice and a limit are like", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const server = yield* serve(({ headers, path }) => {
        if (headers["authorization"] !== "Bearer right") return { status: 401, body: {} }
        if (path === "/v1/audio/voices") return { body: { voices: ["af_bella"] } }
        return {
          body: { data: [{ id: "kokoro" }, { id: "whisper-1" }, { id: "gpt-6-luna" }] },
          headers: { "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499" }
        }
      })
      const env = {
        DUBBER_TTS_BASE_URL: `${server.url}/v1`,
        DUBBER_TTS_API_KEY: "right",
        DUBBER_VOICE: "af_nobody",
        DUBBER_STT_BASE_URL: `${server.url}/v1`,
        DUBBER_STT_API_KEY: "wrong",
        DUBBER_LLM_BASE_URL: "http://127.0.0.1:9"
      }
      const ran = yield* dubber(["doctor", "--json", "--to", "es"], { cwd, env })
      assert.strictEqual(ran.code, 1)
      assert.match(
        ran.stderr,
        /^dubber: speech, transcription, translation: not as it should be\. What to do stands above\.\n$/
      )
      const findings = findingsOf(ran)
      const [speech, ...wrong] = about(findings, "speech")
      assert.match(
        speech!.detail,
        /^openai gpt-4o-mini-tts, voice af_nobody at http:\S+; 500 requests a minute, 499 left$/
      )
      assert.deepStrictEqual(
        wrong.map(({ detail, mend, status }) => [status, detail.replace(server.url, ""), mend]),
        [
          [
            "warning",
            'there is no model "gpt-4o-mini-tts" at /v1; it has gpt-6-luna, kokoro, whisper-1',
            "Name another with --tts-model (env DUBBER_TTS_MODEL)."
          ],
          ["broken", 'there is no voice "af_nobody", which is set', "dubber voices --tts openai"]
        ]
      )
      assert.deepInclude(about(findings, "transcription")[0], {
        status: "broken",
        mend: "Set DUBBER_STT_API_KEY to a key that works."
      })
      assert.match(about(findings, "translation")[0]!.detail, /^nobody answers at http:\/\/127\.0\.0\.1:9$/)
      assert.deepStrictEqual(server.received.map(({ path }) => path).toSorted(), [
        "/v1/audio/voices",
        "/v1/models",
        "/v1/models"
      ])
      assert.notInclude(ran.stdout + ran.stderr, 'right"')
      // Everything else is in order on a machine that runs the tests.
      for (const subject of ["node", "ffmpeg", "ffprobe", "espeak-ng", "disk", "fonts"]) {
        assert.isTrue(
          about(findings, subject).every(({ status }) => status === "ok"),
          JSON.stringify(about(findings, subject))
        )
      }
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("says that what is asked for cannot be, for want of a key", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const ran = yield* dubber(["doctor", "--json"], { cwd, env: { DUBBER_TTS: "openai", DUBBER_STT: "elevenlabs" } })
      assert.strictEqual(ran.code, 1)
      const broken = findingsOf(ran).filter(({ status }) => status === "broken")
      assert.deepStrictEqual(
        broken.map(({ detail, subject }) => [subject, detail]),
        [
          ["speech", "DUBBER_TTS is openai, but OPENAI_API_KEY is not set"],
          ["transcription", "DUBBER_STT is elevenlabs, but ELEVENLABS_API_KEY is not set"]
        ]
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("warns where something else answers than the service: a web page, or nothing without /v1", () =>
    Effect.gen(function* () {
      const server = yield* serve(({ path }) =>
        path.startsWith("/page")
          ? { body: "<html>Welcome</html>", headers: { "content-type": "text/html" } }
          : { status: 404, body: { detail: "Not Found" } }
      )
      const asked = (service: string, path: string) =>
        Effect.map(
          serviceFindings(
            {
              subject: "speech",
              service,
              endpoint: { baseUrl: `${server.url}${path}`, apiKey: undefined },
              model: "kokoro",
              modelFlag: "--tts-model",
              keyName: "DUBBER_TTS_API_KEY"
            },
            { offline: false, voices: undefined }
          ),
          ([first]) => [first!.status, first!.mend]
        )
      const mend = "Look at the address: most end in /v1."
      assert.deepStrictEqual(yield* asked("openai", "/page/v1"), ["warning", mend])
      assert.deepStrictEqual(yield* asked("openai", ""), ["warning", mend])
      // A server that speaks alone need not list its models, and that of whisper.cpp has none.
      assert.deepStrictEqual(yield* asked("openai", "/v1"), ["ok", undefined])
      assert.deepStrictEqual(yield* asked("whisper-cpp", ""), ["ok", undefined])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(services, FetchHttpClient.layer)))
  )

  it.live("says where an address sends on to, without what may be secret there, and whose key is refused", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const server = yield* serve(({ path }) =>
        path === "/v1/models"
          ? { status: 307, body: "", headers: { location: "https://name:word@voices.example/v2/models?key=sk-secret" } }
          : { status: 401, body: {} }
      )
      const env = {
        OPENAI_BASE_URL: `${server.url}/v1`,
        DUBBER_TTS_API_KEY: "own",
        DUBBER_STT_BASE_URL: `${server.url}/v3`
      }
      const ran = yield* dubber(["doctor", "--json"], { cwd, env })
      assert.deepInclude(about(findingsOf(ran), "speech")[0], {
        status: "warning",
        detail: `${server.url}/v1 sends on to https://voices.example/v2`,
        mend: "Name the address that it sends on to."
      })
      assert.deepInclude(about(findingsOf(ran), "transcription")[0], {
        mend: "Set DUBBER_STT_API_KEY to a key that works."
      })
      const refused = yield* dubber(["doctor", "--json"], { cwd, env: { ...env, OPENAI_BASE_URL: server.url } })
      assert.deepInclude(about(findingsOf(refused), "speech")[0], {
        mend: "Set DUBBER_TTS_API_KEY to a key that works."
      })
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.live("tries each key that is set, and warns of one that is refused and not used", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const server = yield* serve(({ headers, path }) =>
        headers["authorization"] !== "Bearer right"
          ? { status: 401, body: {} }
          : { body: path === "/v1/audio/voices" ? { voices: ["onyx"] } : { data: [] } }
      )
      const env = {
        OPENAI_API_KEY: "right",
        OPENAI_BASE_URL: `${server.url}/v1`,
        ELEVENLABS_API_KEY: "expired",
        ELEVENLABS_BASE_URL: `${server.url}/eleven`
      }
      const ran = yield* dubber(["doctor", "--json"], { cwd, env })
      assert.strictEqual(ran.code, 0, ran.stderr)
      assert.deepStrictEqual(about(findingsOf(ran), "other key"), [
        {
          subject: "other key",
          status: "warning",
          detail: `${server.url}/eleven refuses the key (401); ELEVENLABS_API_KEY is set, and not used`,
          mend: "Set ELEVENLABS_API_KEY to a key that works."
        }
      ])
      assert.deepStrictEqual(
        server.received.filter(({ path }) => path.startsWith("/eleven")).map(({ path }) => path),
        ["/eleven/v1/models"]
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it("says that it works, and how well", () => {
    const ok = of("ok", "node")
    assert.strictEqual(verdict([ok], false), "Everything works.")
    assert.strictEqual(verdict([ok, of("warning", "disk"), of("warning", "speech")], false), "Works, with 2 warnings.")
    assert.strictEqual(
      verdict([ok, of("warning", "disk"), of("absent", "fonts")], true),
      "Works, with 1 warning, as far as can be told offline. Not there: fonts."
    )
  })

  it.live("asks nobody when it is offline, and shows no key", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const env = { OPENAI_BASE_URL: "http://127.0.0.1:9/v1", OPENAI_API_KEY: "secret", DUBBER_TTS_MODEL: "kokoro" }
      const ran = yield* dubber(["doctor", "--offline"], { cwd, env })
      assert.strictEqual(ran.code, 0, ran.stderr)
      assert.match(ran.stdout, /speech +openai kokoro at http:\/\/127\.0\.0\.1:9\/v1, not asked \(--offline\)/)
      assert.notInclude(ran.stdout, "secret")
      for (const line of ran.stdout.trimEnd().split("\n")) assert.isAtMost(line.length, 80, line)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.effect("says how long a model stays, what to use when it is near its end, and that it is gone", () =>
    Effect.gen(function* () {
      const one = {
        subject: "speech",
        service: "openai",
        endpoint: { baseUrl: "https://api.openai.com/v1", apiKey: undefined },
        model: "tts-1",
        modelFlag: "--tts-model",
        keyName: "OPENAI_API_KEY"
      }
      const on = (day: string) =>
        Effect.andThen(
          TestClock.setTime(Date.parse(day)),
          Effect.map(serviceFindings(one, { offline: true, voices: undefined }), ([first, ...rest]) => {
            assert.include(first!.detail, "until 2027-01-06")
            return rest.map(({ detail, mend, status }) => [status, detail, mend])
          })
        )
      const mend = "Use --tts realtime (gpt-realtime-2.1-mini) instead."
      assert.deepStrictEqual(yield* on("2026-10-01"), [])
      assert.deepStrictEqual(yield* on("2026-12-27"), [
        ["warning", "The model tts-1 is shut down on 2027-01-06 (in 10 days)", mend]
      ])
      assert.deepStrictEqual(yield* on("2027-02-01"), [["broken", "The model tts-1 was shut down on 2027-01-06", mend]])
    }).pipe(Effect.provide(FetchHttpClient.layer))
  )

  it.live("knows every filter and encoder that the sources name, and finds them all in this ffmpeg", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const ffmpeg = yield* Ffmpeg
      const lists = { filters: yield* ffmpeg.text(["-filters"]), encoders: yield* ffmpeg.text(["-encoders"]) }
      assert.deepStrictEqual(lacking(lists), [])

      const root = fileURLToPath(new URL("../../src", import.meta.url))
      const names = (yield* fs.readDirectory(root, { recursive: true })).filter((name) => name.endsWith(".ts"))
      const texts = yield* Effect.forEach(names, (name) =>
        name.endsWith("Requirements.ts") ? Effect.succeed("") : fs.readFileString(`${root}/${name}`)
      )
      const sources = texts.filter((text) => /-vf|-af|-filter|aformat=|aresample=|-c:a|-c:v/.test(text)).join("\n")
      const known = new Set(requirements.map(({ name }) => name))
      // A name of ffmpeg's in a string, where options begin or a list goes on.
      const filters = [...namesIn(lists.filters)].filter((name) =>
        new RegExp(`["'\`,\\]}]${name}(=[\\w$-]+[=:,\`"'?]|=\\$\\{)`).test(sources)
      )
      const encoders = [...namesIn(lists.encoders)].filter(
        (name) => name.startsWith("lib") && sources.includes(`"${name}"`)
      )
      assert.includeMembers(filters, ["aresample", "fps", "concat", "ass"])
      assert.includeMembers(encoders, ["libx264", "libopus"])
      assert.deepStrictEqual(
        [...filters, ...encoders].filter((name) => !known.has(name)),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it.effect("says what a build of ffmpeg lacks, what does not work without it, and whether nothing does", () =>
    Effect.sync(() => {
      const found = lacking({ filters: listOf("filter", "ass", "aresample"), encoders: listOf("encoder", "libx264") })
      assert.deepStrictEqual(
        found.map(({ detail, status }) => [status, detail.slice(0, 40)]),
        [
          ["broken", 'its filter "aresample" is missing: readi'],
          ["warning", 'its filter "ass" is missing: hard subtit'],
          ["warning", 'its encoder "libx264" is missing: hard s']
        ]
      )
    })
  )

  it.effect("looks at the disk of the folder that will be, and says when it is nearly full", () =>
    Effect.gen(function* () {
      const cwd = yield* workplace
      const withFree = (bytes: number) =>
        diskFinding(`${cwd}/not/there/yet`, "work").pipe(Effect.provideService(FreeBytes, () => Effect.succeed(bytes)))
      assert.deepStrictEqual(
        [yield* withFree(1e12), yield* withFree(2e9), yield* withFree(1e8)].map(({ status }) => status),
        ["ok", "warning", "broken"]
      )
      assert.match((yield* withFree(2.34e9)).detail, /^2\.3 GB free for /)
    }).pipe(Effect.scoped, Effect.provide(services))
  )

  it("is no wider than the terminal, with each mend below what it mends", () => {
    const findings: ReadonlyArray<Finding> = [
      { subject: "node", status: "ok", detail: "24.0.0" },
      {
        subject: "speech",
        status: "broken",
        detail: "https://an.address.that.is.longer/than/the/line/can/be refuses the key (401)",
        mend: "Set OPENAI_API_KEY to a key that works."
      }
    ]
    const options = { columns: 40, hasUnicode: false, look: lookOf({ hasColours: false, hasUnicode: false }) }
    assert.deepStrictEqual(findingLines(findings, options), [
      "+ node    24.0.0",
      "x speech  https://an.address.that.is.longer/than/the/line/can/be",
      "          refuses the key (401)",
      "          > Set OPENAI_API_KEY to a key",
      "          that works."
    ])
  })
})
