import { type Command, Option } from 'commander'
import type { CreateSessionOptions, SessionOptions, UpdateSessionOptions } from '../actions/session.js'
import { withConnectOptions } from '../connect-options.js'
import { address, collect, cor, wholeNumber } from '../options.js'

const sessionNumber = wholeNumber(1, Number.MAX_SAFE_INTEGER)
/** As many as a header could name. */
const MAX_REDUNDANCY = 8
/** Of the contract's fields. */
const MAX_RESERVED = 65_535
const MAX_RESERVE_SECONDS = 86_400
const MAX_EXECUTIONS = 4_294_967_295

/** Checked here, so that the error says which argument it is about. */
const withNumber = (command: Command): Command => command.argument('<number>', 'number of the session', sessionNumber)

const load = () => import('../actions/session.js')

const common = (command: Command): Command => withConnectOptions(command).option('--json', 'one JSON value on stdout')

/** Options of commands that send: whose keys sign and pay. */
const sending = (command: Command): Command =>
  common(command).option('--keys <dir>', "folder with the consumer's identity.json (default: the local swarm's consumer)")

const withTerms = (command: Command): Command =>
  command
    .option('--max-price <COR>', 'highest price, in COR for a million tokens', cor)
    .option('--name <text>', 'for people')
    .option('--metadata <text>', 'for programs: {"dedicated":[node ids],"minLevel":{"logic":5}} names miners and least levels')
    .addOption(
      new Option(
        '--privacy <class>',
        'who may read prompts and answers later: everybody who knows the CID, or who has the key (default: private)'
      ).choices(['public', 'private'])
    )
    .option('--min-stake <COR>', 'only miners that have staked so much get its tasks; 0 for the stake of their role', cor)
    .option('--stake-above <COR>', '--min-stake is for tasks that may cost more than this (default: 0)', cor)
    .option('--redundancy <n>', 'miners of different operators that answer each task', wholeNumber(1, MAX_REDUNDANCY))
    .option('--reserve-nodes <n>', 'miners to keep in reserve; 0 for none', wholeNumber(0, MAX_RESERVED))
    .option('--reserve-seconds <n>', 'for how long', wholeNumber(0, MAX_RESERVE_SECONDS))
    .option('--max-executions <n>', 'tasks that each router may give out; 0 for any number', wholeNumber(0, MAX_EXECUTIONS))
    .option('--model <id>', 'only this model: SHA-256 of its file, 64 hex digits')
    .addOption(new Option('--mode <mode>', 'which nodes serve it').choices(['ephemeral', 'hybrid', 'dedicated']))
    .addOption(new Option('--sla <level>', 'level of the nodes').choices(['low', 'medium', 'high']))

/** Sessions: what a consumer pays for. Amounts are COR (a COR is 1,000,000 micro-COR); JSON has micro-COR. */
export function sessionCommand(program: Command): void {
  const session = program
    .command('session')
    .description(
      'what pays for tasks: open a session, fund it, see what it spent, close it. Amounts are in COR; JSON in micro-COR'
    )
  withTerms(sending(session.command('create').description('open a session of yours, and fund it')))
    .option(
      '--router <nodeId>',
      'node whose requests it pays; may come several times (default: the routers of the swarm)',
      collect
    )
    // The default needs a description: commander would write it as JSON, which has no bigint.
    .addOption(new Option('--deposit <COR>', 'first deposit').argParser(cor).default(0n, '0'))
    .option('--faucet', 'draw missing tokens from the faucet of a development chain')
    .action(async (options: CreateSessionOptions) => (await load()).createSession(options))
  sending(
    withNumber(session.command('deposit'))
      .argument('<COR>', 'amount', cor)
      .description('add to the escrow of an open session; anybody may')
  )
    .option('--faucet', 'draw missing tokens from the faucet of a development chain')
    .action(async (number: number, amount: bigint, options: SessionOptions & { faucet?: boolean }) =>
      (await load()).depositSession(number, amount, options)
    )
  common(session.command('list').description('all sessions on the chain'))
    .option('--owner <address>', 'only those of this account', address)
    .action(async (options: SessionOptions & { owner?: string }) => (await load()).listSessions(options))
  common(withNumber(session.command('show')).description('one session: terms, escrow, spending')).action(
    async (number: number, options: SessionOptions) => (await load()).showSession(number, options)
  )
  withTerms(sending(withNumber(session.command('update')).description('change what an open session of yours asks for')))
    .option('--add-router <nodeId>', 'node whose requests it pays from now on; may come several times', collect)
    .option('--remove-router <nodeId>', 'node whose requests it pays no longer; may come several times', collect)
    .action(async (number: number, options: UpdateSessionOptions) => (await load()).updateSession(number, options))
  sending(withNumber(session.command('settle')).description('move what was spent to those who worked; anybody may')).action(
    async (number: number, options: SessionOptions) => (await load()).settle(number, options)
  )
  sending(withNumber(session.command('close')).description('end a session of yours: the open epoch is its last')).action(
    async (number: number, options: SessionOptions) => (await load()).closeSession(number, options)
  )
  sending(withNumber(session.command('withdraw')).description('get the rest of a closed session back')).action(
    async (number: number, options: SessionOptions) => (await load()).withdrawSession(number, options)
  )
}
