import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { CliOutput, Command, type HelpDoc } from "effect/cli"
import { dubber } from "../../src/commands/dubber.ts"
import { helpText } from "../../src/commands/helpText.ts"
import { argumentsOf } from "../../src/commands/usage.ts"

/** A page of help, as the definition of the command gives it. */
const docOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  let doc: HelpDoc.HelpDoc | undefined
  const listener = CliOutput.layerPresenter({
    present: (event) => Effect.sync(() => void (doc = event._tag === "Version" ? undefined : event.helpDoc))
  })
  yield* Command.runWith(dubber, { version: "" })([...path, "--help"]).pipe(Effect.provide(listener), Effect.ignore)
  return doc!
})

const commands = dubber.subcommands.flatMap((group) => group.commands.map(({ name }) => [name]))
const words = (text: string) => text.split(/\s+/).filter((word) => word !== "")

describe("help", () => {
  it("is asked for as with other programs too", () => {
    const asked = ["help", "help full", "version", "say help", ""].map((line) => argumentsOf(words(line)).join(" "))
    assert.deepStrictEqual(asked, ["--help", "full --help", "--version", "say help", ""])
  })

  it.effect("of every command fits its terminal, and tells of every flag all that is to be told", () =>
    Effect.gen(function* () {
      for (const path of [[], ...commands]) {
        const doc = yield* docOf(path)
        for (const columns of [80, 100]) {
          const text = helpText(doc, { columns, isBold: false })
          for (const line of text.split("\n")) assert.isAtMost(line.length, columns, line)
          const told = words(text).join(" ")
          for (const { description, name } of [...doc.flags, ...(doc.globalFlags ?? [])]) {
            assert.include(told, `--${name}`)
            const about = Option.getOrElse(description, () => "").replace(/ ?\((?:choices: .*|default off)\)$/, "")
            assert.include(told, words(about).join(" "), name)
          }
        }
      }
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("says what must be given, what can be chosen, and what it is about where there is much", () =>
    Effect.gen(function* () {
      const look = { columns: 80, isBold: false }
      const burn = helpText(yield* docOf(["burn"]), look)
      assert.match(burn, /--subs FILE .*\(must be given\)/)
      assert.include(burn, "--subtitles soft|hard ")
      assert.notInclude(burn, "(choices:")
      const full = helpText(yield* docOf(["full"]), look)
      assert.notMatch(full, /--voice-for .*must be given/)
      assert.deepStrictEqual(full.match(/^ {2}[a-z].*:$/gm)?.length, 6)
      assert.notInclude(burn, "how it sounds:")
      assert.include(helpText(yield* docOf(["full"]), { columns: 80, isBold: true }), "\u001b[1mFLAGS\u001b[0m")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
