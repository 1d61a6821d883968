import { addressOf, isMakersOwn, type Endpoint } from "./Endpoint.ts"
import { ServiceError, Unauthorized } from "./ServiceError.ts"

/** An address as far as one line has room for it. */
const short = (address: string): string => (address.length <= 80 ? address : `${address.slice(0, 79)}…`)

/** Where an endpoint is that is not its maker's own, and who says so: "http://localhost:8880/v1 (OPENAI_BASE_URL)". */
export const placeOf = (endpoint: Endpoint): string | undefined => {
  if (isMakersOwn(endpoint)) return undefined
  const address = short(addressOf(endpoint))
  return endpoint.urlName === undefined ? address : `${address} (${endpoint.urlName})`
}

/** Adds to an error what a person can mend of an endpoint: its address, and the variable that holds its key. */
export const askedWhere = (endpoint: Endpoint) => {
  const at = placeOf(endpoint)
  return (error: ServiceError): ServiceError => {
    const { reason, service } = error
    const { keyName } = endpoint
    // That a text was refused is no matter of the address.
    if (reason._tag === "Refused") return error
    if (at === undefined && (keyName === undefined || reason._tag !== "Unauthorized")) return error
    const mend = endpoint.apiKey === undefined ? "set" : "see"
    const told =
      reason._tag === "Unauthorized" && keyName !== undefined
        ? new Unauthorized({ ...reason, message: `${reason.message}: ${mend} ${keyName}` })
        : reason
    return new ServiceError({ service, reason: told, ...(at === undefined ? {} : { at }) })
  }
}
