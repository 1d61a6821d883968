import { Effect, FileSystem, Path } from "effect"

const field = (tag: number, bytes: ReadonlyArray<number>) => [tag, bytes.length, ...bytes]
const text = (value: string) => [...new TextEncoder().encode(value)]

/** The end of an ONNX file: its metadata, as protobuf writes them; values of less than 128 bytes. */
export const onnxEnd = (metadata: Readonly<Record<string, string>>): Uint8Array => {
  return Uint8Array.from(
    Object.entries(metadata).flatMap(([key, value]) =>
      field(0x72, [...field(0x0a, text(key)), ...field(0x12, text(value))])
    )
  )
}

/** A folder that looks like a speech model of this type. */
export const speechModel = Effect.fnUntraced(function* (
  type: string,
  onnx: ReadonlyArray<string>,
  tokens = "tokens.txt"
) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fileSystem.makeTempDirectoryScoped()
  // Longer than what is read of it.
  const file = new Uint8Array(300_000)
  const end = onnxEnd({ model_type: type, version: "1" })
  file.set(end, file.length - end.length)
  yield* Effect.forEach(onnx, (name) => fileSystem.writeFile(path.join(folder, name), file))
  yield* fileSystem.writeFileString(path.join(folder, tokens), "<blk> 0\n▁the 1\n")
  return folder
})
