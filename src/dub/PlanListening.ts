import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { Transcript } from "../domain/Cue.ts"
import * as Language from "../domain/Language.ts"
import { audioStreams, type Source } from "../domain/Source.ts"
import { unreadable } from "../media/FileProblem.ts"
import { SpeechToText } from "../transcript/SpeechToText.ts"
import { suspicionsOf } from "../transcript/SubtitleNoise.ts"
import * as Subtitles from "../transcript/Subtitles.ts"
import { readSubtitleTrack } from "../transcript/SubtitleTracks.ts"
import { detectLanguage } from "./DetectLanguage.ts"
import { chooseOrigin, type Origin, tagged } from "./Origin.ts"
import type { DubSettings } from "./Settings.ts"
import * as Workdir from "./Workdir.ts"

/** What was heard or read, and how: the shape of transcription.json. */
const Heard = Schema.Struct({
  /** "subtitles talk.en.srt", "text track 3", "openai whisper-1". */
  by: Schema.String,
  language: Schema.NullOr(Language.Language),
  warnings: Schema.Array(Schema.String),
  cues: Transcript
})

export const heardFormat = Workdir.json(Heard)

const read = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFile(path)).pipe(Effect.mapError(unreadable(path)))

const noted = ({ cues, warnings }: { readonly cues: Transcript; readonly warnings: ReadonlyArray<string> }) => [
  ...warnings,
  ...suspicionsOf(cues)
]

/** Whether all was written down before and only its language is missing: saying that is no reason to pay again. */
const wasUntold = Effect.fnUntraced(function* (inputs: object) {
  const workdir = yield* Workdir.Workdir
  const name = "transcription.json"
  if (!(yield* workdir.holds(name, inputs))) return false
  return yield* workdir.read(name).pipe(
    Effect.flatMap((bytes) => heardFormat.decode(bytes, name)),
    Effect.map(({ language }) => language === null),
    Effect.orElseSucceed(() => false)
  )
})

/** Where what is said comes from, and what transcription.json depends on; nothing is asked of anybody. */
export const planListening = Effect.fnUntraced(function* (
  source: Source,
  settings: DubSettings,
  alsoTo: ReadonlyArray<Language.Language>
) {
  const { provider } = yield* SpeechToText
  const origin = yield* chooseOrigin(source, settings, alsoTo)

  const bytes = origin.kind === "subtitles" || origin.kind === "segments" ? yield* read(origin.path) : undefined
  const by =
    origin.kind === "speech"
      ? `${provider.service} ${provider.model}`
      : origin.kind === "track"
        ? `text track ${origin.stream.index}`
        : `${origin.kind} ${origin.path}`
  const inputs = {
    source: source.fingerprint,
    by,
    content: bytes === undefined ? null : Workdir.hash(bytes),
    address: origin.kind === "speech" ? provider.address : null,
    stream: "stream" in origin ? origin.stream.index : null,
    language: origin.language ?? null,
    ...(settings.speakers === undefined || origin.kind !== "speech" || provider.takesSpeakers !== true
      ? {}
      : { speakers: settings.speakers })
  }
  const untold = { ...inputs, language: null }
  const isUntold = origin.kind === "speech" && inputs.language !== null && (yield* wasUntold(untold))
  return { origin, bytes, by, inputs: isUntold ? untold : inputs }
})

/** What the lines of a file or a text track are; asking nobody. */
export const readLines = Effect.fnUntraced(function* (
  source: Source,
  origin: Exclude<Origin, { readonly kind: "speech" }>,
  bytes: Uint8Array | undefined
) {
  switch (origin.kind) {
    case "subtitles": {
      const parsed = yield* Subtitles.parse(bytes!, origin.path, { repairs: true })
      return { cues: parsed.cues, warnings: noted(parsed) }
    }
    case "segments": {
      const cues = yield* Subtitles.parseSegments(new TextDecoder().decode(bytes), origin.path)
      return { cues, warnings: suspicionsOf(cues) }
    }
    case "track": {
      const parsed = yield* readSubtitleTrack(source, origin.stream)
      return { cues: parsed.cues, warnings: noted(parsed) }
    }
  }
})

/** The language of lines, where neither a flag nor a name nor the service says it. */
export const languageOfLines = Effect.fnUntraced(function* (source: Source, origin: Origin, cues: Transcript) {
  const known = tagged(origin.kind === "speech" ? origin.stream : audioStreams(source)[0])
  return known ?? (yield* detectLanguage(cues.map((cue) => cue.text).join(" "))) ?? null
})
