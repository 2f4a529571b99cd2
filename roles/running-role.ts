import type { RoleConfig } from '#config.ts'
import type { GatewayLogger } from '#gateway/logger.ts'

/** A part of the platform that runs as a process of its own. */
export interface RunningRole {
  /** Where it answers, without a path: the graph of a gateway, the probes of all. */
  url: string
  /** Unready first, then requests under way, then its work is handed over. */
  close(): Promise<void>
}

/** Starts one role; it serves probes once this resolves, and is ready when they say so. */
export type StartRole = (config: RoleConfig, tools: { logger: GatewayLogger }) => Promise<RunningRole>

/** How long requests under way may take once a process was told to end. */
export const DRAIN_MS = 5000
