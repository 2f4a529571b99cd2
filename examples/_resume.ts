import { createClient, extensionsOf } from '@coelho/realtime-sdk'
const ac = new AbortController(); setTimeout(() => ac.abort(), 22000)
await using api = createClient({ url: 'http://127.0.0.1:4861/graphql', onConnection: s => console.log(((performance.now())/1000).toFixed(1), 'state', s) })
const seqs: string[] = []; let gaps = 0; let dropped = 0
const parse = (id: string) => Buffer.from(id, 'base64url').toString()
try {
for await (const m of api.predictions({ useCase: 'TFD' }, { signal: ac.signal })) { seqs.push(parse(m.predictions.id)); const e = extensionsOf(m); if (e.gap) { gaps++; console.log('gap', e.gap) } dropped += e.dropped ?? 0; if (e.resumed) console.log('resumed') }
} catch (e) { console.log('ERR', e) }
const nums = seqs.map(s => Number(s.split(' ').at(-1)))
let breaks = 0; nums.forEach((n, i) => { if (i && n !== nums[i-1]! + 1) { breaks++; console.log('break', nums[i-1], n) } })
console.log({ received: nums.length, unique: new Set(seqs).size, breaks, gaps, dropped, sessions: new Set(seqs.map(s => s.split(' ').slice(0, -1).join(' '))).size })
