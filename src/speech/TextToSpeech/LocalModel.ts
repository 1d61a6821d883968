/** How sherpa-onnx is told of a voice model: the paths of its files under the name of its kind. */
export interface LocalModel {
  readonly kind: "kokoro" | "kitten" | "matcha" | "vits"
  readonly paths: Readonly<Record<string, string>>
}

const isVocoder = (name: string) => /^(vocos|hifigan)|vocoder/i.test(name)

/**
 * Recognises a voice model by the files in its folder: Kokoro and Kitten have voices.bin, Matcha a vocoder beside its
 * model, VITS (Piper, MMS, MeloTTS) a model alone. The smaller of two variants ("model.int8.onnx") is taken only where
 * it is alone. Undefined where the files are none of these.
 */
export const recognise = (
  folderName: string,
  names: ReadonlyArray<string>,
  pathOf: (name: string) => string
): LocalModel | undefined => {
  const onnx = names.filter((name) => name.endsWith(".onnx")).toSorted()
  const models = onnx.filter((name) => !isVocoder(name))
  const model = models.find((name) => !/int8|fp16/.test(name)) ?? models[0]
  if (model === undefined || !names.includes("tokens.txt")) return undefined
  const lexicons = names.filter((name) => /^lexicon.*\.txt$/.test(name)).toSorted()
  const common = {
    tokens: pathOf("tokens.txt"),
    ...(names.includes("espeak-ng-data") ? { dataDir: pathOf("espeak-ng-data") } : {}),
    ...(lexicons.length === 0 ? {} : { lexicon: lexicons.map(pathOf).join(",") })
  }
  if (names.includes("voices.bin")) {
    const kind = /kitten/i.test(folderName) ? "kitten" : "kokoro"
    return { kind, paths: { ...common, model: pathOf(model), voices: pathOf("voices.bin") } }
  }
  const vocoder = onnx.find(isVocoder)
  if (vocoder !== undefined) {
    return { kind: "matcha", paths: { ...common, acousticModel: pathOf(model), vocoder: pathOf(vocoder) } }
  }
  return { kind: "vits", paths: { ...common, model: pathOf(model) } }
}
