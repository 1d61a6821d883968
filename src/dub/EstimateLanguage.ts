import * as Effect from "effect/Effect"
import type { Cue } from "../domain/Cue.ts"
import type { Source } from "../domain/Source.ts"
import { likelySections } from "../publish/Chapters.ts"
import { requestsFor } from "../script/Batches.ts"
import { LanguageModel, type LanguageModelProvider } from "../script/LanguageModel.ts"
import { linesARequest, refitRequestsAtMost } from "../script/Refit.ts"
import { topicsCost } from "../script/Topics.ts"
import { asked, type EstimatedPart } from "./EstimatedPart.ts"
import { readRewrites, rewritesName } from "./RefitTrials.ts"
import { atOnce, type DubSettings } from "./Settings.ts"
import type { Script } from "./WriteScript.ts"

/** What goes with a batch of lines, in tokens, and what a line of the refit is in and out. */
const tokens = { aroundBatch: 1200, charactersPerToken: 3.5, refitLineIn: 160, refitLineOut: 40, aroundRefit: 500 }
/** Lines of a request where what is said is not known yet, and the seconds that a request takes. */
const guess = { linesARequest: 32, seconds: 15 }
/** The part of the lines that is spoken again because it did not fit: a translation written to length leaves about so many. */
const spokenAgain = 0.15

/** What is known of a script before a run: its lines, or only how many there may be. */
export interface Expected {
  readonly script: Script | undefined
  /** A language model would translate, or polish, what is said. */
  readonly translates: boolean
  readonly polishes: boolean
  readonly lines: number
  readonly utterances: number
  readonly characters: number
}

const lineOf = ({ end, id, start, text }: Cue) => ({ id, text, start, end })

/** Requests for what is said to be rewritten once: translated with a summary of the whole, or polished. */
const batchesOf = (expected: Expected, concurrency: number): number =>
  expected.script === undefined
    ? Math.ceil(expected.lines / guess.linesARequest)
    : requestsFor(expected.script.cues.map(lineOf), concurrency)

/** US dollars for so many tokens; null where the price is not known. */
const priceOf = (
  { usdPerMillionInput, usdPerMillionOutput }: LanguageModelProvider,
  read: number,
  written: number
): number | null =>
  usdPerMillionInput === undefined || usdPerMillionOutput === undefined
    ? null
    : (read * usdPerMillionInput + written * usdPerMillionOutput) / 1e6

/** Title, description and chapters from a model: one request a language. */
const youtubeOf = (
  provider: LanguageModelProvider,
  source: Source,
  settings: DubSettings,
  characters: number
): EstimatedPart | null => {
  if (!settings.youtube || provider.service === "none") return null
  const cost = topicsCost(likelySections(source.duration), characters)
  const { charactersPerToken } = tokens
  return {
    ...asked(provider),
    requests: cost.requests,
    characters: cost.written,
    minutes: 0,
    usd: priceOf(provider, cost.read / charactersPerToken, cost.written / charactersPerToken)
  }
}

/**
 * What a run would ask a language model for: to translate and polish as long as it answers well, and to rewrite lines
 * that do not fit, at most, with what speaking those again would cost; and to describe the talk for YouTube.
 */
export const estimateLanguage = Effect.fnUntraced(function* (
  source: Source,
  settings: DubSettings,
  expected: Expected,
  usdOfSpeech: (characters: number) => number | null
) {
  const { provider } = yield* LanguageModel
  const { characters, polishes, script, translates, utterances } = expected
  const times = (translates ? 1 : 0) + (polishes ? 1 : 0)
  const concurrency = atOnce(settings.concurrency)
  const requests = (translates ? batchesOf(expected, concurrency) : 0) + (polishes ? batchesOf(expected, Infinity) : 0)
  const text = characters / tokens.charactersPerToken
  const translation: EstimatedPart | null =
    times === 0
      ? null
      : {
          ...asked(provider),
          requests,
          characters: characters * times,
          minutes: 0,
          usd: priceOf(provider, text * 3 * times + tokens.aroundBatch * requests, text * 1.5 * times)
        }

  const language = script?.language ?? settings.to
  const known = language === undefined ? undefined : yield* readRewrites(rewritesName(language))
  const mayRefit =
    settings.refit &&
    !settings.cachedOnly &&
    provider.service !== "none" &&
    (translation !== null || ((script?.written?.size ?? 0) > 0 && known?.complete !== true))
  const most = refitRequestsAtMost(utterances)
  const again = Math.ceil(utterances * spokenAgain)
  const usdOfRewriting = priceOf(
    provider,
    most * (linesARequest * tokens.refitLineIn + tokens.aroundRefit),
    most * linesARequest * tokens.refitLineOut
  )
  const usdOfSpeaking = usdOfSpeech(Math.ceil(characters * spokenAgain))
  const refit: (EstimatedPart & { readonly spokenAgain: number }) | null = !mayRefit
    ? null
    : {
        ...asked(provider),
        requests: most,
        characters: Math.ceil(characters * spokenAgain),
        minutes: 0,
        usd: usdOfRewriting === null || usdOfSpeaking === null ? null : usdOfRewriting + usdOfSpeaking,
        spokenAgain: again
      }
  const youtube = youtubeOf(provider, source, settings, characters)
  const seconds =
    Math.ceil(requests / concurrency) * guess.seconds +
    (refit === null ? 0 : guess.seconds) +
    (youtube === null ? 0 : guess.seconds)
  return { translation, refit, youtube, seconds }
})
