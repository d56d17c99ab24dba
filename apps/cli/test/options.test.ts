import { Command, InvalidArgumentError } from 'commander'
import { expect, it } from 'vitest'
import { sessionCommand } from '../src/commands/session.js'
import { simCommand } from '../src/commands/sim.js'
import { namedCommands } from '../src/known-command.js'
import { address, collect, seconds, wholeNumber } from '../src/options.js'

it.each(['0', '65', '-1', '1.5', '1e1', '', ' 1', '0x10', 'two', '9'.repeat(400)])(
  'takes %j for no whole number from 1 to 64',
  (text) => {
    expect(() => wholeNumber(1, 64)(text)).toThrow(InvalidArgumentError)
  }
)

it('takes whole numbers within their bounds', () => {
  expect(['1', '007', '64'].map(wholeNumber(1, 64))).toEqual([1, 7, 64])
})

it.each(['1', '1.99', '3601', 'NaN', 'Infinity', 'soon', ''])('takes %j for no time from 2 to 3600 s', (text) => {
  expect(() => seconds(2, 3_600)(text)).toThrow(InvalidArgumentError)
})

it('takes fractions of seconds', () => {
  expect(seconds(2, 3_600)('2.5')).toBe(2.5)
})

it('takes addresses in any case, and nothing else', () => {
  expect(address(`0x${'Ab'.repeat(20)}`)).toBe(`0x${'ab'.repeat(20)}`)
  for (const text of ['', '0x', `0x${'ab'.repeat(21)}`, `${'ab'.repeat(20)}`, `0x${'zz'.repeat(20)}`]) {
    expect(() => address(text)).toThrow(InvalidArgumentError)
  }
})

it('collects an option that comes several times', () => {
  expect(collect('b', collect('a'))).toEqual(['a', 'b'])
})

it('knows which commands arguments can be about, and that options may come without one', () => {
  const commands = { swarm: 1, status: 2 }
  expect(namedCommands(commands, ['status', '--json'])).toEqual([2])
  for (const args of [[], ['--json'], ['help', 'status']]) {
    expect(namedCommands(commands, args)).toEqual([1, 2])
  }
  for (const name of ['frobnicate', 'toString']) {
    expect(() => namedCommands(commands, [name])).toThrow(
      expect.objectContaining({ code: 'CLI_BAD_OPTION', message: `There is no command ${name}; there are swarm, status` })
    )
  }
})

it('has help for every command, which names no default twice', () => {
  const program = new Command('cortensor')
  sessionCommand(program)
  simCommand(program)
  const leaves = program.commands.flatMap(({ commands }) => commands)
  expect(leaves.length).toBeGreaterThan(10)
  for (const command of leaves) {
    expect(command.helpInformation()).not.toMatch(/\(default: [^)]*\)\s+\(default/)
  }
})
