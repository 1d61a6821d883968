import { assert, describe, it } from "@effect/vitest"
import { mixChannels } from "../../src/dub/RenderSound.ts"

describe("the channels of a mix", () => {
  it("are those of the fullest that lies under the voices", () => {
    assert.strictEqual(mixChannels({ original: undefined, file: false }, "aac"), 1)
    assert.strictEqual(mixChannels({ original: 6, file: false }, "aac"), 6)
    assert.strictEqual(mixChannels({ original: 8, file: false }, "opus"), 2)
    // Under a line that failed the original is heard through the music: one channel of it must not fold the music.
    assert.strictEqual(mixChannels({ original: 1, file: true }, "aac"), 2)
  })

  it("are no more than the codec takes, so that nothing is folded after the limiter", () => {
    assert.strictEqual(mixChannels({ original: 6, file: false }, "mp3"), 2)
    assert.strictEqual(mixChannels({ original: 1, file: false }, "mp3"), 1)
  })
})
