import type { Command } from 'commander'
import type { VerifyOptions } from '../actions/verify.js'
import type { VerifyReceiptOptions } from '../actions/verify-receipt.js'
import type { VerifyTranscriptOptions } from '../actions/verify-transcript.js'
import { withConnectOptions } from '../connect-options.js'
import { collect, DEFAULT_CALIBRATION, hash32, transcriptKey, wholeNumber } from '../options.js'

export function verifyCommand(program: Command): void {
  const verify = program.command('verify').description('check what the network has committed')
  withConnectOptions(
    verify
      .command('epoch')
      .description(
        'fetch the report of an epoch, check every signature in it, and derive it again. Exits with 2 when nothing says what the chain holds'
      )
      .argument('<n>', 'number of the epoch', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option(
        '--offline <file>',
        'from a file of `cortensor export epoch` alone; the chain is asked with --data-dir, --config, or --rpc and --registry'
      )
      .option('--digest <hash>', 'with --offline: what the chain holds for the epoch', hash32)
      .option('--json', 'one JSON object on stdout')
  ).action(async (epoch: number, options: VerifyOptions) => (await import('../actions/verify.js')).verify(epoch, options))
  withConnectOptions(
    verify
      .command('transcript')
      .description('run an answer through the model of this machine again: valid, invalid, inconclusive or unsupported')
      .argument('<cid|file>', 'CID of a transcript, or a file with the block')
      .option(
        '--model <file|builtin:name>',
        'where to look for the model besides the built-in ones; may come several times',
        collect
      )
      .option('--key <hex>', 'opens the transcript of a private task: "key" of GET /v1/receipts/{id}', transcriptKey)
      .option('--calibration <file>', `what was measured on this machine (default: ${DEFAULT_CALIBRATION})`)
      .option('--json', 'one JSON object on stdout')
  ).action(async (what: string, options: VerifyTranscriptOptions) =>
    (await import('../actions/verify-transcript.js')).verifyTranscriptOf(what, options)
  )
  withConnectOptions(
    verify
      .command('receipt', { isDefault: true })
      .description(
        'check the file of a receipt without any network: what the chain committed for a task, and its answer. Exits with 2 when nothing says what the chain holds'
      )
      .argument('<file>', 'from GET /v1/receipts/{id}/file of a router')
      .option(
        '--root <digest>',
        'what the chain holds for the epoch; an RPC is asked with --data-dir, --config, or --rpc and --registry',
        hash32
      )
      .option('--json', 'one JSON object on stdout')
  ).action(async (file: string, options: VerifyReceiptOptions) =>
    (await import('../actions/verify-receipt.js')).verifyReceipt(file, options)
  )
}
