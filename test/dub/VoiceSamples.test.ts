import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option, Path, Schema } from "effect"
import type { Cue } from "../../src/domain/Cue.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { defaults, type DubSettings } from "../../src/dub/Settings.ts"
import { fileNameOf, keepVoiceSamples, nameIn, readVoiceSamples, samplesFolder } from "../../src/dub/VoiceSamples.ts"
import { Ffmpeg } from "../../src/media/Ffmpeg.ts"
import { probe } from "../../src/media/Probe.ts"
import { decodeWav, encodeWav } from "../../src/media/Wav.ts"
import { film, say } from "../support/Media.ts"
import { sine } from "../support/Sine.ts"

const services = Layer.mergeAll(Ffmpeg.layer, Progress.layerSilent).pipe(Layer.provideMerge(NodeServices.layer))

const cue = (speaker: string | null, start: number, end: number): Cue => ({ id: 1, speaker, start, end, text: "x" })

describe("names of files of voices", () => {
  it.prop("read back as they were, and name a plain file", [Schema.String], ([name]) => {
    const file = fileNameOf(name)
    assert.strictEqual(nameIn(file), name.normalize("NFC").toWellFormed())
    assert.notMatch(file, /[/\\:*?"<>|]|^\.|[ .]$/)
  })

  it("are those of the speakers where they can be", () => {
    assert.strictEqual(fileNameOf("Anna Lee"), "Anna Lee")
    assert.strictEqual(fileNameOf("speaker 1"), "speaker 1")
    assert.strictEqual(fileNameOf("Zoë 日本"), "Zoë 日本")
    assert.strictEqual(fileNameOf("../../etc/passwd"), "%2E.%2F..%2Fetc%2Fpasswd")
    assert.strictEqual(fileNameOf("100%"), "100%25")
    assert.strictEqual(nameIn("100%"), "100%")
  })
})

layer(services, { excludeTestServices: true })("voices that are kept", (test) => {
  test.effect("lie beside the file that is named, and only where one is", () =>
    Effect.gen(function* () {
      const paths = yield* Path.Path
      assert.isUndefined(samplesFolder({ voices: undefined }, paths))
      assert.strictEqual(samplesFolder({ voices: "/a/show.yaml" }, paths), "/a/show")
      assert.strictEqual(samplesFolder({ voices: "/a/show" }, paths), "/a/show.samples")
    })
  )

  test.effect("are the longest stretch in which somebody really speaks alone, once; renamed with the speaker", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const words = "Good morning everybody, today we are going to talk about the weather and the sea."
      const seconds = (yield* say(words)).length / 48_000
      assert.isAbove(seconds, 4)
      const source = yield* probe(
        yield* film(`${folder}/talk.mkv`, {
          seconds: 30,
          sounds: [
            {
              seconds: 30,
              startsAt: 0.4,
              heard: [
                { at: 1, words },
                { at: 12, words, voice: "en+f3" }
              ]
            }
          ]
        })
      )
      const settings: DubSettings = { ...defaults, video: source.path, voices: `${folder}/show/voices.yaml` }
      const cues = [
        cue("speaker 1", 1, 1 + seconds),
        // Longer, but silent.
        cue("speaker 1", 20, 29),
        cue("../Ben", 12, 12 + seconds),
        cue("Short", 8, 9),
        cue(null, 9.5, 14)
      ]
      yield* keepVoiceSamples(source, cues, new Map(), { ...settings, voices: undefined })
      assert.isFalse(yield* fs.exists(`${folder}/show`))
      yield* keepVoiceSamples(source, cues, new Map(), settings)
      const kept = (yield* fs.readDirectory(`${folder}/show/voices`)).toSorted()
      assert.deepStrictEqual(kept, ["%2E.%2FBen.wav", "speaker 1.wav"])
      const sound = Option.getOrThrow(decodeWav(yield* fs.readFile(`${folder}/show/voices/speaker 1.wav`)))
      assert.strictEqual(sound.sampleRate, 16_000)
      assert.closeTo(sound.samples.length / 16_000, Math.min(8, seconds - 0.4), 0.1)
      assert.isAbove(Math.max(...sound.samples), 0.1)

      // A person's own stays; a renamed speaker's goes with the name.
      const own = encodeWav(sine(300, 16_000, 12), 16_000)
      yield* fs.writeFile(`${folder}/show/voices/%2E.%2FBen.wav`, own)
      const renamed = cues.map((one) => (one.speaker === "speaker 1" ? { ...one, speaker: "Anna" } : one))
      yield* keepVoiceSamples(source, renamed, new Map([["Anna", "speaker 1"]]), settings)
      yield* fs.writeFile(`${folder}/show/voices/Cut.wav`, encodeWav(sine(300, 16_000, 1), 16_000))
      yield* fs.writeFileString(`${folder}/show/voices/Broken.mp3`, "no sound at all")
      yield* fs.writeFileString(`${folder}/show/voices/notes.txt`, "mine")
      const known = yield* readVoiceSamples(settings)
      assert.deepStrictEqual(
        known.map(({ name }) => name),
        ["../Ben", "Anna"]
      )
      const lengths = known.map(({ sample }) => Option.getOrThrow(decodeWav(sample)).samples.length / 16_000)
      assert.closeTo(lengths[0]!, 8, 0.01)
      const warnings = yield* (yield* Progress).warnings
      assert.lengthOf(warnings, 2)
      assert.match(warnings.join("\n"), /Broken\.mp3 .*no sound can be read[^]*Cut\.wav .*shorter than 2 seconds/)
    }).pipe(Effect.scoped)
  )
})
