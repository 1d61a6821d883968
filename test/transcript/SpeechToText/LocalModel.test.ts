import { assert, describe, it } from "@effect/vitest"
import { Language } from "../../../src/domain/Language.ts"
import { languageSetting } from "../../../src/transcript/SpeechToText/LocalLanguages.ts"
import { areTokens, modelFiles, modelTypeOf, recognise } from "../../../src/transcript/SpeechToText/LocalModel.ts"
import { onnxEnd } from "../../support/SpeechModel.ts"

const model = (names: ReadonlyArray<string>, type: string) => {
  const files = modelFiles(names)
  return files === undefined ? undefined : recognise(files, type, (name) => `/m/${name}`)
}

const setting = (kind: Parameters<typeof languageSetting>[0], code: string) =>
  languageSetting(kind, Language.make(code))

describe("recognise", () => {
  it("knows Whisper, whichever its size", () => {
    const names = ["tiny-decoder.int8.onnx", "tiny-decoder.onnx", "tiny-encoder.onnx", "tiny-tokens.txt", "test_wavs"]
    assert.deepStrictEqual(model(names, "whisper-tiny"), {
      kind: "whisper",
      paths: { encoder: "/m/tiny-encoder.onnx", decoder: "/m/tiny-decoder.onnx" },
      tokens: "/m/tiny-tokens.txt",
      hasTimes: false,
      englishOnly: false
    })
    assert.isTrue(model(names, "whisper-tiny.en")!.englishOnly)
  })
  it("knows models of one file by what they say of themselves", () => {
    const names = ["model.int8.onnx", "tokens.txt"]
    const kindOf = (type: string) => model(names, type)?.kind
    assert.strictEqual(kindOf("sense_voice_ctc"), "senseVoice")
    assert.strictEqual(kindOf("paraformer"), "paraformer")
    assert.strictEqual(kindOf("EncDecCTCModelBPE"), "nemoCtc")
    assert.strictEqual(kindOf("EncDecHybridRNNTCTCBPEModel"), "nemoCtc")
    assert.strictEqual(kindOf("zipformer2_ctc"), "zipformerCtc")
    assert.strictEqual(kindOf("wenet_ctc"), "wenetCtc")
    assert.isUndefined(kindOf("vits"))
    assert.strictEqual(model(names, "paraformer")!.paths["model"], "/m/model.int8.onnx")
  })
  it("knows transducers, NeMo's by its own name", () => {
    const names = ["decoder.int8.onnx", "encoder.int8.onnx", "joiner.int8.onnx", "tokens.txt"]
    const parakeet = model(names, "EncDecRNNTBPEModel")!
    assert.strictEqual(parakeet.kind, "transducer")
    assert.strictEqual(parakeet.modelType, "nemo_transducer")
    assert.strictEqual(parakeet.paths["joiner"], "/m/joiner.int8.onnx")
    assert.strictEqual(model(names, "zipformer2")!.modelType, "transducer")
    assert.isUndefined(model(names.slice(0, 2).concat("tokens.txt"), "zipformer2"), "no joiner")
    assert.isUndefined(model(names, "lstm"))
  })
  it("takes nothing else for a model", () => {
    assert.isUndefined(modelFiles([]))
    assert.isUndefined(modelFiles(["encoder_model.onnx", "decoder_model.onnx", "tokenizer.json"]))
    assert.isUndefined(modelFiles(["tokens.txt", "readme.md"]))
  })
})

describe("what files say of themselves", () => {
  it("finds the type at the end of an ONNX file", () => {
    assert.strictEqual(
      modelTypeOf(onnxEnd({ vocab_size: "51865", model_type: "whisper-tiny", n_mels: "80" })),
      "whisper-tiny"
    )
    assert.isUndefined(modelTypeOf(onnxEnd({ vocab_size: "51865" })))
    assert.isUndefined(modelTypeOf(onnxEnd({ model_type: "zipformer2", decode_chunk_len: "32" })), "for streaming")
    assert.isUndefined(modelTypeOf(new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n")))
    assert.isUndefined(modelTypeOf(new Uint8Array()))
  })
  it("knows a table of tokens", () => {
    assert.isTrue(areTokens("<blk> 0\n▁the 1\n  2\n"))
    assert.isTrue(areTokens("IQ== 0\r\nIg== 1\r\n"))
    assert.isFalse(areTokens("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 34\n"))
    assert.isFalse(areTokens(""))
  })
  it("gives a language only to those that know it", () => {
    assert.deepStrictEqual(
      ["pt-BR", "nb", "fil", "yue", "tlh"].map((code) => setting("whisper", code)),
      ["pt", "no", "tl", "", ""]
    )
    assert.deepStrictEqual(
      ["yue", "es"].map((code) => setting("senseVoice", code)),
      ["yue", ""]
    )
    assert.strictEqual(setting("transducer", "en"), "")
    assert.strictEqual(languageSetting("whisper", undefined), "")
  })
})
