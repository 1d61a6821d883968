import * as Effect from "effect/Effect"
import { oneLine } from "./ServerMessage.ts"
import { NotThere, ServiceError } from "./ServiceError.ts"

/** As in `--tts` and `--stt`: models that run in this process. */
export const localService = "local"

const library = "sherpa-onnx-node"

export const localNotThere = (message: string) =>
  new ServiceError({ service: localService, reason: new NotThere({ message }) })

/** What native code says of a failure, without its places in the source and its signatures. */
export const nativeMessage = (error: unknown): string =>
  oneLine((error instanceof Error ? error.message : String(error)).replaceAll(/\/\S+\.(?:cc|h):\d+ [^()]*\(.*\) /g, ""))

const notLoaded = (error: unknown) => {
  const why = nativeMessage(error)
  return localNotThere(
    /cannot find (?:package|module)/i.test(why)
      ? `${library} is not installed. Add it with "npm install ${library}" (32 MB)`
      : `${library} cannot be loaded: ${why}`
  )
}

/** Where the library is, for a process of its own to load it from. Fails with NotThere, and how to get it. */
export const findSherpaOnnx: Effect.Effect<string, ServiceError> = Effect.try({
  try: () => import.meta.resolve(library),
  catch: notLoaded
})

/**
 * The library that runs neural models in this process: an optional dependency, loaded when this effect runs. `Api` is
 * the part of it that is used. Fails with NotThere, and how to get it.
 */
export const loadSherpaOnnx = <Api>(
  load: () => Promise<unknown> = () => import(library)
): Effect.Effect<Api, ServiceError> =>
  Effect.tryPromise({ try: () => load(), catch: notLoaded }).pipe(
    Effect.map((loaded) => {
      const { default: inner } = loaded as { readonly default?: Api }
      return inner ?? (loaded as Api)
    })
  )
