import type { Cancel, CidString, NodeId, Signer } from '@cortensor/interface'
import { createMemoryKeyValue, createMemoryMetrics, createMemorySigner, type MemoryKeyValue } from '@cortensor/memory'
import {
  type Instance,
  instanceKey,
  laggardsOf,
  type OpenedEnvelope,
  type OracleMessage,
  type Publisher,
  turnOf
} from '@cortensor/protocols'
import { type AgreementDriver, createAgreementDriver } from '../../packages/oracle/src/agreement/driver.js'
import type { AgreementState } from '../../packages/oracle/src/agreement/state.js'
import { createOracleHandler, type OracleHandler } from '../../packages/oracle/src/handlers/oracle.js'
import type { Head } from '../../packages/oracle/src/head.js'
import { createOracleMetrics } from '../../packages/oracle/src/metrics.js'
import { createSigningRecord, type SigningRecord } from '../../packages/oracle/src/record/signing-record.js'
import { exportRecord, importRecord } from '../../packages/oracle/src/record/transfer.js'
import { createTransmitter, type Transmitter } from '../../packages/oracle/src/transmitter.js'
import { createChain } from './chain.js'
import { createDesk } from './desk.js'
import { labelOf } from './ledger.js'
import { CARELESS } from './liars.js'
import { createPublisher } from './publisher.js'
import { diskUnder } from './rules.js'
import { SILENT } from './silent.js'
import { REORG_DEPTH, TIMING, TRANSMIT_MS } from './timing.js'
import type { World } from './world.js'

export type Fault = 'silent' | 'equivocate' | 'withhold' | 'stale' | 'bad-root' | 'censor' | 'replay' | 'delay' | 'afresh'

/** What a crash leaves of the signing record: all of it, nothing, or a backup of a while ago that was imported. */
export type Loss = 'nothing' | 'record' | 'backup'

/** One oracle: the real driver, signing record, handler and transmitter, over adapters of this world. */
export class Member {
  isUp = false
  driver: AgreementDriver | null = null
  /** Content that is here and served. */
  readonly blocks = new Set<CidString>()
  /** Evidence that is here. */
  readonly items = new Set<number>()
  /** What the chain told last. */
  shown: Instance | null = null
  readonly signer: Signer
  readonly publisher: Publisher
  /** Of what is under way: a crash ends it. */
  life = 0
  #disk: MemoryKeyValue = createMemoryKeyValue()
  #backup: Uint8Array | null = null
  #record: SigningRecord = CARELESS
  #transmitter: Transmitter | null = null
  #head: Head | null = null
  #handler: OracleHandler
  #stopTicks: Cancel = () => {}

  constructor(
    readonly world: World,
    readonly index: number,
    readonly fault: Fault | null
  ) {
    this.signer = createMemorySigner({ label: labelOf(index) })
    this.publisher = createPublisher(this)
    this.#handler = this.#createHandler()
  }

  get id(): NodeId {
    return this.signer.nodeId
  }

  get state(): AgreementState | null {
    return this.driver?.state ?? null
  }

  get instance(): Instance {
    return (this.#head as Head).instance
  }

  async start(): Promise<void> {
    const { clock, ledger, rng, rules } = this.world
    const life = ++this.life
    this.isUp = true
    await this.#disk.start()
    if (this.fault === null && rules.record) {
      this.#record = createSigningRecord(await diskUnder(this.#disk, rules))
      await this.#record.open(ledger.commits.length === 0 ? null : ledger.commits.length)
    }
    if (this.life !== life) {
      return
    }
    this.#handler = this.#createHandler()
    this.driver = this.#createDriver(life)
    this.#transmitter = createTransmitter({
      chain: createChain(this),
      clock,
      logger: SILENT,
      metrics: createOracleMetrics(createMemoryMetrics()),
      transmitDelayMs: TRANSMIT_MS
    })
    this.seeHead()
    const cancelFirst = clock.after(rng.int(1, TIMING.tickMs), () => {
      this.#stopTicks = clock.every(TIMING.tickMs, () => this.driver?.tick())
    })
    this.#stopTicks = cancelFirst
  }

  /** SIGKILL: what was not on disk is gone. */
  crash(loss: Loss): void {
    this.life++
    this.isUp = false
    this.#stopTicks()
    this.#disk.crash()
    void this.driver?.stop()
    void this.#transmitter?.stop()
    this.driver = null
    this.#head = null
    this.#transmitter = null
    if (loss !== 'nothing') {
      this.#disk = createMemoryKeyValue()
    }
  }

  /** An export of the signing record, as of now. */
  async backUp(): Promise<void> {
    if (this.isUp && this.fault === null) {
      this.#backup = await exportRecord(this.#disk, this.id)
    }
  }

  async restore(): Promise<void> {
    await this.#disk.start()
    if (this.#backup !== null) {
      await importRecord(this.#disk, this.id, this.#backup)
    }
  }

  /** The chain's head, as far as it can be worked on. */
  seeHead(): void {
    const { clock, ledger, rules } = this.world
    const next = ledger.next
    const current = this.state?.instance ?? null
    const isStuck = current !== null && (this.fault === 'stale' || (!rules.chainHead && next.epoch <= current.epoch))
    this.shown = next
    if (rules.chainHead && current !== null && !isStuck && instanceKey(current) !== instanceKey(next)) {
      this.#transmitter?.cancel()
      this.driver?.suspend()
    }
    if (!this.isUp || this.driver === null || isStuck || (current !== null && instanceKey(current) === instanceKey(next))) {
      return
    }
    const last = ledger.commits.at(-1)
    if (last !== undefined && !this.fetch(ledger.reportOf(last.digest).report)) {
      const { life } = this
      clock.after(500, () => this.life === life && this.seeHead())
      return
    }
    const { life } = this
    void this.#record.recall(next).then((words) => {
      if (this.life === life && this.shown === next) {
        const state = ledger.stateAfter(next.prev)
        const { committee } = this.world
        const laggards = laggardsOf(committee, next.epoch, REORG_DEPTH, ledger.views)
        this.#head = { committee, instance: next, laggards, state } as unknown as Head
        this.#transmitter?.cancel()
        this.driver?.begin(this.#head, words)
        this.#handler.replay()
      }
    })
  }

  receive(message: OracleMessage, envelope: OpenedEnvelope): void {
    if (this.isUp) {
      this.#handler.handle(message, envelope)
    }
  }

  /** Some of those who make reports up show them to nobody. */
  get serves(): boolean {
    return this.fault !== 'withhold' && (this.fault !== 'bad-root' || this.index % 2 === 0)
  }

  /** True when the block is here now. */
  fetch(block: CidString): boolean {
    const isHad =
      this.blocks.has(block) || this.world.members.some((other) => other.isUp && other.serves && other.blocks.has(block))
    if (isHad && this.world.rules.storage) {
      this.blocks.add(block)
    }
    return isHad
  }

  #createHandler(): OracleHandler {
    return createOracleHandler({
      head: () => this.#head,
      onMessage: (message, envelope) => void this.driver?.receive(message, envelope)
    })
  }

  #createDriver(life: number): AgreementDriver {
    const { world } = this
    const record = this.#record
    /** What an earlier life had under way writes nothing any more. */
    const whileAlive = async (work: () => Promise<void>): Promise<void> => {
      if (this.life !== life) {
        throw new DOMException('killed', 'AbortError')
      }
      await work()
    }
    return createAgreementDriver({
      networkId: world.networkId,
      timing: TIMING,
      messageLifetimeMs: 60_000,
      clock: world.clock,
      logger: SILENT,
      signer: this.signer,
      verifier: world.verifier,
      publisher: this.publisher,
      desk: createDesk(this),
      record: {
        open: record.open,
        fromEpoch: record.fromEpoch,
        recall: record.recall,
        propose: (instance, proposal) =>
          whileAlive(async () => {
            const { shown } = this
            await record.propose(instance, proposal)
            world.noteWord(this, { instance, shown, type: 'propose', view: proposal.view, digest: proposal.digest })
          }),
        attest: (instance, proposal) =>
          whileAlive(async () => {
            // What the head was when it began to write: it may move meanwhile.
            const { shown } = this
            await record.attest(instance, proposal)
            world.noteWord(this, { instance, shown, type: 'attest', view: proposal.view, digest: proposal.digest })
          }),
        giveUp: (instance, view) =>
          whileAlive(async () => {
            const { shown } = this
            await record.giveUp(instance, view)
            world.noteWord(this, { instance, shown, type: 'timeout', view, digest: null })
          })
      },
      keptEpochs: REORG_DEPTH,
      attestationDigest: world.attestationDigest,
      hasNews: () => {
        const { items } = world.ledger.stateAfter(this.instance.prev)
        return [...this.items].some((item) => !items.has(item))
      },
      onTimeout: () => {},
      onEquivocation: async ({ index }) => {
        world.accused.add(index)
      },
      simulate: async ({ commit, signatures, view }) => {
        await createChain(this).simulate({ type: 'commitEpoch', commit, view, signatures })
      },
      onQuorum: ({ commit, signatures, view }, { committee, laggards }) => {
        const turn = turnOf(committee, { epoch: commit.epoch, view, laggards }, this.id)
        this.#transmitter?.schedule({ committee, commit, view, signatures, turn })
      }
    })
  }
}
