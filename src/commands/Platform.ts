import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { Problem } from "../domain/Problem.ts"
import { unreadable } from "../media/FileProblem.ts"
import * as Layer from "effect/Layer"

/** Text as editors save it: Windows writes UTF-16 too ("echo … > .env" in PowerShell), with a mark before it. */
const textOf = (bytes: Uint8Array): string => {
  const isMarked = (first: number, second: number) => bytes[0] === first && bytes[1] === second
  const encoding = isMarked(0xff, 0xfe) ? "utf-16le" : isMarked(0xfe, 0xff) ? "utf-16be" : "utf-8"
  return new TextDecoder(encoding).decode(bytes)
}

/** What ./.env says; nothing where there is none, or a folder of that name, as some tools of Python make. */
const fromFile = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const isFile = yield* fs.stat(".env").pipe(
    Effect.map((info) => info.type !== "Directory"),
    Effect.orElseSucceed(() => false)
  )
  if (!isFile) return ConfigProvider.fromUnknown({})
  const bytes = yield* fs.readFile(".env").pipe(Effect.mapError(unreadable(".env")))
  const text = textOf(bytes)
  if (text.includes("\0")) {
    return yield* new Problem({
      what: "What is in .env is no text.",
      mend: "Write lines into it such as OPENAI_API_KEY=…, or remove it.",
      exitCode: 2
    })
  }
  return ConfigProvider.fromDotEnvContents(text)
})

/** The environment wins over ./.env. */
const dotEnv = ConfigProvider.layerAdd(fromFile)

/** What commands need of the machine: its files and programs, its terminal, and the settings of who runs them. */
export const layer = Layer.provideMerge(dotEnv, NodeServices.layer)
