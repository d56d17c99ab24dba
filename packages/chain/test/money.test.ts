import { describe } from 'vitest'
import { testMoney } from './money-histories.js'

describe('money', () => testMoney(10))
