import type { EpochNumber, NodeId } from '@cortensor/interface'
import { createLogger, type EpochRewardExplanation, explainEpochReward } from '@cortensor/node'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { createOutput, formatCor, type Output } from '../output.js'
import { using } from '../run.js'

export interface ExplainOptions extends ConnectOptions {
  json?: boolean
}

/** Shows where a node's reward comes from. */
export async function explainReward(name: string, epoch: number, options: ExplainOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { client, params, registry, swarm } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const node = (swarm?.nodes.find((one) => one.name === name)?.nodeId ?? name) as NodeId
  const init = { client, epoch: epoch as EpochNumber, params, registry, node }
  const explained = await using(client, () => explainEpochReward(init))
  if (output.json) {
    output.value(explained)
  }
  write(output, explained)
}

function write(output: Output, explained: EpochRewardExplanation): void {
  const {
    assessed,
    audits,
    base,
    capacity,
    buckets,
    cumulative,
    honesty,
    node,
    operator,
    paidMs,
    panels,
    quiz,
    total,
    work,
    written
  } = explained
  const { slashing, stake } = explained
  output.line(`${node} gets ${formatCor(total)} for epoch ${explained.epoch} (${paidMs / 1_000} s)`)
  for (const [name, { amount, pot, totalWeight, weight }] of Object.entries({ base, quiz })) {
    const share = totalWeight === 0n ? 'nobody has a claim' : `x ${weight} / ${totalWeight}`
    const rest = totalWeight === 0n ? 0n : amount - (pot * weight) / totalWeight
    output.line(
      `  ${name}  ${formatCor(amount)} = ${formatCor(pot)} ${share}${rest === 0n ? '' : `, and ${rest} of the remainder`}`
    )
  }
  output.line(`  work  ${formatCor(work.amount)} from ${work.credits.length} sessions`)
  for (const { amount, credited, due, owed, session } of work.credits) {
    const rest = owed === 0n ? 0n : amount - (credited * due) / owed
    const parts = `${formatCor(credited)} x ${due} / ${owed}${rest === 0n ? '' : `, and ${rest} of the remainder`}`
    output.line(`  work  session ${session}: ${formatCor(amount)} = ${parts}`)
  }
  output.line(`  capacity ${capacity} bytes of right answers at one time; both weights are in proportion to it`)
  if (assessed.standing !== 'qualified') {
    const why = assessed.isHonestyInAlarm
      ? 'audits speak against it'
      : `rounds answered: ${assessed.rounds}, carries through at least ${Math.floor(assessed.reliabilityMilli / 10)} %`
    output.line(`  base  only for qualified nodes; this one is ${assessed.standing}: ${why}`)
  }
  for (const { observation } of base.evidence) {
    output.line(`  base  seen by observation ${observation}`)
  }
  for (const { roundId, scores, status } of quiz.evidence) {
    const marks = scores.map(({ asked, category, correct }) => `${category} ${correct}/${asked}`).join(', ')
    output.line(`  quiz  round ${roundId} ${status}: ${marks}`)
  }
  for (const { isAccepted, roundId, stage } of written) {
    const paid = isAccepted ? 'accepted, a part of the weight' : 'not accepted, no part of the weight'
    output.line(`  quiz  ${stage === 'create' ? 'created' : 'prepared'} the open challenge of round ${roundId}: ${paid}`)
  }
  for (const { part, roundId, scoreMilli, status } of panels) {
    const found =
      scoreMilli === null ? 'too few judges had an opinion' : `judges say ${(scoreMilli / 1_000).toFixed(2)} of -1 to 1`
    output.line(`  quiz  ${part === 'judge' ? `judged answers (ballot ${status})` : found} in round ${roundId}`)
  }
  for (const { completionTokens, fee, taskId, transcript } of work.evidence) {
    output.line(`  work  task ${taskId}: ${completionTokens} tokens, fee ${formatCor(fee)}, transcript ${transcript}`)
  }
  for (const { isExact, part, refunded, refundedByMiner, subject, type, verdict, vote, window } of audits) {
    const exactly = isExact ? ' to the last bit, as a dispute upheld' : ''
    const found = `${verdict}${window === null ? '' : ` in window ${window}${exactly}`}`
    const by = `${formatCor(refundedByMiner)} of it by this node`
    const lost = refunded === 0n ? '' : `, which gives ${formatCor(refunded)} back to the session, ${by}`
    output.line(
      `  audit ${type === 'task' ? 'task' : 'round'} ${subject}: ${part === 'audited' ? `${found}${lost}` : `voted ${vote}, found ${found}`}`
    )
  }
  if (honesty !== null) {
    const { checks, contradictions, isEjected, isUnseated, verifiedTokens } = honesty
    const seat = isUnseated ? '; audits no more, having found a plant valid' : ''
    const state = isEjected ? '; EJECTED: nothing of it counts any more' : seat
    output.line(`  audit ${checks} so far, ${contradictions} against it, ${verifiedTokens} tokens verified${state}`)
  }
  if (slashing !== null) {
    const left = stake === null ? 'nothing is staked now' : `${formatCor(stake.amount)} are staked now`
    output.line(
      `  stake half is lost for window ${slashing.window} of task ${slashing.subject}, once an oracle has told the contract; ${left}`
    )
  }
  output.line(`  operator ${operator ?? 'none'}: ${cumulative.before} + ${cumulative.added} = ${cumulative.after} micro-COR`)
  output.line(`  report   ${explained.report}`)
  for (const bucket of buckets) {
    output.line(`  bucket   ${bucket}`)
  }
}
