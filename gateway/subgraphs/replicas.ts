/** One address of a subgraph, and what is kept for it. */
export interface Replicas<Replica> {
  /** The next in turn that is none of `except` and has not just failed; null when all are excepted. */
  choose(except?: ReadonlySet<Replica>): Replica | null
  /** To be passed over for a moment, while there are others. */
  failed(replica: Replica): void
  readonly all: readonly Replica[]
}

/** `first` is for subgraphs that remember something of those who ask, such as results of statements. */
export type ReplicaPreference = 'next' | 'first'

/** Takes turns among replicas, or keeps to the first one that is well; one that failed rests for `restMs`. */
export function createReplicas<Replica>(
  all: readonly Replica[],
  {
    prefer = 'next',
    restMs = 2000,
    now = () => performance.now(),
  }: { prefer?: ReplicaPreference; restMs?: number; now?: () => number } = {},
): Replicas<Replica> {
  const restsUntil = new Map<Replica, number>()
  let turn = 0
  return {
    all,
    choose(except = new Set()) {
      const inTurn = all.map((_, i) => all[(turn + i) % all.length] as Replica)
      const free = inTurn.filter(replica => !except.has(replica))
      if (prefer === 'next') turn = (turn + 1) % all.length
      const at = now()
      const rested = free.find(replica => (restsUntil.get(replica) ?? 0) <= at)
      // Where all have failed, the one that did so first may be back first.
      const [longest] = free.toSorted((a, b) => (restsUntil.get(a) ?? 0) - (restsUntil.get(b) ?? 0))
      return rested ?? longest ?? null
    },
    failed: replica => void restsUntil.set(replica, now() + restMs),
  }
}
