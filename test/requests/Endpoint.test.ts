import { assert, describe, it } from "@effect/vitest"
import { addressOf } from "../../src/requests/Endpoint.ts"

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
