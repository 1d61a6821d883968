import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import { shown } from "../../media/FileProblem.ts"
import { localNotThere } from "../../requests/SherpaOnnx.ts"
import { metadataBytes } from "../SpeechToText/LocalModel.ts"

const howToGetThem =
  "Put a model of https://github.com/k2-fsa/sherpa-onnx/releases/tag/speaker-segmentation-models (unpacked) and one of " +
  "…/tag/speaker-recongition-models into a folder and name it with --speaker-models"

/** What an ONNX file is for, by its metadata, which stand at its end. Native code ends the process over a wrong one. */
export const partOf = (end: Uint8Array): "segmentation" | "embedding" | undefined => {
  const text = new TextDecoder("latin1").decode(end)
  if (text.includes("powerset_max_classes")) return "segmentation"
  return text.includes("output_dim") && text.includes("sample_rate") ? "embedding" : undefined
}

/** The two models in a folder, or in its folders: one that hears turns of speech, one that knows voices. */
export const findSpeakerModels = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder, { recursive: true }), (): Array<string> => [])
  // The smaller variant of a model ("model.int8.onnx") only where it is alone.
  const onnx = names
    .filter((name) => name.endsWith(".onnx"))
    .toSorted((a, b) => Number(/int8/.test(a)) - Number(/int8/.test(b)) || (a < b ? -1 : 1))
  const found = new Map<string, string>()
  for (const name of onnx) {
    const path = paths.join(folder, name)
    const end = yield* Effect.gen(function* () {
      const { size } = yield* fs.stat(path)
      const offset = Math.max(0, Number(size) - metadataBytes)
      return yield* Stream.mkUint8Array(fs.stream(path, { offset }))
    }).pipe(Effect.orElseSucceed(() => new Uint8Array(0)))
    const part = partOf(end)
    if (part !== undefined && !found.has(part)) found.set(part, path)
  }
  const segmentation = found.get("segmentation")
  const embedding = found.get("embedding")
  if (segmentation !== undefined && embedding !== undefined) return { segmentation, embedding }
  const missing = segmentation === undefined ? "model that hears turns of speech" : "model that knows voices"
  return yield* localNotThere(`no ${missing} is in ${shown(folder)}. ${howToGetThem}`)
})
