import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Option, Schema } from "effect"
import { CliOutput, Command, type HelpDoc } from "effect/cli"
import { dirname, join, normalize } from "node:path"
import { fileURLToPath } from "node:url"
import { modelsTable, withTable } from "../scripts/models-table.ts"
import { dubber } from "../src/commands/dubber.ts"
import { outputModeFlags } from "../src/commands/OutputMode.ts"
import { argumentsOf } from "../src/commands/usage.ts"
import { Transcript } from "../src/domain/Cue.ts"
import { Source } from "../src/domain/Source.ts"
import { Timeline } from "../src/domain/Timeline.ts"
import { Utterances } from "../src/domain/Utterance.ts"
import { defaults } from "../src/dub/Settings.ts"
import { Report } from "../src/dub/Report.ts"
import { Ffmpeg } from "../src/media/Ffmpeg.ts"
import { ducking } from "../src/timeline/Background.ts"
import { metricNames } from "../src/domain/MetricNames.ts"
import { parseGate } from "../src/timeline/Gate.ts"
import { comfort } from "../src/timeline/Metrics.ts"
import { dubber as runDubber, workplace } from "./support/Dubber.ts"
import {
  anchorsOf,
  codeBlocks,
  linksOf,
  literals,
  prose,
  section,
  shellCommands,
  tableRows
} from "./support/Markdown.ts"
import { film, srt } from "./support/Media.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const read = (name: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(join(root, name)))

const filesUnder = (folder: string, extension: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.map(fs.readDirectory(join(root, folder), { recursive: true }), (names) =>
      names.filter((name) => name.endsWith(extension)).map((name) => `${folder}/${name}`)
    )
  )

/** Every page that people read. */
const pages = Effect.gen(function* () {
  const names = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...(yield* filesUnder("docs", ".md"))]
  return yield* Effect.forEach(names, (name) => Effect.map(read(name), (text) => ({ name, text })))
})

const sourceText = Effect.gen(function* () {
  const texts = yield* Effect.forEach(yield* filesUnder("src", ".ts"), read)
  return texts.join("\n")
})

const commandNames = dubber.subcommands.flatMap(({ commands }) => commands.map(({ name }) => name))

/** Flags that every program of the library has. */
const ofEveryProgram = new Set(["help", "version", "wizard", "completions", "log-level"])

/** A command's help, as its own definition gives it. */
const helpOf = Effect.fnUntraced(function* (name: string) {
  let help: HelpDoc.HelpDoc | undefined
  const listener = CliOutput.layerPresenter({
    present: (event) => Effect.sync(() => void (help = event._tag === "Version" ? undefined : event.helpDoc))
  })
  yield* Command.runWith(dubber, { version: "" })([name, "--help"]).pipe(Effect.provide(listener), Effect.ignore)
  return help!
})

const descriptionOf = (flag: HelpDoc.FlagDoc) => Option.getOrElse(flag.description, () => "")
const variablesOf = (flag: HelpDoc.FlagDoc): ReadonlyArray<string> =>
  /\benv ([A-Z][A-Z_]+(?:, [A-Z][A-Z_]+)*)/.exec(descriptionOf(flag))?.[1]?.split(", ") ?? []
/** What is said in so many words to be taken where nothing is given. */
const defaultOf = (flag: HelpDoc.FlagDoc): string | undefined => /\(default ([^;:,)]+)/.exec(descriptionOf(flag))?.[1]

/** The same commands, none of which does anything. */
const parser = Command.make("dubber").pipe(
  Command.withSubcommands(
    dubber.subcommands.flatMap(({ commands }) =>
      commands.map((one) => Command.withHandler(one as Command.Command<string, unknown>, () => Effect.void))
    ) as [Command.Command<string, unknown>]
  ),
  Command.withGlobalFlags(outputModeFlags)
)

/** What is wrong with a command line; nothing where it is understood. */
const complaint = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  let said = ""
  const listener = CliOutput.layerPresenter({
    present: (event) =>
      Effect.sync(() => {
        if (event._tag === "InvalidInvocation") said = event.errors.map(({ message }) => message).join(" ")
      })
  })
  yield* Command.runWith(parser, { version: "" })(argumentsOf(args)).pipe(Effect.provide(listener), Effect.ignore)
  return said
})

/** The words after "dubber", however it is started. */
const dubberArguments = (words: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  const start = words.findIndex((word) => !/^\w+=/.test(word))
  const rest = words.slice(Math.max(0, start))
  if (rest[0] === "dubber") return rest.slice(1)
  if (rest[0] === "npx" && rest[1] === "dubber") return rest.slice(2)
  if (rest[0] === "npm" && rest.includes("dubber") && rest.includes("--")) return rest.slice(rest.indexOf("--") + 1)
  if (rest[0] === "docker" && rest[1] === "run") {
    const image = rest.indexOf("dubber", 2)
    return image === -1 ? undefined : rest.slice(image + 1)
  }
  return undefined
}

const flagNames = (text: string) => [...text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([, name]) => name!)

layer(NodeServices.layer, { excludeTestServices: true })("what is written about it", (it) => {
  it.effect("the README names every command, and none that is not there", () =>
    Effect.gen(function* () {
      const rows = tableRows(section(yield* read("README.md"), "Commands"))
      const named = rows.flatMap(([cell = ""]) => literals(cell)).map((command) => command.split(" ")[1]!)
      assert.sameMembers(named, commandNames)
    })
  )

  it.effect("every flag stands in the README, with its variables and its default", () =>
    Effect.gen(function* () {
      const readme = yield* read("README.md")
      const rows = tableRows(section(readme, "Flags"))
      const rowsOf = (name: string) => rows.filter(([cell = ""]) => flagNames(cell).includes(name))
      const wrong: Array<string> = []
      const known = new Set<string>(["log-level"])
      for (const command of commandNames) {
        const { flags, globalFlags = [] } = yield* helpOf(command)
        for (const flag of [...flags, ...globalFlags.filter(({ name }) => !ofEveryProgram.has(name))]) {
          known.add(flag.name)
          const described = rowsOf(flag.name)
          if (described.length === 0) wrong.push(`dubber ${command} --${flag.name} is not in the README`)
          const ofVideo = ["full", "prep", "synth"].includes(command)
          if (!ofVideo || described.length === 0) continue
          const [row] = described
          const [, environment = "", byDefault = ""] = row!
          const variables = variablesOf(flag)
          if (literals(environment).join() !== variables.join())
            wrong.push(`--${flag.name}: ${variables.join(" ")} in --help`)
          const told = defaultOf(flag)
          const plain = byDefault.replaceAll("`", "")
          const several = flagNames(row![0]!).length > 1
          if (told !== undefined && !(several ? plain.includes(told) : plain.startsWith(told))) {
            wrong.push(`--${flag.name}: the default is "${told}" in --help, "${plain}" in the README`)
          }
        }
      }
      const unknown = rows.flatMap(([cell = ""]) => flagNames(cell)).filter((name) => !known.has(name))
      assert.deepStrictEqual([...wrong, ...unknown.map((name) => `--${name} is in the README and nowhere else`)], [])
    })
  )

  it.effect("choices are those of --help", () =>
    Effect.gen(function* () {
      const cells = tableRows(section(yield* read("README.md"), "Flags")).flatMap(([cell = ""]) => literals(cell))
      for (const command of ["full", "prep", "synth"]) {
        for (const flag of (yield* helpOf(command)).flags) {
          const choices = /\(choices: ([^)]+)\)/.exec(descriptionOf(flag))?.[1]?.split(", ")
          if (choices === undefined) continue
          const cell = cells.find((one) => one.startsWith(`--${flag.name} `))
          assert.deepStrictEqual(cell?.split(" ")[1]?.split("|"), choices, flag.name)
        }
      }
    })
  )

  it.effect(".env.example has every variable that is read, with a word on each, and no other", () =>
    Effect.gen(function* () {
      const example = yield* read(".env.example")
      const listed = [...example.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!)
      const fromHelp = (yield* Effect.forEach(commandNames, helpOf)).flatMap(({ flags, globalFlags = [] }) =>
        [...flags, ...globalFlags].flatMap(variablesOf)
      )
      const source = yield* sourceText
      const literal = [
        ...source.matchAll(/"((?:DUBBER|OPENAI|ELEVENLABS|OTEL)_[A-Z_]+|MAX_CONCURRENT|NO_COLOR|FORCE_COLOR)"/g)
      ].map(([, name]) => name!)
      const ofServices = ["TTS", "STT", "LLM"].flatMap((one) => [`DUBBER_${one}_BASE_URL`, `DUBBER_${one}_API_KEY`])
      assert.include(source, "`DUBBER_${service}_BASE_URL`")
      assert.sameMembers([...new Set(listed)], [...new Set([...fromHelp, ...literal, ...ofServices])])
      for (const name of new Set(fromHelp)) assert.include(literal, name)
      for (const block of example.split(/\n(?=\n)/)) {
        if (/^#?[A-Z0-9_]+=/m.test(block)) assert.match(block, /^# \S/m)
      }
    })
  )

  it.effect("the table of models is what the program knows of them", () =>
    Effect.gen(function* () {
      const readme = yield* read("README.md")
      assert.include(readme, modelsTable(), "run: node scripts/models-table.ts --write")
      assert.strictEqual(withTable(readme), readme)
    })
  )

  it.effect("links lead to files and headings that are there, pictures to small ones", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const broken: Array<string> = []
      for (const { name, text } of yield* pages) {
        for (const link of linksOf(text)) {
          if (/^[a-z]+:/.test(link)) continue
          const [path = "", anchor] = link.split("#")
          const target = path === "" ? name : normalize(join(dirname(name), path))
          const info = yield* Effect.option(fs.stat(join(root, target)))
          if (Option.isNone(info)) broken.push(`${name}: ${link}`)
          else if (/\.(png|webp|jpg)$/.test(target)) {
            if (info.value.size > 300_000) broken.push(`${name}: ${link} is too large`)
          } else if (anchor !== undefined && !anchorsOf(yield* read(target)).includes(anchor))
            broken.push(`${name}: ${link}`)
        }
      }
      assert.deepStrictEqual(broken, [])
    })
  )

  it.effect("commands in the pages, in --help and in messages are understood by the command line", () =>
    Effect.gen(function* () {
      const shell = (yield* pages).flatMap(({ name, text }) =>
        codeBlocks(text)
          .filter(({ language }) => language === "sh")
          .flatMap(({ code }) => shellCommands(code).map((words) => ({ name, words })))
      )
      const examples = (yield* Effect.forEach(["", ...commandNames], (name) => helpOf(name))).flatMap(
        ({ examples: ones = [] }) =>
          ones.flatMap(({ command }) => shellCommands(command).map((words) => ({ name: "--help", words })))
      )
      const scripts = (yield* filesUnder("scripts", ".sh")).filter((name) => name.endsWith("batch.sh"))
      const inScripts = (yield* Effect.forEach(scripts, (name) =>
        Effect.map(read(name), (code) => ({ name, code }))
      )).flatMap(({ code, name }) => shellCommands(code).map((words) => ({ name, words })))
      const checked: Array<string> = []
      const wrong: Array<string> = []
      for (const { name, words } of [...shell, ...examples, ...inScripts]) {
        const args = dubberArguments(words)
        if (args === undefined || args.some((arg) => arg === "$@" || arg === "COMMAND" || arg === "…")) continue
        checked.push(words.join(" "))
        const why = yield* complaint(args)
        if (why !== "") wrong.push(`${name}: ${words.join(" ")}: ${why}`)
      }
      assert.isAbove(checked.length, 30)
      assert.deepStrictEqual(wrong, [])
    })
  )

  it.effect("flags that are named in the text are there", () =>
    Effect.gen(function* () {
      const helps = yield* Effect.forEach(commandNames, helpOf)
      const known = new Set([
        ...helps.flatMap(({ flags, globalFlags = [] }) => [...flags, ...globalFlags].map(({ name }) => name)),
        // Of other programs.
        "write",
        "provenance",
        "init",
        "user",
        "rm",
        "tag",
        "volume",
        "env-file",
        "reporter"
      ])
      const unknown = (yield* pages).flatMap(({ name, text }) =>
        literals(prose(text)).flatMap((code) =>
          flagNames(code)
            .filter((flag) => !known.has(flag))
            .map((flag) => `${name}: --${flag}`)
        )
      )
      assert.deepStrictEqual(unknown, [])
    })
  )

  it.effect("npm scripts and files of the checkout that are named are there", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { scripts } = JSON.parse(yield* read("package.json")) as { readonly scripts: Record<string, string> }
      const wrong: Array<string> = []
      for (const { name, text } of yield* pages) {
        for (const [, script] of text.matchAll(/npm run (?:-s )?([a-z:]+)/g)) {
          if (scripts[script!] === undefined) wrong.push(`${name}: npm run ${script}`)
        }
        for (const code of literals(prose(text))) {
          if (!/^(?:src|test|scripts|docs|\.ci|\.github)\/[\w./-]+\.\w+$/.test(code) || code.includes("House")) continue
          if (!(yield* fs.exists(join(root, code)))) wrong.push(`${name}: ${code}`)
        }
      }
      assert.deepStrictEqual(wrong, [])
    })
  )

  it.effect("TypeScript in the pages stands word for word in programs that are compiled and run", () =>
    Effect.gen(function* () {
      const programs = yield* Effect.forEach(yield* filesUnder("scripts/examples", ".ts"), read)
      const asUsers = programs.map((text) => text.replaceAll(`"../../src/index.ts"`, `"dubber"`))
      const blocks = (yield* pages).flatMap(({ name, text }) =>
        codeBlocks(text)
          .filter(({ language }) => language === "ts")
          .map(({ code }) => ({ name, code }))
      )
      assert.isAbove(blocks.length, 3)
      const elsewhere = blocks.filter(({ code }) => !asUsers.some((program) => program.includes(code.trimEnd())))
      assert.deepStrictEqual(elsewhere, [])
    })
  )

  it.effect("messages in the table of troubles are messages of the program", () =>
    Effect.gen(function* () {
      const source = (yield* sourceText).replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "…")
      const rows = tableRows(section(yield* read("README.md"), "When something is wrong"))
      assert.isAbove(rows.length, 10)
      const strange = rows
        .flatMap(([cell = ""]) => literals(cell))
        .flatMap((message) => message.split("…").map((part) => part.trim()))
        .filter((part) => part.length > 3 && !part.startsWith("--") && !source.includes(part))
      assert.deepStrictEqual(strange, [])
    })
  )

  it.effect("artifacts that are shown have the shape that is read", () =>
    Effect.gen(function* () {
      const schemas: Readonly<Record<string, Schema.Codec<any, any>>> = {
        "source.json": Source,
        "transcript.json": Transcript,
        "utterances.json": Utterances,
        "timeline.json": Timeline,
        "report.json": Report
      }
      const blocks = codeBlocks(yield* read("docs/workdir.md")).filter(({ language }) => language === "json")
      const shown = blocks.map(({ heading }) => heading.replaceAll("`", "").replace("<lang>/", ""))
      assert.includeMembers(shown, Object.keys(schemas))
      for (const [i, { code }] of blocks.entries()) {
        const schema = schemas[shown[i]!]
        const value: unknown = JSON.parse(code)
        if (schema !== undefined) yield* Schema.decodeUnknownEffect(schema)(value, { onExcessProperty: "error" })
      }
    })
  )

  it.effect("what can be measured is described", () =>
    Effect.gen(function* () {
      const page = yield* read("docs/timing-and-quality.md")
      const named = new Set(literals(prose(page)))
      const reported = [...Object.keys(Report.fields.fit.fields), ...Object.keys(Report.fields.sound.fields)]
      assert.deepStrictEqual(
        reported.filter((name) => !named.has(name)),
        []
      )
      const gates = (yield* pages).flatMap(({ text }) =>
        [...text.matchAll(/--gate "([^"]+)"/g)].map(([, gate]) => gate!)
      )
      assert.isAbove(gates.length, 1)
      for (const gate of gates) yield* Effect.fromResult(parseGate(gate))
      assert.sameMembers([...metricNames], reported)
    })
  )

  it.effect("numbers in the text are those of the program", () =>
    Effect.gen(function* () {
      const page = (yield* read("docs/timing-and-quality.md")).replaceAll(/\s+/g, " ")
      const { attackSeconds, bridgeSeconds, releaseSeconds } = ducking
      for (const said of [
        `\`--min-tempo\` (${defaults.minTempo})`,
        `\`--max-tempo\` (${defaults.maxTempo})`,
        `\`--sentence-join-gap\` seconds (${defaults.sentenceJoinGap})`,
        `at most (${defaults.sentencesPerUtterance})`,
        `tempo from ${comfort.lowest} to ${comfort.highest}`,
        `within ${attackSeconds * 1000} ms before a line and rises within ${releaseSeconds * 1000} ms after it`,
        `less than ${bridgeSeconds} s stay down`
      ]) {
        assert.include(page, said)
      }
      assert.include(yield* read("README.md"), `| the default, ${defaults.concurrency} |`)
    })
  )

  it.effect("every file of a workdir is described", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const cwd = yield* workplace
      yield* film(`${cwd}/talk.mp4`, { seconds: 6, sounds: [{ seconds: 6, language: "eng" }] })
      const lines = [
        { start: 1, end: 2.5, text: "This is said first." },
        { start: 3, end: 4.5, text: "And this is said later." }
      ]
      yield* fs.writeFileString(`${cwd}/talk.srt`, srt(lines))
      const ran = yield* runDubber(
        ["full", "talk.mp4", "--from", "en", "--tts", "espeak", "--youtube", "--bilingual"],
        { cwd }
      )
      assert.strictEqual(ran.code, 0, ran.stderr)
      const page = yield* read("docs/workdir.md")
      const names = (yield* fs.readDirectory(`${cwd}/.work/talk`, { recursive: true }))
        .map((name) =>
          name
            .replace(/^en\//, "<lang>/")
            .replace(/^clips\/.*/, "clips/<key>.wav")
            .replace(/^state\/.*/, "state/")
        )
        .filter((name) => /\.\w+$/.test(name))
      assert.isAbove(names.length, 10)
      assert.deepStrictEqual(
        [...new Set(names)].filter((name) => !page.includes(`\`${name.replace(/^logs\/.*/, "logs/<command>.log")}\``)),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(Ffmpeg.layer))
  )
})
