import type { IJob } from 'kubernetes-models/batch/v1/Job'
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap'
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { nodeError } from '../errors.js'
import { containerSecurity, labelValue, podSecurity, toDocuments } from './kubernetes.js'
import { CONFIG_DIR } from './network-plan.js'

export interface SweepJobInit {
  /** Of the scenario. */
  name: string
  /** The scenario as it was written. */
  scenario: string
  /** One pod each. */
  runs: number
  /** At a time. @default 8 */
  parallelism?: number
  image: string
}

const RESULTS_DIR = '/results'
const SCENARIO_FILE = 'scenario.yaml'
const DEFAULT_PARALLELISM = 8
/** Kubernetes refuses a ConfigMap above 1 MiB, its metadata counted in. */
const MAX_CONFIG_BYTES = 1_000_000
/** The control plane's own limit for Indexed Jobs whose pods are listed one by one. */
const MAX_RUNS = 100_000

/**
 * A sweep as an Indexed Job: pod number n plays run number n, and all write into one folder. `merge.yaml` is applied once they are done.
 * Throws `NODE_CONFIG_INVALID` for what Kubernetes would refuse.
 */
export function sweepFiles({
  image,
  parallelism = DEFAULT_PARALLELISM,
  runs,
  scenario,
  ...init
}: SweepJobInit): Map<string, string> {
  if (scenario.length > MAX_CONFIG_BYTES || runs > MAX_RUNS) {
    throw nodeError(
      'NODE_CONFIG_INVALID',
      `A sweep on Kubernetes has at most ${MAX_RUNS} runs and ${MAX_CONFIG_BYTES} characters, this one ${runs} and ${scenario.length}`
    )
  }
  const name = labelValue(init.name)
  const labels = { 'app.kubernetes.io/name': 'cortensor-sweep', 'app.kubernetes.io/instance': name }
  const configMap: IConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-scenario`, labels },
    data: { [SCENARIO_FILE]: scenario }
  }
  const claim: IPersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: `${name}-results`, labels },
    // Pods on several machines write at the same time.
    spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '10Gi' } } }
  }
  const pod = (args: string[]): IPodSpec => ({
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    securityContext: podSecurity,
    containers: [
      {
        name: 'simulator',
        image,
        args,
        resources: { requests: { cpu: '1', memory: '512Mi' }, limits: { cpu: '2', memory: '4Gi' } },
        securityContext: containerSecurity,
        volumeMounts: [
          { name: 'scenario', mountPath: CONFIG_DIR, readOnly: true },
          { name: 'results', mountPath: RESULTS_DIR }
        ]
      }
    ],
    volumes: [
      { name: 'scenario', configMap: { name: `${name}-scenario` } },
      { name: 'results', persistentVolumeClaim: { claimName: `${name}-results` } }
    ]
  })
  const sweep: IJob = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-sweep`, labels },
    spec: {
      completionMode: 'Indexed',
      completions: runs,
      parallelism: Math.min(parallelism, runs),
      // A run that fails once fails always; what is tried again are lost machines.
      backoffLimit: Math.max(3, Math.ceil(runs / 10)),
      template: {
        metadata: { labels },
        // The index comes in the environment, from where the command takes it.
        spec: pod(['sim', 'sweep', `${CONFIG_DIR}/${SCENARIO_FILE}`, '--out', RESULTS_DIR, '--index', '$(JOB_COMPLETION_INDEX)'])
      }
    }
  }
  const merge: IJob = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-merge`, labels },
    spec: { backoffLimit: 3, template: { metadata: { labels }, spec: pod(['sim', 'report', RESULTS_DIR, '--json']) } }
  }
  return new Map([
    ['sweep.yaml', toDocuments([configMap, claim, sweep])],
    ['merge.yaml', toDocuments([merge])]
  ])
}
