import { eventLogContract } from '#ports/event-log.contract.ts'
import { createMemoryEventLog } from './memory.ts'

eventLogContract({
  name: 'in-memory',
  open: async () => createMemoryEventLog(),
  features: { promptUpkeep: true },
})
