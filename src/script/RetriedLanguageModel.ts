import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import { saying, traced } from "../requests/RequestTrace.ts"
import { inRanges } from "../requests/Ranges.ts"
import { LanguageModel } from "./LanguageModel.ts"

const textsOf = (lines: ReadonlyArray<{ readonly id: number; readonly text: string }>) =>
  Object.fromEntries(lines.map(({ id, text }) => [id, text]))

/** Sends each batch by the RequestPolicy: when rate and number allow, and again where that may help. */
export const layer = <E, R>(inner: Layer.Layer<LanguageModel, E, R>) =>
  Layer.effect(
    LanguageModel,
    Effect.gen(function* () {
      const policy = yield* RequestPolicy
      const { provider, lines } = yield* LanguageModel
      yield* policy.declare(provider)
      const perMillion = (provider.usdPerMillionInput ?? 0) + (provider.usdPerMillionOutput ?? 0)
      return LanguageModel.of({
        provider,
        lines: (request) => {
          const characters = request.lines.reduce((sum, line) => sum + line.text.length, request.instructions.length)
          // About four characters a token, and about as many given back.
          const cost = { characters, usd: (characters / 4 / 1_000_000) * perMillion }
          const send = request.aside === true ? policy.limited : policy.run
          return send(cost, lines(request)).pipe(
            saying({ asked: textsOf(request.lines), answered: textsOf }),
            traced("language", {
              service: provider.service,
              model: provider.model,
              subject: request.subject,
              lines: request.aside === true ? "" : inRanges(request.numbers ?? request.lines.map(({ id }) => id))
            })
          )
        }
      })
    })
  ).pipe(Layer.provide(RequestPolicy.heard(inner)))
