import { Effect } from "effect"
import { serve, type HttpService, type Received, type Reply } from "./HttpService.ts"

/** One form as it was sent: its fields (those given more than once as lists), and the sound. */
export interface SentForm {
  readonly fields: Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly audio: Uint8Array
  readonly fileName: string
  readonly contentType: string
  readonly received: Received
}

export interface TranscriptionEndpoint extends HttpService {
  readonly forms: ReadonlyArray<SentForm>
  /** The address to give as a base URL: "http://127.0.0.1:1234/v1". */
  readonly baseUrl: string
}

const readForm = async (received: Received): Promise<SentForm> => {
  const type = String(received.headers["content-type"] ?? "")
  const form = await new Response(Uint8Array.from(received.body), { headers: { "content-type": type } }).formData()
  const file = form.get("file")
  if (!(file instanceof File)) throw new TypeError("no file was sent")
  const fields: Record<string, string | ReadonlyArray<string>> = {}
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name).filter((value) => typeof value === "string")
    if (name !== "file") fields[name] = name.endsWith("[]") ? values : values[0]!
  }
  return {
    fields,
    audio: new Uint8Array(await file.arrayBuffer()),
    fileName: file.name,
    contentType: file.type,
    received
  }
}

/** A server for transcriptions that reads each form and answers with what `answer` makes of it, on any path. */
export const transcriptionEndpoint = (answer: (sent: SentForm) => Reply | Promise<Reply>) => {
  const forms: Array<SentForm> = []
  return serve(async (received) => {
    const form = await readForm(received)
    forms.push(form)
    return answer(form)
  }).pipe(
    Effect.map((service): TranscriptionEndpoint => Object.assign(service, { forms, baseUrl: `${service.url}/v1` }))
  )
}

export interface TrueWord {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** What Whisper would answer for a piece that begins at `offset`: words half heard at its edges come out garbled. */
export const heardWords = (truth: ReadonlyArray<TrueWord>, offset: number, seconds: number): ReadonlyArray<TrueWord> =>
  truth.flatMap(({ text, start, end }) => {
    const [from, to] = [Math.max(0, start - offset), Math.min(seconds, end - offset)]
    const heard = (to - from) / (end - start)
    if (heard < 0.3) return []
    return [{ text: heard < 0.95 ? "mumble" : text, start: from, end: to }]
  })

/** `verbose_json`: a segment ends where a sentence does or after twelve words. Words come without punctuation, as Whisper's do. */
export const verboseJson = (words: ReadonlyArray<TrueWord>, language = "english") => {
  const segments: Array<{ id: number; start: number; end: number; text: string; words: number }> = []
  for (const word of words) {
    const last = segments.at(-1)
    if (last !== undefined && !/[.?!]$/.test(last.text) && last.words < 12) {
      segments[segments.length - 1] = {
        ...last,
        end: word.end,
        text: `${last.text} ${word.text}`,
        words: last.words + 1
      }
    } else segments.push({ id: segments.length, start: word.start, end: word.end, text: ` ${word.text}`, words: 1 })
  }
  return {
    task: "transcribe",
    language,
    duration: words.at(-1)?.end ?? 0,
    text: words.map(({ text }) => text).join(" "),
    segments: segments.map(({ id, start, end, text }) => ({ id, start, end, text })),
    words: words.map(({ text, start, end }) => ({ word: text.replaceAll(/[.,?!]/g, ""), start, end }))
  }
}
