import { createVerifier } from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import { ASSIGNMENT_FAULTS, checkReceipt, type ReceiptChain, type ReceiptCheck, type ReceiptFault } from '@cortensor/proofs'
import { isSealed, MAX_RECEIPT_BYTES } from '@cortensor/protocols'
import { type ConnectOptions, namesChain } from '../connect-options.js'
import { readInputFile } from '../input-file.js'
import { createOutput, formatCor } from '../output.js'

export interface VerifyReceiptOptions extends ConnectOptions {
  root?: Hex32
  json?: boolean
}

const EXPLANATIONS: Readonly<Record<ReceiptFault, string>> = {
  malformed: 'the file is no receipt, or its JSON is not spelled as a router spells it',
  'router-signature': 'the router that the result names has not signed this file',
  inclusion: 'the result is not among those that the commit covers',
  attestations: 'the signatures are not those of enough members of the committee for this commit',
  digest: 'the chain holds another commit for this epoch',
  chain: 'the chain has another contract, committee, block or transaction than the file says, or no such epoch',
  transcript: 'the transcript is not the one that the result names',
  subject: 'the transcript is of another task, miner, model or count of tokens than the result',
  'miner-signature': 'the miner has not signed the transcript',
  key: 'the key in the file does not open the transcript',
  ...ASSIGNMENT_FAULTS
}

/** What scripts can tell apart without reading: 2 stands for a file that only agrees with itself. */
const EXIT_CODES = { valid: 0, invalid: 1, unanchored: 2 } as const

/** Checks a receipt: alone, against a digest, or against the chain that the options name. */
export async function verifyReceipt(file: string, options: VerifyReceiptOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const bytes = readInputFile(file, 'a receipt', MAX_RECEIPT_BYTES)
  const asked = await chainRoot(bytes, options)
  const startedMs = performance.now()
  const root = options.root ?? (asked === 'none' ? null : asked)
  const checked = await checkReceipt({ bytes, root, verifier: createVerifier() })
  const tookMs = Math.ceil(performance.now() - startedMs)
  const reason = checked.reason ?? (asked === 'none' ? 'chain' : null)
  const status = reason !== null ? 'invalid' : checked.isAnchored ? 'valid' : 'unanchored'
  if (output.json) {
    const { commit, result } = checked.receipt ?? {}
    output.value({
      status,
      reason,
      digest: checked.digest,
      epoch: commit?.epoch,
      ...result,
      fee: String(result?.fee ?? 0),
      tookMs
    })
  }
  for (const line of toLines(checked, status, reason, tookMs)) {
    output.line(line)
  }
  process.exitCode = EXIT_CODES[status]
}

/** What to hold the file against. A node's parts take a second to load, and a check without a network needs none of them. */
async function chainRoot(bytes: Uint8Array, options: VerifyReceiptOptions): Promise<ReceiptChain | 'none' | null> {
  return options.root !== undefined || !namesChain(options)
    ? null
    : (await import('./receipt-root.js')).receiptRoot(bytes, options)
}

function toLines(
  { digest, receipt, transcript }: ReceiptCheck,
  status: keyof typeof EXIT_CODES,
  reason: ReceiptFault | null,
  tookMs: number
): string[] {
  const head = {
    valid: 'The receipt is VALID',
    invalid: `The receipt is INVALID: ${reason === null ? '' : EXPLANATIONS[reason]}`,
    unanchored:
      'The receipt agrees with itself; say --root DIGEST, --data-dir DIR, or --rpc URL and --registry ADDRESS to hold it against the chain'
  }[status]
  if (receipt === null) {
    return [head]
  }
  const { commit, result } = receipt
  const isClosed = transcript !== null && isSealed(transcript)
  const answer = transcript === null || isSealed(transcript) ? undefined : transcript.generations[0]?.text
  return [
    head,
    `  task          ${result.taskId}`,
    `  router        ${result.router}`,
    `  miner         ${result.miner}`,
    `  model         ${result.model}`,
    `  tokens        ${result.promptTokens} in the prompt, ${result.completionTokens} in the answer; fee ${formatCor(result.fee)}`,
    ...(answer === undefined ? [] : [`  answer        ${JSON.stringify(answer)}`]),
    ...(answer === undefined && status !== 'invalid'
      ? [`  answer        ${isClosed ? 'sealed, and the file has no key' : 'not in the file'}`]
      : []),
    `  transcript    ${result.transcript}`,
    `  epoch         ${commit.epoch}, digest ${digest}`,
    `  transaction   ${commit.transactionHash} in block ${commit.blockNumber}`,
    `  checked in    ${tookMs} ms`
  ]
}
