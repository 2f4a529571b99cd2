/** How a subgraph is built, run in process, and served on its own. */
export { buildSubgraph } from './serve/build-subgraph.ts'
export type { Subgraph, SubgraphRequest } from './serve/build-subgraph.ts'
export type { Download } from './serve/download.ts'
export { createOperationRunner } from './serve/operation-runner.ts'
export { serveProbes } from './serve/probes.ts'
export { serveSubgraph } from './serve/serve-subgraph.ts'
export { EXTENSIONS, POSITION, SubscriptionRefused } from './serve/subscribe-with-extensions.ts'
