/**
 * Where an answer sends the same request on to. Undefined where it sends none on, or would make another one of it: a POST
 * comes as a GET without its body after 301, 302 and 303.
 */
export const movedTo = (
  method: "GET" | "POST",
  from: URL | string,
  status: number,
  location: string | null | undefined
): URL | undefined => {
  const isSame = status === 307 || status === 308 || (method === "GET" && status >= 301 && status <= 303)
  if (!isSame || location === null || location === undefined) return undefined
  const to = URL.parse(location, String(from))
  return to !== null && /^https?:$/.test(to.protocol) ? to : undefined
}

/**
 * Whether a request that was sent on was refused for want of the key, which is not given to another origin: then the
 * answer that sent it there says better what to do.
 */
export const wantsKey = (from: string | undefined, to: URL, status: number, hasKey: boolean): boolean =>
  hasKey && to.origin !== from && (status === 401 || status === 403)

/** So often is a request sent on at most. */
export const mostMoves = 5

/** An address that an answer points to, as a message shows it: without user, query and what looks like a key. */
export const shownLocation = (location: string): string =>
  location
    .replace(/[?#].*$/s, "")
    .replace(/\/\/[^/]*@/, "//")
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, "")
    .replaceAll(/\b(?:sk|xi|pk|rk|gsk|key|token)[-_][\w*.-]{4,}/gi, "…")
    .slice(0, 120)
