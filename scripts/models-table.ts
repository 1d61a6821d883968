/**
 * The README's table of models, from what src/requests/Models.ts knows. Printed, or written into the README:
 *
 *     node scripts/models-table.ts --write
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem } from "effect"
import { fileURLToPath } from "node:url"
import { defaultModels, type Model, models } from "../src/requests/Models.ts"

const usd = (amount: number): string => {
  const cents = amount < 0.1 ? Number(amount.toPrecision(2)) : amount
  return `$${Number.isInteger(cents) ? cents : cents < 0.1 ? cents : cents.toFixed(2)}`
}

const count = (amount: number): string => amount.toLocaleString("en")

const price = (model: Model): string => {
  if (model.usdPerThousandCharacters !== undefined)
    return `${usd(model.usdPerThousandCharacters)} a thousand characters`
  if (model.usdPerMinute !== undefined) return `${usd(model.usdPerMinute)} a minute`
  if (model.usdPerMillionInput !== undefined && model.usdPerMillionOutput !== undefined) {
    return `${usd(model.usdPerMillionInput)} in, ${usd(model.usdPerMillionOutput)} out, a million tokens`
  }
  return "see the service"
}

const limits = (model: Model): string =>
  [
    ...(model.longestInput === undefined ? [] : [`${count(model.longestInput)} characters a request`]),
    ...(model.longestSeconds === undefined ? [] : [`${count(Math.floor(model.longestSeconds / 60))} min a request`]),
    ...(model.largestBytes === undefined ? [] : [`${count(model.largestBytes / 1e6)} MB a request`]),
    ...(model.requestsPerMinute === undefined ? [] : [`${count(model.requestsPerMinute)} requests a minute`]),
    ...(model.concurrentRequests === undefined ? [] : [`${model.concurrentRequests} at once`])
  ].join(", ")

const end = ({ replacement, shutdown }: Model): string =>
  shutdown === undefined ? "" : `${shutdown}${replacement === undefined ? "" : `; then \`${replacement}\``}`

const isDefault = (model: Model): boolean =>
  Object.entries(defaultModels[model.kind]).some(([service, name]) => service === model.service && name === model.name)

const flags = { speech: "--tts", transcription: "--stt", language: "--llm-model" } as const

const row = (model: Model): string => {
  const flag = model.kind === "language" ? "`--llm-model`" : `\`${flags[model.kind]} ${model.service}\``
  const name = `\`${model.name}\`${isDefault(model) ? " (default)" : ""}`
  return `| ${flag} | ${name} | ${price(model)} | ${limits(model)} | ${end(model)} |`
}

/** Every model that is known by name, in Markdown. */
export const modelsTable = (): string =>
  ["| by | model | price | limits | shut down on |", "|---|---|---|---|---|", ...models.map((one) => row(one))].join(
    "\n"
  )

export const marks = ["<!-- models -->", "<!-- /models -->"] as const

/** A text with the table in the place of what stands between the marks. */
export const withTable = (text: string): string => {
  const [before = "", rest = ""] = text.split(marks[0])
  return `${before}${marks[0]}\n${modelsTable()}\n${marks[1]}${rest.split(marks[1])[1] ?? ""}`
}

const readme = fileURLToPath(new URL("../README.md", import.meta.url))

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  if (!process.argv.includes("--write")) return yield* Console.log(modelsTable())
  yield* fs.writeFileString(readme, withTable(yield* fs.readFileString(readme)))
})

if (import.meta.main) program.pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
