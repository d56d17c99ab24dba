import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import type { IJob } from 'kubernetes-models/batch/v1/Job'
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap'
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import type { ISecret } from 'kubernetes-models/v1/Secret'
import type { IService } from 'kubernetes-models/v1/Service'
import { PROBES } from './compose.js'
import {
  API_KEY_VARIABLE,
  API_PORT,
  CHAIN_HOST,
  CHAIN_PORT,
  CONFIG_DIR,
  type ContainerPlan,
  chainArgs,
  checksum,
  DATA_DIR,
  groupConfig,
  LIMITS,
  NETWORK_FILE,
  NODE_PORT,
  type NodeGroup,
  networkFile,
  nodesOf,
  startArgs,
  usersArgs
} from './network-plan.js'
import { toYaml } from './to-yaml.js'

/** Manifests that are written here; their types are those of Kubernetes' own OpenAPI document. */
export type Manifest = IConfigMap | IJob | IPersistentVolumeClaim | ISecret | IService | IStatefulSet

const POD_NAME = '$(POD_NAME)'
const CONFIG = 'config'
const KEYS = 'keys'
const DATA = 'data'
/** Of the image's user. */
const USER = 1000
const CHAIN_DISK = '1Gi'
const NODE_DISK = '2Gi'

type Container = NonNullable<IPodSpec['containers']>[number]

/** What any pod of ours may do: nothing that a program without privileges could not. */
export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  seccompProfile: { type: 'RuntimeDefault' }
} as const
export const containerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }

export const resourcesOf = (kind: keyof typeof LIMITS): NonNullable<Container['resources']> => {
  const { cpus, memoryMiB } = LIMITS[kind]
  return { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: String(cpus), memory: `${memoryMiB}Mi` } }
}

export const toDocuments = (manifests: readonly Manifest[]): string => manifests.map(toYaml).join('---\n')

/** Kubernetes would put a variable in the place of `$(NAME)`. */
const asIs = (plan: ContainerPlan): ContainerPlan => ({ ...plan, seed: plan.seed.replaceAll('$(', '$$$$(') })

/** A node is found under its pod's name, within the service of its group. */
const hostOf = (group: NodeGroup, node: string): string => `${node}.${group.name}`

/** A label, and the name of a pod behind its job's, has 63 characters at most. */
export const labelValue = (name: string): string => name.slice(0, 40).replace(/-+$/, '')

const labelsOf = (plan: ContainerPlan, component: string): Record<string, string> => ({
  ...{ 'app.kubernetes.io/name': 'cortensor', 'app.kubernetes.io/instance': labelValue(plan.name) },
  'app.kubernetes.io/component': component
})

/** Pods that are not ready are found too: nodes need one another to become so. */
const service = (plan: ContainerPlan, name: string, ports: Record<string, number>, isHeadless: boolean): IService => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: labelsOf(plan, name) },
  spec: {
    selector: labelsOf(plan, name),
    ...(isHeadless ? { clusterIP: 'None', publishNotReadyAddresses: true } : {}),
    ports: Object.entries(ports).map(([portName, port]) => ({ name: portName, port }))
  }
})

interface WorkloadInit {
  name: string
  replicas: number
  args: string[]
  env?: Container['env']
  ports: Record<string, number>
  probes: Pick<Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>
  kind: keyof typeof LIMITS
  configKey: string
  disk: string
  /** Of the configuration: pods start anew when it changes. */
  checksum: string
}

const statefulSet = (plan: ContainerPlan, init: WorkloadInit): IStatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: init.name, labels: labelsOf(plan, init.name) },
  spec: {
    serviceName: init.name,
    replicas: init.replicas,
    // Oracles need one another to become ready, so that none may wait for the one before it.
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: labelsOf(plan, init.name) },
    template: {
      metadata: { labels: labelsOf(plan, init.name), annotations: { 'cortensor/config': init.checksum } },
      spec: {
        terminationGracePeriodSeconds: 15,
        automountServiceAccountToken: false,
        securityContext: podSecurity,
        containers: [
          {
            name: 'node',
            image: plan.image,
            args: init.args,
            env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, ...(init.env ?? [])],
            ports: Object.entries(init.ports).map(([name, containerPort]) => ({ name, containerPort })),
            ...init.probes,
            resources: resourcesOf(init.kind),
            securityContext: containerSecurity,
            volumeMounts: [
              { name: DATA, mountPath: DATA_DIR },
              { name: CONFIG, mountPath: `${CONFIG_DIR}/${init.configKey}`, subPath: init.configKey, readOnly: true }
            ]
          }
        ],
        volumes: [{ name: CONFIG, configMap: { name: CONFIG } }]
      }
    },
    volumeClaimTemplates: [
      {
        metadata: { name: DATA },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: init.disk } } }
      }
    ]
  }
})

const EVERY = { periodSeconds: 10, timeoutSeconds: 5 }
/** A model that loads on a busy machine may take minutes. */
const START = { ...EVERY, failureThreshold: 60 }

function probesOf(group: NodeGroup): WorkloadInit['probes'] {
  const listening = { tcpSocket: { port: NODE_PORT } }
  return group.role === 'router'
    ? {
        startupProbe: { httpGet: { path: '/health', port: API_PORT }, ...START },
        livenessProbe: { httpGet: { path: '/health', port: API_PORT }, ...EVERY },
        readinessProbe: { httpGet: { path: '/ready', port: API_PORT }, ...EVERY }
      }
    : {
        startupProbe: { ...listening, ...START },
        livenessProbe: { ...listening, ...EVERY },
        readinessProbe: { ...listening, ...EVERY }
      }
}

/** Files of a network on Kubernetes, by path: `kubectl apply -f` of their folder runs it in the current namespace. */
export function kubernetesFiles(plan: ContainerPlan): Map<string, string> {
  const { groups } = plan
  const network = networkFile(plan)
  const configs = new Map(groups.map((group) => [`${group.name}.yaml`, groupConfig(plan, group, hostOf)]))
  const shared: Manifest[] = [
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: { name: CONFIG, labels: labelsOf(plan, CONFIG) },
      data: { [NETWORK_FILE]: network, ...Object.fromEntries(configs) }
    },
    {
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' },
      metadata: { name: KEYS, labels: labelsOf(plan, KEYS) },
      stringData: { apiKey: plan.apiKey }
    },
    service(plan, CHAIN_HOST, { rpc: CHAIN_PORT }, false),
    statefulSet(plan, {
      ...{ name: CHAIN_HOST, replicas: 1, args: chainArgs(), ports: { rpc: CHAIN_PORT }, kind: 'chain', disk: CHAIN_DISK },
      probes: {
        startupProbe: { exec: { command: [...PROBES.chain] }, ...START },
        readinessProbe: { exec: { command: [...PROBES.chain] }, ...EVERY },
        livenessProbe: { tcpSocket: { port: CHAIN_PORT }, ...EVERY }
      },
      ...{ configKey: NETWORK_FILE, checksum: checksum(network) }
    })
  ]
  const nodes = groups.flatMap((group): Manifest[] => {
    const isRouter = group.role === 'router'
    const ports = { p2p: NODE_PORT, ...(isRouter ? { api: API_PORT } : {}) }
    const configKey = `${group.name}.yaml`
    return [
      service(plan, group.name, ports, true),
      statefulSet(plan, {
        ...{ name: group.name, replicas: group.count, ports, kind: group.role, disk: NODE_DISK },
        args: startArgs(asIs(plan), group, POD_NAME, hostOf(group, POD_NAME)),
        probes: probesOf(group),
        ...{ configKey, checksum: checksum(configs.get(configKey) ?? '') }
      })
    ]
  })
  const files = new Map([
    ['chain.yaml', toDocuments(shared)],
    ['nodes.yaml', toDocuments(nodes)]
  ])
  const routers = groups.filter(({ role }) => role === 'router')
  if (routers.length > 0 && plan.tasksPerSecond > 0) {
    files.set(
      'users.yaml',
      toDocuments([
        users(
          plan,
          routers.flatMap((group) => nodesOf(group).map((node) => hostOf(group, node)))
        )
      ])
    )
  }
  return files
}

const users = (plan: ContainerPlan, routers: readonly string[]): IJob => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'users', labels: labelsOf(plan, 'users') },
  spec: {
    // Users who found nobody there come back.
    backoffLimit: 20,
    template: {
      metadata: { labels: labelsOf(plan, 'users') },
      spec: {
        restartPolicy: 'OnFailure',
        automountServiceAccountToken: false,
        securityContext: podSecurity,
        containers: [
          {
            name: 'users',
            image: plan.image,
            args: usersArgs(asIs(plan), routers),
            env: [{ name: API_KEY_VARIABLE, valueFrom: { secretKeyRef: { name: KEYS, key: 'apiKey' } } }],
            resources: resourcesOf('users'),
            securityContext: containerSecurity
          }
        ]
      }
    }
  }
})
