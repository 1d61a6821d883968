import { assert, describe, it } from "@effect/vitest"
import { dealVoices } from "../../src/speech/VoiceDeal.ts"

const voices = ["onyx", "nova", "echo"]
const deal = (speakers: ReadonlyArray<string>, known: Record<string, string> = {}, taken: ReadonlyArray<string> = []) =>
  Object.fromEntries(dealVoices({ speakers, voices, known: new Map(Object.entries(known)), taken }))

describe("dealVoices", () => {
  it("gives each speaker another voice as long as there are any, in the order of the list", () => {
    assert.deepStrictEqual(deal(["a", "b", "c"]), { a: "onyx", b: "nova", c: "echo" })
    assert.deepStrictEqual(deal(["a", "b", "c", "d"]).d, "onyx")
  })

  it("leaves who has a voice with it, and gives no other that voice while one is free", () => {
    assert.deepStrictEqual(deal(["a", "b", "c"], { b: "onyx" }), { a: "nova", c: "echo" })
    // Who is not heard here counts only where all else is equal.
    assert.deepStrictEqual(deal(["new"], { away: "onyx", gone: "nova" }), { new: "echo" })
    assert.deepStrictEqual(deal(["a", "b"], { a: "echo", gone: "onyx" }), { b: "nova" })
    assert.deepStrictEqual(deal(["a"], {}, ["onyx"]), { a: "nova" })
  })

  it("deals nothing where there is nothing to deal", () => {
    assert.deepStrictEqual(Object.fromEntries(dealVoices({ speakers: ["a"], voices: [], known: new Map() })), {})
  })
})
