import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"

/** A client that tells, when all is sent, where nothing of it was taken. */
const watched = (onLost: Effect.Effect<void>) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      let wasSent = false
      let wasTaken = false
      yield* Effect.addFinalizer(() => (wasSent && !wasTaken ? onLost : Effect.void))
      return HttpClient.transform(yield* HttpClient.HttpClient, (response) => {
        wasSent = true
        return Effect.tap(response, ({ status }) => Effect.sync(() => (wasTaken ||= status < 300)))
      })
    })
  ).pipe(Layer.provide(FetchHttpClient.layer))

/**
 * Spans as OTLP/JSON over HTTP, by what stands in the environment, else in `defaults`. `onLost` is run at the end where
 * nobody took any.
 */
export const otlp = (defaults: Readonly<Record<string, string>>, version: string, onLost: Effect.Effect<void>) =>
  OtlpTracer.layerFromConfig({ resource: { serviceVersion: version } }).pipe(
    Layer.provide([OtlpSerialization.layerJson, watched(onLost)]),
    Layer.provide(ConfigProvider.layerAdd(ConfigProvider.fromUnknown(defaults)))
  )
