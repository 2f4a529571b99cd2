/** How a subgraph is built, run in process, and served on its own. */
export { buildSubgraph } from './serve/build-subgraph.ts'
export type { Subgraph } from './serve/build-subgraph.ts'
export { createOperationRunner } from './serve/operation-runner.ts'
export { serveSubgraph } from './serve/serve-subgraph.ts'
export { EXTENSIONS, SubscriptionRefused } from './serve/subscribe-with-extensions.ts'
