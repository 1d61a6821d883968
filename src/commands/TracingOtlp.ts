import * as ConfigProvider from "effect/ConfigProvider"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as OtlpTracer from "effect/observability/OtlpTracer"

/** Spans as OTLP/JSON over HTTP, by what stands in the environment, else in `defaults`. */
export const otlp = (defaults: Readonly<Record<string, string>>, version: string) =>
  OtlpTracer.layerFromConfig({ resource: { serviceVersion: version } }).pipe(
    Layer.provide([OtlpSerialization.layerJson, FetchHttpClient.layer]),
    Layer.provide(ConfigProvider.layerAdd(ConfigProvider.fromUnknown(defaults)))
  )
