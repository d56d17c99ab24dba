/**
 * Pure scoring: what a quiz asks, what an answer is worth, and the epoch report that follows from what the oracles saw.
 *
 * @packageDocumentation
 */
export * from './items/check-answer.js'
export * from './items/draw-categories.js'
export { type ItemsInit, type QuizItem, quizItems } from './items/quiz-items.js'
