import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Ffmpeg } from "../../../src/media/Ffmpeg.ts"
import { encodeWav } from "../../../src/media/Wav.ts"
import { type DiarizationRequest, SpeakerDiarization } from "../../../src/transcript/SpeakerDiarization.ts"
import * as Local from "../../../src/transcript/SpeakerDiarization/Local.ts"
import { film } from "../../support/Media.ts"
import { sine } from "../../support/Sine.ts"
import { speakerModels } from "../../support/SpeakerModels.ts"

const services = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

const voices = { Anna: 300, Ben: 500, Cy: 900 }

/** Who speaks, from when, for how long; a late one is only in the last part. */
const cast = [
  ["Anna", 1, 2],
  ["Ben", 4, 2],
  ["Anna", 7, 2],
  ["Ben", 11, 2],
  ["Cy", 14, 3],
  ["Anna", 18, 2]
] as const

const talk = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const heard = cast.map(([who, at, seconds]) => ({ at, seconds, tone: voices[who] }))
  return yield* film(`${folder}/talk.mkv`, { seconds: 22, sounds: [{ seconds: 22, heard, codec: "flac" }] })
})

const turnsOf = Effect.fnUntraced(function* (
  settings: Local.LocalDiarizationSettings,
  more: Partial<DiarizationRequest> = {}
) {
  const path = yield* talk
  return yield* SpeakerDiarization.use((service) => service.turns({ path, audioStream: 1, voices: [], ...more })).pipe(
    Effect.provide(Local.layer(settings))
  )
})

const failure = (settings: Local.LocalDiarizationSettings) =>
  Effect.map(Effect.flip(turnsOf(settings)), ({ message }) => message)

const expected = (names: Record<string, string>) => cast.map(([who, at, seconds]) => [names[who], at, at + seconds])

const rounded = (turns: ReadonlyArray<{ readonly speaker: string; readonly start: number; readonly end: number }>) =>
  turns.map(({ end, speaker, start }) => [speaker, Math.round(start), Math.round(end)])

layer(services, { excludeTestServices: true })("speakers told apart on this machine", (it) => {
  it.effect("have turns, in one part or in several: voices are known again in the next", () =>
    Effect.gen(function* () {
      const models = yield* speakerModels()
      const names = { Anna: "speaker 1", Ben: "speaker 2", Cy: "speaker 3" }
      assert.deepStrictEqual(rounded(yield* turnsOf(models)), expected(names))
      const inParts = yield* turnsOf({ ...models, partSeconds: 10 })
      assert.deepStrictEqual(rounded(inParts), expected(names))
    })
  )

  it.effect("are known from other videos, and others get numbers that nobody has", () =>
    Effect.gen(function* () {
      const models = yield* speakerModels()
      const sample = encodeWav(sine(voices.Ben, 16_000, 3), 16_000)
      const known = { voices: [{ name: "Benjamin", sample }], takenNames: ["speaker 7"] }
      assert.deepStrictEqual(
        rounded(yield* turnsOf(models, known)),
        expected({ Anna: "speaker 8", Ben: "Benjamin", Cy: "speaker 9" })
      )
      const alone = yield* turnsOf(models, { speakers: 1 })
      assert.deepStrictEqual([...new Set(alone.map(({ speaker }) => speaker))], ["speaker 1"])
    })
  )

  it.effect("need the library and both models, and say how to get them; nothing of theirs ends this process", () =>
    Effect.gen(function* () {
      const { folder, library } = yield* speakerModels()
      const fs = yield* FileSystem.FileSystem
      const empty = yield* fs.makeTempDirectoryScoped()
      const nothing = yield* failure({ folder: empty, library })
      assert.match(nothing, /no model that hears turns of speech is in .*speaker-segmentation-models.*--speaker-models/)
      assert.isBelow(nothing.length, 400)
      yield* fs.remove(`${folder}/voices`, { recursive: true })
      assert.match(yield* failure({ folder, library }), /no model that knows voices is in/)
      const broken = yield* speakerModels("broken")
      assert.match(yield* failure(broken), /speakers cannot be told apart: Please check your config!/)
      const deadly = yield* speakerModels("deadly")
      assert.match(yield* failure(deadly), /could not read its models, and ended/)
      assert.match(yield* failure({ ...broken, library: "file:///nowhere.mjs" }), /speakers cannot be told apart/)
    })
  )
})
