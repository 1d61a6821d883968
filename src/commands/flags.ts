import * as Flag from "effect/cli/Flag"
import * as Argument from "effect/cli/Argument"
import { outputFlags } from "./outputFlags.ts"

/** A flag that takes a word, and may be left out. */
export const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

const choice = <const Choices extends ReadonlyArray<string>>(name: string, choices: Choices, description: string) =>
  Flag.Literals(name, choices).pipe(Flag.withDescription(description), Flag.optional)

const finite = (name: string, metavar: string, description: string) =>
  Flag.Finite(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

export const onOff = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

export const video = Argument.String("VIDEO").pipe(
  Argument.withDescription("The video or sound file; whatever ffmpeg reads")
)

/** Of commands that look at what was made of a video. */
export const dubbedVideo = Argument.String("VIDEO").pipe(Argument.withDescription("The video that was dubbed"))

export const workdir = text(
  "workdir",
  "DIR",
  "Folder for everything on the way, to look at, edit and go on from (default .work/<video name>; env DUBBER_WORKDIR)"
)

export const output = text(
  "output",
  "FILE",
  "Where the result goes: a file, or a folder for it (default out/<video name>.<language>.<extension of the input>)"
).pipe(Flag.withAlias("o"))

export const force = onOff("force", "Replace an output file that dubber did not make (default off)")

export const debug = onOff("debug", "Show every step, and stack traces of errors (default off)")

export const json = onOff("json", "Print the run's report on stdout, everything else on stderr (default off)")

export const to = text(
  "to",
  "LANG",
  "Language to dub into, as es or Spanish; several as es,de,fr (default: the language of the video, re-voiced)"
)

/** Of commands that look at what was dubbed. */
export const dubbedInto = text(
  "to",
  "LANG",
  "Language that it was dubbed into, or several as es,de (default: all there are)"
)

/** Where requests go at once. */
export const speedFlags = {
  concurrency: text("concurrency", "N", "Requests at once, 1 to 64, or auto (default 5; env MAX_CONCURRENT)").pipe(
    Flag.withAlias("c")
  ),
  sync: onOff("sync", "One request at a time, the same as --concurrency 1 (default off)"),
  rpm: finite("rpm", "N", "Speech requests a minute at most (default: the provider's own; env DUBBER_RPM)"),
  budget: finite("budget", "USD", "Stop before spending more than this, keeping what is there (env DUBBER_BUDGET)")
}

/** Who speaks with which voice; of prep too, which may know speakers again. */
const voices = text(
  "voices",
  "FILE",
  "Who has which voice (default voices.yaml beside the workdir; env DUBBER_VOICES). A FILE that you name also keeps " +
    "samples of the speakers' voices beside it, to know them again in other videos"
)

/** What is said. */
export const listenFlags = {
  from: text("from", "LANG", "Language of the video (default: detected)"),
  subs: Flag.String("subs").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Subtitles (srt, vtt, ass) of what is said; nothing is transcribed"),
    Flag.optional
  ),
  segments: text("segments", "FILE", "What is said as a JSON array of {start,end,text}, in seconds"),
  stt: choice(
    "stt",
    ["auto", "subtitles", "openai", "elevenlabs", "whisper-cpp", "local"],
    "Where what is said comes from (default auto: subtitles beside or inside the video, else a service; env DUBBER_STT)"
  ),
  sttModel: text(
    "stt-model",
    "MODEL",
    "Transcription model, or its folder for --stt local (default by service; env DUBBER_STT_MODEL)"
  ),
  audioTrack: Flag.Int("audio-track").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("Audio track to listen to and replace, from 1 (default: the default track)"),
    Flag.optional
  ),
  speakers: Flag.Int("speakers").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("How many people speak, for services that take it (default: found out; env DUBBER_SPEAKERS)"),
    Flag.optional
  ),
  speakerModels: text(
    "speaker-models",
    "DIR",
    "Folder of sherpa-onnx models that tell speakers apart on this machine, where nothing else does (env DUBBER_SPEAKER_MODELS)"
  ),
  voices
}

/** How lines are grouped and terms are said: of prep and of synth. */
export const groupFlags = {
  glossary: text("glossary", "FILE", "Terms with their translation or how to say them (csv or yaml)"),
  align: choice(
    "align",
    ["segment", "sentence", "block"],
    "What is spoken at one go: a line, sentences, or a paragraph (default sentence; env DUBBER_ALIGN)"
  ),
  sentenceJoinGap: finite("sentence-join-gap", "S", "A pause of this many seconds ends a sentence (default 1.2)"),
  sentencesPerUtterance: Flag.Int("sentences-per-utterance").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("Sentences spoken at one go at most (default 2)"),
    Flag.optional
  )
}

/** What will be said. */
export const scriptFlags = {
  polish: onOff("polish", "Mend grammar and fluency first, meaning and lines kept (default off)"),
  script: text(
    "script",
    "FILE",
    "Subtitles in the target language, spoken as they are (default: <video name>.<LANG>.srt beside the video, if there)"
  ),
  llmModel: text(
    "llm-model",
    "MODEL",
    "Language model for --to and --polish (default by service; env DUBBER_LLM_MODEL)"
  ),
  ...groupFlags
}

/** Who can speak, as in `--tts`. */
export const speechServices = ["openai", "realtime", "elevenlabs", "espeak", "local"] as const

/** How it sounds and when it is heard. */
export const speechFlags = {
  tts: choice(
    "tts",
    ["auto", ...speechServices],
    "Who speaks (default auto: the best that is set up, espeak without a key; env DUBBER_TTS)"
  ),
  ttsModel: text("tts-model", "MODEL", "Speech model (default by service; env DUBBER_TTS_MODEL)"),
  voice: text(
    "voice",
    "V",
    "Voice, as the service names it (default by service; env DUBBER_VOICE, ELEVENLABS_VOICE_ID)"
  ),
  voiceFor: Flag.String("voice-for").pipe(
    Flag.withMetavar("SPEAKER=V"),
    Flag.withDescription("Voice of one speaker; may be repeated"),
    Flag.atLeast(0)
  ),
  voices,
  instructions: text("instructions", "TEXT", "How to speak, for models that take it (env OPENAI_TTS_INSTRUCTIONS)"),
  model: text("model", "DIR", "Folder of the voice model for --tts local (env DUBBER_LOCAL_MODEL)"),
  cachedOnly: onOff("cached-only", "Speak nothing new; fail where a clip is missing (default off)"),
  noRefit: onOff(
    "no-refit",
    "Leave lines that do not fit as they are, instead of having the language model rewrite them (default off)"
  ),
  maxTempo: finite("max-tempo", "X", "Speech is never sped up more than this (default 1.3)"),
  minTempo: finite("min-tempo", "X", "Speech is never slowed more than this (default 0.9)"),
  noSpeedup: onOff("no-speedup", "Never speed speech up; lines may run late (default off)"),
  strict: onOff("strict", "Keep each line in its own time window (default off)"),
  overlapSpeakers: onOff("overlap-speakers", "Speakers who talked at once may do so in the dub (default off)"),
  background: text(
    "background",
    "keep|duck|drop|FILE",
    "The original sound under the dub, or a file instead (default duck where translated, drop where re-voiced)"
  ),
  originalVolume: finite(
    "original-volume",
    "DB",
    "Level of the original sound under the dub, in decibels (default by kind)"
  ),
  loudness: finite("loudness", "LUFS", "Loudness of the result (default: that of the source)"),
  subtitles: choice(
    "subtitles",
    ["none", "soft", "hard"],
    "Subtitles of the spoken lines in the result (default soft)"
  ),
  youtube: onOff("youtube", "Write title, description, chapters and tags for YouTube too (default off)"),
  ...outputFlags
}
