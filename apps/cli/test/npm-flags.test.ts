import { expect, it } from 'vitest'
import { withNpmFlags } from '../src/npm-flags.js'

const START = { npm_lifecycle_event: 'start' }

it('takes what npm left in the environment', () => {
  const env = {
    ...START,
    npm_config_json: 'true',
    npm_config_processes: 'true',
    npm_config_data_dir: '/x',
    npm_config_api_port: '0'
  }
  expect(withNpmFlags([], env)).toEqual(['--api-port', '0', '--data-dir', '/x', '--processes', '--json'])
})

it('lets what comes after -- win', () => {
  const env = { ...START, npm_config_miners: '2', npm_config_seed: 'npm' }
  expect(withNpmFlags(['--miners', '6', '--seed=mine'], env)).toEqual(['--miners', '6', '--seed=mine'])
})

it('leaves out what is switched off', () => {
  expect(withNpmFlags([], { ...START, npm_config_json: '', npm_config_processes: 'false' })).toEqual([])
})

it('tells how to write an option whose value npm has lost', () => {
  expect(() => withNpmFlags(['2'], { ...START, npm_config_miners: 'true' })).toThrow(
    expect.objectContaining({ code: 'CLI_BAD_OPTION', message: expect.stringContaining('npm start -- --miners VALUE') })
  )
})

it('looks at nothing outside of npm start', () => {
  expect(withNpmFlags(['status'], { npm_config_json: 'true' })).toEqual(['status'])
  expect(withNpmFlags([], { npm_lifecycle_event: 'test', npm_config_json: 'true' })).toEqual([])
})
