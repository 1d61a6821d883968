import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import {
  defaultModels,
  findModel,
  models,
  priceOfSpeech,
  priceOfTranscription,
  shutdownNotice
} from "../../src/requests/Models.ts"

const on = (day: string) => DateTime.makeUnsafe(`${day}T12:00:00Z`)

describe("models", () => {
  it("each has one name, and a replacement that is in the table and does not end itself", () => {
    assert.strictEqual(new Set(models.map(({ name }) => name)).size, models.length)
    for (const { replacement, shutdown } of models) {
      assert.strictEqual(replacement === undefined, shutdown === undefined)
      if (replacement !== undefined) assert.isUndefined(findModel(replacement)!.shutdown)
    }
  })

  it("every default is in the table, of its kind and service", () => {
    for (const [kind, services] of Object.entries(defaultModels)) {
      for (const [service, name] of Object.entries(services)) {
        const model = findModel(name)!
        assert.strictEqual(model.name, name)
        assert.strictEqual(`${model.kind} ${model.service}`, `${kind} ${service}`)
      }
    }
  })

  it("a snapshot is its model", () => {
    assert.strictEqual(findModel("gpt-4o-mini-tts-2025-12-15")!.name, "gpt-4o-mini-tts")
    assert.isUndefined(findModel("gpt-4o-mini-tts-turbo"))
    assert.isUndefined(findModel(""))
  })
})

describe("shutdownNotice", () => {
  it("speaks up from 60 days before", () => {
    assert.isUndefined(shutdownNotice("gpt-4o-mini-tts", on("2026-11-06")))
    assert.strictEqual(
      shutdownNotice("gpt-4o-mini-tts", on("2026-11-22")),
      "The model gpt-4o-mini-tts is shut down on 2027-01-06 (in 45 days). Use --tts realtime (gpt-realtime-2.1-mini) instead."
    )
    assert.include(shutdownNotice("tts-1", on("2027-01-05"))!, "(in 1 day)")
  })

  it("says so when it is past", () => {
    assert.strictEqual(
      shutdownNotice("whisper-1", on("2027-03-01")),
      "The model whisper-1 was shut down on 2027-02-26. Use --stt-model gpt-transcribe instead."
    )
    assert.include(shutdownNotice("gpt-4o-2024-11-20", on("2027-01-14"))!, "was shut down")
  })

  it("has nothing to say of the others", () => {
    assert.isUndefined(shutdownNotice("gpt-realtime-2.1-mini", on("2027-03-01")))
    assert.isUndefined(shutdownNotice("kokoro", on("2027-03-01")))
  })
})

describe("prices", () => {
  it("are by characters or by minute, as the service charges", () => {
    assert.closeTo(priceOfSpeech("eleven_flash_v2_5", 2000, 99)!, 0.1, 1e-9)
    assert.closeTo(priceOfSpeech("gpt-4o-mini-tts", 2000, 120)!, 0.03, 1e-9)
    assert.closeTo(priceOfTranscription("whisper-1", 600)!, 0.06, 1e-9)
  })

  it("are undefined where they are not known", () => {
    assert.isUndefined(priceOfSpeech("kokoro", 2000, 99))
    assert.isUndefined(priceOfTranscription("large-v3", 60))
  })
})
