import { Effect } from "effect"
import { serve, type HttpService, type Received, type Reply } from "./HttpService.ts"

/** A line as it was asked for. */
export interface AskedLine {
  readonly id: number
  readonly text: string
  readonly [field: string]: unknown
}

/** One request for chat completions, and the JSON object in its last message. */
export interface ChatRequest {
  readonly index: number
  readonly body: any
  readonly asked: { readonly lines: ReadonlyArray<AskedLine>; readonly [field: string]: any }
}

/** The ways in which models and servers go wrong. */
export const misbehaviours = [
  "prose",
  "fence",
  "thinking",
  "half-broken JSON",
  "bare array",
  "string ids",
  "missing",
  "empty",
  "extra",
  "duplicated",
  "contradicted",
  "reordered",
  "merged",
  "shifted",
  "too long",
  "untranslated",
  "wrong language",
  "wrong language of the right script",
  "repeated",
  "refused line",
  "no ids",
  "garbage",
  "refusal",
  "content filter",
  "cut",
  "no content",
  "bad request",
  "server error"
] as const
export type Misbehaviour = (typeof misbehaviours)[number]

export interface ChatOptions {
  /** What a good answer says for a line; "[es] text" where not given. */
  readonly rewrite?: (line: AskedLine, request: ChatRequest) => string
  /** How this request goes wrong. */
  readonly misbehave?: (request: ChatRequest) => Misbehaviour | undefined
  /** Answers this instead where it gives something. */
  readonly reply?: (request: ChatRequest) => Reply | Promise<Reply> | undefined
  readonly delayMillis?: number
}

export interface ChatEndpoint extends HttpService {
  readonly baseUrl: string
  readonly requests: ReadonlyArray<ChatRequest>
}

/** An answer of chat completions. */
export const completion = (content: unknown, choice: object = {}, message: object = {}): Reply => ({
  body: {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: "served",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content, ...message }, ...choice }],
    usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 }
  }
})

type Answers = Array<{ id: number; text: string }>

const linesWith = (how: Misbehaviour | undefined, good: Answers, asked: ReadonlyArray<AskedLine>): Answers => {
  const middle = good.length >> 1
  const at = good[middle]!
  const before = good.slice(0, middle)
  const after = good.slice(middle + 1)
  const changed = (text: string): Answers => [...before, { id: at.id, text }, ...after]
  switch (how) {
    case "missing":
      return [...before, ...after]
    case "empty":
      return changed("")
    case "extra":
      return [...good, { id: 99_999, text: "[es] One that nobody asked for." }]
    case "duplicated":
      return [...before, at, at, ...after]
    case "contradicted":
      return [...before, at, { id: at.id, text: "[es] Something else." }, ...after]
    case "reordered":
      return good.toReversed()
    case "merged":
      return after.length === 0
        ? changed("")
        : [...before, { id: at.id, text: `${at.text} ${after[0]!.text}` }, ...after.slice(1)]
    case "shifted":
      return good.map(({ id }, index) => ({ id, text: good[index + 1]?.text ?? "" }))
    case "too long":
      return changed(Array.from({ length: 10 }, () => `${at.text} and so on, for many more words`).join(" "))
    case "untranslated":
      return changed(asked[middle]!.text)
    case "wrong language":
      return changed("Это совсем не тот язык, который просили")
    case "wrong language of the right script":
      return changed("Ceci n'est pas la langue que vous avez demandée, mais une autre.")
    case "repeated":
      return changed("[es] una vez y otra vez y otra vez y otra vez y otra vez y otra vez")
    case "refused line":
      return changed("I'm sorry, but I can't help with that.")
    default:
      return good
  }
}

const answer = (how: Misbehaviour | undefined, good: Answers, asked: ReadonlyArray<AskedLine>): Reply => {
  const lines = linesWith(how, good, asked)
  const json = JSON.stringify({ lines })
  switch (how) {
    case "prose":
      return completion(`Sure! Here is {the translation}:\n\n${json}\n\nLet me know if [you] need more.`)
    case "fence":
      return completion("Here you are:\n```json\n" + JSON.stringify({ lines }, null, 2) + "\n```\n")
    case "thinking":
      return completion(`<think>The ids are {"lines": [1]} …</think>\n${json}`)
    case "half-broken JSON":
      return completion(
        `{lines: [${lines.map(({ id, text }) => `{'id': ${id}, "text": ${JSON.stringify(text)},}`).join(",\n")},]`
      )
    case "bare array":
      return completion(JSON.stringify(lines))
    case "string ids":
      return completion(JSON.stringify({ lines: lines.map(({ id, text }) => ({ id: String(id), text })) }))
    case "no ids":
      return completion(JSON.stringify({ lines: lines.map(({ text }) => text) }))
    case "garbage":
      return completion("I would rather talk about the weather.")
    case "refusal":
      return completion(null, {}, { refusal: "I can't help with that." })
    case "content filter":
      return completion("", { finish_reason: "content_filter" })
    case "cut":
      return completion(json.slice(0, json.length >> 1), { finish_reason: "length" })
    case "no content":
      return completion("")
    case "bad request":
      return { status: 400, body: { error: { message: "Invalid prompt", type: "invalid_request_error" } } }
    case "server error":
      return { status: 503, body: { error: { message: "overloaded" } } }
    default:
      return completion(json)
  }
}

/** A served language model: answers "[es] text" by id, or goes wrong in the way that it is told to. */
export const chatEndpoint = (options: ChatOptions = {}) =>
  Effect.gen(function* () {
    const requests: Array<ChatRequest> = []
    const service = yield* serve((received: Received) => {
      if (received.path !== "/v1/chat/completions") return { status: 404, body: { error: { message: "no such path" } } }
      const body = received.json()
      const request: ChatRequest = {
        index: requests.length,
        body,
        asked: JSON.parse(body.messages.at(-1).content)
      }
      requests.push(request)
      const rewrite = options.rewrite ?? ((line: AskedLine) => `[es] ${line.text}`)
      const good = request.asked.lines.map((line) => ({ id: line.id, text: rewrite(line, request) }))
      const reply = options.reply?.(request) ?? answer(options.misbehave?.(request), good, request.asked.lines)
      if (options.delayMillis === undefined || reply instanceof Promise) return reply
      return { delayMillis: options.delayMillis, ...reply }
    })
    return { ...service, baseUrl: `${service.url}/v1`, requests } satisfies ChatEndpoint
  })
