import { Effect } from "effect"
import { serve, type Received, type Reply } from "./HttpService.ts"
import { pcm16, sine } from "./Sine.ts"

export interface ElevenLabsEndpointSettings {
  /** The key that is right; "xi-key". */
  readonly key?: string
  /** Requests that the account may have under way; 3. */
  readonly maximumConcurrent?: number
  readonly voices?: ReadonlyArray<{ readonly voice_id: string; readonly name: string }>
  readonly delayMillis?: number
  /** Answers instead of sound where it gives one; requests for speech count from 0. */
  readonly fault?: (index: number, received: Received) => Reply | undefined
}

/** An error as ElevenLabs writes it. */
export const refusal = (status: number, code: string, message = code): Reply => ({
  status,
  body: { detail: { status: code, message } }
})

export const accountVoices = [
  { voice_id: "21m00Tcm4TlvDq8ikWAM", name: "Rachel" },
  { voice_id: "pNInz6obpgDQGcFmaJgB", name: "Adam - deep and calm" }
]

/** A server that answers as ElevenLabs does: voices, speech as 24 kHz PCM, its limits and its headers. */
export const serveElevenLabs = Effect.fnUntraced(function* (settings: ElevenLabsEndpointSettings = {}) {
  const { key = "xi-key", maximumConcurrent = 3, voices = accountVoices } = settings
  let speaking = 0
  let asked = 0
  const speech: Array<Received> = []
  const service = yield* serve(async (received): Promise<Reply> => {
    if (received.headers["xi-api-key"] !== key) return refusal(401, "invalid_api_key", "Invalid API key")
    if (received.method === "GET" && received.path.startsWith("/v1/voices")) return { body: { voices } }
    const voice = /^\/v1\/text-to-speech\/([^/?]+)\?/.exec(received.path)?.[1]
    if (voice === undefined) return { status: 404, body: { detail: "Not Found" } }
    speech.push(received)
    const fault = settings.fault?.(asked++, received)
    if (fault !== undefined) return fault
    if (!voices.some(({ voice_id }) => voice_id === voice)) return refusal(404, "voice_not_found")
    if (speaking >= maximumConcurrent) return refusal(429, "too_many_concurrent_requests")
    speaking++
    const current = speaking
    await new Promise((done) => setTimeout(done, settings.delayMillis ?? 0))
    speaking--
    const { text } = received.json() as { text: string }
    return {
      body: pcm16(sine(440, 24_000, 0.2 + text.length / 15)),
      headers: {
        "content-type": "audio/pcm",
        "current-concurrent-requests": String(current),
        "maximum-concurrent-requests": String(maximumConcurrent),
        "character-cost": String(text.length)
      }
    }
  })
  return {
    ...service,
    /** The requests for speech alone. */
    speech
  }
})
