import type { NodeId } from '@cortensor/interface'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NodeLog } from '../src/rounds/node-log.js'

const NODES = ['a', 'b', 'c', 'd', 'e'] as NodeId[]

it('has the nodes that it was made with and no others, whatever was made of it since', () => {
  const step = fc.record({ after: fc.nat(), node: fc.constantFrom(...NODES) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const logs = [{ log: new NodeLog(), nodes: [] as NodeId[] }]
      for (const { after, node } of steps) {
        const { log, nodes } = logs[after % logs.length]!
        logs.push({ log: log.with(node), nodes: nodes.includes(node) ? nodes : [...nodes, node] })
      }
      for (const { log, nodes } of logs) {
        expect([...log]).toEqual(nodes)
        expect(log.size).toBe(nodes.length)
        expect(NODES.filter((node) => log.has(node))).toEqual(NODES.filter((node) => nodes.includes(node)))
      }
    })
  )
})
