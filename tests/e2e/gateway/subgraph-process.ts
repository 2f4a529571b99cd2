import { serveSubgraph } from '#subgraphs/serve.ts'
import { createFixture } from './fixtures.ts'

/** Run as a process: serves one fixture subgraph, `node subgraph-process.ts NAME PORT`, with a price every 20 ms. */
const [name, port = '0'] = process.argv.slice(2)
const fixture = createFixture()
const subgraph = fixture.subgraphs.find(each => each.name === name)
if (!subgraph) throw new Error(`The subgraph was ${name}; products, reviews or stock was wanted.`)
const { url } = await serveSubgraph({ subgraph, port: Number(port) })
let cents = 0
setInterval(() => fixture.prices.publish({ id: '1', cents: ++cents }), 20)
process.stdout.write(`${url}\n`)
