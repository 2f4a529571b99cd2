import { randomUUID } from 'node:crypto'
import type { Control } from '#ports/control.ts'

/** What a person asks of a session that another process runs. */
export interface SessionCommand {
  v: 1
  id: string
  session: string
  action: 'stop' | 'pause' | 'resume'
}

const PREFIX = 'command/'

export interface SessionCommands extends Disposable {
  send(useCase: string, session: string, action: SessionCommand['action']): Promise<void>
}

/** Carries commands to the process that runs the session; it answers by changing the session's record. */
export function createSessionCommands({
  control,
  onCommand,
}: {
  control: Control
  onCommand: (useCase: string, command: SessionCommand) => void
}): SessionCommands {
  const sent = new Set<string>()
  const listening = control.onChange<SessionCommand>(PREFIX, (key, command) => {
    // Our own are for others.
    if (command && !sent.delete(command.id)) onCommand(key.slice(PREFIX.length), command)
  })
  return {
    async send(useCase, session, action) {
      const command: SessionCommand = { v: 1, id: randomUUID(), session, action }
      sent.add(command.id)
      await control.put(`${PREFIX}${useCase}`, command)
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  }
}
