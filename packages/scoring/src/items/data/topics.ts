import type { QuizCategory } from '@cortensor/protocols'

/** What open challenges are about. A change here changes what old rounds asked: it needs a new version of the protocol. */
export const TOPICS: Readonly<Record<QuizCategory, readonly string[]>> = {
  arithmetic: ['why a number times zero is zero', 'what an average is', 'how to check a sum', 'what a prime number is'],
  compare: ['what makes two things equal', 'how to compare two prices', 'why 0.5 is more than 0.49', 'what a maximum is'],
  logic: ['what a contradiction is', 'what follows from a rule', 'what an assumption is', 'why an example is no proof'],
  sequences: [
    'how to find the next number of a row',
    'what a pattern is',
    'what doubling does',
    'what the Fibonacci numbers are'
  ],
  strings: ['what a palindrome is', 'what the alphabet is for', 'what upper case is used for', 'how words are sorted'],
  units: ['what a metre is', 'why there are kilograms and grams', 'what a degree of temperature is', 'how long a minute is'],
  calendar: ['why there are leap years', 'what a week is', 'how many days a month has', 'what midnight is'],
  facts: ['what a capital is', 'what a planet is', 'what a chemical element is', 'what a continent is'],
  text: ['what a river is', 'what rain is', 'what a forest is', 'what a city is'],
  extraction: ['what a list is', 'how to find a name in a letter', 'what a summary is', 'what a keyword is'],
  transformation: ['how to turn a list around', 'what a translation is', 'what sorting is', 'what a copy is'],
  format: ['what a table is', 'what a heading is', 'what JSON is', 'why lines have an end']
}
