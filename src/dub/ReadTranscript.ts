import * as Effect from "effect/Effect"
import { Transcript } from "../domain/Cue.ts"
import * as Workdir from "./Workdir.ts"

/** What is said in the video as transcript.json has it; nothing where there is none. One that cannot be read is a Problem. */
export const readTranscript = Effect.gen(function* () {
  const workdir = yield* Workdir.Workdir
  const name = "transcript.json"
  if (!(yield* workdir.exists(name))) return []
  return yield* Workdir.decodeMade(Workdir.json(Transcript), yield* workdir.read(name), workdir.path(name))
})
