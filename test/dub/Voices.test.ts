import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import * as Language from "../../src/domain/Language.ts"
import type { Utterance } from "../../src/domain/Utterance.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { defaults, type DubSettings } from "../../src/dub/Settings.ts"
import { withVoices } from "../../src/dub/Voices.ts"
import { addVoices, voicesIn } from "../../src/dub/VoicesFile.ts"
import { Workdir } from "../../src/dub/Workdir.ts"
import { TextToSpeech } from "../../src/speech/TextToSpeech.ts"

const spanish = Language.Language.make("es")

const said = (...speakers: ReadonlyArray<string | null>): ReadonlyArray<Utterance> =>
  speakers.map((speaker, i) => ({
    id: i + 1,
    lines: [i + 1],
    speaker,
    text: "Words that are spoken.",
    start: i * 2,
    end: i * 2 + 1,
    slotEnd: i * 2 + 2
  }))

const service = (name: string, voices: ReadonlyArray<string> | undefined) =>
  Layer.succeed(TextToSpeech, {
    provider: {
      service: name,
      model: "m",
      address: "",
      defaultVoice: (language) => language,
      voices: voices === undefined ? undefined : Effect.succeed(voices),
      longestInput: 1000
    },
    speak: () => Effect.die("nobody speaks")
  })

/** The voices of a run in `<folder>/<video>`. */
const voicesOf = (
  folder: string,
  video: string,
  utterances: ReadonlyArray<Utterance>,
  settings: Partial<DubSettings> = {},
  tts = service("openai", ["onyx", "nova", "echo"])
) =>
  withVoices(utterances, spanish, { ...defaults, video, ...settings }).pipe(
    Effect.map(({ voiceFor }) => voiceFor),
    Effect.provide(
      tts.pipe(Layer.provideMerge(Workdir.layer(`${folder}/${video}`)), Layer.provideMerge(Progress.layerSilent))
    )
  )

layer(NodeServices.layer, { excludeTestServices: true })("withVoices", (it) => {
  const folder = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())

  it.effect("deals a voice to each speaker, the same in every run and every episode", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const at = yield* folder
      const first = yield* voicesOf(at, "one", said("Anna", "Ben", "Anna"))
      assert.deepStrictEqual(first, { Anna: "onyx", Ben: "nova" })
      const text = yield* fs.readFileString(`${at}/voices.yaml`)
      assert.deepStrictEqual(yield* voicesOf(at, "one", said("Anna", "Ben")), first)
      assert.strictEqual(yield* fs.readFileString(`${at}/voices.yaml`), text)
      // In another order, and with somebody new.
      const second = yield* voicesOf(at, "two", said("Carl", "Ben", "Anna"))
      assert.deepInclude(second, { Ben: "nova", Anna: "onyx", Carl: "echo" })
    }).pipe(Effect.scoped)
  )

  it.effect("keeps what a person wrote, and lets the flags win without writing them down", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const at = yield* folder
      const path = `${at}/voices.yaml`
      yield* fs.writeFileString(path, "openai:\n  Anna: shimmer  # she likes it\nespeak:\n  Anna: +f2\n")
      const voices = yield* voicesOf(at, "one", said("Anna", "speaker 2"))
      assert.deepStrictEqual(voices, { Anna: "shimmer", "speaker 2": "onyx" })
      assert.include(yield* fs.readFileString(path), "# she likes it")
      const flagged = yield* voicesOf(at, "one", said("Anna", "speaker 2"), {
        voiceFor: { "speaker 2": "ash" },
        voice: "verse"
      })
      assert.deepStrictEqual(flagged, { Anna: "verse", "speaker 2": "ash" })
      assert.deepStrictEqual(yield* voicesOf(at, "one", said("Anna", "speaker 2")), voices)
    }).pipe(Effect.scoped)
  )

  it.effect("deals nothing with one speaker or none, and a voice of its own to who stands out from unnamed lines", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const at = yield* folder
      assert.deepStrictEqual(yield* voicesOf(at, "one", said(null, null)), {})
      assert.deepStrictEqual(yield* voicesOf(at, "one", said("Anna", "Anna")), {})
      assert.isFalse(yield* fs.exists(`${at}/voices.yaml`))
      const voices = yield* voicesOf(at, "one", said(null, "Anna"), { voice: "onyx" })
      assert.deepStrictEqual(voices, { Anna: "nova" })
    }).pipe(Effect.scoped)
  )

  it.effect("variants of eSpeak NG are those of the language; services without a list have one voice", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const espeak = service("espeak", ["+m3", "+f2"])
      assert.deepStrictEqual(yield* voicesOf(at, "one", said("Anna", "Ben"), {}, espeak), {
        Anna: "es+m3",
        Ben: "es+f2"
      })
      assert.deepStrictEqual(yield* voicesOf(at, "one", said("Anna", "Ben"), {}, service("other", undefined)), {})
    }).pipe(Effect.scoped)
  )

  it.effect("stays with a speaker who is renamed or spelled otherwise", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const at = yield* folder
      yield* voicesOf(at, "one", said("speaker 1", "speaker 2"))
      const cues = said("speaker 1", "speaker 2", "speaker 1").map(({ end, id, speaker, start, text }) => ({
        id,
        start,
        end,
        text,
        speaker
      }))
      yield* fs.writeFileString(`${at}/one/transcript.json`, JSON.stringify(cues))
      const renamed = yield* voicesOf(at, "one", said("Anna", "speaker 2", "Anna"))
      assert.strictEqual(renamed["Anna"], "onyx")
      assert.include(yield* fs.readFileString(`${at}/voices.yaml`), "Anna: onyx")
      // One line alone is another speaker.
      const more = yield* voicesOf(at, "one", said("Carl", "speaker 2", "speaker 1"))
      assert.strictEqual(more["Carl"], "echo")
      const text = yield* fs.readFileString(`${at}/voices.yaml`)
      const spelled = yield* voicesOf(at, "one", said("ANNA", "Speaker_2"), { voiceFor: { "SPEAKER 2": "ash" } })
      assert.strictEqual(spelled["ANNA"], "onyx")
      assert.strictEqual(spelled["Speaker_2"], "ash")
      assert.strictEqual(yield* fs.readFileString(`${at}/voices.yaml`), text)
    }).pipe(Effect.scoped)
  )

  it.effect("says whom a voice is meant for that nobody is called", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const told: Array<string> = []
      const note = (text: string) => Effect.sync(() => void told.push(text))
      const view = Progress.layerView({
        started: () => Effect.void,
        advanced: () => Effect.void,
        ended: () => Effect.void,
        note: () => Effect.void,
        warning: note
      })
      const run = (...speakers: ReadonlyArray<string | null>) =>
        withVoices(said(...speakers), spanish, { ...defaults, video: "v", voiceFor: { Ana: "nova", BEN: "ash" } }).pipe(
          Effect.provide(
            service("openai", ["onyx", "nova"]).pipe(
              Layer.provideMerge(Workdir.layer(`${at}/v`)),
              Layer.provideMerge(view)
            )
          )
        )
      yield* run("Anna", "Ben")
      yield* run(null, null)
      assert.deepStrictEqual(told, [
        "--voice-for Ana: nobody is called that here, there are Anna, Ben.",
        "--voice-for Ana, BEN: nobody is called that here, no line says who speaks it."
      ])
    }).pipe(Effect.scoped)
  )

  it.effect("two runs at once agree", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const [one, two] = yield* Effect.all(
        [voicesOf(at, "one", said("Anna", "Ben")), voicesOf(at, "two", said("Ben", "Anna"))],
        { concurrency: 2 }
      )
      assert.deepStrictEqual(one, two)
    }).pipe(Effect.scoped)
  )

  it.effect("any name comes back from the file as it went in", () =>
    Effect.gen(function* () {
      const names = [
        "Anna",
        "speaker 1",
        "no",
        "12",
        "a: b",
        "#x",
        "- y",
        'say "hi"',
        "Zoë",
        "日本 太郎",
        "__proto__",
        " sp "
      ]
      let text = ""
      for (const [i, name] of names.entries())
        text = addVoices(text, i % 2 === 0 ? "openai" : "espeak", new Map([[name, `+v${i}`]]))
      const read = new Map([...(yield* voicesIn(text, "f", "openai")), ...(yield* voicesIn(text, "f", "espeak"))])
      assert.strictEqual(read.size, names.length)
      for (const [i, name] of names.entries()) assert.strictEqual(read.get(name), `+v${i}`, name)
      const broken = yield* Effect.flip(voicesIn("openai: [1, 2", "voices.yaml", "openai"))
      assert.include(broken.message, "voices.yaml cannot be read")
    })
  )
})
