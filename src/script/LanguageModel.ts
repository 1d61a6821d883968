import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ServiceError } from "../requests/ServiceError.ts"

/** One line that a model is asked to rewrite or translate; further fields are context for it. */
export interface ModelLine {
  readonly id: number
  readonly text: string
  readonly [field: string]: unknown
}

/** One request: the task in words, and the lines with what else the model should know. */
export interface LinesRequest {
  /** What it is, in the log and the report: "batch 3". */
  readonly subject: string
  readonly instructions: string
  readonly lines: ReadonlyArray<ModelLine>
  /** The numbers of the lines in subs.srt, for the log; their ids where not given. */
  readonly numbers?: ReadonlyArray<number> | undefined
  /** It is about the whole: its ids are those of no line, and it is not worth asking again where it fails. */
  readonly aside?: boolean | undefined
  /** Further fields of the JSON object that is the last user message: neighbours, glossary, languages. */
  readonly context?: Readonly<Record<string, unknown>> | undefined
}

/** What came back, valid in form only: lines may be missing, extra, reordered or wrong. */
export interface AnsweredLine {
  readonly id: number
  readonly text: string
}

/** What a provider knows of itself before the first request. */
export interface LanguageModelProvider {
  readonly service: string
  readonly model: string
  readonly address: string
  /** US dollars a million tokens. */
  readonly usdPerMillionInput?: number | undefined
  readonly usdPerMillionOutput?: number | undefined
}

/** A service that rewrites lines. A provider makes exactly one attempt a call. */
export class LanguageModel extends Context.Service<
  LanguageModel,
  {
    readonly provider: LanguageModelProvider
    lines(request: LinesRequest): Effect.Effect<ReadonlyArray<AnsweredLine>, ServiceError>
  }
>()("dubber/script/LanguageModel") {}
