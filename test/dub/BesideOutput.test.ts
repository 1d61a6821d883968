import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Language } from "../../src/domain/Language.ts"
import type { Source } from "../../src/domain/Source.ts"
import { tellBeside } from "../../src/dub/BesideOutput.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { chooseBackground } from "../../src/dub/RenderSound.ts"
import { defaults } from "../../src/dub/Settings.ts"
import { containerOf } from "../../src/media/Container.ts"

const silentFilm: Source = {
  path: "mute.mp4",
  size: 1,
  format: "mp4",
  startTime: 0,
  duration: 1,
  streams: [],
  chapters: 0,
  fingerprint: ""
}

/** The warnings that it gives. */
const warnings = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    yield* effect
    return yield* progress.warnings
  }).pipe(Effect.provide(Progress.layerSilent))

layer(NodeServices.layer)("what is said of an output", (it) => {
  it.effect("where the subtitles are that a video file does not hold; of a sound file nobody expects them in it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warnings(tellBeside(["out/talk.es.srt"], containerOf("talk.avi")!)), [
        "A .avi file holds no subtitles: they are beside it, in out/talk.es.srt"
      ])
      for (const name of ["talk.mp3", "talk.mkv"]) {
        assert.deepStrictEqual(yield* warnings(tellBeside(["out/talk.es.srt"], containerOf(name)!)), [])
      }
    })
  )

  it.effect("that there is no sound to keep, where it was asked for", () =>
    Effect.gen(function* () {
      const script = { language: Language.make("es"), translated: true, cues: [], path: "subs.srt", from: undefined }
      const choose = (background: string | undefined) =>
        warnings(chooseBackground(silentFilm, script, { ...defaults, video: "mute.mp4", background }))
      assert.deepStrictEqual(yield* choose("keep"), ["--background keep: the video has no sound to keep"])
      assert.deepStrictEqual(yield* choose(undefined), [])
      assert.deepStrictEqual(yield* choose("drop"), [])
    })
  )
})
