import { describe } from 'vitest'
import { testMoney } from './money-histories.js'

/** 210 calls each: more than 100,000. */
const HISTORIES = 500

describe('money, in many histories', () => testMoney(HISTORIES))
