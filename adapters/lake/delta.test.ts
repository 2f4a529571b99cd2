import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { lakeContract } from '#ports/lake.contract.ts'
import { openFileObjects } from '../objects/files.ts'
import { openDeltaLake } from './delta.ts'

const scratch = await mkdtemp(join(tmpdir(), 'delta-lake-'))
after(() => rm(scratch, { recursive: true, force: true }))

lakeContract({
  name: 'Delta',
  open: async ({ store, ...options }) => {
    const objects = await openFileObjects({ directory: join(scratch, `${store} é#1`) })
    return openDeltaLake({ objects, workDirectory: join(scratch, 'work'), ...options })
  },
})
