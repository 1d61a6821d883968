/**
 * A lecture of some fifteen minutes, written for this bench: paragraphs of sentences, English and a Spanish translation.
 * Times are not measured but modelled: see `lecture`.
 */
const paragraphs: ReadonlyArray<ReadonlyArray<readonly [english: string, spanish: string]>> = [
  [
    ["Good morning, and thank you all for coming.", "Buenos días, y gracias a todos por venir."],
    [
      "Today I want to talk about something you have looked at ten times since you woke up.",
      "Hoy quiero hablarles de algo que han mirado diez veces desde que se despertaron."
    ],
    ["I mean the time.", "Me refiero a la hora."],
    [
      "Not time as physicists think of it, and not time as it appears in poems.",
      "No al tiempo tal como lo conciben los físicos, ni tampoco al tiempo del que hablan los poemas."
    ],
    [
      "I mean the ordinary number on the wall, the one that tells you this lecture has just begun.",
      "Me refiero al número corriente de la pared, el que les dice que esta conferencia acaba de empezar."
    ],
    ["Who decided what that number should be?", "¿Quién decidió cuál debía ser ese número?"],
    [
      "And why does everybody in this room agree on it?",
      "¿Y por qué están de acuerdo con él todos los que se encuentran en esta sala?"
    ]
  ],
  [
    [
      "For most of history, people did not agree at all.",
      "Durante la mayor parte de la historia, la gente no estaba de acuerdo en absoluto."
    ],
    [
      "Every town had its own noon, because noon was simply the moment when the sun stood highest above the market square.",
      "Cada pueblo tenía su propio mediodía, porque el mediodía era sencillamente el momento en que el sol estaba más alto sobre la plaza del mercado."
    ],
    [
      "Walk a day to the west, and noon came a minute later.",
      "Si uno caminaba un día hacia el oeste, el mediodía llegaba un minuto más tarde."
    ],
    ["Nobody minded.", "A nadie le importaba."],
    [
      "If your journey takes three days, an error of one minute is not an error, it is a rounding.",
      "Si un viaje dura tres días, un error de un minuto no es un error, es un redondeo."
    ],
    [
      "The clock in the tower was a local servant, like the baker or the well.",
      "El reloj de la torre era un servidor local, como el panadero o como el pozo."
    ],
    [
      "It was set by the sexton, who looked at a sundial when the weather allowed it.",
      "Lo ponía en hora el sacristán, que miraba un reloj de sol cuando el tiempo se lo permitía."
    ]
  ],
  [
    ["Early clocks were poor machines.", "Los primeros relojes eran unas máquinas bastante malas."],
    [
      "A good one lost a quarter of an hour each day, and a bad one lost the whole afternoon.",
      "Uno bueno se atrasaba un cuarto de hora cada día, y uno malo perdía la tarde entera."
    ],
    [
      "They had a single hand, since a second one would only have been a lie.",
      "Tenían una sola aguja, ya que una segunda no habría sido más que una mentira."
    ],
    [
      "Then, in the middle of the seventeenth century, came the pendulum.",
      "Entonces, a mediados del siglo diecisiete, llegó el péndulo."
    ],
    [
      "Within a single generation the daily error fell from fifteen minutes to about fifteen seconds.",
      "En el plazo de una sola generación, el error diario bajó de quince minutos a unos quince segundos."
    ],
    [
      "I know of few other instruments that became sixty times better so quickly.",
      "Conozco pocos instrumentos más que hayan llegado a ser sesenta veces mejores con tanta rapidez."
    ],
    ["Suddenly the minute hand was worth having.", "De repente valía la pena tener un minutero."]
  ],
  [
    ["But a pendulum has one weakness.", "Pero el péndulo tiene una debilidad."],
    ["It does not like to be shaken.", "No le gusta que lo sacudan."],
    [
      "And the people who needed time most urgently were being shaken all day long, because they were at sea.",
      "Y las personas que necesitaban la hora con mayor urgencia vivían sacudidas todo el día, porque estaban en el mar."
    ],
    ["Here is their problem in one sentence.", "Este es su problema en una sola frase."],
    [
      "If you know what time it is at home, and you know what time it is where you stand, the difference tells you how far around the world you have gone.",
      "Si uno sabe qué hora es en casa, y sabe también qué hora es en el lugar donde se encuentra, la diferencia le dice cuánto ha avanzado alrededor del mundo."
    ],
    ["An hour is fifteen degrees.", "Una hora son quince grados."],
    [
      "Four minutes are one degree, and at the equator one degree is more than a hundred kilometres.",
      "Cuatro minutos son un grado, y en el ecuador un grado equivale a más de cien kilómetros."
    ],
    [
      "So a clock that is wrong by four minutes can put a ship on the rocks.",
      "Así que un reloj que se equivoca en cuatro minutos puede llevar un barco contra las rocas."
    ],
    ["And it did, again and again.", "Y así ocurrió, una y otra vez."]
  ],
  [
    ["Governments offered prizes.", "Los gobiernos ofrecieron premios."],
    [
      "Astronomers proposed to read the time from the moon, from eclipses, even from the small moons of Jupiter.",
      "Los astrónomos propusieron leer la hora en la luna, en los eclipses e incluso en las pequeñas lunas de Júpiter."
    ],
    [
      "All of that works beautifully on a hill with a good telescope.",
      "Todo eso funciona de maravilla en una colina y con un buen telescopio."
    ],
    [
      "It works rather less well on a wet deck in the North Atlantic in February.",
      "Funciona bastante peor en una cubierta mojada del Atlántico Norte en pleno mes de febrero."
    ],
    ["The answer came from a carpenter.", "La respuesta vino de un carpintero."],
    [
      "He spent forty years building clocks that did not care about motion, or heat, or damp.",
      "Pasó cuarenta años construyendo relojes a los que no les importaban ni el movimiento, ni el calor, ni la humedad."
    ],
    ["The first weighed as much as a grown man.", "El primero pesaba tanto como un hombre adulto."],
    [
      "The fourth fitted into the palm of a hand, and after eighty days at sea it was wrong by five seconds.",
      "El cuarto cabía en la palma de la mano, y después de ochenta días en el mar se equivocaba en cinco segundos."
    ],
    ["Five seconds!", "¡Cinco segundos!"]
  ],
  [
    [
      "Let me stop here for a moment, because there is a lesson in this.",
      "Permítanme detenerme aquí un momento, porque esto encierra una lección."
    ],
    [
      "The experts of that age believed that the answer was in the sky, since every answer before had been there.",
      "Los expertos de aquella época creían que la respuesta estaba en el cielo, puesto que todas las respuestas anteriores habían estado allí."
    ],
    ["They were not stupid.", "No eran tontos."],
    ["They were experienced, and that can be worse.", "Tenían experiencia, y eso puede llegar a ser peor."],
    [
      "Keep that in mind when somebody tells you that a problem is well understood.",
      "Recuérdenlo cuando alguien les diga que un problema se conoce ya perfectamente."
    ]
  ],
  [
    ["Now we come to the railways.", "Ahora llegamos a los ferrocarriles."],
    [
      "A train changes everything, for it crosses in one hour what used to take a day.",
      "El tren lo cambia todo, porque recorre en una hora lo que antes llevaba un día entero."
    ],
    [
      "Imagine a timetable in a country where each station keeps its own noon.",
      "Imaginen un horario de trenes en un país donde cada estación tiene su propio mediodía."
    ],
    [
      "The train leaves at ten, travels for thirty minutes, and arrives at ten thirty six.",
      "El tren sale a las diez, viaja durante treinta minutos y llega a las diez y treinta y seis."
    ],
    [
      "On the way back it is faster than it has any right to be.",
      "En el camino de vuelta es más rápido de lo que tiene derecho a ser."
    ],
    ["Passengers found that funny.", "A los pasajeros les hacía gracia."],
    [
      "Engine drivers did not, since two trains on a single track were kept apart by nothing but the clock.",
      "A los maquinistas no, ya que lo único que mantenía separados dos trenes en una misma vía era el reloj."
    ],
    [
      "There were collisions, and people died because two honest watches disagreed.",
      "Hubo choques, y murieron personas porque dos relojes honrados no se ponían de acuerdo."
    ]
  ],
  [
    ["So the companies did what companies do.", "Así que las compañías hicieron lo que hacen las compañías."],
    [
      "They made a standard of their own, and called it railway time.",
      "Crearon su propia norma, y la llamaron hora del ferrocarril."
    ],
    [
      "Each morning a man left the observatory with a watch, and carried the correct time down the line like a loaf of bread.",
      "Cada mañana un hombre salía del observatorio con un reloj, y llevaba la hora exacta a lo largo de la línea como quien lleva una barra de pan."
    ],
    ["Later the telegraph did it in an instant.", "Más adelante, el telégrafo lo hacía en un instante."],
    [
      "For a few decades, many towns had two times at once.",
      "Durante unas décadas, muchos pueblos tuvieron dos horas a la vez."
    ],
    [
      "There is a clock in the west of England that still has two minute hands, one for the trains and one for the sun.",
      "Hay un reloj en el oeste de Inglaterra que aún conserva dos minuteros, uno para los trenes y otro para el sol."
    ],
    ["They are ten minutes apart.", "Están separados por diez minutos."],
    [
      "You could miss your train and be perfectly punctual.",
      "Uno podía perder el tren y ser al mismo tiempo perfectamente puntual."
    ]
  ],
  [
    ["Some people hated it.", "Hubo gente que lo odiaba."],
    [
      "A newspaper complained that the citizens should now have to eat, sleep and work by the order of a railway.",
      "Un periódico se quejó de que a partir de entonces los ciudadanos tuvieran que comer, dormir y trabajar por orden de un ferrocarril."
    ],
    [
      "A preacher declared that noon belonged to God, and not to the stationmaster.",
      "Un predicador declaró que el mediodía pertenecía a Dios, y no al jefe de estación."
    ],
    [
      "We may smile, but they had noticed something real.",
      "Podemos sonreír, pero se habían dado cuenta de algo muy real."
    ],
    [
      "Time had been a thing you saw, and it was becoming a thing you were told.",
      "El tiempo había sido algo que se veía, y se estaba convirtiendo en algo que a uno le decían."
    ],
    ["That is a change of power, and not only of clocks.", "Eso es un cambio de poder, y no solo de relojes."]
  ],
  [
    [
      "The next step was to do it for the whole planet.",
      "El paso siguiente consistió en hacerlo para todo el planeta."
    ],
    [
      "In the autumn of eighteen eighty four, delegates of twenty five nations met for a month.",
      "En el otoño de mil ochocientos ochenta y cuatro, los delegados de veinticinco naciones se reunieron durante un mes."
    ],
    [
      "They had to choose one line from pole to pole from which all others would be counted.",
      "Tenían que elegir una línea de polo a polo a partir de la cual se contarían todas las demás."
    ],
    ["There is no natural candidate for this.", "Para esto no hay ningún candidato natural."],
    [
      "The equator is given to us by the rotation of the Earth, but the first meridian is a matter of opinion.",
      "El ecuador nos lo da la rotación de la Tierra, pero el primer meridiano es una cuestión de opiniones."
    ],
    [
      "Every great power had an opinion, and it usually ran through its own capital.",
      "Cada gran potencia tenía su opinión, y por lo general pasaba por su propia capital."
    ],
    [
      "In the end the argument was decided by the fact that most ships already carried charts from one particular office.",
      "Al final, lo que decidió la discusión fue el hecho de que la mayoría de los barcos ya llevaban cartas náuticas de una oficina en particular."
    ],
    ["That is how standards are made.", "Así es como se hacen las normas."],
    [
      "Not by the best reasons, but by the installed base.",
      "No por las mejores razones, sino por lo que ya está en uso."
    ]
  ],
  [
    [
      "From there we get the twenty four zones that you know from the map.",
      "De ahí vienen los veinticuatro husos horarios que ustedes conocen del mapa."
    ],
    ["Except that there are not twenty four of them.", "Solo que no son veinticuatro."],
    [
      "There are about forty, because some countries use half an hour, and a few use a quarter.",
      "Hay unos cuarenta, porque algunos países usan media hora, y unos pocos, un cuarto de hora."
    ],
    [
      "One country that is five zones wide keeps a single time, so that the sun in its far west rises at ten.",
      "Un país que abarca cinco husos mantiene una sola hora, de modo que en su extremo occidental el sol sale a las diez."
    ],
    [
      "Another moved across the date line one night and lost a Friday.",
      "Otro país cruzó una noche la línea del cambio de fecha y perdió un viernes."
    ],
    [
      "A whole Friday, with its meetings and its birthdays.",
      "Un viernes entero, con sus reuniones y con sus cumpleaños."
    ],
    [
      "If you write software, you already know that this is where the tears begin.",
      "Si ustedes escriben programas, ya saben que es aquí donde empiezan las lágrimas."
    ]
  ],
  [
    ["But what about the second itself?", "Pero ¿qué pasa con el segundo mismo?"],
    [
      "Until nineteen sixty seven it was a fraction of the day.",
      "Hasta mil novecientos sesenta y siete era una fracción del día."
    ],
    [
      "You take one rotation of the Earth and divide it by eighty six thousand four hundred.",
      "Se toma una rotación de la Tierra y se divide entre ochenta y seis mil cuatrocientos."
    ],
    ["The trouble is that the Earth is not a good clock.", "El problema es que la Tierra no es un buen reloj."],
    [
      "It slows down a little because the tides drag on it, and it speeds up a little when the ice at the poles shifts.",
      "Se frena un poco porque las mareas tiran de ella, y se acelera un poco cuando se desplaza el hielo de los polos."
    ],
    ["The pendulum never noticed.", "El péndulo nunca lo notó."],
    ["The atomic clock noticed at once.", "El reloj atómico lo notó enseguida."],
    [
      "So the second was taken away from the Earth, and given to an atom.",
      "De modo que le quitaron el segundo a la Tierra y se lo dieron a un átomo."
    ],
    [
      "It is now nine billion, one hundred ninety two million and some vibrations of caesium, and nobody in this room has ever seen one.",
      "Ahora son nueve mil ciento noventa y dos millones y pico de vibraciones del cesio, y nadie de esta sala ha visto jamás ninguna."
    ]
  ],
  [
    [
      "Since the atom and the Earth do not agree, we must now and then repair the calendar.",
      "Como el átomo y la Tierra no se ponen de acuerdo, de vez en cuando tenemos que reparar el calendario."
    ],
    [
      "We add a second at midnight, and for one moment the clocks show sixty.",
      "Añadimos un segundo a medianoche, y por un instante los relojes marcan sesenta."
    ],
    ["Most of you slept through all of them.", "Casi todos ustedes han dormido durante cada uno de ellos."],
    ["Computers did not, and several famous ones fell over.", "Los ordenadores no, y varios muy famosos se cayeron."],
    [
      "The big companies now smear the extra second over a whole day, so that each of their seconds is a tiny bit too long.",
      "Las grandes empresas reparten ahora el segundo adicional a lo largo de un día entero, de modo que cada uno de sus segundos es un poquito demasiado largo."
    ],
    ["Think about that.", "Piénsenlo bien."],
    [
      "For one day, a private company decides how long a second is, and you cannot tell.",
      "Durante un día, una empresa privada decide cuánto dura un segundo, y ustedes no pueden notarlo."
    ],
    ["The preacher would have had something to say.", "El predicador habría tenido algo que decir."]
  ],
  [
    [
      "And yet, we depend on it more than any sailor ever did.",
      "Y, sin embargo, dependemos de ello más que cualquier marinero."
    ],
    [
      "When your telephone finds your position, it is doing exactly what the carpenter did.",
      "Cuando su teléfono averigua dónde se encuentran, está haciendo exactamente lo mismo que hizo el carpintero."
    ],
    ["It compares clocks.", "Compara relojes."],
    [
      "The only difference is that the other clocks are in orbit, and that light travels thirty centimetres in a billionth of a second.",
      "La única diferencia es que los otros relojes están en órbita, y que la luz recorre treinta centímetros en una milmillonésima de segundo."
    ],
    [
      "If those clocks were wrong by as much as the carpenter was, you would be told that you are standing on the sun.",
      "Si esos relojes se equivocaran tanto como el del carpintero, su teléfono les diría que están de pie sobre el sol."
    ],
    [
      "Power grids, banks and television all hang from the same thin thread.",
      "Las redes eléctricas, los bancos y la televisión cuelgan todos del mismo hilo delgado."
    ]
  ],
  [
    [
      "There is one more kind of time that I would like to mention, and it is the one that we keep for each other.",
      "Hay una clase de tiempo más que me gustaría mencionar, y es el que guardamos los unos para los otros."
    ],
    [
      "Two people who talk leave about a fifth of a second between one turn and the next, in every language that has been measured.",
      "Dos personas que conversan dejan alrededor de una quinta parte de segundo entre un turno y el siguiente, en todas las lenguas en que se ha medido."
    ],
    [
      "That is too short to hear the end of a sentence, to understand it, and only then to think of an answer.",
      "Eso es demasiado poco para oír el final de una frase, entenderla y solo entonces pensar una respuesta."
    ],
    [
      "So we begin to answer before the other has finished, and we land on the beat like a drummer.",
      "Así que empezamos a responder antes de que el otro haya terminado, y caemos justo a tiempo, como un batería."
    ],
    [
      "When the gap grows to a whole second, you already suspect that the answer will be no.",
      "Cuando la pausa crece hasta un segundo entero, uno ya sospecha que la respuesta va a ser que no."
    ],
    [
      "Anybody who has spoken over a satellite link knows how quickly kindness disappears with the rhythm.",
      "Cualquiera que haya hablado por un enlace de satélite sabe lo deprisa que desaparece la amabilidad junto con el ritmo."
    ],
    ["No clock taught us that.", "Eso no nos lo enseñó ningún reloj."],
    [
      "It was there before the first sundial, and I suspect it will still be there when the last caesium cell is switched off.",
      "Estaba ahí antes del primer reloj de sol, y sospecho que seguirá estando cuando se apague la última célula de cesio."
    ]
  ],
  [
    [
      "Let me also say a word about those who refuse.",
      "Permítanme decir también unas palabras sobre los que se niegan."
    ],
    [
      "There are villages where the church clock has been five minutes fast for three hundred years, on purpose, so that nobody is late for mass.",
      "Hay pueblos donde el reloj de la iglesia va cinco minutos adelantado desde hace trescientos años, a propósito, para que nadie llegue tarde a misa."
    ],
    [
      "There are railway stations where the second hand waits at the top of each minute until a signal tells it to go on.",
      "Hay estaciones de tren donde el segundero espera en lo alto de cada minuto hasta que una señal le indica que continúe."
    ],
    [
      "And there is a university, which I shall not name, where every lecture begins a quarter of an hour after the time that is printed.",
      "Y hay una universidad, cuyo nombre no voy a decir, donde todas las clases empiezan un cuarto de hora después de la hora que está impresa."
    ],
    [
      "It does so because the students once had to hear the bells, and then to walk across the town.",
      "Lo hace porque en otro tiempo los estudiantes tenían que oír las campanas y luego cruzar la ciudad a pie."
    ],
    [
      "The bells are gone, but the quarter of an hour has stayed.",
      "Las campanas ya no están, pero el cuarto de hora se ha quedado."
    ]
  ],
  [
    ["What do I want you to take home from this?", "¿Qué quiero que se lleven a casa de todo esto?"],
    ["First, that precision follows need.", "Primero, que la precisión sigue a la necesidad."],
    [
      "Nobody builds a better clock because it is possible, but because somebody is going to hit a rock.",
      "Nadie construye un reloj mejor porque sea posible, sino porque alguien está a punto de chocar contra una roca."
    ],
    ["Second, that agreement is harder than measurement.", "Segundo, que ponerse de acuerdo es más difícil que medir."],
    [
      "We could measure the longitude for a hundred years before we could agree where to count it from.",
      "Fuimos capaces de medir la longitud cien años antes de ser capaces de acordar desde dónde contarla."
    ],
    [
      "And third, that whatever everybody agrees on becomes invisible.",
      "Y tercero, que aquello en lo que todos están de acuerdo se vuelve invisible."
    ],
    [
      "You looked at the wall this morning, and you saw the time.",
      "Esta mañana ustedes miraron la pared y vieron la hora."
    ],
    [
      "You did not see the sexton, the carpenter, the engine driver and twenty five tired delegates.",
      "No vieron al sacristán, ni al carpintero, ni al maquinista, ni a veinticinco delegados cansados."
    ],
    [
      "But they were all there, and they were all slightly wrong.",
      "Pero todos estaban allí, y todos se equivocaban un poco."
    ],
    [
      "So am I, I suppose, for I was told to stop two minutes ago.",
      "Yo también, supongo, porque hace dos minutos que me dijeron que terminara."
    ],
    ["Thank you very much.", "Muchísimas gracias."]
  ]
]

/** A line with its times in the source (seconds) and how long its translation takes to say at natural speed. */
export interface LectureLine {
  readonly id: number
  readonly speaker: string
  readonly start: number
  readonly end: number
  readonly text: string
  readonly translation: string
  readonly clipSeconds: number
  readonly spoken: true
}

// A generator of numbers in [0, 1), the same in every run (mulberry32).
const generator = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Seconds a voice takes for a text: characters at a rate a second, and a breath at each comma and full stop within. */
export const speakingTime = (text: string, rate: number): number => {
  const stops = text.slice(0, -1).match(/[,.;:!?](?=\s)/g)?.length ?? 0
  return text.length / rate + 0.12 * stops + 0.1
}

/**
 * The lecture as a person gives it and as a synthetic voice says its translation. The model, from a fixed seed:
 * - the speaker says 12.5 characters a second, in waves of ±15 % over some ten sentences (bursts) and ±12 % a sentence;
 * - between sentences 0.25 to 1.25 s, mostly short; now and then a pause for effect; 1.5 to 4 s between paragraphs;
 * - the voice keeps one rate, ±4 % a sentence, chosen so that all clips together are `expansion` longer than the speech
 *   (0.1 = 10 %): how the length of single lines differs is what the two texts and the two manners of speaking make it.
 */
export const lecture = (expansion: number, seed = 1): { lines: ReadonlyArray<LectureLine>; duration: number } => {
  const random = generator(seed)
  const spoken: Array<Omit<LectureLine, "clipSeconds">> = []
  const said: Array<number> = []
  let at = 1.2
  for (const paragraph of paragraphs) {
    for (const [text, translation] of paragraph) {
      const wave = 1 + 0.15 * Math.sin(spoken.length / 1.7 + Math.sin(spoken.length / 6))
      const length = speakingTime(text, 12.5 * wave * (0.88 + 0.24 * random()))
      said.push(speakingTime(translation, 15 * (0.96 + 0.08 * random())))
      spoken.push({
        id: spoken.length + 1,
        speaker: "lecturer",
        start: at,
        end: at + length,
        text,
        translation,
        spoken: true
      })
      at += length + 0.25 + random() ** 2 + (random() < 0.08 ? 0.8 + random() : 0)
    }
    at += 1.3 + 2.5 * random()
  }
  const speech = spoken.reduce((total, { end, start }) => total + end - start, 0)
  const scale = (speech * (1 + expansion)) / said.reduce((total, seconds) => total + seconds, 0)
  const clip = (i: number) => ({ clipSeconds: Math.round(said[i]! * scale * 48_000) / 48_000 })
  return { lines: spoken.map((line, i) => Object.assign(line, clip(i))), duration: at }
}
