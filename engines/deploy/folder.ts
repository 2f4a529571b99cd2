import { join } from 'node:path'

/** Where the tools that look at the deployment are kept. */
export const DEPLOY_TOOLS = join(import.meta.dirname, '../../.cache/engines/deploy')
