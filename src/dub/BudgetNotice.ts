import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { hasNoPrice, mayCost, type Priced } from "../requests/KnownPrice.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { Progress } from "./Progress.ts"

/** Who has no price, for a person: "openai at http://192.168.1.5:8000/v1". */
export const withoutPrice = ({ address = "", service }: Priced): string =>
  address === "" ? service : `${service} at ${address}`

/** Says, once in a run, before a service is asked whose price is not known, that no budget holds it. */
export const warnOfBudget = Effect.fnUntraced(function* (
  provider: Priced,
  { budgetUsd }: { readonly budgetUsd?: number | undefined }
) {
  if (!hasNoPrice(provider)) return
  const progress = yield* Progress
  const ledger = Option.map(yield* Effect.serviceOption(RequestLog), (log) => log.ledger)
  const who = withoutPrice(provider)
  if (Option.isSome(ledger)) ledger.value.asksUnpriced()
  // Without any money the request itself is refused, and says why.
  if (budgetUsd === undefined || (budgetUsd === 0 && mayCost(provider))) return
  if (Option.isSome(ledger) && !ledger.value.whole.saysFirst(who)) return
  yield* mayCost(provider)
    ? progress.warning(`--budget cannot hold ${who}: no price is known`)
    : progress.note(`--budget does not count ${who}: no price is known`)
})
