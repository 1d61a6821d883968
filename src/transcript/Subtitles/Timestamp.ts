const two = (value: number) => String(Math.floor(value)).padStart(2, "0")

/** Milliseconds as "00:00:01,500", with more than two digits of hours where it takes them. */
export const timestamp = (millis: number, separator: "," | "."): string => {
  const minutes = two((millis / 60_000) % 60)
  const seconds = two((millis / 1000) % 60)
  return `${two(millis / 3_600_000)}:${minutes}:${seconds}${separator}${String(millis % 1000).padStart(3, "0")}`
}
