import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { addressOf, type Endpoint, isOpenAi } from "../../requests/Endpoint.ts"
import { findModel, shutdownNotice } from "../../requests/Models.ts"
import { shownLocation } from "../../requests/Redirect.ts"
import { oneLine } from "../../requests/ServerMessage.ts"
import type { ServiceVoices } from "../ListVoices.ts"
import { broken, type Finding, ok, warning } from "./Finding.ts"

/** A service that would be asked, as it is set up. */
export interface ServiceToCheck {
  /** "speech", "transcription" or "translation". */
  readonly subject: string
  /** As in `--tts` and `--stt`. */
  readonly service: string
  readonly endpoint: Endpoint
  readonly model: string
  /** How another model is chosen: "--tts-model". */
  readonly modelFlag: string
  /** The variable of its key. */
  readonly keyName: string
  /** The voice that is set, where one is. */
  readonly voice?: string | undefined
}

/** What a service answered to the one cheap request. */
interface Answer {
  readonly status: number
  readonly body: unknown
  readonly header: (name: string) => string | undefined
}

const Subscription = Schema.Struct({
  tier: Schema.String,
  character_count: Schema.Finite,
  character_limit: Schema.Finite
})

const get = Effect.fnUntraced(
  function* (url: string, headers: Readonly<Record<string, string>>) {
    const client = yield* HttpClient.HttpClient
    const response = yield* client.execute(HttpClientRequest.get(url).pipe(HttpClientRequest.setHeaders(headers)))
    const text = yield* Effect.orElseSucceed(response.text, () => "")
    const body = Option.getOrElse(
      Option.liftThrowable((json: string): unknown => JSON.parse(json))(text),
      () => undefined
    )
    const answer: Answer = { status: response.status, body, header: (name) => response.headers[name] }
    return answer
  },
  Effect.timeout("10 seconds"),
  Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" })
)

const isElevenLabs = ({ service }: ServiceToCheck): boolean => service === "elevenlabs"

const headersOf = (one: ServiceToCheck): Readonly<Record<string, string>> => {
  const { apiKey } = one.endpoint
  if (apiKey === undefined) return {}
  const key = Redacted.value(apiKey)
  return isElevenLabs(one) ? { "xi-api-key": key } : { authorization: `Bearer ${key}` }
}

/** The names of models in what a server answers to `/models`. */
const modelsIn = (body: unknown): ReadonlyArray<string> => {
  const list = typeof body === "object" && body !== null && "data" in body ? body.data : body
  if (!Array.isArray(list)) return []
  return (list as ReadonlyArray<{ id?: unknown; model_id?: unknown } | null>).flatMap((one) => {
    const name = one?.id ?? one?.model_id
    return typeof name === "string" ? [name] : []
  })
}

/**
 * Whether another thing answers than the service: a web page, or nothing of that name where an address has no version in
 * it. Servers that speak alone need not list their models; whisper.cpp's has a protocol of its own.
 */
const isElsewhere = (one: ServiceToCheck, { body, status }: Answer): boolean =>
  one.service !== "whisper-cpp" &&
  !isElevenLabs(one) &&
  (status < 300 ? body === undefined : status === 404 && !/\/v\d+[a-z]*(\/|$)/.test(addressOf(one.endpoint)))

const words = (name: string): ReadonlySet<string> => new Set(name.toLowerCase().split(/[^a-z0-9]+/))

/** Those of a list that are most like a name, to be shown. */
const likest = (name: string, names: ReadonlyArray<string>): string => {
  const own = words(name)
  const score = (other: string) => [...words(other)].filter((word) => own.has(word)).length
  return names
    .toSorted((a, b) => score(b) - score(a))
    .slice(0, 4)
    .map(oneLine)
    .join(", ")
}

const limitsIn = ({ header }: Answer): string => {
  const limit = header("x-ratelimit-limit-requests")
  const left = header("x-ratelimit-remaining-requests")
  const together = header("maximum-concurrent-requests")
  return [
    ...(limit === undefined ? [] : [`${limit} requests a minute${left === undefined ? "" : `, ${left} left`}`]),
    ...(together === undefined ? [] : [`${together} at once`])
  ].join(", ")
}

const modelFinding = (one: ServiceToCheck, models: ReadonlyArray<string>): ReadonlyArray<Finding> => {
  const { model, modelFlag, subject } = one
  // ElevenLabs lists those that speak alone.
  const isUnlisted = isElevenLabs(one) && subject !== "speech"
  if (models.length === 0 || models.includes(model) || isUnlisted || model === "") return []
  const detail = `there is no model "${oneLine(model)}" at ${addressOf(one.endpoint)}; it has ${likest(model, models)}`
  const mend = `Name another with ${modelFlag}.`
  // Servers of one's own may know a model by more names than they list.
  return [isOpenAi(one.endpoint) || isElevenLabs(one) ? broken(subject, detail, mend) : warning(subject, detail, mend)]
}

const endFinding = (one: ServiceToCheck, today: DateTime.DateTime): ReadonlyArray<Finding> => {
  const notice = isOpenAi(one.endpoint) ? shutdownNotice(one.model, today) : undefined
  if (notice === undefined) return []
  const [what = notice, ...mend] = notice.split(/(?<=\.) /)
  return [
    (/ was shut down /.test(what) ? broken : warning)(
      one.subject,
      what.replace(/\.$/, ""),
      mend.join(" ") || "Use another model."
    )
  ]
}

const voiceFinding = (one: ServiceToCheck, listed: ServiceVoices | undefined): ReadonlyArray<Finding> => {
  const wanted = one.voice?.toLowerCase()
  if (wanted === undefined || listed?.voices == null || /^voice_\w+$/.test(wanted)) return []
  const isThere = listed.voices.some(({ id, name }) => id.toLowerCase() === wanted || name?.toLowerCase() === wanted)
  if (isThere) return []
  return [
    broken(
      one.subject,
      `there is no voice "${oneLine(one.voice ?? "")}", which is set`,
      `dubber voices --tts ${one.service}`
    )
  ]
}

const subscriptionOf = Effect.fnUntraced(
  function* (one: ServiceToCheck) {
    const { body } = yield* get(`${addressOf(one.endpoint)}/v1/user/subscription`, headersOf(one))
    const {
      character_count: used,
      character_limit: limit,
      tier
    } = yield* Schema.decodeUnknownEffect(Subscription)(body)
    return `${oneLine(tier)} plan, ${Math.max(0, limit - used)} of ${limit} characters left`
  },
  Effect.orElseSucceed(() => "")
)

/**
 * Whether a service answers, takes the key, and has the model and the voice that would be used; which limits it states,
 * and how long the model stays. One request that costs nothing, none when offline.
 */
export const serviceFindings = Effect.fn("serviceFindings")(function* (
  one: ServiceToCheck,
  options: { readonly offline: boolean; readonly voices: ServiceVoices | undefined }
) {
  const { keyName, subject } = one
  const address = addressOf(one.endpoint)
  const voice = one.voice === undefined ? "" : `, voice ${oneLine(one.voice)}`
  const until = isOpenAi(one.endpoint) ? findModel(one.model)?.shutdown : undefined
  const name = `${one.service} ${one.model}${voice} at ${address}`.replace(/ {2,}/g, " ")
  const about = `${name}${until === undefined ? "" : `, until ${until}`}`
  const today = yield* DateTime.now
  const known = [...endFinding(one, today), ...voiceFinding(one, options.voices)]
  if (options.offline) return [ok(subject, `${about}, not asked (--offline)`), ...known]

  const asked = yield* Effect.exit(
    get(isElevenLabs(one) ? `${address}/v1/models` : `${address}/models`, headersOf(one))
  )
  if (asked._tag === "Failure") {
    const mend = "Start the server, mend the address (most end in /v1), or check the connection to the internet."
    return [broken(subject, `nobody answers at ${address}`, mend), ...known]
  }
  const answer = asked.value
  const { status } = answer
  const location = answer.header("location")
  if (status >= 300 && status < 400 && location !== undefined) {
    const to = shownLocation(URL.parse(location, `${address}/models`)?.href ?? location).replace(/\/models$/, "")
    return [warning(subject, `${address} sends on to ${to}`, "Name the address that it sends on to."), ...known]
  }
  // A key of ElevenLabs may be allowed to speak, and nothing else.
  if (status === 401 && JSON.stringify(answer.body ?? "").includes("missing_permissions")) {
    return [ok(subject, `${about}; the key may not list models`), ...known]
  }
  if (status === 401 || status === 403) {
    return [broken(subject, `${address} refuses the key (${status})`, `Set ${keyName} to a key that works.`), ...known]
  }
  if (status === 429) {
    return [
      warning(subject, `${address} refuses for now (429)`, "Wait, or look at the account's limits and credit."),
      ...known
    ]
  }
  if (status >= 500) {
    return [
      broken(subject, `${address} answers with an error (${status})`, "Try again later, or look at the server's log."),
      ...known
    ]
  }
  if (isElsewhere(one, answer)) {
    const mend = "Look at the address: most end in /v1."
    return [
      warning(subject, `what answers at ${address} is not OpenAI's protocol, as far as can be told`, mend),
      ...known
    ]
  }
  const limits = isElevenLabs(one) ? yield* subscriptionOf(one) : limitsIn(answer)
  const detail = `${about}${limits === "" ? "" : `; ${limits}`}`
  return [ok(subject, detail), ...modelFinding(one, status === 200 ? modelsIn(answer.body) : []), ...known]
})

/** The same of a service whose key is set and that nothing would be asked of: what is broken there stops nothing. */
export const unusedFindings = (one: ServiceToCheck, offline: boolean) =>
  Effect.map(serviceFindings(one, { offline, voices: undefined }), (findings) =>
    findings.map(({ detail, mend = "", status, subject }): Finding =>
      (status === "ok" ? ok : warning)(subject, `${detail}; ${one.keyName} is set, and not used`, mend)
    )
  )
