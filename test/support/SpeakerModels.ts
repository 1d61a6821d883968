import { Effect, FileSystem } from "effect"
import { pathToFileURL } from "node:url"
import { onnxEnd } from "./SpeechModel.ts"

/** A module with the part of sherpa-onnx-node that tells speakers apart: a voice is a tone, known by its frequency. */
const standIn = `
const tone = (samples, rate, at, length) => {
  let crossings = 0, loud = 0
  for (let i = at + 1; i < Math.min(samples.length, at + length); i++) {
    if (samples[i - 1] < 0 && samples[i] >= 0) crossings++
    loud = Math.max(loud, Math.abs(samples[i]))
  }
  return loud < 0.02 ? 0 : Math.round((crossings * rate) / length / 100) * 100
}
export class OfflineSpeakerDiarization {
  constructor(config) {
    if (config.segmentation.pyannote.model.includes("broken")) throw new Error("Please check your config!")
    if (config.segmentation.pyannote.model.includes("deadly")) process.abort()
    this.sampleRate = 16000
  }
  setConfig({ clustering }) { this.clusters = clustering.numClusters }
  process(samples) {
    const ids = [], turns = [], frame = 1600
    for (let at = 0; at + frame <= samples.length; at += frame) {
      const heard = tone(samples, 16000, at, frame)
      if (heard === 0) continue
      if (!ids.includes(heard)) ids.push(heard)
      const speaker = this.clusters === 1 ? 0 : ids.indexOf(heard), last = turns.at(-1), start = at / 16000, end = (at + frame) / 16000
      if (last && last.speaker === speaker && start - last.end < 0.15) last.end = end
      else turns.push({ start, end, speaker })
    }
    return turns
  }
}
export class SpeakerEmbeddingExtractor {
  createStream() {
    return { acceptWaveform({ samples, sampleRate }) { this.samples = samples; this.rate = sampleRate }, inputFinished() {} }
  }
  compute({ samples, rate }) {
    const embedding = new Float32Array(40)
    embedding[Math.min(39, tone(samples, rate, 0, samples.length) / 100)] = 1
    return embedding
  }
}
`

/** A folder that looks like the two models, in folders of their own, and the URL of a library that does as they would. */
export const speakerModels = Effect.fnUntraced(function* (name = "segmentation") {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const write = Effect.fnUntraced(function* (path: string, metadata: Record<string, string>) {
    // Longer than what is read of it.
    const bytes = new Uint8Array(200_000)
    const end = onnxEnd(metadata)
    bytes.set(end, bytes.length - end.length)
    yield* fs.makeDirectory(`${folder}/${path.split("/")[0]}`, { recursive: true })
    yield* fs.writeFile(`${folder}/${path}`, bytes)
  })
  yield* write(`${name}/model.int8.onnx`, { powerset_max_classes: "2" })
  yield* write(`${name}/model.onnx`, { powerset_max_classes: "2", model_type: "pyannote-segmentation-3.0" })
  yield* write("voices/titanet.onnx", { framework: "nemo", sample_rate: "16000", output_dim: "192" })
  yield* fs.writeFileString(`${folder}/sherpa.mjs`, standIn)
  return { folder, library: pathToFileURL(`${folder}/sherpa.mjs`).href }
})
