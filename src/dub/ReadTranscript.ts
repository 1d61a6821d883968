import * as Effect from "effect/Effect"
import { type Cue, Transcript } from "../domain/Cue.ts"
import * as Workdir from "./Workdir.ts"

/** What is said in the video as transcript.json has it; nothing where there is none that can be read. */
export const readTranscript = Effect.gen(function* () {
  const workdir = yield* Workdir.Workdir
  const name = "transcript.json"
  const read = Effect.flatMap(workdir.read(name), (bytes) => Workdir.json(Transcript).decode(bytes, workdir.path(name)))
  return yield* Effect.orElseSucceed(read, (): ReadonlyArray<Cue> => [])
})
