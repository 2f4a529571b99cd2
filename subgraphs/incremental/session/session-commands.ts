import type { Control } from '#ports/control.ts'

/** What a person asks of a session that another process runs. */
export interface SessionCommand {
  v: 1
  session: string
  action: 'stop' | 'pause' | 'resume'
}

const PREFIX = 'command/'

export interface SessionCommands extends Disposable {
  send(useCase: string, command: Omit<SessionCommand, 'v'>): Promise<void>
}

/** Carries commands to the process that runs the session; it answers by changing the session's record. */
export function createSessionCommands({
  control,
  onCommand,
}: {
  control: Control
  /** In every process, the sender's included: whoever runs the session acts. */
  onCommand: (useCase: string, command: SessionCommand) => void
}): SessionCommands {
  const listening = control.onChange<SessionCommand>(PREFIX, (key, command) => {
    if (command?.v === 1) onCommand(key.slice(PREFIX.length), command)
  })
  return {
    send: (useCase, command) => control.put(`${PREFIX}${useCase}`, { v: 1, ...command }),
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  }
}
