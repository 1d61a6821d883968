import * as DateTime from "effect/DateTime"
import type { RequestKind } from "./RequestLog.ts"

/** What is known of a model of a service. Figures that are not published are not here. */
export interface Model {
  readonly name: string
  readonly kind: RequestKind
  /** Whose it is: as in `--tts` and `--stt`. */
  readonly service: string
  readonly usdPerThousandCharacters?: number
  readonly usdPerMinute?: number
  /** US dollars a million tokens of text. */
  readonly usdPerMillionInput?: number
  readonly usdPerMillionOutput?: number
  /** US dollars a million tokens of sound that is given back. */
  readonly usdPerMillionAudioOutput?: number
  /** The longest text of one request, in characters. */
  readonly longestInput?: number
  /** The longest sound of one request, in seconds, and the largest file, in bytes. */
  readonly longestSeconds?: number
  readonly largestBytes?: number
  /** What the smallest account may do. */
  readonly requestsPerMinute?: number
  readonly concurrentRequests?: number
  /** Speech: whether it takes words on how to speak, and the slowest and fastest rate it takes. */
  readonly takesInstructions?: boolean
  /** Speech: whether it takes what is said before and after. */
  readonly takesNeighbours?: boolean
  readonly speeds?: readonly [slowest: number, fastest: number]
  /** The day from which it answers no more, "2027-01-06", and what its maker names instead. */
  readonly shutdown?: string
  readonly replacement?: string
}

const megabyte = 1_000_000

const speechEnd = { shutdown: "2027-01-06", replacement: "gpt-realtime-2.1-mini" } as const
const realtimeEnd = { shutdown: "2027-01-20", replacement: "gpt-realtime-2.1-mini" } as const
const transcriptionEnd = { shutdown: "2027-02-26", replacement: "gpt-transcribe" } as const
const languageEnd = { shutdown: "2027-01-14", replacement: "gpt-6-luna" } as const

const openAiSpeech = { kind: "speech", service: "openai", longestInput: 4096, speeds: [0.25, 4], ...speechEnd } as const
const realtimeSpeech = {
  kind: "speech",
  service: "realtime",
  // 4096 tokens of sound are 200 seconds.
  longestInput: 2000,
  takesInstructions: true,
  speeds: [0.25, 1.5]
} as const
const openAiTranscription = {
  kind: "transcription",
  service: "openai",
  largestBytes: 25 * megabyte,
  ...transcriptionEnd
} as const
const elevenLabsSpeech = {
  kind: "speech",
  service: "elevenlabs",
  speeds: [0.7, 1.2],
  takesInstructions: false
} as const

/** Every model this program knows by name. Others work too: nothing is known of them, that is all. */
export const models: ReadonlyArray<Model> = [
  {
    ...openAiSpeech,
    name: "gpt-4o-mini-tts",
    // 4096 characters and 2000 tokens: in some scripts a character is a token.
    longestInput: 2000,
    usdPerMinute: 0.015,
    requestsPerMinute: 500,
    takesInstructions: true
  },
  { ...openAiSpeech, name: "tts-1", usdPerThousandCharacters: 0.015, takesInstructions: false },
  { ...openAiSpeech, name: "tts-1-hd", usdPerThousandCharacters: 0.03, takesInstructions: false },
  {
    ...realtimeSpeech,
    name: "gpt-realtime-2.1-mini",
    // A token of spoken sound is 50 ms.
    usdPerMinute: 0.024,
    usdPerMillionAudioOutput: 20
  },
  { ...realtimeSpeech, ...realtimeEnd, name: "gpt-realtime" },
  { ...realtimeSpeech, ...realtimeEnd, name: "gpt-realtime-mini" },
  { ...elevenLabsSpeech, name: "eleven_v4", longestInput: 10_000, usdPerThousandCharacters: 0.08 },
  { ...elevenLabsSpeech, name: "eleven_v4_turbo", longestInput: 5000 },
  { ...elevenLabsSpeech, name: "eleven_v3", longestInput: 5000, usdPerThousandCharacters: 0.1 },
  {
    ...elevenLabsSpeech,
    name: "eleven_multilingual_v2",
    longestInput: 10_000,
    usdPerThousandCharacters: 0.1,
    concurrentRequests: 2,
    takesNeighbours: true
  },
  {
    ...elevenLabsSpeech,
    name: "eleven_flash_v2_5",
    longestInput: 40_000,
    usdPerThousandCharacters: 0.05,
    concurrentRequests: 4,
    takesNeighbours: true
  },

  { ...openAiTranscription, name: "whisper-1", usdPerMinute: 0.006 },
  { ...openAiTranscription, name: "gpt-4o-transcribe", longestSeconds: 1500, usdPerMinute: 0.006 },
  { ...openAiTranscription, name: "gpt-4o-mini-transcribe", longestSeconds: 1500, usdPerMinute: 0.003 },
  { ...openAiTranscription, name: "gpt-4o-transcribe-diarize", longestSeconds: 1400, usdPerMinute: 0.006 },
  {
    name: "gpt-transcribe",
    kind: "transcription",
    service: "openai",
    largestBytes: 25 * megabyte,
    usdPerMinute: 0.0045
  },
  {
    name: "scribe_v2",
    kind: "transcription",
    service: "elevenlabs",
    largestBytes: 3000 * megabyte,
    longestSeconds: 36_000,
    usdPerMinute: 0.22 / 60
  },

  { name: "gpt-6-luna", kind: "language", service: "openai" },
  {
    name: "gpt-4o",
    kind: "language",
    service: "openai",
    usdPerMillionInput: 2.5,
    usdPerMillionOutput: 10,
    ...languageEnd
  },
  {
    name: "gpt-4o-mini",
    kind: "language",
    service: "openai",
    usdPerMillionInput: 0.15,
    usdPerMillionOutput: 0.6,
    ...languageEnd
  },
  {
    name: "gpt-4.1",
    kind: "language",
    service: "openai",
    usdPerMillionInput: 2,
    usdPerMillionOutput: 8,
    ...languageEnd
  },
  {
    name: "gpt-4.1-mini",
    kind: "language",
    service: "openai",
    usdPerMillionInput: 0.4,
    usdPerMillionOutput: 1.6,
    ...languageEnd
  }
]

/** The model and voice that are taken where none is named. */
export const defaultModels = {
  speech: { openai: "gpt-4o-mini-tts", realtime: "gpt-realtime-2.1-mini", elevenlabs: "eleven_multilingual_v2" },
  transcription: { openai: "whisper-1", elevenlabs: "scribe_v2" },
  language: { openai: "gpt-6-luna" }
} as const
export const defaultVoices = { openai: "onyx", realtime: "cedar" } as const
const firstVoices = ["alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer"] as const

/** The voices that a model of OpenAI speaks with, in any language. */
export const voicesOf = (model: Pick<Model, "name" | "service">): ReadonlyArray<string> =>
  model.service === "realtime"
    ? ["alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse"]
    : model.name.startsWith("tts-1")
      ? firstVoices
      : [...firstVoices, "ballad", "cedar", "marin", "verse"].toSorted()

/** Whose voice a name is, among services that need a key, and that key; undefined where it is nobody's. */
export const ownerOfVoice = (voice: string) => {
  const isOpenAi = voicesOf({ name: "", service: "openai" }).includes(voice.toLowerCase())
  if (isOpenAi) return { owner: "OpenAI", service: "openai", keyName: "OPENAI_API_KEY" } as const
  const isElevenLabs = /^[a-z0-9]{20}$/i.test(voice)
  return isElevenLabs
    ? ({ owner: "ElevenLabs", service: "elevenlabs", keyName: "ELEVENLABS_API_KEY" } as const)
    : undefined
}

/** What is dealt out to several speakers: a deep and a high voice in turn. */
export const dealtVoices = {
  openai: ["onyx", "nova", "echo", "shimmer", "ash", "coral", "fable", "sage", "alloy"],
  realtime: ["cedar", "marin", "echo", "shimmer", "ash", "coral", "verse", "sage", "ballad", "alloy"],
  espeak: ["+m3", "+f2", "+m1", "+f4", "+m7", "+f5", "+m5", "+f3"]
} as const

/** A model by its name or by that of one of its snapshots ("gpt-4o-mini-tts-2025-12-15"). */
export const findModel = (name: string): Model | undefined => {
  const family = name.replace(/-\d{4}-\d{2}-\d{2}$/, "")
  return models.find((model) => model.name === name) ?? models.find((model) => model.name === family)
}

/** US dollars for one text spoken, where the price is known. */
export const priceOfSpeech = (name: string, characters: number, seconds: number): number | undefined => {
  const model = findModel(name)
  if (model?.usdPerThousandCharacters !== undefined) return (characters / 1000) * model.usdPerThousandCharacters
  return model?.usdPerMinute === undefined ? undefined : (seconds / 60) * model.usdPerMinute
}

/** US dollars for sound written down, where the price is known. */
export const priceOfTranscription = (name: string, seconds: number): number | undefined => {
  const model = findModel(name)
  return model?.usdPerMinute === undefined ? undefined : (seconds / 60) * model.usdPerMinute
}

const noticeDays = 60

/**
 * One line on a model that its maker is about to shut down, within 60 days, or has shut down already, and what to use
 * instead; undefined where there is nothing to say. It holds for the maker's own address only: what a compatible
 * server calls by the same name goes on.
 */
export const shutdownNotice = (name: string, today: DateTime.DateTime): string | undefined => {
  const model = findModel(name)
  if (model?.shutdown === undefined) return undefined
  const end = DateTime.makeUnsafe(`${model.shutdown}T00:00:00Z`)
  const days = Math.ceil((DateTime.toEpochMillis(end) - DateTime.toEpochMillis(today)) / 86_400_000)
  if (days > noticeDays) return undefined
  const instead = model.replacement === undefined ? "" : ` Use ${replacementAdvice(model.replacement)} instead.`
  const when =
    days <= 0
      ? `was shut down on ${model.shutdown}`
      : `is shut down on ${model.shutdown} (in ${days} day${days === 1 ? "" : "s"})`
  return `The model ${name} ${when}.${instead}`
}

const flags = { speech: "--tts-model", transcription: "--stt-model", language: "--llm-model" } as const

const replacementAdvice = (name: string): string => {
  const model = findModel(name)
  if (model === undefined) return name
  return model.service === "openai" ? `${flags[model.kind]} ${name}` : `--tts ${model.service} (${name})`
}
