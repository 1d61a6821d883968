import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import { addressOf, elevenLabs } from "../../src/requests/Endpoint.ts"

const shown = (baseUrl: string) => addressOf({ baseUrl, apiKey: undefined })

describe("addressOf", () => {
  it("is the address without query and slashes at its end", () => {
    assert.strictEqual(shown("http://localhost:8880/v1/"), "http://localhost:8880/v1")
    assert.strictEqual(shown("https://tts.example/v1/?api-version=2#top"), "https://tts.example/v1")
    assert.strictEqual(shown("https://tts.example/@ann/v1"), "https://tts.example/@ann/v1")
  })

  it("never holds a part of a password, however odd it is", () => {
    for (const password of [
      "hunter2",
      "hunter2#x",
      "hunter2?x",
      "hun@ter2",
      "hunter2#@x",
      "123#x",
      "hunter2/x#y",
      "50%off"
    ]) {
      const address = shown(`http://user:${password}@host:80/v1`)
      assert.notMatch(address, /user|hun|ter2|123|off|@/, password)
      assert.include(address, "host:80/v1")
    }
  })
})

const given = (key: string) =>
  elevenLabs.pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env: { ELEVENLABS_API_KEY: key } }))
  )

describe("a key", () => {
  it.effect("is taken without the line break that a file ends with", () =>
    Effect.gen(function* () {
      assert.strictEqual(Redacted.value((yield* given(" sk_0123abc\r\n")).apiKey!), "sk_0123abc")
      assert.isUndefined((yield* given("\n")).apiKey)
    })
  )

  it.effect("that no request can carry is told by its name, and not shown", () =>
    Effect.gen(function* () {
      for (const key of ["“sk_0123abc”", "sk_0123\nabc"]) {
        const error = yield* Effect.flip(given(key))
        assert.match(error.message, /^ELEVENLABS_API_KEY holds a character that is in no key/)
        assert.notInclude(error.message, "0123")
      }
    })
  )
})
