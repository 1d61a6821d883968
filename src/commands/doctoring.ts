import type * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { counted } from "../domain/Counted.ts"
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

const elevenLabsKey = { keyName: "ELEVENLABS_API_KEY" } as const

const variable = (name: string) => Effect.map(orEnvironment(Option.none(), name), (given) => given?.value)

/** The variable of a compatible service's key: its own, else that of OpenAI. */
const keyNameOf = ({ keyName = "OPENAI_API_KEY" }: Endpoints.Endpoint) => ({ keyName })

interface Wanted {
  readonly check?: ServiceToCheck | undefined
  /** Why it cannot be asked. */
  readonly problem?: string | undefined
}

const noKey = (name: string, value: string, key: string): Wanted => ({
  problem: `${name} is ${value}, but ${key} is not set`
})

/** The service that would speak, with its model and voice. */
const speechSetUp = Effect.fnUntraced(function* (
  service: SpeechService
): Effect.fn.Return<Wanted, Config.ConfigError | Problem> {
  const endpoint = Option.getOrUndefined(yield* Endpoints.openAiCompatible("TTS"))
  const elevenLabs = yield* Endpoints.elevenLabs
  const model = yield* variable("DUBBER_TTS_MODEL")
  const own = service === "elevenlabs" ? yield* variable("ELEVENLABS_VOICE_ID") : undefined
  const voice = (yield* variable("DUBBER_VOICE")) ?? own
  const about = { subject: "speech", service, modelFlag: "--tts-model (env DUBBER_TTS_MODEL)", voice }
  switch (service) {
    case "openai":
    case "realtime":
      return endpoint === undefined
        ? noKey("DUBBER_TTS", service, "OPENAI_API_KEY")
        : { check: { ...about, endpoint, ...keyNameOf(endpoint), model: model ?? defaultModels.speech[service] } }
    case "elevenlabs":
      return elevenLabs.apiKey === undefined
        ? noKey("DUBBER_TTS", service, "ELEVENLABS_API_KEY")
        : {
            check: { ...about, endpoint: elevenLabs, ...elevenLabsKey, model: model ?? defaultModels.speech.elevenlabs }
          }
    default:
      return {}
  }
})

/** The service that would write down what is said. */
const transcriptionSetUp = Effect.gen(function* () {
  const services = ["auto", "subtitles", "openai", "elevenlabs", "whisper-cpp", "local"] as const
  const asked = yield* choiceOf(notGiven.stt, "DUBBER_STT", services, "auto")
  const endpoint = Option.getOrUndefined(yield* Endpoints.openAiCompatible("STT"))
  const elevenLabs = yield* Endpoints.elevenLabs
  const model = yield* variable("DUBBER_STT_MODEL")
  const about = { subject: "transcription", modelFlag: "--stt-model (env DUBBER_STT_MODEL)" }
  const chosen =
    asked !== "auto" && asked !== "subtitles"
      ? asked
      : endpoint !== undefined
        ? "openai"
        : elevenLabs.apiKey !== undefined
          ? "elevenlabs"
          : "none"
  const of = (): Wanted => {
    if (chosen === "none" || chosen === "local") return {}
    if (chosen === "elevenlabs") {
      if (elevenLabs.apiKey === undefined) return noKey("DUBBER_STT", chosen, "ELEVENLABS_API_KEY")
      const its = { service: chosen, endpoint: elevenLabs, ...elevenLabsKey }
      return { check: { ...about, ...its, model: model ?? defaultModels.transcription.elevenlabs } }
    }
    if (endpoint === undefined) return noKey("DUBBER_STT", chosen, "DUBBER_STT_BASE_URL (or OPENAI_API_KEY)")
    const byDefault = chosen === "openai" ? defaultModels.transcription.openai : ""
    return { check: { ...about, service: chosen, endpoint, ...keyNameOf(endpoint), model: model ?? byDefault } }
  }
  return { ...of(), chosen }
})

const languageSetUp = Effect.gen(function* () {
  const endpoint = Option.getOrUndefined(yield* Endpoints.openAiCompatible("LLM"))
  const model = (yield* variable("DUBBER_LLM_MODEL")) ?? defaultModels.language.openai
  const about = {
    subject: "translation",
    service: "openai",
    modelFlag: "--llm-model (env DUBBER_LLM_MODEL)"
  }
  return endpoint === undefined
    ? undefined
    : ({ ...about, endpoint, ...keyNameOf(endpoint), model } satisfies ServiceToCheck)
})

/** Services whose key is set and that nothing would be asked of, beside those that are used. */
const unusedKeys = Effect.fnUntraced(function* (used: ReadonlyArray<ServiceToCheck>) {
  const endpoints = { openai: yield* Endpoints.openAi, elevenlabs: yield* Endpoints.elevenLabs }
  return Object.entries(endpoints).flatMap(([service, endpoint]): ReadonlyArray<ServiceToCheck> =>
    endpoint.apiKey === undefined || used.some(({ keyName }) => keyName === endpoint.keyName)
      ? []
      : [{ subject: "other key", service, endpoint, model: "", modelFlag: "", keyName: endpoint.keyName }]
  )
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

/** What all findings come to where nothing is broken: "Works, with 2 warnings. Not there: fonts." */
export const verdict = (findings: ReadonlyArray<Finding>, offline: boolean): string => {
  const warnings = findings.filter(({ status }) => status === "warning").length
  const absent = [...new Set(findings.filter(({ status }) => status === "absent").map(({ subject }) => subject))]
  const works =
    warnings > 0 ? `Works, with ${counted(warnings, "warning")}` : absent.length > 0 ? "Works" : "Everything works"
  const unasked = offline ? ", as far as can be told offline" : ""
  return `${works}${unasked}.${absent.length === 0 ? "" : ` Not there: ${absent.join(", ")}.`}`
}

/** `doctor` */
export const runDoctor = Effect.fnUntraced(function* (flags: {
  readonly offline: boolean
  readonly to: Option.Option<string>
  readonly workdir: Option.Option<string>
  readonly json: boolean
}) {
  const languages = yield* languagesOf(flags.to)
  const { service } = yield* chooseSpeech(notGiven)
  const speech = yield* speechSetUp(service)
  const transcription = yield* transcriptionSetUp
  const translation = yield* languageSetUp
  const isNear = speech.check === undefined || Endpoints.isOpenAi(speech.check.endpoint)
  const voices = flags.offline && !isNear ? undefined : yield* voicesFor(service)
  const isSilent = service === "local" && voices?.voices === null
  const services = [speech.check, transcription.check, translation].filter((one) => one !== undefined)
  const problems = [
    isSilent
      ? { subject: "speech", problem: voices.why, mend: "Set DUBBER_LOCAL_MODEL, or choose another service." }
      : { subject: "speech", problem: speech.problem, mend: "Set it, or choose another service." },
    { subject: "transcription", problem: transcription.problem, mend: "Set it, or choose another service." }
  ]
  const findings = yield* examine({
    nodeVersion: process.versions.node,
    offline: flags.offline,
    workdir: (yield* orEnvironment(flags.workdir, "DUBBER_WORKDIR"))?.value ?? ".work",
    output: "out",
    languages,
    font: undefined,
    eSpeaks: service === "espeak",
    local: [...(service === "local" ? ["speech"] : []), ...(transcription.chosen === "local" ? ["transcription"] : [])],
    services,
    unused: yield* unusedKeys(services),
    problems: problems.flatMap(({ mend, problem, subject }) =>
      problem === undefined ? [] : [{ subject, detail: problem, mend }]
    ),
    nobody: [
      ...(transcription.chosen === "none" ? [{ subject: "transcription", mend: server("STT") }] : []),
      ...(translation === undefined ? [{ subject: "translation", mend: server("LLM") }] : [])
    ],
    voices
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
  if (!flags.json) yield* Console.log(verdict(findings, flags.offline))
})
