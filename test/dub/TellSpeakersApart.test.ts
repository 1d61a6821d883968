import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { listen } from "../../src/dub/Listen.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { readSource } from "../../src/dub/ReadSource.ts"
import { defaults, type DubSettings } from "../../src/dub/Settings.ts"
import { Workdir } from "../../src/dub/Workdir.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { SpeakerDiarization } from "../../src/transcript/SpeakerDiarization.ts"
import { SpeechToText } from "../../src/transcript/SpeechToText.ts"
import { film, srt } from "../support/Media.ts"

const services = Layer.provideMerge(Ffmpeg.layer, NodeServices.layer)

const words = ["Shall", "we", "begin?", "Yes,", "let", "us."].map((text, i) => ({
  text,
  start: 1 + i / 2,
  end: 1.5 + i / 2
}))

/** A service that hears two people as one, models that tell them apart, and how often each was asked. */
const heard = () => {
  const asked = { transcription: 0, speakers: 0 }
  const stt = Layer.succeed(SpeechToText, {
    provider: { service: "test", model: "m", address: "", hasTimes: true, longestSeconds: 1000, largestBytes: 1e9 },
    transcribe: () =>
      Effect.sync(() => {
        asked.transcription++
        const text = words.map((word) => word.text).join(" ")
        return { text, language: Language.make("en"), segments: [{ text, start: 1, end: 4, speaker: null }], words }
      })
  })
  const diarization = Layer.succeed(SpeakerDiarization, {
    model: "two voices",
    turns: ({ speakers = 2 }) =>
      Effect.sync(() => {
        asked.speakers++
        const second = speakers === 1 ? "speaker 1" : "speaker 2"
        return [
          { speaker: "speaker 1", start: 0.9, end: 2.4 },
          { speaker: second, start: 2.45, end: 4.2 }
        ]
      })
  })
  return { asked, stt, diarization }
}

layer(services, { excludeTestServices: true })("speakers told apart", (it) => {
  const place = Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const video = yield* film(`${folder}/talk.mkv`, {
      seconds: 6,
      sounds: [{ seconds: 6, heard: [{ at: 1, words: "Shall we begin? Yes, let us begin with that." }] }]
    })
    return { fs, folder, video }
  })

  it.effect("label and part what was heard; nothing is asked for again but what changed", () =>
    Effect.gen(function* () {
      const { folder, video } = yield* place
      const { asked, diarization, stt } = heard()
      const run = (settings: Partial<DubSettings>, told: boolean) =>
        Effect.flatMap(readSource(video), (source) => listen(source, { ...defaults, video, ...settings })).pipe(
          Effect.map(({ cues }) => cues.map(({ speaker, text }) => [speaker, text])),
          Effect.provide(
            Layer.merge(told ? Layer.merge(stt, diarization) : stt, Workdir.layer(`${folder}/work`)).pipe(
              Layer.provideMerge(Progress.layerSilent)
            )
          )
        )
      assert.deepStrictEqual(yield* run({}, false), [[null, "Shall we begin? Yes, let us."]])
      const labelled = [
        ["speaker 1", "Shall we begin?"],
        ["speaker 2", "Yes, let us."]
      ]
      assert.deepStrictEqual(yield* run({}, true), labelled)
      assert.deepStrictEqual(yield* run({}, true), labelled)
      assert.deepStrictEqual(asked, { transcription: 1, speakers: 1 })
      assert.deepStrictEqual(yield* run({ speakers: 1 }, true), [["speaker 1", "Shall we begin? Yes, let us."]])
      assert.deepStrictEqual(asked, { transcription: 1, speakers: 2 })
    }).pipe(Effect.scoped)
  )

  it.effect("label subtitles, line by line, but not those that name their speakers", () =>
    Effect.gen(function* () {
      const { folder, fs, video } = yield* place
      const { asked, diarization, stt } = heard()
      const run = (name: string, texts: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const subs = `${folder}/${name}.srt`
          yield* fs.writeFileString(
            subs,
            srt([
              { start: 1, end: 2.4, text: texts[0]! },
              { start: 2.5, end: 4, text: texts[1]! }
            ])
          )
          const spoken = yield* listen(yield* readSource(video), {
            ...defaults,
            video,
            subs,
            from: Language.make("en")
          })
          return spoken.cues.map(({ speaker }) => speaker)
        }).pipe(
          Effect.provide(
            Layer.mergeAll(stt, diarization, Workdir.layer(`${folder}/${name}`)).pipe(
              Layer.provideMerge(Progress.layerSilent)
            )
          )
        )
      assert.deepStrictEqual(yield* run("plain", ["Shall we begin?", "Yes."]), ["speaker 1", "speaker 2"])
      assert.deepStrictEqual(yield* run("named", ["[speaker: Eve] Shall we?", "Yes."]), ["Eve", null])
      assert.deepStrictEqual(asked, { transcription: 0, speakers: 1 })
    }).pipe(Effect.scoped)
  )
})
