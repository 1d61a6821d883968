import { createHash } from "node:crypto"
import type { SpeechProvider, SpeechRequest } from "./TextToSpeech.ts"

/** Changes when clips of before can no longer be used: their format, or what is done to them before they are kept. */
const formatVersion = 1

const ownAddresses = ["https://api.openai.com", "https://api.elevenlabs.io"]

const loopbackHost = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** A makers' own address says nothing, and this machine's servers are one: they come back on another port. */
const place = (address: string): string => {
  if (ownAddresses.some((own) => address === own || address.startsWith(`${own}/`))) return ""
  const url = URL.parse(address)
  return url !== null && loopbackHost.test(url.hostname) ? "loopback" : address
}

/**
 * The name of a clip: 40 hexadecimal digits of a hash over all that makes its sound and nothing else. Where the line
 * stands, what else is spoken and how many at once is not part of it.
 */
export const keyOf = (provider: SpeechProvider, request: SpeechRequest): string => {
  const dependsOn = new Set(provider.soundDependsOn)
  const parts = [
    formatVersion,
    provider.service,
    place(provider.address),
    provider.model,
    request.voice ?? provider.defaultVoice(request.language),
    request.text,
    provider.takesInstructions === false ? "" : (request.instructions ?? ""),
    request.speed ?? 1,
    dependsOn.has("language") ? request.language : "",
    provider.soundSettings ?? "",
    ...(dependsOn.has("neighbours") ? [request.previousText ?? "", request.nextText ?? ""] : [])
  ]
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 40)
}
