import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** Where an OpenAI-compatible service is: a base URL such as "http://localhost:8880/v1", and its key if it needs one. */
export interface Endpoint {
  readonly baseUrl: string
  readonly apiKey: Redacted.Redacted | undefined
}

export const openAiBaseUrl = "https://api.openai.com/v1"

/** Whether this is OpenAI's own address rather than a compatible server. */
export const isOpenAi = (endpoint: Endpoint): boolean => endpoint.baseUrl.startsWith("https://api.openai.com/")

/** Where an endpoint is without what must not be shown or kept: user, password, query. */
export const addressOf = (endpoint: Endpoint): string =>
  endpoint.baseUrl
    .replace(/[?#].*$/s, "")
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1")
    .replace(/\/+$/, "")

/** A variable that is set to nothing counts as not set. */
export const optionalString = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Config.map((value) =>
      value.pipe(
        Option.map((text) => text.trim()),
        Option.filter((text) => text !== ""),
        Option.getOrUndefined
      )
    )
  )

const optionalKey = (name: string) =>
  Config.option(Config.Redacted(name)).pipe(
    Config.map((value) =>
      value.pipe(
        Option.filter((key) => Redacted.value(key).trim() !== ""),
        Option.getOrUndefined
      )
    )
  )

/** The key of ElevenLabs and where it is, from ELEVENLABS_API_KEY and ELEVENLABS_BASE_URL. */
export const elevenLabs = Effect.gen(function* () {
  const apiKey = yield* optionalKey("ELEVENLABS_API_KEY")
  const baseUrl = (yield* optionalString("ELEVENLABS_BASE_URL")) ?? "https://api.elevenlabs.io"
  return { baseUrl, apiKey } satisfies Endpoint
})

/**
 * The OpenAI-compatible endpoint of one service: DUBBER_<SERVICE>_BASE_URL and _API_KEY, else OPENAI_BASE_URL and
 * OPENAI_API_KEY. The key of OpenAI is never sent to an address of the service's own. None where neither an address
 * nor a key is given.
 */
export const openAiCompatible = Effect.fnUntraced(function* (service: "TTS" | "STT" | "LLM") {
  const ownUrl = yield* optionalString(`DUBBER_${service}_BASE_URL`)
  const ownKey = yield* optionalKey(`DUBBER_${service}_API_KEY`)
  const sharedUrl = yield* optionalString("OPENAI_BASE_URL")
  const sharedKey = yield* optionalKey("OPENAI_API_KEY")
  if (ownUrl !== undefined) return Option.some<Endpoint>({ baseUrl: ownUrl, apiKey: ownKey })
  const apiKey = ownKey ?? sharedKey
  if (sharedUrl === undefined && apiKey === undefined) return Option.none<Endpoint>()
  return Option.some<Endpoint>({ baseUrl: sharedUrl ?? openAiBaseUrl, apiKey })
})
