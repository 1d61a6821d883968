import { assert, it } from "@effect/vitest"
import { fromRecord } from "../../src/requests/ResponseHeaders.ts"
import { retryAfterMillis } from "../../src/requests/RetryAfter.ts"

it("a service is left alone until the last of the limits that are used up starts anew", () => {
  const headers = {
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "6m0s"
  }
  assert.strictEqual(retryAfterMillis(fromRecord(headers), ""), 360_000)
  const enough = { ...headers, "x-ratelimit-remaining-tokens": "7" }
  assert.strictEqual(retryAfterMillis(fromRecord(enough), ""), 1000)
})
