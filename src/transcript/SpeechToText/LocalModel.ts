/** A speech model as sherpa-onnx offers them. */
export interface LocalModel {
  readonly kind: "whisper" | "senseVoice" | "paraformer" | "transducer" | "nemoCtc" | "zipformerCtc" | "wenetCtc"
  /** The paths of its files, as sherpa-onnx is told of them under the name of the kind. */
  readonly paths: Readonly<Record<string, string>>
  readonly tokens: string
  /** Only for kinds of which there are several implementations. */
  readonly modelType?: string
  /** Whether what is heard always comes with times. */
  readonly hasTimes: boolean
  readonly englishOnly: boolean
}

/** The files of a model by the part they play; the smaller of two variants ("model.int8.onnx") only where it is alone. */
export interface ModelFiles {
  readonly encoder: string | undefined
  readonly decoder: string | undefined
  readonly joiner: string | undefined
  /** A model in one file. */
  readonly model: string | undefined
  readonly tokens: string
  /** The one that says of what type the model is. */
  readonly main: string
}

export const modelFiles = (names: ReadonlyArray<string>): ModelFiles | undefined => {
  const onnx = names.filter((name) => name.endsWith(".onnx")).toSorted()
  const part = (fits: (name: string) => boolean) => {
    const found = onnx.filter(fits)
    return found.find((name) => !/int8|fp16/.test(name)) ?? found[0]
  }
  const encoder = part((name) => name.includes("encoder"))
  const decoder = part((name) => name.includes("decoder"))
  const joiner = part((name) => name.includes("joiner"))
  const model = part((name) => !/encoder|decoder|joiner/.test(name))
  const tokens = names.filter((name) => /^(?:.*-)?tokens\.txt$/.test(name)).toSorted()[0]
  const main = encoder ?? model
  return main === undefined || tokens === undefined ? undefined : { encoder, decoder, joiner, model, tokens, main }
}

/** How much of a model's end holds what it says of itself. */
export const metadataBytes = 128 * 1024

/**
 * The type that an ONNX file names in its metadata, which stand at its end: "whisper-tiny", "sense_voice_ctc",
 * "EncDecRNNTBPEModel". Undefined where it names none, and for models that are made for streaming.
 */
export const modelTypeOf = (end: Uint8Array): string | undefined => {
  const text = new TextDecoder("latin1").decode(end)
  if (/decode_chunk_len|cache_last_channel/.test(text)) return undefined
  // A property is its name, the tag of its value, the value's length in a byte, and the value.
  const name = "\nmodel_type\u0012"
  const at = text.indexOf(name)
  const start = at + name.length + 1
  return at === -1 ? undefined : text.slice(start, start + text.charCodeAt(start - 1))
}

/** Whether a file is a table of tokens: a token and its number on each line. Native code ends the process otherwise. */
export const areTokens = (text: string): boolean => {
  const lines = text.split("\n").filter((line) => line.trim() !== "")
  return lines.length > 0 && lines.every((line) => /(?:^|\s)\d+\s*$/.test(line))
}

/** What sherpa-onnx is to be told of a model; undefined where it is none of those that are known here. */
export const recognise = (
  files: ModelFiles,
  modelType: string,
  pathOf: (name: string) => string
): LocalModel | undefined => {
  const { encoder, decoder, joiner, model } = files
  const common = { tokens: pathOf(files.tokens), hasTimes: true, englishOnly: false }
  const isNemo = modelType.startsWith("EncDec")
  if (encoder !== undefined && decoder !== undefined) {
    const paths = { encoder: pathOf(encoder), decoder: pathOf(decoder) }
    if (modelType.startsWith("whisper")) {
      return { ...common, kind: "whisper", paths, hasTimes: false, englishOnly: modelType.endsWith(".en") }
    }
    if (joiner !== undefined && (isNemo || /^(?:conformer|zipformer2?)$/.test(modelType))) {
      const implementation = isNemo ? "nemo_transducer" : "transducer"
      return { ...common, kind: "transducer", paths: { ...paths, joiner: pathOf(joiner) }, modelType: implementation }
    }
    return undefined
  }
  if (model === undefined) return undefined
  const paths = { model: pathOf(model) }
  if (isNemo) return { ...common, kind: "nemoCtc", paths }
  switch (modelType) {
    case "sense_voice_ctc":
      return { ...common, kind: "senseVoice", paths }
    case "paraformer":
      // Some have times, others have not.
      return { ...common, kind: "paraformer", paths, hasTimes: false }
    case "zipformer2_ctc":
      return { ...common, kind: "zipformerCtc", paths }
    case "wenet_ctc":
      return { ...common, kind: "wenetCtc", paths }
    default:
      return undefined
  }
}
