import type { RevertReason } from '@cortensor/contracts'

/** Parameters of the deployment under test. */
export const RULES = {
  ...{ miner: 100n, oracle: 1000n, router: 500n },
  unbondingSeconds: 300n,
  claimDelaySeconds: 100n,
  settlementSeconds: 200n,
  maxRewardPerSecond: 50n,
  ring: 64,
  maxRouters: 16
}

const ESCAPE_SECONDS = 30n * 86_400n

interface Stake {
  roles: number
  stake: bigint
  releaseAt: bigint
}

interface Session {
  owner: number
  balance: bigint
  settled: bigint
  lastEpoch: number
  releaseAt: bigint
}

/** What one commit lets be claimed and settled. */
export interface Books {
  at: bigint
  rewards: bigint
  earned: ReadonlyMap<number, bigint>
  spent: ReadonlyMap<number, bigint>
  /** Registrations, by `keyOf`, with a false window. */
  faulty: ReadonlySet<string>
}

/** Operators are small numbers; `now` is the time of the block that a step is in. */
export type Step =
  | { type: 'register'; by: number; node: number; roles: number; stake: bigint }
  | { type: 'unbond'; by: number; node: number }
  | { type: 'withdrawStake'; by: number; node: number }
  | { type: 'slash'; by: number; node: number; amount: bigint; isCommittee: boolean }
  | { type: 'punish'; by: number; node: number; epoch: number }
  | { type: 'fund'; by: number; amount: bigint }
  | { type: 'create'; by: number }
  | { type: 'deposit'; by: number; session: number; amount: bigint }
  | { type: 'close'; by: number; session: number }
  | { type: 'withdraw'; by: number; session: number }
  | { type: 'settle'; session: number; cumulative: bigint }
  | { type: 'commit'; epoch: number; prev: 'last' | 'other'; books: Books }
  | { type: 'claim'; by: number; cumulative: bigint }

/** The contracts' money, as a reader of their interfaces would expect it. */
export class MoneyModel {
  readonly tokens: bigint[]
  readonly stakes = new Map<string, Stake>()
  readonly sessions: Session[] = []
  readonly claimed = new Map<number, bigint>()
  readonly punished = new Set<string>()
  readonly commits: Books[] = []
  readonly genesis: bigint
  readonly moved = { deposited: 0n, withdrawn: 0n, slashed: 0n }
  funded: bigint

  constructor(init: { operators: number; tokens: bigint; funded: bigint; genesis: bigint }) {
    this.tokens = Array.from({ length: init.operators }, () => init.tokens)
    this.funded = init.funded
    this.genesis = init.genesis
  }

  get rewards(): bigint {
    return this.commits.at(-1)?.rewards ?? 0n
  }

  get escrow(): bigint {
    return this.sessions.reduce((sum, { balance }) => sum + balance, 0n)
  }

  get claimedInAll(): bigint {
    return [...this.claimed.values()].reduce((sum, amount) => sum + amount, 0n)
  }

  stakesBy(isLeaving: boolean): bigint {
    const own = [...this.stakes.values()].filter(({ releaseAt }) => (releaseAt !== 0n) === isLeaving)
    return own.reduce((sum, { stake }) => sum + stake, 0n)
  }

  /** Newest books that are old enough to be paid from. */
  payable(now: bigint): Books | undefined {
    const index = this.commits.findLastIndex(({ at }) => at + RULES.claimDelaySeconds <= now)
    return index < this.commits.length - RULES.ring ? undefined : this.commits[index]
  }

  /** Why the step is refused; nothing when it can be taken. */
  refusal(step: Step, now: bigint): RevertReason | undefined {
    switch (step.type) {
      case 'register': {
        const node = this.#stake(step)
        if (node.releaseAt !== 0n) return 'StillUnbonding'
        if (step.roles === 0 || step.roles > 7) return 'InvalidRoles'
        return node.stake + step.stake < minimumStake(step.roles) ? 'StakeTooLow' : this.#pull(step.by, step.stake)
      }
      case 'unbond':
        return this.#stake(step).roles === 0 ? 'NotRegistered' : undefined
      case 'withdrawStake': {
        const { releaseAt } = this.#stake(step)
        return releaseAt === 0n ? 'NotUnbonding' : releaseAt > now ? 'StillUnbonding' : undefined
      }
      case 'slash':
        return !step.isCommittee ? 'NotCommittee' : this.#stake(step).stake === 0n ? 'NothingToSlash' : undefined
      case 'punish':
        return this.#punishRefusal(step, now)
      case 'fund':
        return this.#pull(step.by, step.amount)
      case 'create':
        return
      case 'settle':
        return this.#settleRefusal(step, now)
      case 'commit':
        return this.#commitRefusal(step, now)
      case 'claim':
        return this.#claimRefusal(step, now)
      default:
        return this.#sessionRefusal(step, now)
    }
  }

  /** Takes a step that is not refused. */
  apply(step: Step, now: bigint): void {
    switch (step.type) {
      case 'register': {
        const { stake } = this.#stake(step)
        this.stakes.set(keyOf(step), { roles: step.roles, stake: stake + step.stake, releaseAt: 0n })
        this.moved.deposited += step.stake
        this.#take(step.by, step.stake)
        break
      }
      case 'unbond':
        this.#leave(step, now)
        break
      case 'withdrawStake': {
        const { stake } = this.#stake(step)
        this.stakes.delete(keyOf(step))
        this.moved.withdrawn += stake
        this.#take(step.by, -stake)
        break
      }
      case 'slash':
        this.#slash(step, step.amount, now)
        break
      case 'punish':
        this.punished.add(keyOf(step))
        this.#slash(step, (this.#stake(step).stake + 1n) / 2n, now)
        break
      case 'fund':
        this.funded += step.amount
        this.#take(step.by, step.amount)
        break
      case 'create':
        this.sessions.push({ owner: step.by, balance: 0n, settled: 0n, lastEpoch: 0, releaseAt: 0n })
        break
      case 'commit':
        this.commits.push({ ...step.books, at: now })
        break
      case 'claim':
        this.#take(step.by, (this.claimed.get(step.by) ?? 0n) - step.cumulative)
        this.claimed.set(step.by, step.cumulative)
        break
      default:
        this.#applyToSession(step, this.sessions[step.session] as Session, now)
        break
    }
  }

  #applyToSession(step: Extract<Step, { session: number }>, session: Session, now: bigint): void {
    if (step.type === 'deposit') {
      session.balance += step.amount
      this.#take(step.by, step.amount)
    } else if (step.type === 'close') {
      session.lastEpoch = this.commits.length + 1
      session.releaseAt = now + RULES.settlementSeconds + RULES.claimDelaySeconds
    } else if (step.type === 'withdraw') {
      this.#take(step.by, -session.balance)
      session.balance = 0n
    } else {
      const amount = lesser(step.cumulative - session.settled, session.balance)
      session.settled = step.cumulative
      session.balance -= amount
      this.funded += amount
    }
  }

  #sessionRefusal(step: Extract<Step, { session: number; by: number }>, now: bigint): RevertReason | undefined {
    const session = this.sessions[step.session]
    if (session === undefined) return 'UnknownSession'
    if (step.type !== 'deposit' && session.owner !== step.by) return 'NotOwner'
    if (step.type === 'withdraw') {
      if (session.releaseAt === 0n) return 'SessionIsOpen'
      const closedAt = session.releaseAt - RULES.settlementSeconds - RULES.claimDelaySeconds
      const isOver = this.commits.length > session.lastEpoch || now >= closedAt + ESCAPE_SECONDS
      if (now < session.releaseAt || !isOver) return 'StillSettling'
      return session.balance === 0n ? 'NoAmount' : undefined
    }
    if (session.releaseAt !== 0n) return 'SessionIsClosed'
    if (step.type === 'close') return
    return step.amount === 0n ? 'NoAmount' : this.#pull(step.by, step.amount)
  }

  #settleRefusal(step: Extract<Step, { type: 'settle' }>, now: bigint): RevertReason | undefined {
    const session = this.sessions[step.session]
    if (session === undefined) return 'UnknownSession'
    const books = this.payable(now)
    if (books === undefined) return 'NoRootYet'
    if (books.spent.get(step.session) !== step.cumulative) return 'InvalidSettlement'
    return step.cumulative <= session.settled ? 'NothingToSettle' : undefined
  }

  #commitRefusal({ epoch, prev, books }: Extract<Step, { type: 'commit' }>, now: bigint): RevertReason | undefined {
    if (epoch !== this.commits.length + 1) return 'WrongEpoch'
    if (prev === 'other') return 'WrongPrev'
    if (books.rewards < this.rewards) return 'RewardsDecreased'
    if (books.rewards > this.funded) return 'RewardsOverFunding'
    return books.rewards > (now - this.genesis) * RULES.maxRewardPerSecond ? 'RewardsOverCap' : undefined
  }

  #punishRefusal(step: Extract<Step, { type: 'punish' }>, now: bigint): RevertReason | undefined {
    const last = this.commits.length
    const books = this.commits[step.epoch - 1]
    if (books === undefined || step.epoch + RULES.ring <= last) return 'NotInRing'
    if (step.epoch === last || books.at + RULES.claimDelaySeconds > now) return 'TooRecent'
    if (!books.faulty.has(keyOf(step))) return 'InvalidFault'
    if (this.punished.has(keyOf(step))) return 'FaultPunished'
    return this.#stake(step).stake === 0n ? 'NothingToSlash' : undefined
  }

  #slash(of: { by: number; node: number }, amount: bigint, now: bigint): void {
    const { stake, releaseAt } = this.#stake(of)
    if (releaseAt === 0n) this.#leave(of, now)
    const taken = lesser(amount, stake)
    this.moved.slashed += taken
    this.stakes.set(keyOf(of), { ...this.#stake(of), stake: stake - taken })
  }

  #claimRefusal(step: Extract<Step, { type: 'claim' }>, now: bigint): RevertReason | undefined {
    const books = this.payable(now)
    if (books === undefined) return 'NoRootYet'
    if (books.earned.get(step.by) !== step.cumulative) return 'InvalidProof'
    const before = this.claimed.get(step.by) ?? 0n
    if (step.cumulative <= before) return 'NothingToClaim'
    return this.claimedInAll + step.cumulative - before > this.rewards ? 'ClaimsExceedRewards' : undefined
  }

  #stake(of: { by: number; node: number }): Stake {
    return this.stakes.get(keyOf(of)) ?? { roles: 0, stake: 0n, releaseAt: 0n }
  }

  #leave(of: { by: number; node: number }, now: bigint): void {
    this.stakes.set(keyOf(of), { ...this.#stake(of), roles: 0, releaseAt: now + RULES.unbondingSeconds })
  }

  #pull(by: number, amount: bigint): RevertReason | undefined {
    return (this.tokens[by] as bigint) < amount ? 'ERC20InsufficientBalance' : undefined
  }

  #take(by: number, amount: bigint): void {
    this.tokens[by] = (this.tokens[by] as bigint) - amount
  }
}

function lesser(a: bigint, b: bigint): bigint {
  if (a < b) {
    return a
  }
  return b
}

export const keyOf = ({ by, node }: { by: number; node: number }): string => `${by} ${node}`

const minimumStake = (roles: number): bigint =>
  (roles & 1 ? RULES.miner : 0n) + (roles & 2 ? RULES.oracle : 0n) + (roles & 4 ? RULES.router : 0n)
