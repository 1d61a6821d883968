import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * Makes speech faster or slower and keeps its pitch. `Stretch/Sonic.ts` is the engine we ship; another one is a layer:
 *
 * ```ts
 * const layer = Layer.succeed(Stretch, Stretch.of({
 *   stretch: (samples, tempo, outputLength) => Effect.sync(() => engine.process(samples, tempo, outputLength))
 * }))
 * ```
 */
export class Stretch extends Context.Service<
  Stretch,
  {
    /**
     * 48 kHz mono at `tempo` (1.2 = 20 % faster), as exactly `outputLength` samples; `samples` itself where the tempo is
     * 1 and the length the same. Never changes `samples`.
     */
    stretch(samples: Float32Array, tempo: number, outputLength: number): Effect.Effect<Float32Array>
  }
>()("dubber/timeline/Stretch") {}
