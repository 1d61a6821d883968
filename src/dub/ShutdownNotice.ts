import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { isOpenAi } from "../requests/Endpoint.ts"
import { shutdownNotice } from "../requests/Models.ts"
import { Progress } from "./Progress.ts"

/** Says before a model is used that its maker is about to shut it down, or has. Servers of others go on. */
export const warnOfShutdown = Effect.fnUntraced(function* (provider: {
  readonly address: string
  readonly model: string
}) {
  const progress = yield* Progress
  if (!isOpenAi({ baseUrl: `${provider.address}/`, apiKey: undefined })) return
  const notice = shutdownNotice(provider.model, yield* DateTime.now)
  if (notice !== undefined) yield* progress.warning(notice)
})
