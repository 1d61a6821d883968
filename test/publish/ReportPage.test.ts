import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { defaultTreeAdapter, parse, type DefaultTreeAdapterTypes as Tree } from "parse5"
import { escape, html } from "../../src/publish/Html.ts"
import { reportPage } from "../../src/publish/ReportPage.ts"
import type { PageData } from "../../src/publish/ReportPage/Data.ts"
import { tooMany, troubleOf } from "../../src/publish/ReportPage/Mend.ts"
import { backOffs, boundOf, countedOver, joined, requestsOf } from "../../src/publish/ReportPage/RequestLanes.ts"
import { piecesOf } from "../../src/publish/ReportPage/Timeline.ts"
import { findPeaks } from "../../src/media/Peaks.ts"
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

/** What each row of the costs says, without the bar. */
const costsOf = (page: string) => {
  const table = read(page)
    .having("table", "amounts")
    .find((one) => attribute(one, "aria-labelledby") === "cost-title")
  if (table === undefined) return []
  const rows = elements(table).filter(({ tagName }) => tagName === "tr")
  return rows.slice(1).map((row) =>
    elements(row)
      .filter((cell) => ["th", "td"].includes(cell.tagName) && attribute(cell, "aria-hidden") === undefined)
      .map((cell) => textOf(cell).trim())
  )
}

/** What the cards say. */
const cards = (data: PageData) =>
  read(reportPage(data))
    .having("dl", "cards")
    .map((list) => textOf(list).replaceAll(/\s+/g, " "))[0]!

describe("reportPage", () => {
  it("is valid HTML that fetches nothing but the video beside it", () => {
    const { all, errors } = read(reportPage(pageData(20)))
    assert.deepStrictEqual(errors, [])
    const addresses = all.flatMap((one) =>
      one.attrs
        .filter(({ name }) => ["src", "href", "srcset", "action", "poster"].includes(name))
        .map(({ value }) => value)
    )
    assert.deepStrictEqual(
      addresses.filter((address) => !address.startsWith("#")),
      ["roofs.es.mp4", "roofs.es.mp4", "../roofs.mp4"]
    )
    const ids = all.flatMap((one) => attribute(one, "id") ?? [])
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const address of addresses.filter((one) => one.startsWith("#"))) assert.include(ids, address.slice(1))
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
      assert.closeTo(percent(bar, "left"), ((start % 20) / 20) * 100, 0.01)
      const end = one.status === "failed" ? one.end : one.spokenEnd
      assert.closeTo(percent(bar, "width"), ((end - start) / 20) * 100, 0.02)
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

  it("draws each request once in its slot, against the bound, and names what failed", () => {
    const data = pageData(200)
    const page = read(reportPage(data))
    const [plot] = page.having("div", "plot")
    const outlines = elements(plot!).filter(({ tagName }) => tagName === "path")
    const drawn = outlines.flatMap((path) => attribute(path, "d")!.split("z").slice(0, -1))
    assert.strictEqual(drawn.length, data.attempts.length)
    const refused = outlines.find((path) => attribute(path, "class") === "refused")
    assert.strictEqual(
      attribute(refused!, "d")!.split("z").length - 1,
      data.attempts.filter(({ outcome }) => outcome === "RateLimited").length
    )
    assert.strictEqual(attribute(plot!, "style"), "--slots:8")
    assert.strictEqual(page.having("i", "held").length, 1)
    assert.match(textOf(page.having("p", "bound")[0]!), /8 at\s+once\s+cannot\s+take\s+less\s+than/)
    assert.include(
      reportPage(data),
      `${data.attempts.filter(({ outcome }) => outcome !== "ok").length} attempts that failed`
    )
    assert.include(reportPage({ ...data, attempts: [], waits: [] }), "Nothing was asked of any service")
  })

  it("puts the worst lines first, with what mends them", () => {
    const data = pageData(300)
    const page = reportPage(data)
    assert.include(page, "dubber synth roofs.mp4 --to es")
    const worst = read(page).having("tbody")[0]!
    const first = elements(worst).find(({ tagName }) => tagName === "tr")!
    assert.include(textOf(first), "Failed: openai: the text was refused (400)")
    assert.include(textOf(first), "Run the command; if it fails again, change the words of lines")
    const good = data.utterances.map((one) => ({ ...one, tempo: 1, spokenStart: one.start, status: "ok" as const }))
    assert.include(reportPage({ ...data, utterances: good }), "None: all are heard at a comfortable tempo")
  })

  it("links the pages of the other languages", () => {
    const languages = [
      { tag: "de", name: "German", url: "../de/report.html", isThis: false },
      { tag: "es", name: "Spanish", url: "../es/report.html", isThis: true }
    ]
    const links = elements(read(reportPage(pageData(3, { languages }))).having("nav", "languages")[0]!)
    assert.deepStrictEqual(
      links.map((link) => [textOf(link).trim(), attribute(link, "href"), attribute(link, "aria-current")]),
      [
        ["German", "../de/report.html", undefined],
        ["Spanish", "../es/report.html", "page"]
      ]
    )
    assert.strictEqual(read(reportPage(pageData(3))).having("nav", "languages").length, 0)
  })

  it("stays under 5 MB for 2,000 lines", () => {
    assert.isBelow(new TextEncoder().encode(reportPage(pageData(2000))).length, 5_000_000)
  })

  it("stays under 5 MB for four hours", () => {
    const data = pageData(4000)
    const peaks = findPeaks(14_400 * 50, 50).peaks()
    assert.isBelow(reportPage({ ...data, waves: { original: peaks, dub: peaks } }).length, 5_000_000)
  })

  it("stands a run of which nothing came", () => {
    const data = pageData(0, { output: null, media: undefined, status: "failed", attempts: [], duration: 10 })
    const { errors, having } = read(reportPage(data))
    assert.deepStrictEqual(errors, [])
    assert.strictEqual(having("video").length, 0)
  })

  it("counts one line as one, calls nothing made or kept that was not, and has the times of a player", () => {
    const data = pageData(1, { attempts: [], stages: [] })
    const [first] = data.utterances
    const one = { ...first!, lines: [1], start: 59.7, spokenStart: 59.7, end: 61, spokenEnd: 61 }
    const { language: nothing } = data.requests
    const requests = { ...data.requests, speech: nothing }
    const heard = { ...data, duration: 62, requests, utterances: [one] }
    assert.include(cards(heard), "Spoken 1 line all made in this run")
    assert.include(reportPage(heard), ", 0:59, ")
    assert.include(reportPage(heard), "at 0:59")
    assert.include(
      cards({ ...heard, requests: { ...requests, speech: { ...nothing, cached: 1 } } }),
      "kept from before"
    )
    const silent = cards({ ...heard, utterances: [{ ...one, spokenEnd: one.spokenStart }] })
    assert.include(silent, "Spoken 0 of 1 Loudness")
    assert.include(silent, "Requests 0 sent nothing was to be spoken")
  })

  it("has no empty piece at the end of the timeline", () => {
    const utterances = pageData(1).utterances.map((one) => ({ ...one, end: 59, spokenEnd: 59, slotEnd: 60.4 }))
    assert.deepStrictEqual(piecesOf({ duration: 60.4, utterances }), { seconds: 20, count: 3 })
    assert.deepStrictEqual(piecesOf({ duration: 61.4, utterances }), { seconds: 20, count: 4 })
    const late = utterances.map((one) => ({ ...one, spokenEnd: 60.3 }))
    assert.deepStrictEqual(piecesOf({ duration: 60.4, utterances: late }), { seconds: 20, count: 4 })
    assert.deepStrictEqual(piecesOf({ duration: 7.3, utterances: [] }), { seconds: 8, count: 1 })
    assert.deepStrictEqual(piecesOf({ duration: 0, utterances: [] }), { seconds: 5, count: 1 })
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
      const url = encodeURIComponent(text.toWellFormed())
      const clean = read(reportPage(data))
      const { all, errors, having } = read(
        reportPage({
          ...data,
          title: text,
          spoken: { tag: text, name: text },
          source: { tag: text, name: text },
          output: text,
          media: { kind: "video", dub: { path: text, url }, original: { path: text, url } },
          warnings: [text],
          utterances: data.utterances.map((one) => ({ ...one, text, sourceText: `s${text}` })),
          attempts: data.attempts.map((one) => ({ ...one, subject: text, error: text })),
          mend: { command: text, file: text }
        })
      )
      assert.deepStrictEqual(
        errors.filter((code) => code !== "noncharacter-in-input-stream"),
        []
      )
      assert.strictEqual(all.filter(({ tagName }) => tagName === "script").length, 2)
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
  outcome,
  slot: 0
})

const wait = (from: number, to: number) => ({ kind: "speech" as const, from, to })

describe("the pieces of the page", () => {
  it("escapes what is put between fixed parts, and nothing twice", () => {
    assert.strictEqual(
      html`<b title="${'"'}">${"<&>"}${html`<i>${1}</i>`}${undefined}</b>`.markup,
      '<b title="&quot;">&lt;&amp;&gt;<i>1</i></b>'
    )
    assert.strictEqual(escape("a\u0007\u0085b\n"), "a  b\n")
  })

  it("tells what was asked again from what was asked once more after an answer", () => {
    const attempts = [
      attempt("a", 0, 10, "RateLimited"),
      attempt("b", 0, 12, "ok"),
      attempt("a", 30, 40, "Unavailable"),
      attempt("a", 60, 70, "ok"),
      attempt("b", 50, 60, "ok")
    ]
    assert.deepStrictEqual(
      requestsOf(attempts).map(({ attempt: { subject, startedAt }, shade }) => [subject, startedAt, shade]),
      [
        ["a", 0, "refused"],
        ["b", 0, "good"],
        ["a", 30, "failed"],
        ["b", 50, "good"],
        ["a", 60, "again"]
      ]
    )
    assert.deepStrictEqual(backOffs(attempts), [
      { from: 10, to: 30 },
      { from: 40, to: 60 }
    ])
  })

  it("says what each stage cost, and all of them; what was spent in none of them too", () => {
    const data = pageData(20)
    const spoken = data.stages.find(({ name }) => name === "speak")!.spent!.requests
    assert.deepStrictEqual(costsOf(reportPage(data)), [
      ["speak", "$0.500", `${spoken} requests, 1,200 characters, 1.3 min of sound`],
      ["refit", "$0.020", "3 requests, 90 characters, 0.1 min of sound"],
      ["other", "$0.010", ""],
      ["all", "$0.530", "estimated $0.600"]
    ])
    assert.deepStrictEqual(costsOf(reportPage({ ...data, cost: { estimatedUsd: null, actualUsd: 0 } })), [])
  })

  it("counts what waits at once", () => {
    assert.deepStrictEqual(
      countedOver([
        { from: 0, to: 5 },
        { from: 2, to: 7 },
        { from: 5, to: 6 }
      ]),
      [
        { at: 0, count: 1 },
        { at: 2, count: 2 },
        { at: 5, count: 2 },
        { at: 6, count: 1 },
        { at: 7, count: 0 }
      ]
    )
  })

  it("joins waits that cannot be seen apart, and leaves out what cannot be seen", () => {
    assert.deepStrictEqual(joined([wait(90, 91), wait(0, 20), wait(21, 40), wait(60, 70)], 5), [
      { from: 0, to: 40 },
      { from: 60, to: 70 }
    ])
  })

  it("knows how long requests must take at least: as the longest, or all shared out", () => {
    const four = [0, 1, 2, 3].map((i) => attempt(`${i}`, 1000 * i, 1000 * i + 1000, "ok"))
    assert.deepStrictEqual(boundOf(four, 2), { took: 4, total: 4, longest: 1, least: 2 })
    assert.strictEqual(boundOf([...four, attempt("long", 0, 3000, "ok")], 5).least, 3)
    assert.deepStrictEqual(boundOf([], 5), { took: 0, total: 0, longest: 0, least: 0 })
  })

  it("says by how much a line is too long", () => {
    const one = { ...pageData(1).utterances[0]!, start: 10, end: 12, slotEnd: 12, status: "ok" as const }
    const spoken = { ...one, text: "x".repeat(100), spokenStart: 10, spokenEnd: 12 }
    assert.strictEqual(tooMany({ ...spoken, tempo: 1.15 }), 0)
    assert.strictEqual(tooMany({ ...spoken, tempo: 2.3 }), 50)
    assert.strictEqual(tooMany({ ...spoken, tempo: 1.3, spokenEnd: 14 }), 56)
    assert.strictEqual(troubleOf({ ...spoken, tempo: 1.15 }), undefined)
    assert.strictEqual(
      troubleOf({ ...spoken, tempo: 1.25, lines: [3, 4] })?.mend,
      "Shorten lines 3-4 by about 8 characters, then run the command."
    )
    assert.strictEqual(
      troubleOf({ ...spoken, tempo: 1, status: "failed", mend: "words", lines: [3] })?.mend,
      "Change the words of line 3, which were refused, then run the command."
    )
    assert.strictEqual(
      troubleOf({ ...spoken, tempo: 1, status: "failed", mend: "time", lines: [3] })?.mend,
      "Remove line 3, or shorten it and the lines before, then run the command."
    )
    assert.strictEqual(troubleOf({ ...spoken, tempo: 1, spokenStart: 10.7, spokenEnd: 12.7 })?.what, "0.7 s late")
  })
})
