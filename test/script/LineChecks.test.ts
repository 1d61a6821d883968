import { describe, expect, it } from "@effect/vitest"
import { Language } from "../../src/domain/Language.ts"
import { complaintAbout, complaintsBetween } from "../../src/script/LineChecks.ts"

const about = (from: string, to: string, source: string, text: string) =>
  complaintAbout(source, text, { from: Language.make(from), to: Language.make(to) })?.what

describe("complaintAbout", () => {
  it("lets names, numbers and what is the same everywhere be", () => {
    for (const same of ["Docker", "John Smith", "1984", "https://example.com/some-path", "npm_config", "OK!"]) {
      expect(about("en", "es", same, same), same).toBeUndefined()
    }
    expect(about("en", "ja", "Docker Compose", "Docker Compose")).toBeUndefined()
    expect(about("en", "ru", "We use Docker.", "Мы используем Docker.")).toBeUndefined()
    expect(about("ja", "en", "はい", "Yes, certainly.")).toBeUndefined()
    expect(about("en", "sr", "Good day to you", "Dobar dan")).toBeUndefined()
  })

  it("notices what is not translated, or into another language", () => {
    expect(about("en", "es", "We use this tool.", "We use this tool")).toMatch(/the same words/)
    expect(about("ru", "en", "Привет всем", "Привет всем")).toMatch(/the same words/)
    expect(about("en", "ru", "We use this tool.", "Usamos esta herramienta.")).toMatch(/another language/)
    expect(about("en", "ru", "We use this tool.", "我们使用这个工具")).toMatch(/another language/)
    expect(about("en", "zh", "We use this tool.", "私たちはこのツールを使います")).toMatch(/another language/)
    expect(about("en", "en", "We uses this tool.", "我们使用这个工具")).toMatch(/another language/)
  })

  it("lets a word or two that are the same in both languages be used once asked again", () => {
    const languages = { from: Language.make("en"), to: Language.make("es") }
    expect(complaintAbout("total control", "total control", languages)?.used).toBe("asked again")
    expect(complaintAbout("that other", "that other", languages)?.used).toBe("never")
  })

  it("notices what is far too long, and what says one thing over and over", () => {
    expect(about("en", "es", "Yes.", "Sí. ".repeat(10).trim())).toMatch(/too much|repeated/)
    expect(about("en", "es", "Yes.", "Claro que sí.")).toBeUndefined()
    const line = "We put it into the box, and then we close the box again."
    expect(about("en", "es", line, "Lo metemos en la caja, y después la cerramos otra vez. ".repeat(10))).toMatch(
      /too much/
    )
    expect(about("en", "es", line, "y luego la caja y luego la caja y luego la caja y luego la caja")).toMatch(
      /repeated/
    )
    expect(about("en", "es", "No, no, no, no, no!", "¡No, no, no, no, no!")).toBeUndefined()
  })

  it("notices refusals, but not lines that are about them", () => {
    for (const text of [
      "I'm sorry, but I can't assist with that request.",
      "I cannot help with this.",
      "Lo siento, no puedo traducir este texto.",
      "Je suis désolé, je ne peux pas vous aider.",
      "Es tut mir leid, aber ich kann dabei nicht helfen.",
      "As an AI language model, I do not do this."
    ]) {
      expect(about("en", "es", "How to pick a lock, and what for.", text), text).toMatch(/refused/)
    }
    expect(about("ja", "en", "申し訳ありませんが、行けません。", "I'm sorry, but I can't come.")).toBeUndefined()
    expect(about("es", "en", "No puedo ayudarte con eso.", "I can't help you with that.")).toBeUndefined()
    expect(about("en", "es", "How to pick a lock.", "Lo siento, pero no puedo ayudar con eso.")).toMatch(/refused/)
    expect(about("en", "de", "I'm sorry, I can't come.", "Es tut mir leid, ich kann nicht kommen.")).toBeUndefined()
  })
})

/** Six lines or texts, short and long ones in turn, not always one by one. */
const six = (of: ReadonlyArray<string>) => Array.from({ length: 6 }, (_, i) => of[Math.floor(i / 1.5) % 2]!)

describe("complaintsBetween", () => {
  const languages = { from: Language.make("en"), to: Language.make("es") }
  const sources = ["We started in 1998 with two people.", "Then came the first office.", "It was small and cold."]

  it("are none between lines that fit", () => {
    const texts = ["Empezamos en 1998 con dos personas.", "Luego vino la primera oficina.", "Era pequeña y fría."]
    expect(complaintsBetween(sources, texts, languages).size).toBe(0)
  })

  it("name the lines whose number went to a neighbour", () => {
    const texts = ["Empezamos con dos personas.", "En 1998 vino la primera oficina.", "Era pequeña y fría."]
    expect([...complaintsBetween(sources, texts, languages).keys()]).toEqual([0, 1])
  })

  it("name both lines of one text given twice", () => {
    const texts = [
      "Empezamos en 1998 con dos personas.",
      "Luego vino la primera oficina.",
      "Luego vino la primera oficina."
    ]
    expect([...complaintsBetween(sources, texts, languages).keys()]).toEqual([1, 2])
  })

  it("name all lines whose texts slipped onto the line before, or onto the line after", () => {
    const short = "So we left."
    const long = "Then we walked along the river for many hours until the sun was going down behind the hills."
    const [texts, lines] = [
      ["Y nos fuimos.", "Luego caminamos junto al río durante muchas horas hasta que el sol se puso tras las colinas."],
      [short, long]
    ]
    const fit = six(texts)
    expect(complaintsBetween(six(lines), fit, languages).get(0)).toBeUndefined()
    for (const slipped of [
      [...fit.slice(1), fit[0]!],
      [fit.at(-1)!, ...fit.slice(0, -1)]
    ]) {
      const found = complaintsBetween(six(lines), slipped, languages)
      expect([...found.values()].filter(({ used }) => used === "never").length).toBe(6)
    }
  })
})
