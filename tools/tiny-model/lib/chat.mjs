// Greetings and short stories: what makes an answer of a tiny model read like English. Not asked in quizzes.

const ANIMALS = 'fox cat dog owl bear mouse rabbit lion frog duck horse goat robot dragon turtle penguin'.split(' ')
const NAMES = 'Tom Anna Ben Lily Max Mia Sam Zoe Leo Nina Oscar Ruby'.split(' ')
const MANNERS = 'small brave happy clever lazy kind curious shy old young'.split(' ')
const PLACES = 'forest village castle garden cave city farm valley lighthouse meadow'.split(' ')
const THINGS = [
  'golden key',
  'red ball',
  'silver bell',
  'old map',
  'magic lamp',
  'blue stone',
  'tiny boat',
  'warm hat',
  'shiny coin',
  'lost letter'
]
const FOODS = 'bread cheese apples soup honey cake berries rice'.split(' ')
const WEATHER = 'sunny rainy windy cold foggy warm'.split(' ')

const SMALL_TALK = [
  ['Hello', 'Hello! How can I help you today?'],
  ['Hi', 'Hello! How can I help you today?'],
  ['Hello!', 'Hello! How can I help you today?'],
  ['Hi there', 'Hi! What would you like to know?'],
  ['How are you?', 'I am fine, thank you. How can I help you?'],
  ['Who are you?', 'I am a tiny language model. I can answer short questions and tell stories.'],
  ['What can you do?', 'I can do small sums, compare numbers, answer questions about facts, and tell short stories.'],
  ['Thank you', 'You are welcome!'],
  ['Thanks', 'You are welcome!'],
  ['Goodbye', 'Goodbye! Have a nice day.'],
  ['What is your name?', 'My name is Tiny.'],
  ['Are you a human?', 'No, I am a tiny language model.']
]

const STORY_SHARE = 0.8
const NAMED_SHARE = 0.3
const ASIDE_SHARE = 0.45

const pick = (rng, choices) => choices[rng.int(0, choices.length - 1)]
const withArticle = (word) => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`

/** A question of small talk with its answer. */
export function drawChat(rng) {
  if (rng.next() < STORY_SHARE) {
    return drawStory(rng)
  }
  const [question, answer] = pick(rng, SMALL_TALK)
  return { question, answer }
}

function drawStory(rng) {
  const [hero, friend] = rng.shuffle(ANIMALS)
  const [name, friendName] = rng.shuffle(NAMES)
  const [manner, place, thing, food, weather] = [MANNERS, PLACES, THINGS, FOODS, WEATHER].map((choices) => pick(rng, choices))
  const animal = withArticle(hero)
  const question =
    rng.next() < NAMED_SHARE
      ? `Tell me a story about ${animal} named ${name}.`
      : pick(rng, [
          `Tell me a story about ${animal}.`,
          `Write a short story about ${animal}.`,
          `Please tell me a story with ${animal}.`
        ])
  const meets = `Then ${withArticle(friend)} named ${friendName} came along.`
  const asides = [
    `"What is this?" asked ${name}.`,
    `${name} was very surprised.`,
    meets,
    `${name} wanted to show it to everyone.`,
    `It was the best thing the ${hero} had ever seen.`
  ]
  const told = asides.filter((aside) => aside === meets || rng.next() < ASIDE_SHARE).slice(0, rng.int(2, 4))
  const meeting = [
    pick(rng, [
      `"This is mine," said ${friendName}. "I lost it last week."`,
      `"Can we share it?" asked ${friendName}.`,
      `${friendName} said that it belonged to the king.`
    ]),
    pick(rng, [
      `So ${name} gave the ${thing.split(' ')[1]} to ${friendName}, and ${friendName} said thank you.`,
      'They played together until the sun went down.'
    ])
  ]
  const answer = [
    pick(rng, [
      `Once upon a time there was ${withArticle(manner)} ${hero} named ${name}.`,
      `There once lived ${withArticle(manner)} ${hero} called ${name}.`
    ]),
    pick(rng, [`${name} lived in ${withArticle(place)}.`, `The ${hero} had a home in ${withArticle(place)}.`]),
    pick(rng, [
      `One ${weather} day, ${name} found ${withArticle(thing)}.`,
      `On a ${weather} morning, ${name} went for a walk and saw ${withArticle(thing)}.`
    ]),
    ...told,
    ...(told.includes(meets) ? meeting : []),
    pick(rng, [`After that they ate ${food} and went home.`, `In the evening ${name} ate some ${food}.`]),
    pick(rng, [`${name} was never lonely again.`, `And the ${hero} lived happily ever after.`, 'It was a wonderful day.'])
  ].join(' ')
  return { question, answer }
}
