import { defineCommand, runMain } from 'citty'
import { dev } from './dev.ts'
import { ingest } from './ingest.ts'

const coelho = defineCommand({
  meta: { name: 'coelho', description: 'One federated GraphQL graph over live machine learning.' },
  subCommands: { dev, ingest },
})

await runMain(coelho)
