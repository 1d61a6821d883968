import { assert, it } from "@effect/vitest"
import { makeBreaker } from "../../src/requests/Breaker.ts"
import { ServiceError, Unavailable } from "../../src/requests/ServiceError.ts"

const among = { concurrency: 5, othersInFlight: 0, request: {} }
const failure = (more: { readonly unreachable?: boolean }) =>
  new ServiceError({ service: "test", reason: new Unavailable({ ...more, message: "down" }) })

it("a service at whose address nobody is any more is down soon, also where it once stumbled", () => {
  const breaker = makeBreaker("speech")
  breaker.failed(0, failure({}), among)
  breaker.succeeded()
  for (let at = 1000; at < 4000; at += 1000) breaker.failed(at, failure({ unreachable: true }), among)
  assert.isFalse(breaker.isDown(5))
  breaker.failed(4000, failure({ unreachable: true }), among)
  assert.isTrue(breaker.isDown(5))
})
