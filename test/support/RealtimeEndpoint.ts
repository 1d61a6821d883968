import * as NodeWS from "@effect/platform-node/NodeWS"
import { Effect } from "effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { pcm16, sine } from "./Sine.ts"

/** What the server makes of one line; all fields have what a good answer has by default. */
export interface RealtimeAnswer {
  /** What it says that it said. */
  readonly transcript?: string
  readonly seconds?: number
  readonly audioTokens?: number
  readonly delayMillis?: number
  /** "completed", "failed", "incomplete", "cancelled". */
  readonly status?: string
  readonly statusDetails?: object
  /** An event of type "error" instead of an answer. */
  readonly error?: object
  /** Cuts the connection in the middle. */
  readonly cut?: boolean
  /** Half of the sound, then nothing more. */
  readonly stall?: boolean
}

export interface RealtimeEndpointSettings {
  readonly answer?: (text: string, index: number) => RealtimeAnswer
  /** Refuses the handshake. */
  readonly refuse?: number
  readonly rateLimits?: ReadonlyArray<object>
}

/** A WebSocket server on the loopback address that speaks tones over the events of the Realtime API. */
export const serveRealtime = (settings: RealtimeEndpointSettings = {}) =>
  Effect.acquireRelease(
    Effect.callback<{ server: Http.Server; sockets: NodeWS.WebSocketServer; endpoint: RealtimeEndpoint }>((resume) => {
      const connections: Array<Connection> = []
      const lines: Array<Line> = []
      let speaking = 0
      let peak = 0
      const server = Http.createServer()
      const sockets = new NodeWS.WebSocketServer({ noServer: true })
      server.on("upgrade", (request, socket, head) => {
        if (settings.refuse !== undefined) {
          return void socket.end(`HTTP/1.1 ${settings.refuse} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
        }
        sockets.handleUpgrade(request, socket, head, (connection) => {
          const record: Connection = { path: request.url ?? "", headers: request.headers, session: {}, isOpen: true }
          connections.push(record)
          const send = (event: object) => connection.send(JSON.stringify(event))
          send({ type: "session.created", session: { id: `session_${connections.length}` } })
          connection.on("close", () => {
            record.isOpen = false
          })
          const say = (answer: RealtimeAnswer, text: string) => {
            const bytes = Buffer.from(pcm16(sine(440, 24_000, answer.seconds ?? 0.2 + text.length / 15)))
            send({ type: "response.created", response: { id: "r", status: "in_progress" } })
            const end = answer.stall === true || answer.cut === true ? bytes.length >> 1 : bytes.length
            for (let at = 0; at < end; at += 9600) {
              const delta = bytes.subarray(at, Math.min(at + 9600, end)).toString("base64")
              send({ type: "response.output_audio.delta", response_id: "r", delta })
            }
            if (answer.stall === true) return
            if (answer.cut === true) return connection.terminate()
            send({ type: "response.output_audio_transcript.done", transcript: answer.transcript ?? text })
            const usage = { output_token_details: { audio_tokens: answer.audioTokens ?? 20, text_tokens: 5 } }
            const status = answer.status ?? "completed"
            send({
              type: "response.done",
              response: { id: "r", status, status_details: answer.statusDetails ?? null, usage }
            })
            if (settings.rateLimits !== undefined) {
              send({ type: "rate_limits.updated", rate_limits: settings.rateLimits })
            }
          }
          connection.on("message", (data) => {
            const event = JSON.parse(String(data))
            if (event.type === "session.update") {
              record.session = event.session
              return send({ type: "session.updated", session: event.session })
            }
            if (event.type !== "response.create") return
            const text = event.response.input[0].content[0].text as string
            const answer = settings.answer?.(text, lines.length) ?? {}
            lines.push({ text, connection: connections.indexOf(record), response: event.response })
            if (answer.error !== undefined) return send({ type: "error", error: answer.error })
            speaking++
            peak = Math.max(peak, speaking)
            setTimeout(() => {
              speaking--
              if (connection.readyState === connection.OPEN) say(answer, text)
            }, answer.delayMillis ?? 0)
          })
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
        resume(
          Effect.succeed({
            server,
            sockets,
            endpoint: {
              url,
              connections,
              lines,
              peak: () => peak,
              drop: () => sockets.clients.forEach((client) => client.terminate())
            }
          })
        )
      })
    }),
    ({ server, sockets }) =>
      Effect.callback<void>((resume) => {
        sockets.clients.forEach((client) => client.terminate())
        server.closeAllConnections()
        server.close(() => resume(Effect.void))
      })
  ).pipe(Effect.map(({ endpoint }) => endpoint))

interface Connection {
  readonly path: string
  readonly headers: Http.IncomingHttpHeaders
  session: any
  isOpen: boolean
}

interface Line {
  readonly text: string
  /** Which connection it came over, from 0. */
  readonly connection: number
  readonly response: any
}

export interface RealtimeEndpoint {
  readonly url: string
  readonly connections: ReadonlyArray<Connection>
  readonly lines: ReadonlyArray<Line>
  /** The most lines that were spoken at once. */
  readonly peak: () => number
  /** Cuts all connections. */
  readonly drop: () => void
}
