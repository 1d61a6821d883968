import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type OpenAI from "openai"
import { withDeadline } from "../../requests/Deadline.ts"
import { addressOf, isOpenAi, type Endpoint } from "../../requests/Endpoint.ts"
import { findModel } from "../../requests/Models.ts"
import { openAiClient } from "../../requests/OpenAiClient.ts"
import { fromOpenAi } from "../../requests/OpenAiErrors.ts"
import { RequestLog } from "../../requests/RequestLog.ts"
import { BadAnswer, Refused, ServiceError } from "../../requests/ServiceError.ts"
import { LanguageModel, type LanguageModelProvider, type LinesRequest } from "../LanguageModel.ts"
import { isRefusal } from "../LineChecks.ts"
import { readAnswer } from "./Answer.ts"

export interface OpenAiSettings {
  /** OpenAI, or any server that speaks its `/chat/completions`. */
  readonly endpoint: Endpoint
  readonly model: string
  /** Left to the model where not given. */
  readonly temperature?: number | undefined
  /** Seconds an attempt may take, headers and body together; 120 where not given. */
  readonly deadlineSeconds?: number | undefined
  /** US dollars a million tokens; where not given, OpenAI's own at OpenAI's own address. */
  readonly usdPerMillionInput?: number | undefined
  readonly usdPerMillionOutput?: number | undefined
}

const service = "openai"

/** What a server was found to take, remembered for the rest of the run. */
interface Shape {
  readonly format: "schema" | "object" | "none"
  readonly temperature: boolean
}

const weaker = { schema: "object", object: "none", none: undefined } as const
const strength = { schema: 2, object: 1, none: 0 } as const

const weakest = (a: Shape, b: Shape): Shape => ({
  format: strength[a.format] < strength[b.format] ? a.format : b.format,
  temperature: a.temperature && b.temperature
})

const formats = {
  schema: {
    type: "json_schema",
    json_schema: {
      name: "lines",
      strict: true,
      schema: {
        type: "object",
        properties: {
          lines: {
            type: "array",
            items: {
              type: "object",
              properties: { id: { type: "integer" }, text: { type: "string" } },
              required: ["id", "text"],
              additionalProperties: false
            }
          }
        },
        required: ["lines"],
        additionalProperties: false
      }
    }
  },
  object: { type: "json_object" },
  none: undefined
} as const

const answerForm =
  'Answer with one JSON object and nothing else: {"lines": [{"id": 1, "text": "…"}]}, one entry for each of the lines you were given, with the same ids, in the same order.'

const bodyOf = (request: LinesRequest, settings: OpenAiSettings, shape: Shape) => {
  const format = formats[shape.format]
  return {
    model: settings.model,
    messages: [
      { role: "system" as const, content: `${request.instructions}\n\n${answerForm}` },
      { role: "user" as const, content: JSON.stringify({ ...request.context, lines: request.lines }) }
    ],
    ...(format === undefined ? {} : { response_format: format }),
    ...(shape.temperature && settings.temperature !== undefined ? { temperature: settings.temperature } : {})
  } satisfies OpenAI.ChatCompletionCreateParamsNonStreaming
}

/** What to leave out when a server says no to the form of a request; undefined where it is about something else. */
const lighter = (shape: Shape, error: ServiceError, settings: OpenAiSettings): Shape | undefined => {
  const { _tag, message } = error.reason
  if (_tag !== "Refused" && !(_tag === "Unavailable" && error.reason.status !== undefined) && _tag !== "NotThere") {
    return undefined
  }
  if (/temperature/iu.test(message)) {
    return shape.temperature && settings.temperature !== undefined ? { ...shape, temperature: false } : undefined
  }
  const isAboutFormat = /response.?format|json.?schema|json.?object|structured.?output|grammar|guided/iu.test(message)
  const format = weaker[shape.format]
  return isAboutFormat && format !== undefined ? { ...shape, format } : undefined
}

const failure = (reason: BadAnswer | Refused) => new ServiceError({ service, reason })

interface Content {
  readonly text: string
  /** It ends where the model had said as much as it can, or may. */
  readonly isCut: boolean
}

const cut = "the answer was cut at the model's longest length"

/** The text of an answer, or why there is none. */
const contentOf = (completion: OpenAI.ChatCompletion): Effect.Effect<Content, ServiceError> => {
  const choice = completion.choices?.[0]
  if (choice?.message === undefined || choice.message === null) {
    return Effect.fail(failure(new BadAnswer({ message: "an answer without a message" })))
  }
  if (choice.finish_reason === "content_filter") {
    return Effect.fail(failure(new Refused({ message: "its content filter stopped the answer" })))
  }
  if (typeof choice.message.refusal === "string" && choice.message.refusal !== "") {
    return Effect.fail(failure(new Refused({ message: "the model refused to answer" })))
  }
  const content: unknown = choice.message.content
  const text = Array.isArray(content)
    ? content.map((part: { readonly text?: unknown }) => (typeof part?.text === "string" ? part.text : "")).join("")
    : content
  const isCut = choice.finish_reason === "length"
  return typeof text === "string" && text.trim() !== ""
    ? Effect.succeed({ text, isCut })
    : Effect.fail(failure(new BadAnswer({ message: isCut ? cut : "an empty answer" })))
}

/**
 * A language model behind OpenAI's chat completions, and the servers that are compatible with them. The answer is
 * asked for by JSON schema; a server that knows none is asked for a JSON object, then for plain text, and is
 * remembered so. Each request that is sent is one attempt in the log.
 */
export const layer = (settings: OpenAiSettings) =>
  Layer.effect(
    LanguageModel,
    Effect.gen(function* () {
      const log = yield* RequestLog
      const client = yield* openAiClient(settings.endpoint)
      const known = yield* Ref.make<Shape>({ format: "schema", temperature: true })
      const deadlineSeconds = settings.deadlineSeconds ?? 120
      const priced = isOpenAi(settings.endpoint) ? findModel(settings.model) : undefined
      const usdPerMillionInput = settings.usdPerMillionInput ?? priced?.usdPerMillionInput
      const usdPerMillionOutput = settings.usdPerMillionOutput ?? priced?.usdPerMillionOutput

      const provider: LanguageModelProvider = {
        service,
        model: settings.model,
        address: addressOf(settings.endpoint),
        usdPerMillionInput,
        usdPerMillionOutput
      }

      const read = Effect.fnUntraced(function* (completion: OpenAI.ChatCompletion, wanted: number) {
        const { isCut, text } = yield* contentOf(completion)
        const { jsonrepair } = yield* Effect.promise(() => import("jsonrepair"))
        const lines = readAnswer(text, wanted, jsonrepair, isCut)
        if (Option.isSome(lines) && (!isCut || lines.value.length > 0)) return lines.value
        return yield* failure(
          isRefusal(text.trim())
            ? new Refused({ message: "the model refused to answer" })
            : new BadAnswer({ message: isCut ? cut : "an answer without lines in it" })
        )
      })

      const used = ({ usage }: OpenAI.ChatCompletion, request: LinesRequest) => {
        const input = usage?.prompt_tokens ?? 0
        const output = usage?.completion_tokens ?? 0
        const usd =
          usdPerMillionInput === undefined || usdPerMillionOutput === undefined
            ? undefined
            : (input * usdPerMillionInput + output * usdPerMillionOutput) / 1_000_000
        const characters = request.lines.reduce((sum, line) => sum + line.text.length, 0)
        return log.used("language", { characters, ...(usd === undefined ? {} : { usd }) })
      }

      const send = (request: LinesRequest, shape: Shape) =>
        Effect.tryPromise({
          try: (signal) => client.chat.completions.create(bodyOf(request, settings, shape), { signal }),
          catch: (error) => fromOpenAi(service, error, deadlineSeconds)
        }).pipe(
          withDeadline(service, deadlineSeconds),
          // What was answered is paid for, whether it can be used or not.
          Effect.tap((completion) => used(completion, request)),
          Effect.flatMap((completion) => read(completion, request.lines.length))
        )

      const attempt = (request: LinesRequest, shape: Shape): ReturnType<LanguageModel["Service"]["lines"]> =>
        log.attempt("language", request.subject, send(request, shape)).pipe(
          Effect.catch((error) => {
            const next = lighter(shape, error, settings)
            if (next === undefined) return Effect.fail(error)
            return Ref.updateAndGet(known, (now) => weakest(now, next)).pipe(
              Effect.flatMap((lightest) => attempt(request, lightest))
            )
          })
        )

      return LanguageModel.of({
        provider,
        lines: Effect.fn("OpenAi.lines")((request) =>
          Effect.flatMap(Ref.get(known), (shape) => attempt(request, shape))
        )
      })
    })
  )
