import { assert, describe, it } from "@effect/vitest"
import { Language } from "../../src/domain/Language.ts"
import { speaks, type Voice, voicesOfAnswer } from "../../src/speech/Catalogue.ts"
import { sampleText } from "../../src/speech/SampleText.ts"
import { describeVoices } from "../../src/speech/TextToSpeech/ESpeak.ts"
import { described } from "../../src/speech/TextToSpeech/ElevenLabsVoices.ts"

const spanish = Language.make("es")

describe("the voices of a compatible server", () => {
  it("are read from a list of names or of objects, bare or under a name; Kokoro's names tell language and gender", () => {
    const expected: ReadonlyArray<Voice> = [{ id: "ef_dora", languages: [spanish], gender: "female" }]
    assert.deepStrictEqual(voicesOfAnswer({ voices: ["ef_dora"] }, "kokoro"), expected)
    assert.deepStrictEqual(voicesOfAnswer(["ef_dora"], "kokoro"), expected)
    assert.deepStrictEqual(voicesOfAnswer({ data: [{ id: "ef_dora", name: "ef_dora" }] }, "kokoro"), expected)
    assert.deepStrictEqual(
      voicesOfAnswer([{ voice_id: "x", name: "Xaver", language: "German", gender: "M", description: "Deep" }], "any"),
      [{ id: "x", name: "Xaver", languages: [Language.make("de")], gender: "male", description: "Deep" }]
    )
  })

  it("are those of the model where the server has several", () => {
    const answer = [
      { model_id: "piper", voice_id: "amy" },
      { model_id: "kokoro", voice_id: "af_heart" }
    ]
    assert.deepStrictEqual(
      voicesOfAnswer(answer, "piper").map(({ id }) => id),
      ["amy"]
    )
    assert.deepStrictEqual(
      voicesOfAnswer(answer, "other").map(({ id }) => id),
      ["amy", "af_heart"]
    )
  })

  it("are none where the answer is something else", () => {
    for (const answer of ["<html>", null, 3, {}, { voices: "none" }, { voices: [1, null, {}] }]) {
      assert.deepStrictEqual(voicesOfAnswer(answer, "any"), [])
    }
  })
})

describe("voices", () => {
  it("of an account of ElevenLabs have name, languages, gender and words on how they sound", () => {
    const voice = described({
      voice_id: "21m00Tcm4TlvDq8ikWAM",
      name: "Rachel - calm",
      labels: { gender: "female", accent: "american", language: "en" },
      verified_languages: [{ language: "es", locale: "es-MX" }, { language: "en" }]
    })
    assert.deepStrictEqual(voice, {
      id: "21m00Tcm4TlvDq8ikWAM",
      name: "Rachel",
      languages: [Language.make("en"), spanish],
      gender: "female",
      description: "calm, american"
    })
    assert.deepStrictEqual(described({ voice_id: "x", name: "Adam", labels: null, description: null }), {
      id: "x",
      name: "Adam"
    })
  })

  it("of eSpeak NG are those of its table, whatever codes their languages have", () => {
    const table = [
      "Pty Language       Age/Gender VoiceName          File                 Other Languages",
      " 5  es-419          --/M      Spanish_(Latin_America) roa/es-419           (es-mx 6)",
      " 5  piqd            --/M      Klingon            art/piqd",
      " 5  de              --/M      german-mbrola-5    mb/mb-de5"
    ].join("\n")
    const voices = describeVoices(table)
    assert.deepStrictEqual(
      voices.map(({ gender, id, name }) => [id, name, gender]),
      [
        ["es-419", "Spanish (Latin America)", "male"],
        ["piqd", "Klingon", "male"]
      ]
    )
    assert.deepStrictEqual(
      voices.map((voice) => speaks(voice, spanish)),
      [true, false]
    )
  })

  it("have a sentence to say in the languages that are asked for most, and figures in others", () => {
    assert.match(sampleText(Language.make("pt-BR")), /vídeo/)
    assert.match(sampleText(Language.make("no")), /stemmen/)
    assert.match(sampleText(Language.make("eo")), /1, 2, 3/)
  })
})
