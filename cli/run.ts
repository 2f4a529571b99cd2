import { defineCommand, runMain } from 'citty'

// Each command is loaded when it is asked for: to send a file takes no gateway.
const coelho = defineCommand({
  meta: { name: 'coelho', description: 'One federated GraphQL graph over live machine learning.' },
  subCommands: {
    dev: () => import('./dev.ts').then(({ dev }) => dev),
    role: () => import('./role.ts').then(({ role }) => role),
    cluster: () => import('./cluster.ts').then(({ cluster }) => cluster),
    ingest: () => import('./ingest.ts').then(({ ingest }) => ingest),
    sql: () => import('./sql.ts').then(({ sql }) => sql),
    train: () => import('./train.ts').then(({ train }) => train),
  },
})

await runMain(coelho)
