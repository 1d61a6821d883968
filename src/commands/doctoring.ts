import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { Problem } from "../domain/Problem.ts"
import { doctorLayer, examine } from "../dub/Doctor.ts"
import type { Finding } from "../dub/Doctor/Finding.ts"
import type { ServiceToCheck } from "../dub/Doctor/Services.ts"
import { listVoices } from "../dub/ListVoices.ts"
import * as Endpoints from "../requests/Endpoint.ts"
import { defaultModels } from "../requests/Models.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { choiceOf, orEnvironment } from "./flagValues.ts"
import { languagesOf, notGiven } from "./settings.ts"
import { chooseSpeech, providerOf, type SpeechService } from "./SpeechProviders.ts"
import { type Look, lookOf, terminalOf } from "./Terminal.ts"
import { wrapped } from "./wording.ts"

const openAiKey = { keyName: "OPENAI_API_KEY" } as const
const elevenLabsKey = { keyName: "ELEVENLABS_API_KEY" } as const

const variable = (name: string) => Effect.map(orEnvironment(Option.none(), name), (given) => given?.value)

/** The service that would speak, with its model and voice. */
const speechSetUp = Effect.gen(function* () {
  const { service } = yield* chooseSpeech(notGiven)
  const endpoint = Option.getOrUndefined(yield* Endpoints.openAiCompatible("TTS"))
  const elevenLabs = yield* Endpoints.elevenLabs
  const asked = yield* variable("DUBBER_TTS_MODEL")
  const voice =
    (yield* variable("DUBBER_VOICE")) ?? (service === "elevenlabs" ? yield* variable("ELEVENLABS_VOICE_ID") : undefined)
  const about = { subject: "speech", service, modelFlag: "--tts-model (env DUBBER_TTS_MODEL)", voice }
  const one = (of: Pick<ServiceToCheck, "endpoint" | "keyName" | "model">): ServiceToCheck => ({ ...about, ...of })
  switch (service) {
    case "openai":
    case "realtime":
      return {
        service,
        check: endpoint && one({ endpoint, ...openAiKey, model: asked ?? defaultModels.speech[service] })
      }
    case "elevenlabs":
      return {
        service,
        check: one({ endpoint: elevenLabs, ...elevenLabsKey, model: asked ?? defaultModels.speech.elevenlabs })
      }
    default:
      return { service, check: undefined }
  }
})

/** The service that would write down what is said. */
const transcriptionSetUp = Effect.gen(function* () {
  const asked = yield* choiceOf(
    notGiven.stt,
    "DUBBER_STT",
    ["auto", "subtitles", "openai", "elevenlabs", "whisper-cpp", "local"],
    "auto"
  )
  const endpoint = Option.getOrUndefined(yield* Endpoints.openAiCompatible("STT"))
  const elevenLabs = yield* Endpoints.elevenLabs
  const model = yield* variable("DUBBER_STT_MODEL")
  const about = { subject: "transcription", modelFlag: "--stt-model (env DUBBER_STT_MODEL)" }
  const isElevenLabs =
    asked === "elevenlabs" || (asked === "auto" && endpoint === undefined && elevenLabs.apiKey !== undefined)
  const check: ServiceToCheck | undefined = isElevenLabs
    ? {
        ...about,
        service: "elevenlabs",
        endpoint: elevenLabs,
        ...elevenLabsKey,
        model: model ?? defaultModels.transcription.elevenlabs
      }
    : endpoint === undefined || asked === "local" || asked === "subtitles" || asked === "whisper-cpp"
      ? undefined
      : { ...about, service: "openai", endpoint, ...openAiKey, model: model ?? defaultModels.transcription.openai }
  return { check, isLocal: asked === "local" }
})

const languageSetUp = Effect.gen(function* () {
  const endpoint = Option.getOrUndefined(yield* Endpoints.openAiCompatible("LLM"))
  const model = (yield* variable("DUBBER_LLM_MODEL")) ?? defaultModels.language.openai
  const about = {
    subject: "translation",
    service: "openai",
    modelFlag: "--llm-model (env DUBBER_LLM_MODEL)",
    ...openAiKey
  }
  return endpoint === undefined ? undefined : ({ ...about, endpoint, model } satisfies ServiceToCheck)
})

/** The voices of a service, where they can be known. */
const voicesFor = (service: SpeechService) =>
  Effect.flatMap(providerOf(service, notGiven), (provider) =>
    listVoices(undefined).pipe(
      Effect.provide(provider.pipe(Layer.provide(RequestLog.layer), Layer.provide(FetchHttpClient.layer)))
    )
  ).pipe(Effect.orElseSucceed(() => undefined))

const server = (name: string): string => `Set OPENAI_API_KEY, or DUBBER_${name}_BASE_URL for a server of your own.`

const marks = { ok: "done", broken: "failed", warning: "warning" } as const

/** What was found as people read it: a line or more each, no wider than so many columns. */
export const findingLines = (
  findings: ReadonlyArray<Finding>,
  { columns, hasUnicode, look }: { readonly columns: number; readonly hasUnicode: boolean; readonly look: Look }
): ReadonlyArray<string> => {
  const mark = ({ status }: Finding) =>
    status === "absent" ? look.paint("dim", hasUnicode ? "–" : "-") : look.marks[marks[status]]
  const width = Math.max(...findings.map(({ subject }) => subject.length))
  const indent = " ".repeat(width + 4)
  const inLines = (text: string) => wrapped(look.plain(text), columns - indent.length)
  return findings.flatMap((finding) => {
    const { detail, mend, subject } = finding
    const arrow = hasUnicode ? "→" : ">"
    const [first = "", ...rest] = [...inLines(detail), ...(mend === undefined ? [] : inLines(`${arrow} ${mend}`))]
    return [`${mark(finding)} ${subject.padEnd(width)}  ${first}`, ...rest.map((line) => `${indent}${line}`)]
  })
}

/** `doctor` */
export const runDoctor = Effect.fnUntraced(function* (flags: {
  readonly offline: boolean
  readonly to: Option.Option<string>
  readonly workdir: Option.Option<string>
  readonly json: boolean
}) {
  const languages = yield* languagesOf(flags.to)
  const speech = yield* speechSetUp
  const transcription = yield* transcriptionSetUp
  const translation = yield* languageSetUp
  const services = [speech.check, transcription.check, translation].filter((one) => one !== undefined)
  const isStatic = speech.check !== undefined && Endpoints.isOpenAi(speech.check.endpoint)
  const findings = yield* examine({
    nodeVersion: process.versions.node,
    offline: flags.offline,
    workdir: (yield* orEnvironment(flags.workdir, "DUBBER_WORKDIR"))?.value ?? ".work",
    output: "out",
    languages,
    font: undefined,
    eSpeaks: speech.service === "espeak",
    local: [...(speech.service === "local" ? ["speech"] : []), ...(transcription.isLocal ? ["transcription"] : [])],
    services,
    nobody: [
      ...(transcription.check === undefined && !transcription.isLocal
        ? [{ subject: "transcription", mend: server("STT") }]
        : []),
      ...(translation === undefined ? [{ subject: "translation", mend: server("LLM") }] : [])
    ],
    voices: flags.offline && !isStatic ? undefined : yield* voicesFor(speech.service)
  }).pipe(Effect.provide(doctorLayer))

  if (flags.json) yield* Console.log(JSON.stringify(findings, null, 2))
  else {
    const terminal = yield* terminalOf(process.stdout)
    const columns = process.stdout.isTTY ? terminal.columns() : 80
    const options = { columns, hasUnicode: terminal.hasUnicode, look: lookOf(terminal) }
    yield* Console.log(findingLines(findings, options).join("\n"))
  }
  const bad = [...new Set(findings.filter(({ status }) => status === "broken").map(({ subject }) => subject))]
  if (bad.length > 0) {
    return yield* new Problem({ what: `${bad.join(", ")}: not as it should be.`, mend: "What to do stands above." })
  }
  if (!flags.json) yield* Console.log("Everything that would be used works.")
})
