import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import { counted } from "../domain/Counted.ts"
import { englishName, Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import { type Estimate, estimate } from "../dub/Estimate.ts"
import { type EstimatedPart, notSetUp } from "../dub/EstimatedPart.ts"
import { numberOf } from "./flagValues.ts"
import { runOnVideo } from "./run.ts"
import * as Services from "./Services.ts"
import { type DubFlags, languagesOf, notGiven, settingsOf } from "./settings.ts"

const dollars = (usd: number): string => (usd === 0 ? "free" : `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`)

const priceOf = ({
  ownServer,
  service,
  usd
}: Pick<EstimatedPart, "usd" | "ownServer"> & { readonly service?: string }): string =>
  usd !== null
    ? dollars(usd)
    : service === notSetUp
      ? "not set up"
      : ownServer === true
        ? "no price"
        : "price not known"

const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`

const part = (name: string, one: EstimatedPart | null, what: string): ReadonlyArray<string> =>
  one === null
    ? []
    : [
        `${name.padEnd(14)} ${priceOf(one).padEnd(16)} ${what}${one.service === notSetUp ? "" : `, by ${one.service.trim()}`}${one.ownServer === true ? " (a server of your own)" : ""}`
      ]

const partsOf = ({ refit, speech, transcription, translation, youtube }: Estimate) => [
  speech,
  transcription,
  translation,
  refit,
  youtube
]

const sumOf = (one: Estimate): number => partsOf(one).reduce((sum, asked) => sum + (asked?.usd ?? 0), 0)

/** Some of it is asked of a server that has no price. */
const isPartlyUnpriced = (one: Estimate): boolean => partsOf(one).some((asked) => asked?.usd === null)

/** Of all parts: nothing is charged for what is done by servers of one's own. */
const totalOf = (one: Estimate): string => {
  const { totalUsd } = one
  const isOwn = isPartlyUnpriced(one)
  return priceOf({ usd: totalUsd === 0 && isOwn ? null : totalUsd, ...(totalUsd === 0 ? { ownServer: true } : {}) })
}

const transcribed = (one: Estimate["transcription"]): string =>
  one === null
    ? ""
    : `${one.minutes.toFixed(1)} min` +
      (one.keptMinutes > 0 ? ` (${one.keptMinutes.toFixed(1)} min more are kept from before)` : "")

/** An estimate as people read it. */
export const estimateLines = (one: Estimate): ReadonlyArray<string> => [
  `${one.video}${one.part === undefined ? "" : ` (${one.part})`}: ${one.minutes.toFixed(1)} min into ${englishName(Language.make(one.language))} (${one.language})${one.exact ? "" : " (what is said is not known yet: a guess from its length)"}`,
  ...part("transcription", one.transcription, transcribed(one.transcription)),
  ...part("translation", one.translation, counted(one.translation?.requests ?? 0, "request")),
  ...part(
    "refit",
    one.refit,
    `at most ${counted(one.refit?.requests ?? 0, "request")} where lines don't fit; about ${one.refit?.spokenAgain} spoken again`
  ),
  ...part("youtube", one.youtube, "1 request"),
  ...part(
    "speech",
    one.speech,
    `${counted(one.speech.requests, "request")}, ${one.speech.characters} characters, ${one.speech.minutes.toFixed(1)} min` +
      (one.speech.kept > 0 ? ` (${one.speech.kept} more are kept from before)` : "")
  ),
  `${"total".padEnd(14)} ${totalOf(one).padEnd(16)} about ${duration(one.seconds)} at concurrency ${one.concurrency}`,
  ...(one.otherServices.length === 0 ? [] : ["", "The same speech elsewhere:"]),
  ...one.otherServices.map(({ model, service, usd }) => `  ${`${service} ${model}`.padEnd(36)} ${dollars(usd)}`)
]

/** Whether all languages together keep to the budget; what has no known price is not in it. */
export const budgetLine = (estimates: ReadonlyArray<Estimate>, budgetUsd: number): string => {
  const known = estimates.reduce((sum, one) => sum + sumOf(one), 0)
  const isKnown = estimates.every(({ totalUsd }) => totalUsd !== null)
  const over = known - budgetUsd
  const told =
    over > 1e-9
      ? `not enough: ${dollars(known)}${isKnown ? "" : " at least"} is estimated`
      : isKnown
        ? `enough for ${estimates.some(isPartlyUnpriced) ? "what has a price" : "this"}`
        : "it cannot be told whether that is enough: a price is not known, and no budget holds it"
  return `${"budget".padEnd(14)} ${(budgetUsd === 0 ? "$0" : dollars(budgetUsd)).padEnd(16)} ${told}`
}

/** `estimate` */
export const runEstimate = Effect.fnUntraced(function* (
  flags: DubFlags & {
    readonly video: string
    readonly workdir: Option.Option<string>
    readonly debug: boolean
    readonly to: Option.Option<string>
    readonly json: boolean
  }
) {
  const all = { ...notGiven, ...flags }
  const settings = yield* settingsOf(flags.video, all, { output: notGiven.voice, force: false })
  const languages = yield* languagesOf(flags.to)
  const rpm = yield* numberOf(flags.rpm, "rpm", { minimum: 1, maximum: 100_000 }, "DUBBER_RPM")
  const layers = Layer.mergeAll(
    Services.speech(all, settings),
    Services.transcription(all, settings),
    Services.language(all, settings)
  )
  const program = Effect.gen(function* () {
    const targets = languages.length === 0 ? [undefined] : languages
    const estimates = yield* Effect.forEach(targets, (to) =>
      estimate(
        { ...settings, to },
        rpm,
        languages.filter((other) => other !== to)
      )
    )
    yield* Console.log(
      flags.json
        ? JSON.stringify(estimates.length === 1 ? estimates[0] : estimates, null, 2)
        : estimates.map((one) => estimateLines(one).join("\n")).join("\n\n")
    )
    if (settings.budgetUsd !== undefined && !flags.json) {
      yield* Console.log(`\n${budgetLine(estimates, settings.budgetUsd)}`)
    }
    const missing = [...new Set(estimates.flatMap((one) => one.missing))]
    if (missing[0] === undefined) return
    const more = missing.length > 1 ? ` (and the same for ${missing.length - 1} more)` : ""
    return yield* new Problem({ what: `A run would stop: ${missing[0]}${more}` })
  })
  yield* runOnVideo({ command: "estimate", ...flags }, Effect.provide(program, layers))
})
