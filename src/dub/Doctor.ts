import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import { Ffmpeg } from "../media/Ffmpeg.ts"
import type { Endpoint } from "../requests/Endpoint.ts"
import * as Endpoints from "../requests/Endpoint.ts"

/** One thing that was looked at. `needed`: without it no video is dubbed at all. */
export interface Finding {
  readonly subject: string
  readonly status: "ok" | "missing" | "absent"
  readonly needed: boolean
  readonly detail: string
  readonly mend?: string
}

const installFfmpeg = "Install it: apt-get install ffmpeg, dnf install ffmpeg, or brew install ffmpeg."

const has = (list: string, name: string): boolean => new RegExp(`^\\s*[A-Z.|]+\\s+${name}\\s`, "m").test(list)

const part = (list: string, name: string, purpose: string, needed: boolean): Finding =>
  has(list, name)
    ? { subject: `ffmpeg ${name}`, status: "ok", needed, detail: purpose }
    : {
        subject: `ffmpeg ${name}`,
        status: "missing",
        needed,
        detail: `${purpose} will not work`,
        mend: "Install a full build of ffmpeg."
      }

const ffmpegFindings = Effect.gen(function* () {
  const ffmpeg = yield* Ffmpeg
  const version = yield* Effect.exit(ffmpeg.text(["-version"]))
  if (Exit.isFailure(version)) {
    return [
      { subject: "ffmpeg", status: "missing", needed: true, detail: "not installed", mend: installFfmpeg }
    ] satisfies ReadonlyArray<Finding>
  }
  const probe = yield* Effect.exit(ffmpeg.probe(["-version"]))
  const encoders = yield* ffmpeg.text(["-encoders"]).pipe(Effect.orElseSucceed(() => ""))
  const filters = yield* ffmpeg.text(["-filters"]).pipe(Effect.orElseSucceed(() => ""))
  const name = version.value.split("\n")[0]?.split(" Copyright")[0] ?? "ffmpeg"
  return [
    { subject: "ffmpeg", status: "ok", needed: true, detail: name },
    Exit.isSuccess(probe)
      ? { subject: "ffprobe", status: "ok", needed: true, detail: "found" }
      : { subject: "ffprobe", status: "missing", needed: true, detail: "not installed", mend: installFfmpeg },
    part(encoders, "aac", "sound of mp4, mov and mkv", true),
    part(encoders, "libopus", "sound of webm", false),
    part(encoders, "libmp3lame", "mp3 output and uploads", false),
    part(encoders, "libx264", "hard subtitles", false),
    part(filters, "subtitles", "hard subtitles", false)
  ] satisfies ReadonlyArray<Finding>
})

const espeakFinding = Effect.gen(function* () {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const version = yield* spawner.string(ChildProcess.make("espeak-ng", ["--version"])).pipe(Effect.option)
  return Option.isSome(version)
    ? { subject: "espeak-ng", status: "ok", needed: false, detail: version.value.trim().split("  ")[0]! }
    : {
        subject: "espeak-ng",
        status: "absent",
        needed: false,
        detail: "no voice without a key",
        mend: "Install it: apt-get install espeak-ng, dnf install espeak-ng, or brew install espeak-ng."
      }
}).pipe(Effect.map((finding): Finding => finding as Finding))

const nodeFinding = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > 22 || (major === 22 && minor >= 19)
    ? { subject: "node", status: "ok", needed: true, detail: version }
    : {
        subject: "node",
        status: "missing",
        needed: true,
        detail: `${version} is too old`,
        mend: "Install Node 22.19 or newer."
      }
}

const reach = Effect.fnUntraced(function* (
  subject: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  offline: boolean,
  keyName: string
) {
  if (offline)
    return { subject, status: "ok", needed: false, detail: `${url}, not asked (--offline)` } satisfies Finding
  const client = yield* HttpClient.HttpClient
  const answer = yield* client
    .execute(HttpClientRequest.get(url).pipe(HttpClientRequest.setHeaders(headers)))
    .pipe(Effect.timeout("10 seconds"), Effect.exit)
  if (Exit.isFailure(answer)) {
    return {
      subject,
      status: "missing",
      needed: false,
      detail: `nobody answers at ${url}`,
      mend: "Start the server, mend the address (most end in /v1), or check the connection to the internet."
    } satisfies Finding
  }
  const { status } = answer.value
  if (status === 401 || status === 403) {
    const mend = `Set ${keyName} to a key that works.`
    return {
      subject,
      status: "missing",
      needed: false,
      detail: `the key was refused (${status})`,
      mend
    } satisfies Finding
  }
  return { subject, status: "ok", needed: false, detail: `${url} answers (${status})` } satisfies Finding
})

const bearer = (endpoint: Endpoint): Record<string, string> =>
  endpoint.apiKey === undefined ? {} : { authorization: `Bearer ${Redacted.value(endpoint.apiKey)}` }

const endpointFinding = Effect.fnUntraced(function* (
  service: "TTS" | "STT" | "LLM",
  purpose: string,
  offline: boolean
) {
  const endpoint = yield* Endpoints.openAiCompatible(service)
  if (Option.isNone(endpoint)) {
    return {
      subject: purpose,
      status: "absent",
      needed: false,
      detail: "no service is set up",
      mend: `Set OPENAI_API_KEY, or DUBBER_${service}_BASE_URL for a server of your own.`
    } satisfies Finding
  }
  const url = `${endpoint.value.baseUrl.replace(/\/+$/, "")}/models`
  return yield* reach(purpose, url, bearer(endpoint.value), offline, "OPENAI_API_KEY")
})

const elevenLabsFinding = Effect.fnUntraced(function* (offline: boolean) {
  const endpoint = yield* Endpoints.elevenLabs
  if (endpoint.apiKey === undefined) return []
  const headers = { "xi-api-key": Redacted.value(endpoint.apiKey) }
  return [yield* reach("elevenlabs", `${endpoint.baseUrl}/v1/voices`, headers, offline, "ELEVENLABS_API_KEY")]
})

/** Looks at everything that a dub may need: programs, keys, endpoints. One cheap request a service, none when offline. */
export const examine = Effect.fn("examine")(function* (options: {
  readonly nodeVersion: string
  readonly offline: boolean
}) {
  const [programs, espeak, speech, transcription, language, elevenLabs] = yield* Effect.all(
    [
      ffmpegFindings,
      espeakFinding,
      endpointFinding("TTS", "speech", options.offline),
      endpointFinding("STT", "transcription", options.offline),
      endpointFinding("LLM", "translation", options.offline),
      elevenLabsFinding(options.offline)
    ],
    { concurrency: "unbounded" }
  )
  return [nodeFinding(options.nodeVersion), ...programs, espeak, speech, transcription, language, ...elevenLabs]
})

/** What `examine` needs besides the platform. */
export const doctorLayer = Layer.mergeAll(Ffmpeg.layer, FetchHttpClient.layer)
