import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { defaultTreeAdapter, parse, type DefaultTreeAdapterTypes as Tree } from "parse5"
import { escape, html } from "../../src/publish/Html.ts"
import { reportPage } from "../../src/publish/ReportPage.ts"
import { inLanes, waitsBetween } from "../../src/publish/ReportPage/Requests.ts"
import { pageData } from "../support/ReportData.ts"

const elements = (node: Tree.ParentNode): ReadonlyArray<Tree.Element> =>
  node.childNodes.flatMap((child) => (defaultTreeAdapter.isElementNode(child) ? [child, ...elements(child)] : []))
const attribute = (element: Tree.Element, name: string) => element.attrs.find((one) => one.name === name)?.value
const textOf = (node: Tree.ParentNode): string =>
  node.childNodes
    .map((child) => (defaultTreeAdapter.isTextNode(child) ? child.value : "childNodes" in child ? textOf(child) : ""))
    .join("")
const read = (page: string) => {
  const errors: Array<string> = []
  const all = elements(parse(page, { onParseError: ({ code }) => errors.push(code) }))
  const having = (name: string, className?: string) =>
    all.filter(
      (one) =>
        one.tagName === name &&
        (className === undefined || (attribute(one, "class") ?? "").split(" ").includes(className))
    )
  return { all, errors, having }
}

const percent = (element: Tree.Element, property: string) =>
  Number(new RegExp(`${property}:([\\d.]+)%`).exec(attribute(element, "style")!)![1])

describe("reportPage", () => {
  it("is valid HTML that fetches nothing but the video beside it", () => {
    const { all, errors } = read(reportPage(pageData(20)))
    assert.deepStrictEqual(errors, [])
    const addresses = all.flatMap((one) =>
      one.attrs
        .filter(({ name }) => ["src", "href", "srcset", "action", "poster"].includes(name))
        .map(({ value }) => value)
    )
    assert.deepStrictEqual(addresses, ["roofs.es.mp4"])
    const ids = all.flatMap((one) => attribute(one, "id") ?? [])
    assert.strictEqual(new Set(ids).size, ids.length)
  })

  it("has a bar for every utterance in its place, by tempo, and the same in a table", () => {
    const data = pageData(400)
    const { having } = read(reportPage(data))
    const bars = having("button", "bar")
    assert.deepStrictEqual(
      bars.map((bar) => Number(attribute(bar, "data-id"))),
      data.utterances.map(({ id }) => id)
    )
    for (const [i, one] of data.utterances.entries()) {
      const bar = bars[i]!
      const start = one.status === "failed" ? one.start : one.spokenStart
      assert.closeTo(percent(bar, "left"), ((start % 60) / 60) * 100, 0.01)
      assert.isAtMost(percent(bar, "left") + percent(bar, "width"), 100.02)
      const shade =
        one.status === "failed"
          ? "failed"
          : one.tempo < 0.9
            ? "slow"
            : one.tempo <= 1.15
              ? "good"
              : one.tempo <= 1.3
                ? "quick"
                : "fast"
      assert.include(attribute(bar, "class"), shade)
      assert.include(textOf(bar), one.text)
    }
    const rows = having("tr").filter((row) => /^l\d+$/.test(attribute(row, "id") ?? ""))
    assert.strictEqual(rows.length, 400)
    assert.include(textOf(rows[6]!), "The original of line 7.")
  })

  it("draws each request once, and names what failed", () => {
    const data = pageData(200)
    const page = read(reportPage(data))
    const drawn = page.having("i").filter((one) => (attribute(one, "title") ?? "").includes(" after "))
    assert.strictEqual(drawn.length, data.attempts.length)
    const refused = data.attempts.filter(({ outcome }) => outcome === "RateLimited").length
    assert.strictEqual(drawn.filter((one) => attribute(one, "class") === "refused").length, refused)
    assert.include(
      reportPage(data),
      `${data.attempts.filter(({ outcome }) => outcome !== "ok").length} attempts that failed`
    )
    assert.include(reportPage({ ...data, attempts: [] }), "Nothing was asked of any service")
  })

  it("puts the worst lines first, with what mends them", () => {
    const data = pageData(300)
    const page = reportPage(data)
    assert.include(page, "dubber synth roofs.mp4 --to es")
    const worst = read(page).having("tbody")[0]!
    const first = elements(worst).find(({ tagName }) => tagName === "tr")!
    assert.include(textOf(first), "failed: openai: the text was refused (400)")
    const good = data.utterances.map((one) => ({ ...one, tempo: 1, spokenStart: one.start, status: "ok" as const }))
    assert.include(reportPage({ ...data, utterances: good }), "None: all are heard at a comfortable tempo")
  })

  it("stays under 5 MB for 2,000 lines", () => {
    assert.isBelow(new TextEncoder().encode(reportPage(pageData(2000))).length, 5_000_000)
  })

  it("stands a run of which nothing came", () => {
    const data = pageData(0, { output: null, media: undefined, status: "failed", attempts: [], duration: 10 })
    const { errors, having } = read(reportPage(data))
    assert.deepStrictEqual(errors, [])
    assert.strictEqual(having("video").length, 0)
  })

  it.prop(
    "takes every text as text, whatever it holds",
    {
      text: Schema.Union([
        Schema.String,
        Schema.Literals([
          "</script><script>alert(1)</script>",
          "<!--",
          "]]>",
          '" onclick="x',
          "'><img src=x>",
          "\u202eab",
          "&lt;",
          "\u0000",
          "\ud800"
        ])
      ])
    },
    ({ text }) => {
      const data = pageData(4)
      const clean = read(reportPage(data))
      const { all, errors, having } = read(
        reportPage({
          ...data,
          title: text,
          language: text,
          languageName: text,
          output: text,
          media: { url: encodeURIComponent(text.toWellFormed()), kind: "video" },
          warnings: [text],
          utterances: data.utterances.map((one) => ({ ...one, text, sourceText: `s${text}` })),
          attempts: data.attempts.map((one) => ({ ...one, subject: text })),
          mend: { command: text, file: text }
        })
      )
      assert.deepStrictEqual(
        errors.filter((code) => code !== "noncharacter-in-input-stream"),
        []
      )
      assert.strictEqual(all.filter(({ tagName }) => tagName === "script").length, 1)
      assert.isTrue(all.every(({ attrs }) => attrs.every(({ name }) => !name.startsWith("on"))))
      assert.deepStrictEqual(
        [...new Set(all.map(({ tagName }) => tagName))].toSorted(),
        [...new Set(clean.all.map(({ tagName }) => tagName))].toSorted()
      )
      const seen = text.toWellFormed().replaceAll(/(?![\t\n])\p{Cc}/gu, " ")
      assert.include(textOf(having("button", "bar")[0]!), seen)
    },
    { arbitrary: { runs: 30 } }
  )
})

const attempt = (subject: string, startedAt: number, endedAt: number, outcome: string) => ({
  kind: "speech" as const,
  subject,
  startedAt,
  endedAt,
  outcome
})

describe("the pieces of the page", () => {
  it("escapes what is put between fixed parts, and nothing twice", () => {
    assert.strictEqual(
      html`<b title="${'"'}">${"<&>"}${html`<i>${1}</i>`}${undefined}</b>`.markup,
      '<b title="&quot;">&lt;&amp;&gt;<i>1</i></b>'
    )
    assert.strictEqual(escape("a\u0007\u0085b\n"), "a  b\n")
  })

  it("puts what runs at once into rows of its own, and no more rows than needed", () => {
    const [a, b, c, d] = [
      { from: 0, to: 5 },
      { from: 1, to: 2 },
      { from: 2, to: 6 },
      { from: 5, to: 7 }
    ] as const
    assert.deepStrictEqual(inLanes([a, b, c, d]), [
      [a, d],
      [b, c]
    ])
  })

  it("finds the waits between a failed attempt and the next for the same line", () => {
    const attempts = [
      attempt("a", 0, 10, "RateLimited"),
      attempt("b", 0, 12, "ok"),
      attempt("a", 30, 40, "ok"),
      attempt("b", 50, 60, "ok")
    ]
    assert.deepStrictEqual(waitsBetween(attempts), [{ from: 10, to: 30, subject: "a" }])
  })
})
