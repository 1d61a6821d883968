import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { execFileSync } from "node:child_process"
import { shellLine, shellWord, typedCommand } from "../../src/dub/CommandLine.ts"

const hostile = Schema.Union([
  Schema.String.pipe(Schema.check(Schema.isPattern(/^[^\0\ud800-\udfff]*$/))),
  Schema.Literals([
    "",
    "'",
    "''",
    "a'b\"c",
    "$(touch x)",
    "`x`",
    "-x.mp4",
    "a\nb",
    "!x",
    "\\",
    "*",
    "~",
    "é 😀",
    "\u202e"
  ])
])

const words = (argv: ReadonlyArray<string>, env: Record<string, string> = {}) =>
  shellLine(typedCommand({ argv, env, folder: "/f" }).words)

describe("CommandLine", () => {
  it.prop(
    "writes words so that a shell reads them back, whatever is in them",
    { texts: Schema.Array(hostile) },
    ({ texts }) => {
      const read = execFileSync("sh", ["-c", `printf '%s\\0' ${shellLine(["x", ...texts])}`]).toString()
      assert.deepStrictEqual(read.split("\0").slice(1, -1), texts)
    },
    { arbitrary: { runs: 40 } }
  )

  it("leaves plain words as they are", () => {
    assert.strictEqual(shellWord("/a/b-c_d.mp4"), "/a/b-c_d.mp4")
    assert.strictEqual(shellWord("--loudness=-16"), "--loudness=-16")
    assert.strictEqual(shellWord("a b"), "'a b'")
  })

  it("says how the program was started, as one would type it again", () => {
    assert.strictEqual(words(["node", "/usr/bin/dubber", "full", "a b.mp4"]), "dubber full 'a b.mp4'")
    assert.strictEqual(words(["node", "/x/dist/bin.js", "synth"], { npm_command: "exec" }), "npx dubber synth")
    const viaNpm = { npm_command: "run-script", npm_lifecycle_event: "dubber" }
    assert.strictEqual(words(["node", "/x/src/bin.ts", "synth"], viaNpm), "npm run -s dubber -- synth")
    assert.strictEqual(words(["node", "/x/src/bin.ts", "full"]), "node /x/src/bin.ts full")
  })
})
