import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { objectsContract } from '#ports/objects.contract.ts'
import { openFileObjects } from './files.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-objects-'))
})
after(() => rm(directory, { recursive: true, force: true }))

objectsContract({ name: 'File', open: store => openFileObjects({ directory: join(directory, store) }) })
