import { NodeServices } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { dubbingLayer } from "../../src/dub/DubbingLayer.ts"
import { LanguageModel, type LinesRequest } from "../../src/script/LanguageModel.ts"
import { translate } from "../../src/script/Translate.ts"
import { layerMock } from "../../src/speech/TextToSpeech/Mock.ts"

it.effect("dubbingLayer keeps what was translated for the next run", () =>
  Effect.gen(function* () {
    const workdir = yield* FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped({ prefix: "dubber layer " }))
    let asked = 0
    const language = Layer.succeed(LanguageModel, {
      provider: { service: "in process", model: "fast", address: "" },
      lines: ({ lines }: LinesRequest) =>
        Effect.sync(() => {
          asked++
          return lines.map(({ id }) => ({ id, text: "Buenos días a todos." }))
        })
    })
    const run = translate({
      cues: [{ id: 1, start: 0, end: 2, text: "Good morning, everybody.", speaker: null }],
      from: Language.make("en"),
      to: Language.make("es"),
      glossary: undefined,
      concurrency: 1
    }).pipe(Effect.provide(dubbingLayer({ workdir, concurrency: 1, voice: layerMock({}), language }), { local: true }))
    const first = yield* run
    const before = asked
    assert.deepStrictEqual(yield* run, first)
    assert.strictEqual(asked, before)
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
)
