import { assert, describe, it } from "@effect/vitest"
import { systemError } from "effect/PlatformError"
import { unwritable } from "../../src/media/FileProblem.ts"

const told = (code: string, tag: "NotFound" | "Unknown") =>
  unwritable("/mnt/w")(
    systemError({
      _tag: tag,
      module: "FileSystem",
      method: "makeDirectory",
      cause: Object.assign(new Error(code), { code })
    })
  ).message

describe("why a file could not be written", () => {
  it("is told as what it is, also where Node calls a disk that may only be read a missing folder", () => {
    assert.strictEqual(
      told("ENOENT", "NotFound"),
      "/mnt/w cannot be written: its folder is not there, or its disk may only be read. Name another place."
    )
    assert.strictEqual(
      told("EROFS", "Unknown"),
      "/mnt/w may not be written. Change the permissions, or choose another place."
    )
  })
})
