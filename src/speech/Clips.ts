import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { randomBytes } from "node:crypto"
import { Problem } from "../domain/Problem.ts"
import { sampleRate } from "../domain/Sound.ts"
import { shown, unwritable } from "../media/FileProblem.ts"
import { decodePcm16 } from "../media/Wav.ts"

const headerLength = 44

/** Samples of a whole clip: a WAV of one channel, 48 kHz and 16 bits with the plain header of 44 bytes. Else none. */
export const clipSamples = (bytes: Uint8Array): Option.Option<number> => {
  if (bytes.length <= headerLength || bytes.length % 2 !== 0) return Option.none()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length))
  const isWhole =
    text(0, 4) === "RIFF" &&
    text(8, 8) === "WAVEfmt " &&
    text(36, 4) === "data" &&
    view.getUint16(20, true) === 1 &&
    view.getUint16(22, true) === 1 &&
    view.getUint32(24, true) === sampleRate &&
    view.getUint16(34, true) === 16 &&
    view.getUint32(4, true) === bytes.length - 8 &&
    view.getUint32(40, true) === bytes.length - headerLength
  return isWhole ? Option.some((bytes.length - headerLength) / 2) : Option.none()
}

/** The samples of a whole clip at 48 kHz, its outer silence included; none where it is damaged. */
export const decodeClip = (bytes: Uint8Array): Option.Option<Float32Array> =>
  Option.map(clipSamples(bytes), () => decodePcm16(bytes.subarray(headerLength)))

/**
 * The clips that were spoken, each in `<folder>/<key>.wav` under the key of `keyOf`. Written under another name and
 * renamed; checked whenever they are read, and removed where they are damaged.
 */
export class Clips extends Context.Service<
  Clips,
  {
    /** The file of a clip, whole or damaged; none where there was no whole one. */
    read(key: string): Effect.Effect<Option.Option<Uint8Array>>
    has(key: string): Effect.Effect<boolean>
    write(key: string, bytes: Uint8Array): Effect.Effect<void, Problem>
    /** Fails where no clip can be written, which is found out once, before anything is paid for. */
    readonly checkFolder: Effect.Effect<void, Problem>
    /** Fails where something is in the place of a clip that cannot be replaced by it. */
    checkPlace(key: string): Effect.Effect<void, Problem>
    /** The samples of a clip at 48 kHz, its outer silence included. */
    load(key: string): Effect.Effect<Float32Array, Problem>
  }
>()("dubber/speech/Clips") {
  static readonly layer = (settings: { readonly folder: string }) =>
    Layer.effect(
      Clips,
      Effect.gen(function* () {
        const fileSystem = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const fileOf = (key: string) => path.join(settings.folder, `${key}.wav`)

        const read = Effect.fnUntraced(function* (key: string) {
          const bytes = yield* Effect.option(fileSystem.readFile(fileOf(key)))
          if (Option.isNone(bytes) || Option.isSome(clipSamples(bytes.value))) return bytes
          yield* Effect.logDebug(`The clip ${key} is damaged and is removed.`)
          yield* Effect.ignore(fileSystem.remove(fileOf(key), { force: true }))
          return Option.none<Uint8Array>()
        })

        const load = Effect.fnUntraced(function* (key: string) {
          const samples = Option.flatMap(yield* read(key), decodeClip)
          if (Option.isSome(samples)) return samples.value
          return yield* new Problem({
            what: `The clip ${fileOf(key)} is missing or damaged.`,
            mend: "Run the same command again: it is spoken anew."
          })
        })

        const { folder } = settings
        const own = randomBytes(3).toString("hex")
        let written = 0
        const temporaryFile = () => path.join(folder, `.dubber-${own}${(written++).toString(16).padStart(6, "0")}.wav`)

        const checkFolder = yield* Effect.suspend(() => {
          const temporary = temporaryFile()
          return fileSystem
            .makeDirectory(folder, { recursive: true })
            .pipe(
              Effect.andThen(fileSystem.writeFile(temporary, new Uint8Array(headerLength))),
              Effect.mapError(unwritable(folder)),
              Effect.ensuring(Effect.ignore(fileSystem.remove(temporary, { force: true })))
            )
        }).pipe(Effect.cached)

        const checkPlace = Effect.fnUntraced(function* (key: string) {
          const there = yield* Effect.option(fileSystem.stat(fileOf(key)))
          if (Option.isNone(there) || there.value.type !== "Directory") return
          return yield* new Problem({ what: `${shown(fileOf(key))} is a folder, not a clip.`, mend: "Remove it." })
        })

        // Not the care that outputs are given: with thousands of clips each call to the file system counts.
        const write = (key: string, bytes: Uint8Array) => {
          const temporary = temporaryFile()
          return fileSystem.writeFile(temporary, bytes).pipe(
            Effect.andThen(fileSystem.rename(temporary, fileOf(key))),
            Effect.mapError(unwritable(fileOf(key))),
            (writing) => Effect.andThen(checkFolder, writing),
            Effect.onExit((exit) =>
              Exit.isSuccess(exit) ? Effect.void : Effect.ignore(fileSystem.remove(temporary, { force: true }))
            )
          )
        }

        const has = (key: string) => Effect.map(read(key), Option.isSome)
        return Clips.of({ read, has, write, checkFolder, checkPlace, load })
      })
    )
}
