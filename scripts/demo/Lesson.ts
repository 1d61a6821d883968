export type Speaker = "Teacher" | "Student"

/** A line of the lesson as it is said, and as it will be said; `pause` is the silence after it, in seconds. */
export interface Line {
  readonly speaker: Speaker
  readonly english: string
  readonly spanish: string
  readonly pause: number
}

/** What is on the screen while its lines are said. Colours are those of the sky behind it, top and bottom. */
export interface Card {
  readonly title: string
  readonly subtitle: string
  readonly picture: "sun" | "spectrum" | "rays" | "sunset" | "none"
  readonly sky: readonly [top: string, bottom: string]
  readonly lines: ReadonlyArray<Line>
}

/** eSpeak NG's voices of the original. */
export const voices: Record<Speaker, string> = { Teacher: "en-us", Student: "en-gb+f3" }

const teacher = (pause: number, english: string, spanish: string): Line => ({
  speaker: "Teacher",
  english,
  spanish,
  pause
})
const student = (pause: number, english: string, spanish: string): Line => ({
  speaker: "Student",
  english,
  spanish,
  pause
})

export const lesson: ReadonlyArray<Card> = [
  {
    title: "Why is the sky blue?",
    subtitle: "A lesson in one minute",
    picture: "sun",
    sky: ["0b4f8a", "5aa9dc"],
    lines: [
      teacher(0.4, "Hello and welcome!", "¡Hola y bienvenidos!"),
      teacher(
        0.9,
        "Today's question is a short one: why is the sky blue?",
        "La pregunta de hoy es breve: ¿por qué el cielo es azul?"
      ),
      student(0.8, "Is it because of the sea?", "¿Es por el mar?")
    ]
  },
  {
    title: "White light is a mixture",
    subtitle: "All the colours of the rainbow together",
    picture: "spectrum",
    sky: ["10233f", "34557f"],
    lines: [
      teacher(0.6, "A good guess, but no.", "Buena idea, pero no."),
      teacher(
        1,
        "Sunlight looks white, yet it is a mixture of all the colours of the rainbow.",
        "La luz del sol parece blanca, pero es una mezcla de todos los colores del arcoíris."
      )
    ]
  },
  {
    title: "Air scatters blue",
    subtitle: "Much more than red",
    picture: "rays",
    sky: ["1464a5", "69b3e3"],
    lines: [
      teacher(
        3.5,
        "When that light meets the air, its tiny molecules scatter blue far more than red.",
        "Cuando esa luz llega al aire, sus diminutas moléculas dispersan el azul mucho más que el rojo."
      ),
      student(0.6, "So the blue reaches us from all sides?", "Entonces, ¿el azul nos llega de todas partes?"),
      teacher(
        1.2,
        "Exactly! Wherever you look, you see scattered blue.",
        "¡Exacto! Mires donde mires, ves azul disperso."
      )
    ]
  },
  {
    title: "And in the evening?",
    subtitle: "A longer way through the air",
    picture: "sunset",
    sky: ["2b2350", "e8793c"],
    lines: [
      student(0.6, "Then why is the sunset red?", "Entonces, ¿por qué es rojo el atardecer?"),
      teacher(
        0.5,
        "In the evening, the light crosses much more air.",
        "Al atardecer, la luz atraviesa mucho más aire."
      ),
      teacher(
        1,
        "The blue is lost on the way, and the red arrives.",
        "El azul se pierde por el camino y el rojo llega."
      )
    ]
  },
  {
    title: "Thank you for watching",
    subtitle: "Blue goes astray, red comes through",
    picture: "none",
    sky: ["141b33", "2f4a7a"],
    lines: [
      student(0.5, "I will never see the sky the same way again.", "Ya no volveré a ver el cielo igual que antes."),
      teacher(0, "See you next time!", "¡Hasta la próxima!")
    ]
  }
]

/** Silence before the first word and after the last, in seconds. */
export const opening = 1.4
export const closing = 2.6
