import * as Effect from "effect/Effect"
export const runBurn = (_: unknown) => Effect.void
