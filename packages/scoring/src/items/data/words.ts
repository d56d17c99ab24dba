/** Each word occurs once, so that every one has a single opposite. */
export const OPPOSITES: readonly (readonly [string, string])[] = [
  ['hot', 'cold'],
  ['big', 'small'],
  ['up', 'down'],
  ['left', 'right'],
  ['fast', 'slow'],
  ['light', 'dark'],
  ['old', 'new'],
  ['open', 'closed'],
  ['happy', 'sad'],
  ['full', 'empty'],
  ['hard', 'soft'],
  ['high', 'low'],
  ['wet', 'dry'],
  ['rich', 'poor'],
  ['strong', 'weak'],
  ['early', 'late'],
  ['loud', 'quiet'],
  ['clean', 'dirty'],
  ['long', 'short'],
  ['thick', 'thin']
]

export const YOUNG_ANIMALS: readonly { animal: string; young: string }[] = [
  { animal: 'dog', young: 'puppy' },
  { animal: 'cat', young: 'kitten' },
  { animal: 'cow', young: 'calf' },
  { animal: 'sheep', young: 'lamb' },
  { animal: 'horse', young: 'foal' },
  { animal: 'goat', young: 'kid' },
  { animal: 'pig', young: 'piglet' },
  { animal: 'duck', young: 'duckling' },
  { animal: 'frog', young: 'tadpole' },
  { animal: 'lion', young: 'cub' },
  { animal: 'swan', young: 'cygnet' },
  { animal: 'hen', young: 'chick' }
]

export const LEG_COUNTS: readonly { animal: string; legs: number }[] = [
  { animal: 'a spider', legs: 8 },
  { animal: 'an ant', legs: 6 },
  { animal: 'a dog', legs: 4 },
  { animal: 'a hen', legs: 2 },
  { animal: 'a bee', legs: 6 },
  { animal: 'a cow', legs: 4 },
  { animal: 'a snake', legs: 0 },
  { animal: 'a crab', legs: 10 },
  { animal: 'a fish', legs: 0 },
  { animal: 'a horse', legs: 4 }
]

export const COLOR_MIXES: readonly { first: string; second: string; mix: string }[] = [
  { first: 'red', second: 'yellow', mix: 'orange' },
  { first: 'blue', second: 'yellow', mix: 'green' },
  { first: 'red', second: 'blue', mix: 'purple' },
  { first: 'red', second: 'white', mix: 'pink' },
  { first: 'black', second: 'white', mix: 'grey' }
]

/** What lists of words are made of: one token each in the built-in models' vocabulary, two at the start of an answer. */
export const EVERYDAY_WORDS = [
  'fox',
  'cat',
  'dog',
  'owl',
  'bear',
  'lion',
  'duck',
  'goat',
  'red',
  'cold',
  'warm',
  'small',
  'kind',
  'old',
  'king',
  'sun',
  'stone',
  'boat',
  'hat',
  'key',
  'ball',
  'bell',
  'map',
  'home'
] as const

/** Things that do not exist, so that only the form of an argument says what follows. */
export const MADE_UP_THINGS = ['blips', 'zogs', 'mips', 'wugs', 'daxes', 'feps', 'lorps', 'tovs', 'kibs', 'rems'] as const
