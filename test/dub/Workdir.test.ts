import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, Schema } from "effect"
import { Progress } from "../../src/dub/Progress.ts"
import * as Workdir from "../../src/dub/Workdir.ts"

const numbers = Workdir.json(Schema.Array(Schema.Int))

const inWorkdir = <A, E>(
  program: (root: string) => Effect.Effect<A, E, Workdir.Workdir | Progress | FileSystem.FileSystem | Path.Path>
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const root = yield* fs.makeTempDirectoryScoped()
    return yield* program(root).pipe(
      Effect.provide(Workdir.Workdir.layer(root).pipe(Layer.provideMerge(Progress.layerSilent)))
    )
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const counting = () => {
  let made = 0
  const artifact = (inputs: unknown, value: ReadonlyArray<number>) =>
    Effect.flatMap(Workdir.Workdir, (workdir) =>
      workdir.artifact({
        name: "es/numbers.json",
        inputs,
        format: numbers,
        make: Effect.sync(() => {
          made++
          return value
        })
      })
    )
  return { artifact, made: () => made }
}

describe("Workdir.artifact", () => {
  it.live("does not take what a killed run had just written for what the record of the run before tells of", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      const { artifact, made } = counting()
      const run = (inputs: unknown, value: ReadonlyArray<number>, isKilled = false) =>
        artifact(inputs, value).pipe(
          Effect.provide(Workdir.Workdir.layer(root).pipe(Layer.provideMerge(Progress.layerSilent))),
          Effect.provideService(FileSystem.FileSystem, {
            ...fs,
            rename: (from, to) => (isKilled && to.includes("/state/") ? Effect.interrupt : fs.rename(from, to))
          })
        )
      yield* run(1, [1])
      yield* Effect.exit(run(2, [2], true))
      assert.strictEqual(yield* fs.readFileString(`${root}/es/numbers.json`), "[\n  2\n]\n")
      assert.deepStrictEqual((yield* run(1, [1])).value, [1])
      assert.strictEqual(made(), 3)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("makes a value once for the same inputs and again for others", () =>
    inWorkdir(() =>
      Effect.gen(function* () {
        const { artifact, made } = counting()
        assert.isFalse((yield* artifact({ a: 1 }, [1])).reused)
        const again = yield* artifact({ a: 1 }, [2])
        assert.isTrue(again.reused)
        assert.deepStrictEqual(again.value, [1])
        assert.deepStrictEqual((yield* artifact({ a: 2 }, [3])).value, [3])
        assert.strictEqual(made(), 2)
      })
    )
  )

  it.live("takes an edited file as it stands", () =>
    inWorkdir((root) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { artifact, made } = counting()
        yield* artifact(1, [1])
        yield* fs.writeFileString(`${root}/es/numbers.json`, "[7, 8]")
        const edited = yield* artifact(1, [1])
        assert.deepStrictEqual(edited.value, [7, 8])
        assert.isTrue(edited.edited)
        assert.strictEqual(made(), 1)
      })
    )
  )

  it.live("keeps an edited file beside the new one when it has to be made again, and says so", () =>
    inWorkdir((root) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { artifact } = counting()
        yield* artifact(1, [1])
        yield* fs.writeFileString(`${root}/es/numbers.json`, "[7]")
        assert.deepStrictEqual((yield* artifact(2, [2])).value, [2])
        assert.strictEqual(yield* fs.readFileString(`${root}/es/numbers.json.edited-1`), "[7]")
        assert.include((yield* (yield* Progress).warnings)[0], "edited by hand")
        // Cut off, or emptied: nobody's edit.
        yield* fs.writeFileString(`${root}/es/numbers.json`, "[8")
        yield* artifact(3, [9])
        assert.include(
          (yield* (yield* Progress).warnings)[1],
          "es/numbers.json cannot be read and has to be made again"
        )
      })
    )
  )

  it.live("never puts an edited file in the place of another, and throws away none of which nothing is known", () =>
    inWorkdir((root) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { artifact } = counting()
        yield* artifact(1, [1])
        yield* fs.writeFileString(`${root}/es/numbers.json.edited-2`, "[20]")
        yield* fs.writeFileString(`${root}/es/numbers.json`, "[7]")
        yield* artifact(2, [2])
        assert.strictEqual(yield* fs.readFileString(`${root}/es/numbers.json.edited-2`), "[20]")
        assert.strictEqual(yield* fs.readFileString(`${root}/es/numbers.json.edited-3`), "[7]")

        yield* fs.writeFileString(`${root}/es/numbers.json`, "[8]")
        yield* fs.truncate(`${root}/state/es~numbers.json.json`, 9)
        assert.deepStrictEqual((yield* artifact(2, [2])).value, [2])
        assert.strictEqual(yield* fs.readFileString(`${root}/es/numbers.json.edited-4`), "[8]")
        yield* fs.remove(`${root}/state`, { recursive: true })
        yield* artifact(2, [2])
        assert.isFalse(yield* fs.exists(`${root}/es/numbers.json.edited-5`))
      })
    )
  )

  it.live("hands on what a later run will read", () =>
    inWorkdir(() =>
      Effect.gen(function* () {
        const workdir = yield* Workdir.Workdir
        const rounded = { encode: ([n]: ReadonlyArray<number>) => `[${Math.round(n!)}]`, decode: numbers.decode }
        const artifact = workdir.artifact({ name: "n.json", inputs: 1, format: rounded, make: Effect.succeed([1.6]) })
        assert.deepStrictEqual((yield* artifact).value, [2])
        assert.deepStrictEqual((yield* artifact).value, [2])
      })
    )
  )

  it.live("names the file that a person broke, and leaves it as it is", () =>
    inWorkdir((root) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { artifact } = counting()
        yield* artifact(1, [1])
        yield* fs.writeFileString(`${root}/es/numbers.json`, "[1, 2")
        const problem = yield* Effect.flip(artifact(1, [1]))
        assert.include(problem.message, "es/numbers.json")
        assert.isBelow(problem.message.length, 300)
        assert.strictEqual(yield* fs.readFileString(`${root}/es/numbers.json`), "[1, 2")
      })
    )
  )

  it.live("makes again what a version before stored in another way", () =>
    inWorkdir((root) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { artifact, made } = counting()
        yield* artifact(1, [1])
        const [record] = yield* fs.readDirectory(`${root}/state`)
        const text = yield* fs.readFileString(`${root}/state/${record}`)
        yield* fs.writeFileString(`${root}/state/${record}`, text.replace(/"version":\d+/, '"version":0'))
        yield* artifact(1, [1])
        assert.strictEqual(made(), 2)
      })
    )
  )

  it.live("makes again what no longer holds", () =>
    inWorkdir(() =>
      Effect.gen(function* () {
        const workdir = yield* Workdir.Workdir
        let made = 0
        const artifact = (holds: boolean) =>
          workdir.artifact({
            name: "n.json",
            inputs: 1,
            format: numbers,
            make: Effect.sync(() => [++made]),
            stillHolds: () => Effect.succeed(holds)
          })
        yield* artifact(true)
        assert.isTrue((yield* artifact(true)).reused)
        assert.deepStrictEqual((yield* artifact(false)).value, [2])
      })
    )
  )

  it.live("leaves nothing half-written and no temporary file when making fails", () =>
    inWorkdir((root) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const workdir = yield* Workdir.Workdir
        const failed = yield* workdir
          .artifact({ name: "n.json", inputs: 1, format: numbers, make: Effect.fail("no" as const) })
          .pipe(Effect.flip)
        assert.strictEqual(failed, "no")
        assert.deepStrictEqual(yield* fs.readDirectory(root), ["tmp"])
      })
    )
  )

  it.live("removes what a run that was killed left unfinished, and nothing else", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const root = yield* fs.makeTempDirectoryScoped()
      yield* fs.makeDirectory(`${root}/clips`)
      yield* fs.writeFileString(`${root}/clips/.dubber-0123456789ab.wav`, "half")
      yield* fs.writeFileString(`${root}/clips/0123.wav`, "whole")
      yield* Effect.provide(Workdir.Workdir, Workdir.Workdir.layer(root).pipe(Layer.provide(Progress.layerSilent)))
      assert.deepStrictEqual(yield* fs.readDirectory(`${root}/clips`), ["0123.wav"])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
