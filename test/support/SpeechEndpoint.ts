import { Effect, Layer } from "effect"
import * as Language from "../../src/domain/Language.ts"
import { RequestPolicy, type PolicySettings } from "../../src/requests/RequestPolicy.ts"
import { Clips } from "../../src/speech/Clips.ts"
import { decorate } from "../../src/speech/Decorator.ts"
import * as Dependable from "../../src/speech/Dependable.ts"
import type { KeepSettings } from "../../src/speech/KeepClips.ts"
import * as OpenAi from "../../src/speech/TextToSpeech/OpenAi.ts"
import type { SpeakRequest } from "../../src/speech/Speak.ts"
import { serve, type Received, type Reply } from "./HttpService.ts"

/** What goes wrong with one request; "ok" answers with sound. */
export type Fault =
  | "ok"
  | "odd" // one byte too many
  | "wav" // a whole WAV with a placeholder for its size
  | "empty"
  | "silent"
  | "json" // words instead of sound, with status 200
  | "cut" // the connection ends in the middle of the body
  | "reset" // the connection ends without an answer
  | "stall" // headers and half of the body, then nothing more
  | "500"
  | "503"
  | "429" // asks for a pause in its message only
  | "429-retry-after"
  | "429-concurrent"
  | "401"
  | "404"
  | "quota"
  | "refused"

export interface SpeechEndpointSettings {
  /** What goes wrong with the request of this index, counted from 0 over all requests. */
  readonly fault?: (request: Received, input: string) => Fault
  /** Seconds of sound for a text; a fifteenth of a second a character where not given. */
  readonly secondsFor?: (text: string) => number
  readonly latencyMillis?: (text: string) => number
  readonly headers?: (request: Received) => Record<string, string>
  /** Retry-After of "429-retry-after", in milliseconds. */
  readonly retryAfterMillis?: number | (() => number)
  /** All sound is cut from one tone, so that making it takes no time. */
  readonly sameSound?: boolean
}

const rate = 24_000

/** A tone as headerless 16-bit PCM of one channel at 24 kHz; the text's length gives the pitch. */
export const pcmTone = (text: string, seconds: number): Buffer => {
  const hertz = 200 + (text.length % 40) * 10
  const samples = Math.max(1, Math.round(seconds * rate))
  const bytes = Buffer.alloc(samples * 2)
  for (let i = 0; i < samples; i++) {
    bytes.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * i) / rate)), i * 2)
  }
  return bytes
}

/** A WAV as OpenAI streams it: the sizes are placeholders. */
const streamedWav = (pcm: Buffer): Buffer => {
  const header = Buffer.alloc(44)
  header.write("RIFF", 0)
  header.writeUInt32LE(0xffff_ffff, 4)
  header.write("WAVEfmt ", 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write("data", 36)
  header.writeUInt32LE(0xffff_ffff, 40)
  return Buffer.concat([header, pcm])
}

const failure = (status: number, error: object, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  body: { error }
})

const replyTo = (fault: Fault, pcm: Buffer, retryAfterMillis: number): Reply => {
  const headers = { "content-type": "audio/pcm" }
  switch (fault) {
    case "ok":
      return { headers, body: pcm }
    case "odd":
      return { headers, body: Buffer.concat([pcm, Buffer.from([1])]) }
    case "wav":
      return { headers: { "content-type": "audio/wav" }, body: streamedWav(pcm) }
    case "empty":
      return { headers, body: Buffer.alloc(0) }
    case "silent":
      return { headers, body: Buffer.alloc(pcm.length) }
    case "json":
      return { body: { error: { message: "the voice is loading" } } }
    case "cut":
      return { headers, body: pcm, cutAfter: pcm.length >> 1 }
    case "reset":
      return { reset: true }
    case "stall":
      return { headers, body: pcm, stall: true }
    case "500":
    case "503":
      return failure(Number(fault), { message: "try later", type: "server_error" })
    case "429":
      return failure(429, {
        message: `Rate limit reached. Please try again in ${retryAfterMillis}ms.`,
        code: "rate_limit_exceeded"
      })
    case "429-retry-after":
      return failure(
        429,
        { message: "Too many requests", code: "rate_limit_exceeded" },
        { "retry-after": String(retryAfterMillis / 1000) }
      )
    case "429-concurrent":
      return {
        status: 429,
        body: { detail: { status: "too_many_concurrent_requests", message: "Too many concurrent requests" } }
      }
    case "401":
      return failure(401, { message: "Incorrect API key provided: sk-0123456789.", code: "invalid_api_key" })
    case "404":
      return failure(404, { message: "The model `tts-9` does not exist", code: "model_not_found" })
    case "quota":
      return failure(429, { message: "You exceeded your current quota", type: "insufficient_quota" })
    case "refused":
      return failure(400, { message: "This text is not allowed", code: "content_policy" })
  }
}

/**
 * `POST /v1/audio/speech` as OpenAI has it: 24 kHz PCM tones of a length by the text, with what goes wrong by a script.
 * `inputs` are the texts in the order in which they came, `spoken` those that were answered with usable sound.
 */
export const speechEndpoint = (settings: SpeechEndpointSettings = {}) =>
  Effect.gen(function* () {
    const inputs: Array<string> = []
    const spoken: Array<string> = []
    const secondsFor = settings.secondsFor ?? ((text: string) => Math.max(0.2, text.length / 15))
    const latencyMillis = settings.latencyMillis ?? (() => 5)
    let same: Buffer | undefined
    const service = yield* serve((request) => {
      if (!request.path.endsWith("/audio/speech")) return { status: 404 }
      const input: string = request.json().input
      inputs.push(input)
      const fault = settings.fault?.(request, input) ?? "ok"
      if (fault === "ok" || fault === "odd" || fault === "wav") spoken.push(input)
      const seconds = secondsFor(input)
      const length = 2 * Math.max(1, Math.round(seconds * rate))
      if (settings.sameSound === true && (same === undefined || same.length < length)) same = pcmTone("", 2 * seconds)
      const pcm = same?.subarray(0, length) ?? pcmTone(input, seconds)
      const reply = replyTo(
        fault,
        pcm,
        Math.ceil(
          typeof settings.retryAfterMillis === "function"
            ? settings.retryAfterMillis()
            : (settings.retryAfterMillis ?? 500)
        )
      )
      return {
        // Refusals come at once.
        delayMillis: (reply.status ?? 200) < 400 ? latencyMillis(input) : 2,
        ...reply,
        headers: { ...settings.headers?.(request), ...reply.headers }
      }
    })
    return { ...service, baseUrl: `${service.url}/v1`, inputs, spoken }
  })

/** OpenAI's provider with all that goes around it; one run's worth of state. */
export const voice = (
  baseUrl: string,
  folder: string,
  settings: Partial<PolicySettings> &
    KeepSettings & { readonly deadlineSeconds?: number; readonly longestInput?: number } = {}
) => {
  const openAi = OpenAi.layer({
    endpoint: { baseUrl, apiKey: undefined },
    model: "tts-1",
    deadlineSeconds: settings.deadlineSeconds
  })
  const { longestInput } = settings
  const provider =
    longestInput === undefined
      ? openAi
      : decorate(openAi, (tts) => Effect.succeed({ ...tts, provider: { ...tts.provider, longestInput } }))
  return Dependable.layer(provider, settings).pipe(
    Layer.provide(RequestPolicy.layer({ kind: "speech", concurrency: 5, ...settings })),
    Layer.provideMerge(Clips.layer({ folder }))
  )
}

/** Lines of different texts, numbered from 1. */
export const lines = (count: number, text = (id: number) => `Line number ${id} of these.`): Array<SpeakRequest> =>
  Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    request: {
      subject: `utterance ${i + 1}`,
      text: text(i + 1),
      voice: undefined,
      language: Language.Language.make("en")
    }
  }))
