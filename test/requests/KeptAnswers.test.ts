import { NodeServices } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem, Option, Schema } from "effect"
import { keptAnswers, keyOf } from "../../src/requests/KeptAnswers.ts"

it.live("an answer that cannot be kept is asked for again, and leaves no unfinished file", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const kept = yield* keptAnswers(folder, Schema.String)
    const [free, taken] = [keyOf("free"), keyOf("taken")]
    yield* fs.makeDirectory(`${folder}/${taken}.json/in the way`, { recursive: true })
    yield* kept.set(free, "yes")
    yield* kept.set(taken, "no")
    assert.deepStrictEqual(yield* kept.get(free), Option.some("yes"))
    assert.deepStrictEqual(yield* kept.get(taken), Option.none())
    assert.deepStrictEqual((yield* fs.readDirectory(folder)).toSorted(), [`${free}.json`, `${taken}.json`].toSorted())
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
)
