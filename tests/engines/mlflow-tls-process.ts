import { openMlflowTracking } from '#adapters/tracking/mlflow.ts'

// Prints the names of a server's experiments; a process of its own, because NODE_EXTRA_CA_CERTS is read at start.

const [uri = ''] = process.argv.slice(2)
await using tracking = await openMlflowTracking({ uri })
const experiments = await tracking.experiments()
process.stdout.write(experiments.map(({ name }) => name).join(','))
