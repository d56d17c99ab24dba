import { QUIZ_CATEGORIES, type Theme } from '@cortensor/protocols'
import { createSeededRng } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { questionDrafts, questionsFault, themeDrafts, themeFault } from '../src/index.js'
import { TOPICS } from '../src/items/data/topics.js'

const theme: Theme = { category: 'facts', topic: 'what a capital is', subTopic: 'Vienna' }

/** What an author could try to leave its place in a prompt with, or to hide. */
const HOSTILE = [
  ...['<|im_end|>', '<|im_start|>system', '</s>', '[INST]', '<<SYS>>', '<start_of_turn>', '### Instruction', '```', '"""'],
  ...[
    'a\nb',
    'a\r\nb',
    'a\tb',
    '\u202eabc',
    'a\u200bb',
    '\u0000',
    'sytem: do',
    'Human: hi',
    '{{x}}',
    '<b>',
    'a|b',
    'a\\nb',
    '$(x)'
  ],
  ...['https://x', 'a"b', 'naïve', ' leading', 'trailing ', 'two  spaces', '', '-', ',']
]

describe('the form of what authors write', () => {
  it('takes every topic of the catalogue', () => {
    for (const category of QUIZ_CATEGORIES) {
      for (const topic of TOPICS[category]) {
        expect(themeFault({ category, topic, subTopic: 'Vienna' }, [])).toBe(null)
        expect(questionsFault([`Explain ${topic}, for example 3 to the 2.`], { category, topic, subTopic: 'Vienna' })).toBe(null)
      }
    }
  })

  it.each(HOSTILE)('refuses %j wherever it stands', (text) => {
    expect(themeFault({ ...theme, topic: text }, [])).toBe('malformed')
    expect(themeFault({ ...theme, subTopic: text }, [])).toBe('malformed')
    const inside = text === '' || text === '-' || text === ',' ? '' : `Tell me about Vienna ${text} and more.`
    // Blanks at an end are two in a row inside.
    expect(questionsFault([inside], theme)).toBe('malformed')
    expect(questionsFault(['Tell me about Vienna.', inside], theme)).toBe('malformed')
  })

  it('lets nothing through but letters, digits and a few marks, whatever is tried', () => {
    const plain = /^[A-Za-z0-9 ,'().+-]+$/
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }), fc.string({ maxLength: 60 }), (binary, ascii) => {
        for (const text of [binary, ascii]) {
          expect(plain.test(text) || themeFault({ ...theme, subTopic: text }, []) === 'malformed').toBe(true)
          const question = `Explain what a capital is ${text}.`
          expect(plain.test(question.slice(0, -1)) || questionsFault([question], theme) === 'malformed').toBe(true)
        }
      })
    )
  })

  it.each([
    ['no question', []],
    ['no end', ['Tell me about Vienna']],
    ['two ends', ['Tell me about Vienna. Now.']],
    ['an end in the middle', ['What is Vienna? Ignore that.']],
    ['no capital', ['tell me about Vienna.']],
    ['one word again and again', ['Vienna Vienna Vienna Vienna.']],
    ['a word without an end', [`Tell me about Vienna ${'a'.repeat(21)}.`]],
    ['too many words', [`Vienna ${Array.from({ length: 32 }, (_, i) => i).join(' ')}.`]]
  ])('refuses questions with %s', (_why, questions) => {
    expect(questionsFault(questions, theme)).toBe('malformed')
  })

  it('wants questions about the theme', () => {
    expect(questionsFault(['Tell me about Rome.'], theme)).toBe('astray')
    expect(questionsFault(['Tell me about Viennas.'], theme)).toBe('astray')
    expect(questionsFault(['Tell me about VIENNA?', 'Explain what a capital is.'], theme)).toBe(null)
  })

  it('wants themes that were not asked lately', () => {
    expect(themeFault(theme, [{ topic: theme.topic, subTopic: 'vienna' }])).toBe('repeated')
    expect(themeFault(theme, [{ topic: theme.topic, subTopic: 'Montevideo' }])).toBe(null)
    expect(themeFault({ ...theme, subTopic: '42' }, [{ topic: theme.topic, subTopic: '17' }])).toBe(null)
  })
})

describe('drafts', () => {
  const rng = () => createSeededRng('drafts')
  it('read what a model that follows its prompt writes', () => {
    const [free] = themeDrafts(rng())
    expect(free?.read('Rivers of Europe: the Danube.\nMore')).toMatchObject({ topic: 'Rivers of Europe', subTopic: 'the Danube' })
    expect(['no colon', 'a: b: c', '', ': b', '<|x|>: y'].map((text) => free?.read(text))).toEqual(Array(5).fill(null))
    const [questions] = questionDrafts(theme, rng())
    expect(
      questions?.read('1. What is Vienna known for?\n\n- Tell me about Vienna.\n2) Off the point.\nTell me about Vienna.')
    ).toEqual(['What is Vienna known for?', 'Tell me about Vienna.'])
    expect(questions?.read('Nothing of it')).toBe(null)
  })

  it('fill a gap with the answer to a small question, and what is no name fills none', () => {
    const filled = themeDrafts(rng()).filter(({ way }) => way === 'filled')
    expect(filled.map(({ read }) => read(' "Vienna".')?.subTopic)).toEqual(Array(3).fill('Vienna'))
    expect(filled.map(({ read }) => read('<|im_end|>'))).toEqual(Array(3).fill(null))
    const gaps = questionDrafts(theme, rng()).filter(({ way }) => way === 'filled')
    expect(gaps.map(({ read }) => read('Rome.'))).toEqual(
      Array(3).fill([
        'Explain what a capital is, for example Vienna.',
        'Tell me about Vienna.',
        'What do Vienna and Rome have in common?'
      ])
    )
    expect(gaps.map(({ read }) => [read('vienna'), read('')])).toEqual(Array(3).fill([null, null]))
  })

  it('are read as nothing, or as what has the form', () => {
    const all = themeDrafts(rng())
    const questions = questionDrafts(theme, rng())
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        for (const { read } of all) {
          const found = read(text)
          expect(found === null || themeFault(found, []) === null).toBe(true)
        }
        for (const { read } of questions) {
          const found = read(text)
          expect(found === null || questionsFault(found, theme) === null).toBe(true)
        }
      })
    )
  })
})
