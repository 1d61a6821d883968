import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** The environment wins over ./.env, and a missing .env is fine. */
const dotEnv = ConfigProvider.layerAdd(
  ConfigProvider.fromDotEnv().pipe(
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed(ConfigProvider.fromUnknown({})))
  )
)

/** What commands need of the machine: its files and programs, its terminal, and the settings of who runs them. */
export const layer = Layer.provideMerge(dotEnv, NodeServices.layer)
