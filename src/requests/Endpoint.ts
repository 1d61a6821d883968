import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Problem } from "../domain/Problem.ts"

/** Where an OpenAI-compatible service is: a base URL such as "http://localhost:8880/v1", and its key if it needs one. */
export interface Endpoint {
  readonly baseUrl: string
  readonly apiKey: Redacted.Redacted | undefined
  /** The variables that its address comes from, and its key; of a key that is not set, the one to set. */
  readonly urlName?: string | undefined
  readonly keyName?: string | undefined
}

export const openAiBaseUrl = "https://api.openai.com/v1"

/** Whether this is OpenAI's own address rather than a compatible server. */
export const isOpenAi = (endpoint: Endpoint): boolean => endpoint.baseUrl.startsWith("https://api.openai.com/")

const elevenLabsBaseUrl = "https://api.elevenlabs.io"

/** Whether this is the address of who makes the service, which nobody had to set. */
export const isMakersOwn = (endpoint: Endpoint): boolean =>
  isOpenAi(endpoint) || endpoint.baseUrl === elevenLabsBaseUrl || endpoint.baseUrl.startsWith(`${elevenLabsBaseUrl}/`)

/** Where an endpoint is without what must not be shown or kept: user, password, query. */
export const addressOf = ({ baseUrl }: Endpoint): string => {
  // Where a password may hold anything, all before the last @ may be one.
  const isPlain = URL.canParse(baseUrl) && !/[?#].*@/s.test(baseUrl)
  return baseUrl
    .replace(isPlain ? /^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i : /^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1")
    .replace(/[?#].*$/s, "")
    .replace(/\/+$/, "")
}

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

/** A key without what a file ends with; a Problem where it holds what no request can carry. Never shown. */
const optionalKey = Effect.fnUntraced(function* (name: string) {
  const given = Option.getOrUndefined(yield* Config.option(Config.Redacted(name)))
  const key = given === undefined ? "" : Redacted.value(given).trim()
  if (key === "") return undefined
  if (/^[\x21-\x7e]+$/.test(key)) return Redacted.make(key)
  return yield* new Problem({
    what: `${name} holds a character that is in no key, as a space, a line break or a curly quotation mark.`,
    mend: "Copy the key again.",
    exitCode: 2
  })
})

/** An address as it is set in a variable; a Problem where none can be asked there. */
const optionalAddress = Effect.fnUntraced(function* (name: string) {
  const address = yield* optionalString(name)
  if (address === undefined || (/^https?:\/\//i.test(address) && URL.canParse(address))) return address
  const shown = addressOf({ baseUrl: address, apiKey: undefined }).replace(/^.*@/s, "").slice(0, 80)
  const isBare = !/^[a-z][a-z0-9+.-]*:\/\//i.test(address)
  return yield* new Problem({
    what: `${name} is "${shown}": an address must begin with http:// or https://.`,
    mend: `Write it as in ${name}=${isBare && URL.canParse(`http://${shown}`) ? `http://${shown}` : "http://localhost:8880/v1"}.`,
    exitCode: 2
  })
})

/** The key of ElevenLabs and where it is, from ELEVENLABS_API_KEY and ELEVENLABS_BASE_URL. */
export const elevenLabs = Effect.gen(function* () {
  const apiKey = yield* optionalKey("ELEVENLABS_API_KEY")
  const baseUrl = (yield* optionalAddress("ELEVENLABS_BASE_URL")) ?? elevenLabsBaseUrl
  const names = { urlName: "ELEVENLABS_BASE_URL", keyName: "ELEVENLABS_API_KEY" }
  return { baseUrl, apiKey, ...names } satisfies Endpoint
})

/** OpenAI as OPENAI_API_KEY and OPENAI_BASE_URL give it, whatever addresses its services have of their own. */
export const openAi = Effect.gen(function* () {
  const apiKey = yield* optionalKey("OPENAI_API_KEY")
  const baseUrl = (yield* optionalAddress("OPENAI_BASE_URL")) ?? openAiBaseUrl
  return { baseUrl, apiKey, urlName: "OPENAI_BASE_URL", keyName: "OPENAI_API_KEY" } satisfies Endpoint
})

/**
 * The OpenAI-compatible endpoint of one service: DUBBER_<SERVICE>_BASE_URL and _API_KEY, else OPENAI_BASE_URL and
 * OPENAI_API_KEY. The key of OpenAI is never sent to an address of the service's own. None where neither an address
 * nor a key is given.
 */
export const openAiCompatible = Effect.fnUntraced(function* (service: "TTS" | "STT" | "LLM") {
  const own = { urlName: `DUBBER_${service}_BASE_URL`, keyName: `DUBBER_${service}_API_KEY` }
  const ownUrl = yield* optionalAddress(own.urlName)
  const ownKey = yield* optionalKey(own.keyName)
  if (ownUrl !== undefined) return Option.some<Endpoint>({ baseUrl: ownUrl, apiKey: ownKey, ...own })
  const sharedUrl = yield* optionalAddress("OPENAI_BASE_URL")
  const sharedKey = yield* optionalKey("OPENAI_API_KEY")
  const apiKey = ownKey ?? sharedKey
  if (sharedUrl === undefined && apiKey === undefined) return Option.none<Endpoint>()
  return Option.some<Endpoint>({
    baseUrl: sharedUrl ?? openAiBaseUrl,
    apiKey,
    urlName: "OPENAI_BASE_URL",
    keyName: ownKey === undefined ? "OPENAI_API_KEY" : own.keyName
  })
})
