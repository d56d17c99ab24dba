import { bytesToHex32 } from '@cortensor/crypto'
import type { Committee, Equivocation, Hex32, IndexedSignature, NodeId, Signer } from '@cortensor/interface'
import { createMemoryKeyValue, createMemoryLogger, createVirtualClock, type VirtualClock } from '@cortensor/memory'
import {
  decodeOracleMessage,
  encodeOracleMessage,
  type OpenedEnvelope,
  type OracleMessage,
  type Publisher,
  type Quorum
} from '@cortensor/protocols'
import { compareBytes, utf8ToBytes } from '@cortensor/utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAgreementDriver } from '../../src/agreement/driver.js'
import type { CheckedReport, HeldQuorum } from '../../src/agreement/state.js'
import type { Head } from '../../src/head.js'
import { createSigningRecord } from '../../src/record/signing-record.js'
import type { ReportDesk } from '../../src/report/desk.js'
import { hex32, networkId, seal, signer, verifier } from '../fixtures.js'
import { reportOf, TIMING } from './world.js'

const signers = ['a', 'b', 'c', 'd'].map(signer)
const members = signers.map(({ nodeId, operator }) => ({ nodeId, operator }))
const committee: Committee = { config: hex32('config'), members, faults: 1, attestations: 2 }
// Member 0 leads view 0.
const instance = { config: committee.config, epoch: 4 as never, prev: hex32('three') }
const attestationDigest = (_of: unknown, view: number, digest: Hex32): Hex32 =>
  bytesToHex32(utf8ToBytes(`${view}/${digest}`.slice(0, 32).padEnd(32)))

/** Committee members as drivers, with a wire between them that a test can cut. */
function createWorld() {
  const clock: VirtualClock = createVirtualClock()
  const disks = signers.map(() => createMemoryKeyValue())
  const sent: { from: number; message: OracleMessage; envelope: OpenedEnvelope }[] = []
  const decided: { by: number; view: number; digest: Hex32; signers: number[] }[] = []
  let isCut = (_from: number, _to: number): boolean => false
  let isRefusing = false
  /** Members that do not give the evidence that they name. */
  const withholding = new Set<NodeId>()
  /** Members whose process ends between the record and the wire, with the message that it was about to send. */
  const killedAt = new Set<string>()
  const accusations: { by: number; evidence: Equivocation }[] = []
  let simulations = 0
  const reports = new Map<string, CheckedReport>()
  const deskOf = (self: number): ReportDesk => {
    let observed = 0
    return {
      observe: async () => ({ timeMs: clock.now() + observed++, buckets: [], measures: [] }),
      async derive(observations) {
        const reachable = observations.filter(({ sender }) => !withholding.has(sender))
        if (reachable.length < members.length - committee.faults) {
          throw new Error('too few observations')
        }
        const report = reportOf(reachable.map(({ sender }) => sender).join(), instance)
        reports.set(report.digest, report)
        return report
      },
      check: async ({ digest }) => reports.get(digest) ?? null,
      recall: () => null,
      keep: async () => {
        throw new Error(`${self} keeps nothing here`)
      }
    }
  }
  const drivers = new Map<number, ReturnType<typeof createAgreementDriver>>()
  const publisherOf = (self: number): Publisher => ({
    async publish(family, payload) {
      if (killedAt.delete(`${self} ${decodeOracleMessage(payload).type}`)) {
        throw new Error('the process is gone')
      }
      const envelope = await seal(signers[self] as Signer, family, payload, clock.now() + 60_000)
      sent.push({ from: self, message: decodeOracleMessage(payload), envelope })
      for (const [to, driver] of drivers) {
        if (to !== self && !isCut(self, to)) {
          clock.after(10, () => void driver.receive(decodeOracleMessage(payload), envelope))
        }
      }
      return envelope
    },
    seal: (family, payload) => seal(signers[self] as Signer, family, payload, clock.now() + 60_000),
    broadcast: async () => {}
  })
  const start = async (self: number) => {
    const keyValue = disks[self] as (typeof disks)[number]
    await keyValue.start()
    const record = createSigningRecord(keyValue)
    await record.open(instance.epoch - 2)
    const driver = createAgreementDriver({
      networkId,
      timing: TIMING,
      messageLifetimeMs: 60_000,
      clock,
      logger: createMemoryLogger(),
      signer: signers[self] as Signer,
      verifier,
      publisher: publisherOf(self),
      desk: deskOf(self),
      record,
      attestationDigest,
      hasNews: () => true,
      onTimeout: () => {},
      keptEpochs: 2,
      simulate: async () => {
        simulations++
        if (isRefusing) {
          throw new Error('the chain does not take it')
        }
      },
      onEquivocation: async (evidence) => {
        accusations.push({ by: self, evidence })
      },
      onQuorum: ({ digest, signatures, view }) =>
        decided.push({ by: self, view, digest, signers: signatures.map(({ index }) => index) })
    })
    drivers.set(self, driver)
    const head = { committee, instance, state: { cutoffMs: clock.now() - TIMING.epochMs } } as unknown as Head
    driver.begin(head, await record.recall(instance))
    clock.every(250, () => drivers.get(self) === driver && driver.tick())
    return driver
  }
  return {
    clock,
    get simulations() {
      return simulations
    },
    accusations,
    /** SIGKILL after this word of a member is on disk and before anybody has it; then the member over what is on its disk. */
    async killAndRestart(self: number, type: OracleMessage['type']) {
      killedAt.add(`${self} ${type}`)
      const isKilled = await clock.runUntil(() => killedAt.size === 0, TIMING.viewMs * 4)
      expect(isKilled, `${self} was about to say ${type}`).toBe(true)
      const driver = drivers.get(self)
      drivers.delete(self)
      disks[self]?.crash()
      await driver?.stop()
      await start(self)
    },
    withholding,
    refuse(refuses: boolean) {
      isRefusing = refuses
    },
    disks,
    sent,
    decided,
    drivers,
    start,
    startAll: () => Promise.all(signers.map((_, i) => start(i))),
    cut(rule: typeof isCut) {
      isCut = rule
    },
    of: (type: OracleMessage['type']) => sent.filter(({ message }) => message.type === type)
  }
}

describe('the driver of the agreement', () => {
  let world: ReturnType<typeof createWorld>
  beforeEach(() => {
    world = createWorld()
  })

  it('brings four members to one decision, with signatures that are theirs', async () => {
    await world.startAll()
    await world.clock.advance(TIMING.viewMs)
    expect(world.decided.map(({ by }) => by).sort()).toEqual([0, 1, 2, 3])
    expect(new Set(world.decided.map(({ digest }) => digest)).size).toBe(1)
    expect(world.decided.every((one) => one.view === 0 && one.signers.length === 2)).toBe(true)
  })

  it('goes on without the leader, with a certificate that everybody takes', async () => {
    await Promise.all([1, 2, 3].map(world.start))
    await world.clock.advance(TIMING.viewMs * 3)
    expect(world.decided.map(({ view }) => view)).toEqual([1, 1, 1])
    const [proposal] = world.of('propose')
    expect(proposal?.from).toBe(1)
    expect(proposal?.message.type === 'propose' && proposal.message.timeouts.length).toBe(3)
  })

  it('says what it observed again in the same words', async () => {
    world.cut(() => true)
    await world.startAll()
    await world.clock.advance(TIMING.viewMs * 3)
    const own = world.of('observe').filter(({ from }) => from === 2)
    expect(own.length).toBeGreaterThan(1)
    const [first, ...others] = own.map(({ envelope }) => envelope.payload)
    expect(others.every((payload) => compareBytes(payload, first as Uint8Array) === 0)).toBe(true)
    world.cut(() => false)
    await world.clock.advance(TIMING.viewMs * 4)
    expect(world.decided.length).toBeGreaterThan(0)
  })

  it('signs no second digest after a restart in the same epoch', async () => {
    // Nobody hears the first leader, who attests its own report of three observations.
    world.cut((from) => from === 0)
    await Promise.all([0, 1, 2].map(world.start))
    await world.clock.advance(1_000)
    const before = world.of('attest').filter(({ from }) => from === 0)
    expect(before).toHaveLength(1)
    await world.drivers.get(0)?.stop()
    world.disks[0]?.crash()
    // Now with a fourth observation, the same leader would derive another report.
    world.cut(() => false)
    await world.start(0)
    await world.start(3)
    await world.clock.advance(TIMING.viewMs * 6)
    const attests = world.of('attest').filter(({ from }) => from === 0)
    const byView = Map.groupBy(attests, ({ message }) => (message.type === 'attest' ? message.view : -1))
    for (const [view, ofView] of byView) {
      const digests = new Set(ofView.map(({ message }) => (message.type === 'attest' ? message.digest : '')))
      expect(digests.size, `view ${view}`).toBe(1)
    }
    expect(world.decided.length).toBeGreaterThan(0)
  })

  const proposalsOf = (self: number, view: number) =>
    world
      .of('propose')
      .flatMap(({ from, message }) => (from === self && message.type === 'propose' && message.view === view ? [message] : []))

  it('a leader that was killed when its proposal was on disk makes the same proposal, in the same view', async () => {
    await Promise.all([0, 1, 2].map(world.start))
    await world.killAndRestart(0, 'propose')
    // A report of today's observations would be another one.
    await world.start(3)
    await world.clock.advance(TIMING.viewMs)
    expect(world.decided.map(({ view }) => view)).toEqual([0, 0, 0, 0])
    const [proposal] = proposalsOf(0, 0)
    expect(new Set(world.decided.map(({ digest }) => digest))).toEqual(new Set([proposal?.digest]))
    expect(world.of('timeout')).toEqual([])
  })

  it('also in a later view, with the certificate that it had', async () => {
    await Promise.all([1, 2, 3].map(world.start))
    await world.killAndRestart(1, 'propose')
    await world.clock.advance(TIMING.viewMs)
    expect(proposalsOf(1, 1)[0]?.timeouts).toHaveLength(3)
    expect(world.decided.map(({ view }) => view)).toEqual([1, 1, 1])
  })

  it('a leader that holds few observations, and is told by a liar to repeat what nobody has, leads its view all the same', async () => {
    world.cut(() => true)
    await Promise.all([1, 2, 3].map(world.start))
    const { digest, report } = reportOf('nobody has it', instance)
    const lie: OracleMessage = { type: 'timeout', instance, view: 0, last: { view: 0, digest, report } }
    const envelope = await seal(signers[0] as Signer, 'oracle', encodeOracleMessage(lie))
    await world.drivers.get(1)?.receive(lie, envelope)
    await world.clock.advance(TIMING.viewMs - 100)
    expect(world.drivers.get(1)?.state).toMatchObject({ view: 0, observations: { size: 1 } })
    world.cut(() => false)
    await world.clock.advance(TIMING.viewMs)
    expect(proposalsOf(1, 1)).toHaveLength(1)
    expect(world.decided.map(({ view }) => view)).toEqual([1, 1, 1])
  })

  it('a leader that counts a liar in its quorum, and does not get its evidence, proposes when one more has observed', async () => {
    world.withholding.add((members[3] as (typeof members)[number]).nodeId)
    await Promise.all([0, 1, 3].map(world.start))
    await world.clock.advance(TIMING.viewMs / 2)
    expect(world.drivers.get(0)?.state).toMatchObject({ observations: { size: 3 }, unproposed: { view: 0, tried: 3 } })
    await world.start(2)
    await world.clock.advance(TIMING.viewMs / 4)
    expect(proposalsOf(0, 0)).toHaveLength(1)
    expect(world.decided.map(({ view }) => view)).toEqual([0, 0, 0, 0])
  })

  it('a timeout that was on disk and not said is said by the next process, at once', async () => {
    await Promise.all([1, 2, 3].map(world.start))
    await world.killAndRestart(1, 'timeout')
    await world.clock.advance(300)
    expect(world.of('timeout').some(({ from }) => from === 1)).toBe(true)
    await world.clock.advance(TIMING.viewMs)
    expect(world.decided.map(({ view }) => view)).toEqual([1, 1, 1])
  })

  it("takes no attestation in another member's name", async () => {
    const driver = await world.start(3)
    const digest = hex32('digest')
    const signature = await (signers[1] as Signer).signDigest(attestationDigest(instance, 0, digest))
    const stolen: OracleMessage = { type: 'attest', instance, view: 0, digest, signature }
    await driver.receive(stolen, { sender: members[0]?.nodeId } as OpenedEnvelope)
    await driver.receive({ ...stolen, view: 1 }, { sender: members[1]?.nodeId } as OpenedEnvelope)
    await driver.receive(stolen, { sender: signer('stranger').nodeId } as OpenedEnvelope)
    expect(driver.state?.attestations.size).toBe(0)
    await driver.receive(stolen, { sender: members[1]?.nodeId } as OpenedEnvelope)
    expect(driver.state?.attestations.size).toBe(1)
  })

  it('keeps both attestations of a member that signs twice, and tells once', async () => {
    const driver = await world.start(3)
    const sign = async (view: number, text: string): Promise<OracleMessage> => {
      const digest = hex32(text)
      const signature = await (signers[1] as Signer).signDigest(attestationDigest(instance, view, digest))
      return { type: 'attest', instance, view, digest, signature }
    }
    const words = await Promise.all([sign(0, 'a'), sign(1, 'b'), sign(0, 'a'), sign(0, 'b'), sign(0, 'c'), sign(1, 'c')])
    for (const word of words) {
      await driver.receive(word, { sender: members[1]?.nodeId } as OpenedEnvelope)
    }
    await world.clock.advance(10)
    const attestations = [words[0], words[3]].map((word) => word?.type === 'attest' && [word.digest, word.signature])
    expect(world.accusations).toHaveLength(1)
    const { evidence } = world.accusations[0] as (typeof world.accusations)[number]
    expect(evidence).toMatchObject({ ...instance, index: 1, view: 0 })
    expect(evidence.attestations.map(({ digest, signature }) => [digest, signature])).toEqual(attestations)
  })

  it('leaves forged, foreign and malformed timeouts out of a certificate', async () => {
    const driver = await world.start(3)
    const payload = encodeOracleMessage({ type: 'timeout', instance, view: 0, last: null })
    const foreign = encodeOracleMessage({ type: 'timeout', instance: { ...instance, prev: hex32('fork') }, view: 0, last: null })
    const good = await Promise.all([0, 1].map(async (i) => (await seal(signers[i] as Signer, 'oracle', payload)).bytes))
    const forged = (await seal(signers[2] as Signer, 'oracle', payload)).bytes.slice()
    forged[forged.length - 1] = (forged.at(-1) as number) ^ 1
    const other = (await seal(signers[2] as Signer, 'oracle', foreign)).bytes
    const report = reportOf('report')
    const propose = (timeouts: Uint8Array[]): OracleMessage => ({ type: 'propose', instance, view: 1, ...report, timeouts })
    const leader = { sender: members[1]?.nodeId } as OpenedEnvelope
    for (const bad of [forged, other, new Uint8Array(40), good[0] as Uint8Array]) {
      await driver.receive(propose([...good, bad]), leader)
      expect(driver.state?.proposals.size).toBe(0)
    }
    const third = (await seal(signers[2] as Signer, 'oracle', payload)).bytes
    await driver.receive(propose([...good, third]), leader)
    expect(driver.state?.proposals.size).toBe(1)
  })

  const head = (of = instance): Head => ({ committee, instance: of, state: { cutoffMs: 0 } }) as unknown as Head

  it('decides by the QUORUM of others, without a proposal or an attestation', async () => {
    world.cut((from, to) => to === 3 && world.sent.some((one) => one.from === from && one.message.type === 'propose'))
    await world.startAll()
    world.cut((_from, to) => to === 3)
    await world.clock.advance(TIMING.viewMs)
    expect(world.drivers.get(3)?.state?.quorum).toBe(null)
    const [said] = world.of('quorum') as [(typeof world.sent)[number]]
    await world.drivers.get(3)?.receive(said.message, said.envelope)
    await world.clock.advance(10)
    expect(world.drivers.get(3)?.state).toMatchObject({ phase: 'decided' })
    expect(world.decided.at(-1)).toMatchObject({ by: 3, view: 0 })
  })

  it('takes no QUORUM that the contract would refuse, and nothing more of that kind from who sent it', async () => {
    await world.startAll()
    await world.clock.advance(TIMING.viewMs)
    const { message } = world.of('quorum')[0] as (typeof world.sent)[number]
    if (message.type !== 'quorum') {
      throw new Error('no quorum')
    }
    const [one, two] = message.signatures as [IndexedSignature, IndexedSignature]
    const bad: Partial<Quorum>[] = [
      { signatures: [one] },
      { signatures: [one, { ...two, index: two.index + 1 }] },
      { signatures: [one, { ...two, signature: one.signature }] },
      { view: 1 },
      { commit: { ...message.commit, totals: { results: 2, rewards: 5n } } }
    ]
    const receiver = await world.start(3)
    for (const [i, change] of bad.entries()) {
      await receiver.receive({ ...message, ...change }, { sender: signers[i % 3]?.nodeId } as OpenedEnvelope)
      expect(receiver.state?.quorum).toBe(null)
    }
    await receiver.receive(message, { sender: signers[0]?.nodeId } as OpenedEnvelope)
    expect(receiver.state?.quorum).toBe(null)
    receiver.begin(head())
    await receiver.receive(message, { sender: signers[0]?.nodeId } as OpenedEnvelope)
    expect(receiver.state?.quorum?.signatures).toEqual(message.signatures)
  })

  it('goes on with its views while the chain does not take the quorum, and asks again', async () => {
    world.refuse(true)
    await world.startAll()
    await world.clock.advance(TIMING.viewMs * 2)
    expect(world.of('timeout').length).toBeGreaterThan(0)
    const before = world.simulations
    await world.clock.advance(TIMING.viewMs)
    expect(world.simulations).toBeGreaterThan(before)
    world.refuse(false)
    await world.clock.advance(TIMING.viewMs * 3)
    expect([...world.drivers.values()].map(({ state }) => state?.phase)).toEqual(['decided', 'decided', 'decided', 'decided'])
  })

  it('says a held QUORUM first when a reorganisation brings its instance back', async () => {
    const [driver] = await world.startAll()
    await world.clock.advance(TIMING.viewMs)
    const digest = (driver?.state?.quorum as HeldQuorum | undefined)?.digest as Hex32
    driver?.begin(head({ ...instance, epoch: (instance.epoch + 1) as never, prev: digest }))
    await world.clock.advance(10)
    const count = world.sent.length
    driver?.begin(head())
    await world.clock.advance(10)
    expect(world.sent[count]).toMatchObject({ from: 0, message: { type: 'quorum', view: 0 } })
    expect(driver?.state).toMatchObject({ phase: 'decided', quorum: { digest } })
    // Too deep for any reorganisation.
    driver?.begin(head({ ...instance, epoch: (instance.epoch + 3) as never }))
    driver?.begin(head())
    expect(driver?.state?.quorum).toBe(null)
  })

  it('is quiet after its end', async () => {
    const [driver] = await world.startAll()
    await world.clock.advance(20)
    await world.clock.complete(Promise.all([...world.drivers.values()].map((one) => one.stop())), 1_000)
    const before = world.sent.length
    await world.clock.advance(TIMING.epochMs)
    expect(world.sent.length).toBe(before)
    expect(driver?.state).toBe(null)
  })
})
