import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { unreadable } from "../media/FileProblem.ts"
import type { DubSettings } from "./Settings.ts"
import { readVoiceSamples } from "./VoiceSamples.ts"
import { namesIn } from "./VoicesFile.ts"

/**
 * Who may be heard: the voices that are kept beside the file that `--voices` names, and the names in it, which nobody
 * else is to be given. Nothing where no file is named: then each video has its own speakers.
 */
export const knownVoices = Effect.fn("knownVoices")(function* (settings: DubSettings) {
  if (settings.voices === undefined) return { voices: [], takenNames: [] }
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const path = paths.resolve(settings.voices)
  const text = yield* fs.readFileString(path).pipe(
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed("")),
    Effect.mapError(unreadable(path))
  )
  return { voices: yield* readVoiceSamples(settings), takenNames: yield* namesIn(text, path) }
})
