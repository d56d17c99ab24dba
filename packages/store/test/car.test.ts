import { blockCid } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { describe, expect, it } from 'vitest'
import { readCar, writeCar } from '../src/index.js'

describe('a CAR', () => {
  const blocks = new Map([Uint8Array.of(1), new Uint8Array(300).fill(2)].map((block) => [blockCid(block, 'raw'), block]))
  const root = [...blocks.keys()][0] as CidString

  it('comes back as it was written', () => {
    expect(readCar(writeCar({ root, blocks }))).toEqual({ root, blocks })
  })

  it('is refused when it claims more than it has, or than a block can have', () => {
    const header = writeCar({ root, blocks: new Map() })
    const claim = (...length: number[]) => Uint8Array.from([...header, ...length])
    for (const bytes of [
      claim(0xff, 0xff, 0x7f),
      claim(0xff, 0xff, 0xff, 0xff, 0x0f),
      claim(1),
      claim(0x80, 0),
      new Uint8Array(0)
    ]) {
      expect(() => readCar(bytes)).toThrow(expect.objectContaining({ code: 'STORE_INVALID_CAR' }))
    }
  })

  it('is refused, by the name of the block, with another hash, another kind of CID, or a block twice', () => {
    const [first, second] = [...blocks.keys()] as [CidString, CidString]
    const bytes = writeCar({ root, blocks })
    const changed = bytes.slice()
    changed[changed.length - 1]! ^= 1
    expect(() => readCar(changed)).toThrow(expect.objectContaining({ message: expect.stringContaining(second) }))
    const section = writeCar({ root, blocks: new Map([[first, Uint8Array.of(1)]]) }).subarray(
      writeCar({ root, blocks: new Map() }).length
    )
    expect(() => readCar(Uint8Array.from([...bytes, ...section]))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(`${first}.*twice`) })
    )
    const pb = Uint8Array.from([...bytes, section[0]!, 1, 0x70, ...section.subarray(3)])
    expect(() => readCar(pb)).toThrow(expect.objectContaining({ code: 'STORE_INVALID_CAR' }))
    expect(() => writeCar({ root: 'bafy' as CidString, blocks })).toThrow(expect.objectContaining({ code: 'STORE_INVALID_CID' }))
  })

  it('is refused with a header of another length, before anything of it is parsed', () => {
    const large = new Uint8Array(1_000_000)
    large.set([0xff, 0xff, 0x3b])
    expect(() => readCar(large)).toThrow(expect.objectContaining({ message: expect.stringContaining('one root') }))
  })
})
