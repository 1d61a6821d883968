import { Effect } from "effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"

/** One request as it came over the socket. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  /** Requests that were being answered when this one had come, itself included. */
  readonly inFlight: number
  /** Counts from 0 over all requests. */
  readonly index: number
  readonly json: () => any
}

/** What is sent back, and how it goes wrong. */
export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array | object
  readonly delayMillis?: number
  /** Sends this many bytes of the body, then cuts the connection. */
  readonly cutAfter?: number
  /** Sends headers and half of the body, then nothing more. */
  readonly stall?: boolean
  /** Cuts the connection without an answer. */
  readonly reset?: boolean
}

export interface HttpService {
  readonly url: string
  readonly received: ReadonlyArray<Received>
  readonly answered: ReadonlyArray<{ readonly index: number; readonly status: number; readonly at: number }>
  readonly peakInFlight: () => number
}

/** A server on the loopback address that answers with `handle` and remembers everything it was sent. */
export const serve = (handle: (request: Received) => Reply | Promise<Reply>) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: Http.Server; readonly service: HttpService }>((resume) => {
      const received: Array<Received> = []
      const answered: Array<{ index: number; status: number; at: number }> = []
      let inFlight = 0
      let peak = 0
      const server = Http.createServer((request, response) => {
        const chunks: Array<Buffer> = []
        inFlight++
        peak = Math.max(peak, inFlight)
        response.on("close", () => inFlight--)
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("error", () => {})
        request.on("end", async () => {
          const body = Buffer.concat(chunks)
          const entry: Received = {
            method: request.method ?? "GET",
            path: request.url ?? "/",
            headers: request.headers,
            body,
            at: performance.now(),
            inFlight,
            index: received.length,
            json: () => JSON.parse(body.toString("utf8"))
          }
          received.push(entry)
          const reply = await handle(entry)
          if (reply.delayMillis !== undefined) await new Promise((done) => setTimeout(done, reply.delayMillis))
          if (reply.reset === true) return void request.socket.destroy()
          const status = reply.status ?? 200
          const isJson =
            reply.body !== undefined && typeof reply.body !== "string" && !(reply.body instanceof Uint8Array)
          const bytes = Buffer.from(
            isJson ? JSON.stringify(reply.body) : ((reply.body ?? "") as string | Uint8Array as Uint8Array)
          )
          response.writeHead(status, {
            ...(isJson ? { "content-type": "application/json" } : {}),
            "content-length": String(bytes.length),
            ...reply.headers
          })
          if (reply.stall === true) return void response.write(bytes.subarray(0, bytes.length >> 1))
          if (reply.cutAfter !== undefined) {
            response.write(bytes.subarray(0, reply.cutAfter), () => setTimeout(() => request.socket.destroy(), 20))
            return
          }
          response.end(bytes)
          answered.push({ index: entry.index, status, at: performance.now() })
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(
          Effect.succeed({
            server,
            service: { url: `http://127.0.0.1:${port}`, received, answered, peakInFlight: () => peak }
          })
        )
      })
    }),
    ({ server }) =>
      Effect.callback<void>((resume) => {
        server.closeAllConnections()
        server.close(() => resume(Effect.void))
      })
  ).pipe(Effect.map(({ service }) => service))
