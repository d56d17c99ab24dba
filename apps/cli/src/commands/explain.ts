import type { Command } from 'commander'
import type { ExplainAgreementOptions } from '../actions/explain-agreement.js'
import type { ExplainLevelCommandOptions } from '../actions/explain-level.js'
import type { ExplainOptions } from '../actions/explain-reward.js'
import { withConnectOptions } from '../connect-options.js'
import { DEFAULT_DATA_DIR, wholeNumber } from '../options.js'

/** Far more than the evidence of a network is kept. */
const MAX_EPOCHS = 10_000

export function explainCommand(program: Command): void {
  const explain = program.command('explain').description('how a figure came about, from the signed messages behind it')
  explain
    .command('agreement')
    .description('what the answers of several miners to one request have in common: a signal, and no proof')
    .argument('<receipt>', 'receipt_id of an answer')
    .option('--data-dir <dir>', `folder of a running local swarm (default: ${DEFAULT_DATA_DIR})`)
    .option('--url <url>', 'API of the router that gave the answer, instead of a swarm')
    .option('--key <key>', 'API key with the scope admin or inference, with --url')
    .option('--json', 'one JSON object on stdout')
    .action(async (receipt: string, options: ExplainAgreementOptions) =>
      (await import('../actions/explain-agreement.js')).explainAgreement(receipt, options)
    )
  withConnectOptions(
    explain
      .command('level')
      .description('why a node has the level that it has: every item that it was asked, and what its answer did')
      .argument('<node>', 'a node id, or the name of a node of the local swarm')
      .option('--category <name>', 'only this one')
      .option('--epochs <n>', 'how many epochs to go back (default: 20)', wholeNumber(1, MAX_EPOCHS))
      .option('--json', 'one JSON object on stdout')
  ).action(async (node: string, options: ExplainLevelCommandOptions) =>
    (await import('../actions/explain-level.js')).showLevel(node, options)
  )
  withConnectOptions(
    explain
      .command('reward')
      .description("every term of a node's reward in an epoch, with its evidence, exact to the micro-unit")
      .argument('<node>', 'a node id, or the name of a node of the local swarm')
      .argument('<epoch>', 'number of the epoch', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option('--json', 'one JSON object on stdout')
  ).action(async (node: string, epoch: number, options: ExplainOptions) =>
    (await import('../actions/explain-reward.js')).explainReward(node, epoch, options)
  )
}
