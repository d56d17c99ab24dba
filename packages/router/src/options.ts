import type { NetworkParams } from '@cortensor/config'
import type { CidString, NetworkId, NodeId, SessionId, TaskId } from '@cortensor/interface'

export interface FinishedTask {
  taskId: TaskId
  status: 'completed' | 'failed' | 'cancelled'
  miners: NodeId[]
  /** Of the transcript, null unless completed. */
  cid: CidString | null
}

export interface RouterInit {
  networkId: NetworkId
  params: NetworkParams
  /** Pays for requests that name no session of their own. @default the open session, under which nothing is paid */
  session?: SessionId
  /** Others that requests may name, by the API key they come with. @default none */
  otherSessions?: readonly SessionId[]
  /** Miners that ask for more are passed over, in micro-COR for 1,000 tokens; a session's own maximum holds too. @default any */
  maxPriceMicroPerKilotoken?: number
  /** Miners tried for one request. @default 3 */
  maxAttempts?: number
  /** Most tokens of an answer when the request does not say. @default 256 */
  defaultMaxTokens?: number
  /** Requests in progress at a time; more fail with `no_miner`. @default 1024 */
  maxActiveTasks?: number
  /**
   * Probes for each request, from 0 to 1: quiz items that look like requests, paid by the session of the request whose shape they have.
   *
   * @default 0
   */
  probeShare?: number
  /** Told of every task when it is over. */
  onTask?: (task: FinishedTask) => void
}
