import type { Language } from "../domain/Language.ts"
import type { Part } from "../domain/Part.ts"
import type { SubtitleStyle } from "../media/SubtitleText.ts"

/** What is said: where it comes from. Paths as given; languages known or not. */
export interface ListenSettings {
  readonly subs: string | undefined
  readonly segments: string | undefined
  readonly stt: "auto" | "subtitles" | "openai" | "elevenlabs" | "whisper-cpp" | "local"
  readonly from: Language | undefined
  /** Counts the audio tracks from 1; undefined: the default one. */
  readonly audioTrack: number | undefined
  /** How many people speak, where it is known. */
  readonly speakers: number | undefined
}

/** What will be said, and in which language. */
export interface ScriptSettings {
  /** Undefined: the language of the source, re-voiced. */
  readonly to: Language | undefined
  /** Subtitles in the target language, spoken as they are. */
  readonly script: string | undefined
  readonly polish: boolean
  readonly glossary: string | undefined
  /** Lines that do not fit once they are spoken are rewritten, where there is a language model. */
  readonly refit: boolean
}

/** How lines are grouped into what is spoken at one go. Seconds. */
export interface GroupSettings {
  readonly align: "segment" | "sentence" | "block"
  readonly sentenceJoinGap: number
  readonly sentencesPerUtterance: number
}

/** How it sounds. */
export interface VoiceSettings {
  /** Undefined: the provider's own for the language. */
  readonly voice: string | undefined
  readonly voiceFor: Readonly<Record<string, string>>
  /**
   * The file that keeps who has which voice; undefined: voices.yaml beside the workdir. Where it is given, samples of the
   * speakers' voices are kept beside it too, to know them again.
   */
  readonly voices: string | undefined
  readonly instructions: string | undefined
  /** Nothing new is spoken: what has no clip fails. */
  readonly cachedOnly: boolean
}

/** When it is heard, and over what. */
export interface TimelineSettings {
  readonly maxTempo: number
  readonly minTempo: number
  readonly noSpeedup: boolean
  readonly strict: boolean
  /** Lines of different speakers who spoke at once in the source may do so in the dub. */
  readonly overlapSpeakers: boolean
  /** Undefined: duck where the source is translated, drop where it is re-voiced; else a kind or a file's path. */
  readonly background: string | undefined
  /** Level of the kept original sound in decibels; undefined: by kind. */
  readonly originalVolume: number | undefined
  /** Integrated loudness of the output in LUFS; undefined: the source's own. */
  readonly loudness: number | undefined
}

/** What comes out, and where. */
export interface OutputSettings {
  readonly output: string | undefined
  /** The path of the output without its language and extension; undefined: out/<video name>. */
  readonly outputBase?: string | undefined
  readonly force: boolean
  readonly subtitles: "none" | "soft" | "hard"
  /** What the source says stands below what is spoken. */
  readonly bilingual: boolean
  /** Of hard subtitles. */
  readonly subtitleStyle: SubtitleStyle
  readonly keepOriginal: boolean
  /** Several languages go into one file, a track of sound and one of subtitles each. */
  readonly oneFile: boolean
  /** Description, chapters and tags for YouTube are written too. */
  readonly youtube: boolean
}

/** Everything a dub depends on besides the services that its layers provide. */
export interface DubSettings
  extends ListenSettings, ScriptSettings, GroupSettings, VoiceSettings, TimelineSettings, OutputSettings {
  readonly video: string
  /** Only this part of it is dubbed, into a short video of its own (`dub`, `prepare`, `synthesize`); undefined: all of it. */
  readonly part?: Part | undefined
  /** What the run may cost, in US dollars; undefined: no matter what. */
  readonly budgetUsd?: number | undefined
  /** Requests at once; 1 is one at a time. */
  readonly concurrency: number | "auto"
}

export const defaults: Omit<DubSettings, "video"> = {
  subs: undefined,
  segments: undefined,
  stt: "auto",
  from: undefined,
  audioTrack: undefined,
  speakers: undefined,
  to: undefined,
  script: undefined,
  polish: false,
  glossary: undefined,
  refit: true,
  align: "sentence",
  sentenceJoinGap: 1.2,
  sentencesPerUtterance: 2,
  voice: undefined,
  voiceFor: {},
  voices: undefined,
  instructions: undefined,
  cachedOnly: false,
  maxTempo: 1.3,
  minTempo: 0.9,
  noSpeedup: false,
  strict: false,
  overlapSpeakers: false,
  background: undefined,
  originalVolume: undefined,
  loudness: undefined,
  output: undefined,
  force: false,
  subtitles: "soft",
  bilingual: false,
  subtitleStyle: {},
  keepOriginal: false,
  oneFile: false,
  youtube: false,
  concurrency: 5
}

/** Whether `--background` names a file rather than what becomes of the original sound. */
export const isBackgroundFile = (background: string): boolean => !["keep", "duck", "drop"].includes(background)

/** How many requests are got ready at once where the service's own limit is not known yet. */
export const atOnce = (concurrency: number | "auto"): number => (concurrency === "auto" ? 8 : concurrency)
