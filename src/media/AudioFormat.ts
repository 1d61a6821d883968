/** What bytes are, by themselves. "pcm" is what nothing else claims; "text" is JSON, HTML, XML or plain words. */
export type AudioFormat = "wav" | "mp3" | "aac" | "ogg" | "flac" | "mp4" | "webm" | "text" | "pcm"

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean => {
  if (bytes.length < at + text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

const bitRates = [
  // MPEG 1 layers I, II, III, then MPEG 2 layers I and II/III; kbit/s
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
] as const

/** The length of the MPEG audio frame whose header is at `at`; undefined where there is none. */
const mpegFrame = (bytes: Uint8Array, at: number): number | undefined => {
  const [first, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]]
  if (first !== 0xff || second === undefined || third === undefined || (second & 0xe0) !== 0xe0) return undefined
  const version = (second >> 3) & 3
  const layer = 4 - ((second >> 1) & 3)
  const rate = [44_100, 48_000, 32_000][(third >> 2) & 3]
  if (version === 1 || layer === 4 || rate === undefined) return undefined
  const table = version === 3 ? bitRates[layer - 1]! : bitRates[layer === 1 ? 3 : 4]!
  const kilobits = table[(third >> 4) - 1]
  if (kilobits === undefined) return undefined
  const hertz = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4
  const padding = (third >> 1) & 1
  if (layer === 1) return (Math.floor((12_000 * kilobits) / hertz) + padding) * 4
  return Math.floor(((layer === 3 && version !== 3 ? 72_000 : 144_000) * kilobits) / hertz) + padding
}

const adtsFrame = (bytes: Uint8Array, at: number): number | undefined => {
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0 || at + 6 > bytes.length) return undefined
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5)
  return length < 7 ? undefined : length
}

/** Whether frames follow one another: two headers where the first says the second is, or the end. */
const isFramed = (bytes: Uint8Array, frame: (bytes: Uint8Array, at: number) => number | undefined): boolean => {
  const first = frame(bytes, 0)
  if (first === undefined) return false
  const second = frame(bytes, first)
  if (second === undefined) return first === bytes.length
  return first + second >= bytes.length - 4 || frame(bytes, first + second) !== undefined
}

/** Whether these are the words of an answer rather than sound: printable UTF-8 throughout the first kilobyte. */
const isText = (bytes: Uint8Array): boolean => {
  const head = bytes.subarray(0, 1024)
  const text = new TextDecoder().decode(head, { stream: true })
  // oxlint-disable-next-line no-control-regex -- control characters are what tells sound from words
  return text.length >= 2 && !/[\0-\x08\x0e-\x1f\x7f\ufffd]/.test(text)
}

/** Tells a sound's format by its first bytes. Bytes alone: names and content types are not believed. */
export const sniff = (bytes: Uint8Array): AudioFormat => {
  if ((startsWith(bytes, "RIFF") || startsWith(bytes, "RF64")) && startsWith(bytes, "WAVE", 8)) return "wav"
  if (startsWith(bytes, "ID3")) return "mp3"
  if (startsWith(bytes, "OggS")) return "ogg"
  if (startsWith(bytes, "fLaC")) return "flac"
  if (startsWith(bytes, "ftyp", 4)) return "mp4"
  if (startsWith(bytes, "\x1a\x45\xdf\xa3")) return "webm"
  if (isFramed(bytes, adtsFrame)) return "aac"
  if (isFramed(bytes, mpegFrame)) return "mp3"
  return isText(bytes) ? "text" : "pcm"
}

/** What a Content-Type says of headerless PCM: its rate in hertz and its channels. */
export interface PcmType {
  readonly rate: number | undefined
  readonly channels: number
}

/** Reads "audio/pcm;rate=22050", "audio/L16; rate=24000; channels=1" and the like; undefined for other types. */
export const parsePcmType = (contentType: string): PcmType | undefined => {
  const [type = "", ...parameters] = contentType
    .toLowerCase()
    .split(";")
    .map((part) => part.trim())
  if (!/^audio\/(x-)?(l16|pcm|raw|s16le|basic-pcm)$/.test(type)) return undefined
  const number = (...names: ReadonlyArray<string>): number | undefined => {
    const value = parameters.flatMap((parameter) => {
      const [name = "", text = ""] = parameter.split("=").map((part) => part.trim().replaceAll('"', ""))
      return names.includes(name) ? [Number(text)] : []
    })[0]
    return value !== undefined && Number.isInteger(value) && value > 0 ? value : undefined
  }
  const rate = number("rate", "samplerate", "sample_rate", "sample-rate")
  return {
    rate: rate !== undefined && rate >= 4000 && rate <= 384_000 ? rate : undefined,
    channels: Math.min(8, number("channels", "ch") ?? 1)
  }
}
