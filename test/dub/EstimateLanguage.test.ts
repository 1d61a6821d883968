import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { Language } from "../../src/domain/Language.ts"
import type { Source } from "../../src/domain/Source.ts"
import { estimateLanguage, type Expected } from "../../src/dub/EstimateLanguage.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { rewritesFormat, rewritesName } from "../../src/dub/RefitTrials.ts"
import { defaults, type DubSettings } from "../../src/dub/Settings.ts"
import * as Workdir from "../../src/dub/Workdir.ts"
import { RequestLog } from "../../src/requests/RequestLog.ts"
import { LanguageModel } from "../../src/script/LanguageModel.ts"

const es = Language.make("es")
const cues = Array.from({ length: 700 }, (_, i) => ({
  id: i + 1,
  start: i * 5,
  end: i * 5 + 4,
  text: `This is what line ${i + 1} says of it.`,
  speaker: null
}))
const script = { language: es, cues, path: "", translated: true }
const known: Expected = { script, translates: true, polishes: false, lines: 700, utterances: 400, characters: 24_000 }
const model = Layer.succeed(LanguageModel, {
  provider: {
    service: "openai",
    model: "gpt-4o-mini",
    address: "",
    usdPerMillionInput: 0.15,
    usdPerMillionOutput: 0.6
  },
  lines: () => Effect.die("nothing is sent")
})

const estimated = (expected: Expected, settings: Partial<DubSettings>, rewrites?: { readonly complete: boolean }) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubber estimate " })
    const source = { path: `${folder}/talk.mp4`, duration: 3500, fingerprint: "" } as Source
    const program = Effect.gen(function* () {
      const workdir = yield* Workdir.Workdir
      if (rewrites !== undefined) {
        const content = rewritesFormat.encode({ ...rewrites, asked: 0, requests: 0, rewrites: [] })
        yield* workdir.write(rewritesName("es"), content)
      }
      return yield* estimateLanguage(
        source,
        { ...defaults, video: source.path, to: es, ...settings },
        expected,
        () => 0.2
      )
    })
    return yield* program.pipe(
      Effect.provide(
        Workdir.Workdir.layer(folder).pipe(
          Layer.provideMerge(Layer.mergeAll(RequestLog.layer, Progress.layerSilent, model)),
          Layer.provideMerge(NodeServices.layer)
        )
      )
    )
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

describe("estimateLanguage", () => {
  it.live("counts the requests of a translation with its summary, of polish, and of the refit at most", () =>
    Effect.gen(function* () {
      const { refit, translation } = yield* estimated(known, {})
      assert.isAtLeast(translation!.requests, 700 / 40 + 1)
      assert.isAtMost(translation!.requests, 700 / 20)
      assert.isAbove(translation!.usd!, 0)
      assert.strictEqual(refit!.requests, 2 * (400 / 20))
      assert.strictEqual(refit!.spokenAgain, 60)
      assert.isAbove(refit!.usd!, 0.2)
      const polished = yield* estimated({ ...known, polishes: true }, { polish: true })
      assert.strictEqual(polished.translation!.requests, 2 * translation!.requests - 1)
      const atOnce = yield* estimated(known, { concurrency: 64 })
      assert.strictEqual(atOnce.translation!.requests, translation!.requests - 1)
      const guessed = yield* estimated({ ...known, script: undefined }, {})
      assert.isAtMost(Math.abs(guessed.translation!.requests - translation!.requests), 4)
    })
  )

  it.live("counts nothing that will not be asked", () =>
    Effect.gen(function* () {
      for (const settings of [{ refit: false }, { cachedOnly: true }]) {
        assert.isNull((yield* estimated(known, settings)).refit)
      }
      const again = { ...known, translates: false, script: { ...script, written: new Set(["a line"]) } }
      assert.isNull((yield* estimated(again, {})).translation)
      assert.isNotNull((yield* estimated(again, {})).refit)
      assert.isNotNull((yield* estimated(again, {}, { complete: false })).refit)
      assert.isNull((yield* estimated(again, {}, { complete: true })).refit)
      assert.isNull((yield* estimated({ ...again, script }, {})).refit)
      assert.deepInclude(yield* estimated({ ...known, translates: false }, { to: undefined }), {
        translation: null,
        refit: null,
        seconds: 0
      })
    })
  )

  it.live("counts the texts for YouTube where a model would write them", () =>
    Effect.gen(function* () {
      assert.isNull((yield* estimated(known, {})).youtube)
      const { seconds, youtube } = yield* estimated(known, { youtube: true })
      assert.strictEqual(youtube!.requests, 1)
      assert.isAbove(youtube!.usd!, 0)
      assert.isAbove(seconds, (yield* estimated(known, {})).seconds)
    })
  )
})
