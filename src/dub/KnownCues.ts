import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { Source } from "../domain/Source.ts"
import { unreadable } from "../media/FileProblem.ts"
import * as Subtitles from "../transcript/Subtitles.ts"
import { findSubtitlesBeside, findSubtitlesIn } from "../transcript/SubtitlesBeside.ts"
import { chooseSubtitleTrack, readSubtitleTrack } from "../transcript/SubtitleTracks.ts"
import type { DubSettings } from "./Settings.ts"

/** The lines of a video as far as files know them, asking nobody: a script, subtitles given, beside or inside it. */
export const knownCues = Effect.fn("knownCues")(function* (source: Source, settings: DubSettings) {
  const fs = yield* FileSystem.FileSystem
  const read = (path: string) => Effect.mapError(fs.readFile(path), unreadable(path))
  const parse = (path: string) =>
    Effect.flatMap(read(path), (bytes) => Effect.map(Subtitles.parse(bytes, path), ({ cues }) => cues))
  const translation =
    settings.script ?? (settings.to === undefined ? undefined : yield* findSubtitlesIn(source.path, settings.to))
  if (translation !== undefined) return yield* parse(translation)
  if (settings.subs !== undefined) return yield* parse(settings.subs)
  if (settings.segments !== undefined) {
    const bytes = yield* read(settings.segments)
    return yield* Subtitles.parseSegments(new TextDecoder().decode(bytes), settings.segments)
  }
  if (settings.stt !== "auto" && settings.stt !== "subtitles") return undefined
  const beside = yield* findSubtitlesBeside(source.path, { from: settings.from, to: settings.to })
  if (Option.isSome(beside)) return yield* parse(beside.value.path)
  const track = chooseSubtitleTrack(source, { from: settings.from, to: settings.to })
  return track === undefined ? undefined : (yield* readSubtitleTrack(source, track)).cues
})
